"""What an exchange costs: states entered plus retries, the number that the cloud bills."""

from __future__ import annotations

import pytest

from tests.flows.tales import Line, tale_of

EXCHANGE = tale_of("exchange_flow")
WHOLE = ("refer", "ship_back", "shipped", "received", "passed")  # reviewed, sent, received, and as it should be


@pytest.mark.parametrize(
    ("more", "expected", "end"),
    [
        pytest.param(("requested", "shipped", "received"), 17, "GoodsReplaced", id="even"),
        pytest.param(("unpaid", "paid", "shipped", "received"), 19, "GoodsReplaced", id="dearer"),
        pytest.param(("requested", "shipped", "owed"), 21, "RefundSettled", id="cheaper"),
        pytest.param(("requested", "converted"), 19, "RefundSettled", id="not sent"),
    ],
)
def test_a_whole_exchange_takes_at_most_twenty_one_transitions(more: tuple[Line, ...], expected: int, end: str) -> None:
    walked = EXCHANGE.told(*WHOLE, *more)
    assert (end, expected) == (walked.end, walked.transitions)
    assert 21 >= walked.transitions


def test_goods_that_are_sent_again_take_at_most_eleven() -> None:
    assert 11 == EXCHANGE.told("refer", "approved", "requested", "shipped", "received").transitions
