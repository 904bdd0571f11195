"""Step Functions as the flows' port."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.adapters.faults import told_apart
from chalicelib.telemetry import count, log

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

    from chalicelib.domain.cases import Flow

# Who waited is gone, or waits with a newer token: the table holds the answer, and the sweeper sees to the rest.
DEAD_TOKENS = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})
# A redriven execution that has not begun again will: it must not be started a second time.
RUNNING = frozenset({"RUNNING", "PENDING_REDRIVE"})


class StepFunctions:
    """Our state machines by name. An execution's name is the case and the attempt; its input says no more than that."""

    def __init__(self, client: SFNClient, machines: Mapping[Flow, str]) -> None:
        self._client = client
        self._machines = machines

    def start(self, flow: Flow, case_id: str, attempt: int) -> None:
        with told_apart("StartExecution"):
            try:
                self._client.start_execution(
                    stateMachineArn=self._machines[flow],
                    name=_name(case_id, attempt),
                    input=json.dumps({"case_id": case_id, "attempt": attempt}),
                )
            except ClientError as error:
                if _code(error) != "ExecutionAlreadyExists":
                    raise

    def resume(self, token: str, step: Mapping[str, Any]) -> None:
        with told_apart("SendTaskSuccess"):
            try:
                self._client.send_task_success(taskToken=token, output=json.dumps(step))
            except ClientError as error:
                if _code(error) not in DEAD_TOKENS:
                    raise
                log.info("nobody waits with this token any more", extra={"error_code": _code(error)})
                count("DeadToken", kind=_code(error))

    def is_running(self, flow: Flow, case_id: str, attempt: int) -> bool:
        with told_apart("DescribeExecution"):
            try:
                told = self._client.describe_execution(executionArn=self._execution(flow, case_id, attempt))
            except ClientError as error:
                if _code(error) != "ExecutionDoesNotExist":
                    raise
                return False
        return told["status"] in RUNNING

    def _execution(self, flow: Flow, case_id: str, attempt: int) -> str:
        return f"{self._machines[flow].replace(':stateMachine:', ':execution:')}:{_name(case_id, attempt)}"


def _name(case_id: str, attempt: int) -> str:
    return f"{case_id}-{attempt}"


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
