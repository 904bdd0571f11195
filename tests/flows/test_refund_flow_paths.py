"""Every way a refund can go, walked through the definition: each answer, each silence, each fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.flows.definitions import is_gate, states, ways_out
from tests.flows.refund_contract import (
    BROKEN_END,
    CASE,
    CONTRACT,
    ENDS,
    FOLLOWS,
    GATES,
    REACH,
    SHORTEST,
    SILENCES,
    STEM,
)
from tests.flows.refund_story import MACHINE, SILENCE, Line, Story, steps, told
from tests.flows.walker import Call, Fault, Walk, walk

STEPS = sorted(FOLLOWS)
PLAIN = [name for name in STEPS if name not in GATES]
ANSWERS = [(name, outcome) for name in STEPS for outcome in FOLLOWS[name]]
LAMBDA_FAULTS = (
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
)
TRANSIENT = (*LAMBDA_FAULTS, "Sandbox.Timedout", "States.Timeout", "TransientFault", "Runtime.HandlerError")
TERMINAL = ("TransitionRefused", "KeyError", "Runtime.ExitError", "Lambda.ResourceNotFoundException")


def at(walked: Walk, name: str) -> int:
    """Where a step stands in the story for the first time."""
    return steps(walked).index(name)


# ---- the contract


def documented() -> dict[str, set[str]]:
    """The outcomes by task, out of the table in docs/architecture.md."""
    rows = re.findall(r"^\| ((?:`\w+`(?: / )?)+)[^|]*\| (.+?) \|$", CONTRACT.read_text(encoding="utf-8"), re.M)
    known = [(re.findall(r"`(\w+)`", tasks), set(re.findall(r"`(\w+)`", outcomes))) for tasks, outcomes in rows]
    return {task: outcomes for tasks, outcomes in known for task in tasks if task in FOLLOWS}


def test_the_outcomes_are_those_of_the_written_contract() -> None:
    assert {name: set(FOLLOWS[name]) for name in STEPS} == documented()


def test_the_tasks_are_those_of_the_written_contract() -> None:
    assert set(STEPS) == states(MACHINE, "Task").keys()


def test_the_ends_are_those_of_the_written_contract() -> None:
    assert set(ENDS) == states(MACHINE, "Succeed").keys()


def test_the_only_failing_end_is_a_case_that_could_not_be_parked() -> None:
    assert {BROKEN_END} == states(MACHINE, "Fail").keys()


# ---- each answer


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


# ---- each silence


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


# ---- each fault


@pytest.mark.parametrize("fault", TRANSIENT)
@pytest.mark.parametrize("name", PLAIN)
def test_a_passing_fault_is_retried_and_the_story_goes_on(name: str, fault: str) -> None:
    walked = told(*REACH[name], Fault(fault))
    undisturbed = told(*REACH[name])
    assert 1 == walked.retries
    assert undisturbed.states == walked.states


@pytest.mark.parametrize("fault", TRANSIENT)
@pytest.mark.parametrize("name", [name for name in PLAIN if name != "ParkCase"])
def test_a_fault_that_does_not_pass_parks_the_case(name: str, fault: str) -> None:
    walked = told(*REACH[name], *[Fault(fault)] * (3 if fault == "Runtime.HandlerError" else 6), Fault(fault))
    assert [name, "ParkCase", "CaseParked"] == steps(walked)[-3:]


@pytest.mark.parametrize("fault", TERMINAL)
@pytest.mark.parametrize("name", [name for name in STEPS if name != "ParkCase"])
def test_a_fault_of_ours_parks_the_case_at_once_with_its_reason(name: str, fault: str) -> None:
    walked = told(*REACH[name], Fault(fault, cause="because"))
    assert [name, "ParkCase", "CaseParked"] == steps(walked)[-3:]
    assert {**CASE, "fault": {"Error": fault, "Cause": "because"}} == walked.calls[-1].payload
    assert 0 == walked.retries


@pytest.mark.parametrize("fault", TERMINAL)
def test_a_case_that_cannot_be_parked_fails_its_execution_for_the_sweeper(fault: str) -> None:
    walked = told(*REACH["ParkCase"], Fault(fault))
    assert BROKEN_END == walked.end
    assert BROKEN_END == walked.error


@pytest.mark.parametrize("fault", LAMBDA_FAULTS)
@pytest.mark.parametrize("gate", GATES)
def test_a_gate_is_opened_again_after_a_fault_of_the_platform(gate: str, fault: str) -> None:
    walked = told(*REACH[gate], Fault(fault))
    assert 1 == walked.retries
    assert told(*REACH[gate]).states == walked.states


@pytest.mark.parametrize("gate", GATES)
def test_a_gate_that_cannot_be_opened_parks_the_case(gate: str) -> None:
    walked = told(*REACH[gate], *[Fault("Lambda.ServiceException")] * 7)
    assert [gate, "ParkCase", "CaseParked"] == steps(walked)[-3:]


@pytest.mark.parametrize("gate", GATES)
def test_a_busy_table_while_a_gate_opens_is_asked_about_and_not_parked(gate: str) -> None:
    walked = told(*REACH[gate], Fault("TransientFault"), "moved")
    start = at(walked, gate)
    assert [gate, SILENCES[gate], gate] == steps(walked)[start : start + 3]


# ---- what travels


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


def test_every_function_gets_its_ids_from_the_execution_and_not_from_what_was_left_over() -> None:
    assert all(CASE["case_id"] == call.payload["case_id"] for walked in every_walk() for call in walked.calls)


# ---- what it costs


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
        pytest.param(("rejected", "escalated", "approved"), 4, id="a refusal and a ruling"),
    ],
)
def test_each_further_answer_adds_two_transitions_and_a_silence_three(
    more: tuple[Line, ...], expected: int
) -> None:
    assert expected == told("refer", *more).transitions - told("refer", "approved").transitions


def test_each_retry_is_counted_like_a_state() -> None:
    assert 9 == told("approve", Fault("TransientFault"), Fault("Lambda.ServiceException")).transitions


# ---- no dead ends


def lines(name: str) -> Iterator[Line]:
    """All that can happen at a step: its outcomes, an unknown one, silence, a passing fault, a fault of ours."""
    yield from FOLLOWS[name]
    if len(FOLLOWS[name]) > 1:
        yield "surprised"
    if name in GATES:
        yield SILENCE
    yield Fault("Lambda.ServiceException")
    yield Fault("TransitionRefused")


def every_walk(depth: int = 5) -> Iterator[Walk]:
    """Every story whose first `depth` lines are anything at all, each then taking the shortest way home."""
    waiting: list[tuple[Line, ...]] = [()]
    while waiting:
        script = waiting.pop()
        story = Story(script)
        walked = walk(MACHINE, CASE, story)
        yield walked
        if len(script) < depth and len(script) < len(story.told):
            state, usual = story.told[len(script)]
            waiting.extend((*script, line) for line in lines(state) if line != usual)
            if len(story.told) > len(script) + 1:
                waiting.append((*script, usual))


@pytest.fixture(scope="module")
def walks() -> list[Walk]:
    return list(every_walk())


def test_every_story_ends(walks: list[Walk]) -> None:
    assert {*ENDS, BROKEN_END} == {walked.end for walked in walks}


def test_every_state_is_entered_by_some_story(walks: list[Walk]) -> None:
    assert MACHINE["States"].keys() == {name for walked in walks for name in walked.states}


def test_every_arrow_of_the_graph_is_walked_by_some_story(walks: list[Walk]) -> None:
    drawn = {(name, then) for name, state in MACHINE["States"].items() for then in ways_out(state)}
    assert drawn == {pair for walked in walks for pair in zip(walked.states, walked.states[1:], strict=False)}


def test_a_story_fails_only_where_the_case_could_not_be_parked(walks: list[Walk]) -> None:
    assert {None, BROKEN_END} == {walked.error for walked in walks}
    assert all(walked.end == BROKEN_END for walked in walks if walked.error)


def test_nobody_is_paid_in_a_story_that_was_withdrawn_or_closed_before_the_grant(walks: list[Walk]) -> None:
    unpaid = [walked for walked in walks if walked.end in ("CaseWithdrawn", "CaseClosed")]
    assert unpaid
    assert not [walked for walked in unpaid if "SubmitRefund" in walked.states]


def test_a_refund_is_submitted_only_after_it_was_granted(walks: list[Walk]) -> None:
    for walked in walks:
        told_steps = steps(walked)
        if "SubmitRefund" in told_steps:
            before = told_steps[told_steps.index("SubmitRefund") - 1]
            assert before in ("GrantRefund", "AssessCase")


def test_what_travels_stays_under_eight_kibibytes(walks: list[Walk]) -> None:
    assert max(walked.largest for walked in walks) < 8 * 1024


def test_the_shortest_ways_home_are_part_of_the_contract() -> None:
    assert all(SHORTEST[name] in FOLLOWS[name] for name in STEPS)
    assert set(STEPS) == SHORTEST.keys() == REACH.keys()


def test_the_gates_of_the_contract_are_the_waiting_states() -> None:
    assert GATES.keys() == {name for name, state in states(MACHINE, "Task").items() if is_gate(state)}
    assert f"`state_machines/{STEM}.asl.json`" in CONTRACT.read_text(encoding="utf-8")
