"""What goes wrong on the way of a refund: what passes is retried, what does not is handed to a person."""

from __future__ import annotations

import pytest

from tests.flows.refund_contract import BROKEN_END, CASE, FOLLOWS, GATES, REACH, SILENCES
from tests.flows.refund_story import at, steps, told
from tests.flows.walker import Fault

STEPS = sorted(FOLLOWS)
PLAIN = [name for name in STEPS if name not in GATES]
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
TERMINAL = ("TransitionRefused", "KeyError", "Runtime.ExitError", "Lambda.ResourceNotFoundException")


@pytest.mark.parametrize("fault", RETRIES)
@pytest.mark.parametrize("name", PLAIN)
def test_a_passing_fault_is_retried_and_the_story_goes_on(name: str, fault: str) -> None:
    walked = told(*REACH[name], Fault(fault))
    undisturbed = told(*REACH[name])
    assert 1 == walked.retries
    assert undisturbed.states == walked.states


@pytest.mark.parametrize("fault", RETRIES)
@pytest.mark.parametrize("name", [name for name in PLAIN if name != "ParkCase"])
def test_a_fault_that_does_not_pass_parks_the_case(name: str, fault: str) -> None:
    walked = told(*REACH[name], *[Fault(fault)] * (RETRIES[fault] + 1))
    assert RETRIES[fault] == walked.retries
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


@pytest.mark.parametrize("fault", ["TransientFault", "OrderBusy"])
@pytest.mark.parametrize("gate", GATES)
def test_a_busy_table_while_a_gate_opens_is_asked_about_and_not_parked(gate: str, fault: str) -> None:
    walked = told(*REACH[gate], Fault(fault), "moved")
    start = at(walked, gate)
    assert [gate, SILENCES[gate], gate] == steps(walked)[start : start + 3]
