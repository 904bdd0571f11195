"""Executions as an operator sees them: by name, with the states that were entered and what came out of them."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.domain.cases import Flow
from local.stack import Stack

Event = dict[str, Any]


class Execution:
    """One attempt of a case's flow."""

    def __init__(
        self, stack: Stack, case_id: str, attempt: int = 1, *, returns: bool = False, flow: Flow | None = None
    ) -> None:
        self._states = stack.client("stepfunctions")
        flow = flow or ("return_flow" if returns else "refund_flow")
        machine = str(getattr(stack, f"{flow}_arn")).replace(":stateMachine:", ":execution:")
        self.arn = f"{machine}:{case_id}-{attempt}"

    def described(self) -> Event:
        description: Event = self._states.describe_execution(executionArn=self.arn)
        return description

    def status(self) -> str:
        """`RUNNING`, `SUCCEEDED` …; `NONE` where no execution has this name."""
        try:
            return str(self.described()["status"])
        except self._states.exceptions.ExecutionDoesNotExist:
            return "NONE"

    def stop(self) -> None:
        self._states.stop_execution(executionArn=self.arn, cause="somebody pressed the wrong button")

    def history(self) -> list[Event]:
        """What happened so far; nothing where no execution has this name yet: a flow starts after its case is filed."""
        pages = self._states.get_paginator("get_execution_history").paginate(executionArn=self.arn)
        try:
            return [event for page in pages for event in page["events"]]
        except self._states.exceptions.ExecutionDoesNotExist:
            return []

    def entered(self) -> list[str]:
        """The names of the states, in the order in which they were entered: what Step Functions bills."""
        return [event["stateEnteredEventDetails"]["name"] for event in self.history() if _enters(event)]

    def retries(self) -> int:
        """Tasks that were scheduled again."""
        scheduled = sum(1 for event in self.history() if event["type"] == "TaskScheduled")
        tasks = sum(1 for event in self.history() if event["type"] == "TaskStateEntered")
        return scheduled - tasks

    def outcomes(self) -> dict[str, str]:
        """What each task came to, in one word."""
        exits = [event["stateExitedEventDetails"] for event in self.history() if "stateExitedEventDetails" in event]
        told = {event["name"]: json.loads(event["output"]).get("step") for event in exits}
        return {name: step["outcome"] for name, step in told.items() if step}


def _enters(event: Event) -> bool:
    return str(event["type"]).endswith("StateEntered")
