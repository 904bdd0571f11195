"""What a refund costs: states entered plus retries, the number that the cloud bills."""

from __future__ import annotations

import pytest

from tests.flows.refund_story import SILENCE, Line, steps, told
from tests.flows.walker import Fault


def test_an_automatic_refund_takes_seven_transitions() -> None:
    walked = told("approve")
    assert 7 == walked.transitions
    assert ["AssessCase", "GrantRefund", "SubmitRefund", "AwaitSettlement", "RefundSettled"] == steps(walked)


@pytest.mark.parametrize(("decision", "expected"), [(("approved",), 9), ((SILENCE, "approved"), 10)])
def test_a_reviewed_refund_takes_at_most_ten_transitions(decision: tuple[Line, ...], expected: int) -> None:
    walked = told("refer", *decision)
    assert "RefundSettled" == walked.end
    assert expected == walked.transitions <= 10


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param(("countered", "accepted"), 2, id="a counter-offer that is taken"),
        pytest.param(("moved", "approved"), 2, id="a moved deadline"),
        pytest.param((SILENCE, "moved", "approved"), 3, id="a timeout that came too early"),
        pytest.param(("countered", "declined", "approved"), 4, id="an offer declined and a second decision"),
        pytest.param(("rejected", "revised", "approved"), 4, id="a refusal revised and a second decision"),
    ],
)
def test_each_further_answer_adds_two_transitions_and_a_silence_three(more: tuple[Line, ...], expected: int) -> None:
    assert expected == told("refer", *more).transitions - told("refer", "approved").transitions


def test_each_retry_is_counted_like_a_state() -> None:
    assert 9 == told("approve", Fault("TransientFault"), Fault("Lambda.ServiceException")).transitions
