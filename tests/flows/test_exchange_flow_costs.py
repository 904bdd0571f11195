"""What an exchange costs: states entered plus retries, the number that the cloud bills."""

from __future__ import annotations

import pytest

from tests.flows.tales import Line, tale_of

EXCHANGE = tale_of("exchange_flow")
WHOLE = ("refer", "ship_back", "shipped", "received")  # reviewed, sent, received, and inspected as it should be


@pytest.mark.parametrize(
    ("more", "expected", "end"),
    [
        pytest.param(("requested", "shipped", "received"), 15, "GoodsReplaced", id="even"),
        pytest.param(("unpaid", "paid", "shipped", "received"), 17, "GoodsReplaced", id="dearer"),
        pytest.param(("requested", "shipped", "owed"), 19, "RefundSettled", id="cheaper"),
        pytest.param(("requested", "converted"), 17, "RefundSettled", id="not sent"),
        pytest.param(("unpaid", "converted"), 17, "RefundSettled", id="dearer and not paid"),
        pytest.param(("requested", "shipped", "again", "shipped", "received"), 19, "GoodsReplaced", id="lost once"),
    ],
)
def test_a_whole_exchange_takes_at_most_twenty_transitions(more: tuple[Line, ...], expected: int, end: str) -> None:
    walked = EXCHANGE.told(*WHOLE, *more)
    assert (end, expected) == (walked.end, walked.transitions)
    assert 20 >= walked.transitions


def test_a_signature_that_shortens_the_wait_for_the_shop_adds_two() -> None:
    more = ("requested", "shipped", "received")
    signed = EXCHANGE.told("refer", "ship_back", "shipped", "moved", "received", *more)
    assert 2 == signed.transitions - EXCHANGE.told(*WHOLE, *more).transitions


def test_goods_that_are_sent_again_take_at_most_eleven() -> None:
    assert 11 == EXCHANGE.told("refer", "approved", "requested", "shipped", "received").transitions
