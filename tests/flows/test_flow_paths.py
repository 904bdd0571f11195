"""Every way a case can go, walked through each definition: each answer, each silence, and what travels."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flows.refund_contract import CASE
from tests.flows.tales import EVERY_GATE, EVERY_STEP, SILENCE, TALES, Story, Tale
from tests.flows.walker import Call, Fault, walk

ANSWERS = [(tale, name, outcome) for tale, name in EVERY_STEP for outcome in tale.follows[name]]


@pytest.mark.parametrize(("tale", "name", "outcome"), ANSWERS, ids=str)
def test_each_answer_leads_where_the_contract_says(tale: Tale, name: str, outcome: str) -> None:
    walked = tale.told(*tale.reach[name], outcome)
    assert tale.follows[name][outcome] == tale.steps(walked)[tale.at(walked, name) + 1]


@pytest.mark.parametrize(("tale", "name", "outcome"), ANSWERS, ids=str)
def test_after_each_answer_the_story_ends_in_one_of_four_ways(tale: Tale, name: str, outcome: str) -> None:
    walked = tale.told(*tale.reach[name], outcome)
    assert walked.end in tale.ends and walked.error is None


@pytest.mark.parametrize(("tale", "name"), [(t, name) for t, name in EVERY_STEP if len(t.follows[name]) > 1], ids=str)
def test_an_outcome_nobody_knows_is_given_to_a_person_by_its_name(tale: Tale, name: str) -> None:
    walked = tale.told(*tale.reach[name], "surprised")
    assert ["ParkCase", "CaseParked"] == tale.steps(walked)[-2:]
    assert "surprised" == walked.calls[-1].payload["fault"]["Error"]


@pytest.mark.parametrize(("tale", "gate"), EVERY_GATE, ids=str)
def test_silence_at_a_gate_is_asked_about_by_the_expiry_of_that_gate(tale: Tale, gate: str) -> None:
    walked = tale.told(*tale.reach[gate], SILENCE)
    assert tale.silences[gate] == tale.steps(walked)[tale.at(walked, gate) + 1]
    assert 0 == walked.retries


@pytest.mark.parametrize(("tale", "gate"), EVERY_GATE, ids=str)
def test_the_expiry_knows_which_gate_round_and_deadline_were_silent(tale: Tale, gate: str) -> None:
    walked = tale.told(*tale.reach[gate], "moved", SILENCE)
    expired = next(call for call in walked.calls if call.state == tale.silences[gate])
    assert {**CASE, "gate": tale.gates[gate], "round": 1, "version": 2} == expired.payload


@pytest.mark.parametrize(("tale", "gate"), EVERY_GATE, ids=str)
def test_a_crash_that_looks_like_silence_goes_back_to_the_same_gate(tale: Tale, gate: str) -> None:
    walked = tale.told(*tale.reach[gate], SILENCE, "moved")
    start = tale.at(walked, gate)
    assert [gate, tale.silences[gate], gate] == tale.steps(walked)[start : start + 3]


@pytest.mark.parametrize(("tale", "gate"), EVERY_GATE, ids=str)
def test_a_gate_is_opened_with_its_name_round_version_and_token(tale: Tale, gate: str) -> None:
    opened = next(call for call in tale.told(*tale.reach[gate], "moved").calls if call.state == gate)
    assert "OpenGate" == opened.function
    assert {"case_id", "gate", "round", "version", "token"} == opened.payload.keys()
    assert tale.gates[gate] == opened.payload["gate"]


@pytest.mark.parametrize(("tale", "gate"), EVERY_GATE, ids=str)
def test_a_moved_deadline_waits_at_the_same_round_with_the_new_version(tale: Tale, gate: str) -> None:
    before, after = [call.payload for call in tale.told(*tale.reach[gate], "moved").calls if call.state == gate]
    assert (before["round"], before["version"] + 1) == (after["round"], after["version"])


@pytest.mark.parametrize("tale", TALES, ids=str)
def test_a_gate_waits_as_long_as_the_step_before_it_said(tale: Tale) -> None:
    def answers(call: Call) -> dict[str, Any] | Fault:
        return {**heard, "seconds": 4711} if isinstance(heard := story(call), dict) else heard

    story = Story(tale, ["escalated" if tale.stem == "dispute_flow" else "refer", "moved"])
    assert {4711} == {call.timeout for call in walk(tale.machine, CASE, answers).calls if call.waits}
