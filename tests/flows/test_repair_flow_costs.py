"""What a repair costs: states entered plus retries, the number that the cloud bills."""

from __future__ import annotations

import pytest

from tests.flows.tales import SILENCE, Line, tale_of

REPAIR, EXCHANGE, RETURN = (tale_of(stem) for stem in ("repair_flow", "exchange_flow", "return_flow"))
AT_THE_DOOR = ("refer", "booking", "booked", "repaired")
SENT_IN = ("refer", "ship_back", "shipped", "received")


@pytest.mark.parametrize(
    ("told", "expected", "end"),
    [
        pytest.param((*AT_THE_DOOR, "accepted"), 11, "RepairCompleted", id="at the door"),
        pytest.param((*AT_THE_DOOR, SILENCE, "accepted"), 12, "RepairCompleted", id="at the door, nobody complains"),
        pytest.param((*SENT_IN, "dispatching", "sent", "accepted"), 15, "RepairCompleted", id="sent in"),
        pytest.param((*SENT_IN, "dispatching", "sent", "moved", "accepted"), 17, "RepairCompleted", id="signed for"),
        pytest.param(
            (*SENT_IN, "estimated", "agreed", "dispatching", "sent", "owing", "paid"),
            21,
            "RepairCompleted",
            id="for money",
        ),
        pytest.param((*SENT_IN, "choosing", "converted"), 13, "CaseConverted", id="beyond repair"),
        pytest.param((*AT_THE_DOOR, "booking", "booked", "repaired", "converted"), 17, "CaseConverted", id="in vain"),
    ],
)
def test_a_whole_repair_takes_so_many_transitions(told: tuple[Line, ...], expected: int, end: str) -> None:
    walked = REPAIR.told(*told)
    assert (end, expected) == (walked.end, walked.transitions)


def test_only_a_repair_that_is_priced_and_paid_for_takes_more_than_twenty() -> None:
    usual = [(*AT_THE_DOOR, "accepted"), (*SENT_IN, "dispatching", "sent", "moved", "accepted")]
    assert all(20 >= REPAIR.told(*told).transitions for told in usual)


@pytest.mark.parametrize(
    ("then", "expected", "end"),
    [
        pytest.param(EXCHANGE.told("approve", "requested", "shipped", "received"), 9, "GoodsReplaced", id="exchange"),
        pytest.param(RETURN.told("approve"), 7, "RefundSettled", id="refund"),
    ],
)
def test_what_comes_instead_of_goods_that_the_shop_keeps_is_told_in_nine_more(
    then: object, expected: int, end: str
) -> None:
    assert (end, expected) == (then.end, then.transitions)  # type: ignore[attr-defined]
