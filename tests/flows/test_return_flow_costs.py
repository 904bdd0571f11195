"""What a return costs: states entered plus retries, the number that the cloud bills."""

from __future__ import annotations

import pytest

from tests.flows.tales import RETURN, SILENCE, Line

WHOLE = ("refer", "ship_back", "shipped", "moved", "received")  # reviewed, sent, signed for, and received


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param(("passed",), 17, id="passed"),
        pytest.param(("reduced", "accepted"), 19, id="reduced and taken"),
        pytest.param((SILENCE, "passed"), 18, id="nobody looked"),
    ],
)
def test_a_whole_return_takes_at_most_twenty_transitions(more: tuple[Line, ...], expected: int) -> None:
    walked = RETURN.told(*WHOLE, *more)
    assert "RefundSettled" == walked.end
    assert expected == walked.transitions <= 20


def test_a_return_is_told_in_ten_steps() -> None:
    assert [
        *("AssessCase", "AwaitDecision", "AwaitShipment", "AwaitReceipt", "AwaitReceipt", "AwaitInspection"),
        *("GrantRefund", "SubmitRefund", "AwaitSettlement", "RefundSettled"),
    ] == RETURN.steps(RETURN.told(*WHOLE, "passed"))


def test_a_return_approved_by_policy_whose_shop_says_nothing_takes_twelve() -> None:
    assert 12 == RETURN.told("ship_back", "shipped", SILENCE, "accepted").transitions
