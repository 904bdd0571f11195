"""Every way a refund can go, walked through the definition: each answer, each silence, and what travels."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flows.refund_contract import CASE, ENDS, FOLLOWS, GATES, REACH, SILENCES
from tests.flows.refund_story import MACHINE, SILENCE, Story, at, steps, told
from tests.flows.walker import Call, Fault, walk

STEPS = sorted(FOLLOWS)
ANSWERS = [(name, outcome) for name in STEPS for outcome in FOLLOWS[name]]


@pytest.mark.parametrize(("name", "outcome"), ANSWERS, ids=lambda part: str(part))
def test_each_answer_leads_where_the_contract_says(name: str, outcome: str) -> None:
    walked = told(*REACH[name], outcome)
    assert FOLLOWS[name][outcome] == steps(walked)[at(walked, name) + 1]


@pytest.mark.parametrize(("name", "outcome"), ANSWERS, ids=lambda part: str(part))
def test_after_each_answer_the_story_ends_in_one_of_four_ways(name: str, outcome: str) -> None:
    walked = told(*REACH[name], outcome)
    assert walked.end in ENDS and walked.error is None


@pytest.mark.parametrize("name", [name for name in STEPS if len(FOLLOWS[name]) > 1])
def test_an_outcome_nobody_knows_is_given_to_a_person_by_its_name(name: str) -> None:
    walked = told(*REACH[name], "surprised")
    assert ["ParkCase", "CaseParked"] == steps(walked)[-2:]
    assert "surprised" == walked.calls[-1].payload["fault"]["Error"]


@pytest.mark.parametrize("gate", GATES)
def test_silence_at_a_gate_is_asked_about_by_the_expiry_of_that_gate(gate: str) -> None:
    walked = told(*REACH[gate], SILENCE)
    assert SILENCES[gate] == steps(walked)[at(walked, gate) + 1]
    assert 0 == walked.retries


@pytest.mark.parametrize("gate", GATES)
def test_the_expiry_knows_which_gate_round_and_deadline_were_silent(gate: str) -> None:
    walked = told(*REACH[gate], "moved", SILENCE)
    expired = next(call for call in walked.calls if call.state == SILENCES[gate])
    assert {**CASE, "gate": GATES[gate], "round": 1, "version": 2} == expired.payload


@pytest.mark.parametrize("gate", GATES)
def test_a_crash_that_looks_like_silence_goes_back_to_the_same_gate(gate: str) -> None:
    walked = told(*REACH[gate], SILENCE, "moved")
    start = at(walked, gate)
    assert [gate, SILENCES[gate], gate] == steps(walked)[start : start + 3]


@pytest.mark.parametrize("gate", GATES)
def test_a_gate_is_opened_with_its_name_round_version_and_token(gate: str) -> None:
    opened = next(call for call in told(*REACH[gate], "moved").calls if call.state == gate)
    assert "OpenGate" == opened.function
    assert {"case_id", "gate", "round", "version", "token"} == opened.payload.keys()
    assert GATES[gate] == opened.payload["gate"]


@pytest.mark.parametrize("gate", GATES)
def test_a_moved_deadline_waits_at_the_same_round_with_the_new_version(gate: str) -> None:
    before, after = [call.payload for call in told(*REACH[gate], "moved").calls if call.state == gate]
    assert (before["round"], before["version"] + 1) == (after["round"], after["version"])


def test_a_revised_request_is_decided_in_the_next_round() -> None:
    walked = told("refer", "rejected", "revised", "rejected", "revised")
    assert [1, 2, 3] == [call.payload["round"] for call in walked.calls if call.state == "AwaitDecision"]


def test_five_revisions_go_through_one_execution() -> None:
    walked = told("refer", *["rejected", "revised"] * 5, "approved")
    assert 6 == steps(walked).count("AwaitDecision")
    assert "RefundSettled" == walked.end


def test_a_late_ruling_goes_to_the_supervisor_in_the_next_round() -> None:
    walked = told("escalated", SILENCE, "supervised")
    assert [1, 2] == [call.payload["round"] for call in walked.calls if call.state == "AwaitRuling"]


def test_a_gate_waits_as_long_as_the_step_before_it_said() -> None:
    def answers(call: Call) -> dict[str, Any] | Fault:
        return {**heard, "seconds": 4711} if isinstance(heard := story(call), dict) else heard

    story = Story(["refer", "moved"])
    assert {4711} == {call.timeout for call in walk(MACHINE, CASE, answers).calls if call.waits}
