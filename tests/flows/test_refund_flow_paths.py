"""What is the refund's own: revisions and rulings go through one execution, round by round."""

from __future__ import annotations

from tests.flows.refund_story import steps, told


def test_a_revised_request_is_decided_in_the_next_round() -> None:
    walked = told("refer", "rejected", "revised", "rejected", "revised")
    assert [1, 2, 3] == [call.payload["round"] for call in walked.calls if call.state == "AwaitDecision"]


def test_five_revisions_go_through_one_execution() -> None:
    walked = told("refer", *["rejected", "revised"] * 5, "approved")
    assert 6 == steps(walked).count("AwaitDecision")
    assert "RefundSettled" == walked.end
