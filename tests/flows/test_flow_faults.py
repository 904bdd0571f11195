"""What goes wrong on the way of a case: what passes is retried, what does not is handed to a person."""

from __future__ import annotations

import pytest

from tests.flows.refund_contract import CASE
from tests.flows.tales import EVERY_GATE, EVERY_STEP, TALES, Tale
from tests.flows.walker import Fault

PLAIN = [pair for pair in EVERY_STEP if pair not in EVERY_GATE]
LAMBDA_FAULTS = (
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
)
RETRIES = {
    **dict.fromkeys((*LAMBDA_FAULTS, "Sandbox.Timedout", "States.Timeout", "TransientFault", "OrderBusy"), 6),
    "Runtime.HandlerError": 3,  # what the local cloud calls any exception of ours
}
TERMINAL = (
    *("TransitionRefused", "KeyError", "Runtime.ExitError", "Lambda.ResourceNotFoundException"),
    *("States.TaskFailed", "States.Permissions"),
)


@pytest.mark.parametrize("fault", RETRIES)
@pytest.mark.parametrize(("tale", "name"), PLAIN, ids=str)
def test_a_passing_fault_is_retried_and_the_story_goes_on(tale: Tale, name: str, fault: str) -> None:
    walked = tale.told(*tale.reach[name], Fault(fault))
    undisturbed = tale.told(*tale.reach[name])
    assert 1 == walked.retries
    assert undisturbed.states == walked.states


@pytest.mark.parametrize("fault", RETRIES)
@pytest.mark.parametrize(("tale", "name"), [pair for pair in PLAIN if pair[1] != "ParkCase"], ids=str)
def test_a_fault_that_does_not_pass_parks_the_case(tale: Tale, name: str, fault: str) -> None:
    walked = tale.told(*tale.reach[name], *[Fault(fault)] * (RETRIES[fault] + 1))
    assert RETRIES[fault] == walked.retries
    assert [name, "ParkCase", "CaseParked"] == tale.steps(walked)[-3:]


@pytest.mark.parametrize("fault", TERMINAL)
@pytest.mark.parametrize(("tale", "name"), [pair for pair in EVERY_STEP if pair[1] != "ParkCase"], ids=str)
def test_a_fault_of_ours_parks_the_case_at_once_with_its_reason(tale: Tale, name: str, fault: str) -> None:
    walked = tale.told(*tale.reach[name], Fault(fault, cause="because"))
    assert [name, "ParkCase", "CaseParked"] == tale.steps(walked)[-3:]
    assert {**CASE, "fault": {"Error": fault, "Cause": "because"}} == walked.calls[-1].payload
    assert 0 == walked.retries


@pytest.mark.parametrize("fault", TERMINAL)
@pytest.mark.parametrize("tale", TALES, ids=str)
def test_a_case_that_cannot_be_parked_fails_its_execution_for_the_sweeper(tale: Tale, fault: str) -> None:
    walked = tale.told(*tale.reach["ParkCase"], Fault(fault))
    assert tale.broken_end == walked.end
    assert tale.broken_end == walked.error


@pytest.mark.parametrize("fault", LAMBDA_FAULTS)
@pytest.mark.parametrize(("tale", "gate"), EVERY_GATE, ids=str)
def test_a_gate_is_opened_again_after_a_fault_of_the_platform(tale: Tale, gate: str, fault: str) -> None:
    walked = tale.told(*tale.reach[gate], Fault(fault))
    assert 1 == walked.retries
    assert tale.told(*tale.reach[gate]).states == walked.states


@pytest.mark.parametrize(("tale", "gate"), EVERY_GATE, ids=str)
def test_a_gate_that_cannot_be_opened_parks_the_case(tale: Tale, gate: str) -> None:
    walked = tale.told(*tale.reach[gate], *[Fault("Lambda.ServiceException")] * 7)
    assert [gate, "ParkCase", "CaseParked"] == tale.steps(walked)[-3:]


@pytest.mark.parametrize("fault", ["TransientFault", "OrderBusy"])
@pytest.mark.parametrize(("tale", "gate"), EVERY_GATE, ids=str)
def test_a_busy_table_while_a_gate_opens_is_asked_about_and_not_parked(tale: Tale, gate: str, fault: str) -> None:
    walked = tale.told(*tale.reach[gate], Fault(fault), "moved")
    start = tale.at(walked, gate)
    assert [gate, tale.silences[gate], gate] == tale.steps(walked)[start : start + 3]
