"""Flows are started once, resumed once, and known by name."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY

from chalicelib.adapters.stepfunctions import StepFunctions
from chalicelib.domain.cases import Flow
from chalicelib.errors import TransientFault
from tests.adapters.stubs import stubbed

MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:aftersales-test-refund-flow"
MACHINES: dict[Flow, str] = {
    "refund_flow": MACHINE,
    "return_flow": MACHINE.replace("refund", "return"),
    "repair_flow": MACHINE.replace("refund", "repair"),
    "dispute_flow": MACHINE.replace("refund", "dispute"),
}
EXECUTION = "arn:aws:states:eu-west-1:123456789012:execution:aftersales-test-refund-flow:case_1-2"
STARTED = {"executionArn": EXECUTION, "startDate": 0}
TOKEN = "t" * 20
THROTTLES = ["ThrottlingException", "ServiceUnavailable", "InternalFailure"]


def test_an_execution_is_named_and_fed_by_case_and_attempt() -> None:
    client, stubber = stubbed("stepfunctions")
    asked = {"stateMachineArn": MACHINE, "name": "case_1-2", "input": '{"case_id": "case_1", "attempt": 2}'}
    stubber.add_response("start_execution", STARTED, asked)
    StepFunctions(client, MACHINES).start("refund_flow", "case_1", 2)
    stubber.assert_no_pending_responses()


def test_each_flow_is_an_execution_of_its_own_machine() -> None:
    client, stubber = stubbed("stepfunctions")
    asked = {"stateMachineArn": MACHINES["return_flow"], "name": "case_1-1", "input": ANY}
    stubber.add_response("start_execution", STARTED, asked)
    StepFunctions(client, MACHINES).start("return_flow", "case_1", 1)
    stubber.assert_no_pending_responses()


def test_an_execution_that_exists_already_is_success() -> None:
    client, stubber = stubbed("stepfunctions")
    stubber.add_client_error("start_execution", "ExecutionAlreadyExists", http_status_code=400)
    StepFunctions(client, MACHINES).start("refund_flow", "case_1", 2)


@pytest.mark.parametrize("code", THROTTLES)
def test_a_start_that_was_throttled_may_be_tried_again(code: str) -> None:
    client, stubber = stubbed("stepfunctions")
    stubber.add_client_error("start_execution", code)
    with pytest.raises(TransientFault):
        StepFunctions(client, MACHINES).start("refund_flow", "case_1", 2)


def test_a_machine_that_is_not_there_is_our_mistake() -> None:
    client, stubber = stubbed("stepfunctions")
    stubber.add_client_error("start_execution", "StateMachineDoesNotExist")
    with pytest.raises(ClientError):
        StepFunctions(client, MACHINES).start("refund_flow", "case_1", 2)


def test_a_waiting_flow_is_told_its_step() -> None:
    client, stubber = stubbed("stepfunctions")
    step = {"outcome": "approved", "gate": None, "round": None, "seconds": 1, "version": 1}
    stubber.add_response("send_task_success", {}, {"taskToken": TOKEN, "output": json.dumps(step)})
    StepFunctions(client, MACHINES).resume(TOKEN, step)
    stubber.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_dead_token_is_success_and_never_written_down(code: str, written: Callable[[], str]) -> None:
    client, stubber = stubbed("stepfunctions")
    stubber.add_client_error("send_task_success", code)
    StepFunctions(client, MACHINES).resume(TOKEN, {"outcome": "approved"})
    assert TOKEN not in written()


@pytest.mark.parametrize("code", THROTTLES)
def test_a_signal_that_was_throttled_may_be_tried_again(code: str) -> None:
    client, stubber = stubbed("stepfunctions")
    stubber.add_client_error("send_task_success", code)
    with pytest.raises(TransientFault):
        StepFunctions(client, MACHINES).resume(TOKEN, {"outcome": "approved"})


def test_an_output_that_step_functions_refuses_is_our_mistake() -> None:
    client, stubber = stubbed("stepfunctions")
    stubber.add_client_error("send_task_success", "InvalidOutput")
    with pytest.raises(ClientError):
        StepFunctions(client, MACHINES).resume(TOKEN, {"outcome": "approved"})


@pytest.mark.parametrize(
    ("status", "running"),
    [
        ("RUNNING", True),
        ("PENDING_REDRIVE", True),
        ("SUCCEEDED", False),
        ("FAILED", False),
        ("TIMED_OUT", False),
        ("ABORTED", False),
    ],
)
def test_only_what_runs_is_running(status: str, running: bool) -> None:
    client, stubber = stubbed("stepfunctions")
    told = {"executionArn": EXECUTION, "stateMachineArn": MACHINE, "status": status, "startDate": 0}
    stubber.add_response("describe_execution", told, {"executionArn": EXECUTION})
    assert running is StepFunctions(client, MACHINES).is_running("refund_flow", "case_1", 2)


def test_what_never_was_is_not_running() -> None:
    client, stubber = stubbed("stepfunctions")
    stubber.add_client_error("describe_execution", "ExecutionDoesNotExist")
    assert not StepFunctions(client, MACHINES).is_running("refund_flow", "case_1", 2)
