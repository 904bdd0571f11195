"""Executions whose tasks are invoked through the tap, and may be told while they still open their gate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.errors import TransientFault
from chalicelib.schemas.tasks import read_task
from tests.campaign.sites import Site
from tests.flows.walker import Answer, Call, Fault
from tests.standins.flows import TASKS, Execution, Waiting, WalkedFlows

if TYPE_CHECKING:
    from tests.campaign.cloud import Cloud


class Died(Exception):
    """An invocation ended without an answer; `error` is what Step Functions calls it."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class TappedFlows(WalkedFlows):
    _world: Cloud

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self._busy: set[tuple[str, int]] = set()
        self.calls: dict[tuple[str, int], Call] = {}  # at which each execution waits, or waited last

    def run(self) -> None:
        for key, execution in list(self.executions.items()):
            if key in self._busy:
                continue  # one of its tasks is at work further up this very stack
            late = execution.late_at is not None and execution.late_at <= self._world.clock.now()
            if execution.is_running and late:
                self._answer(execution, Fault("States.Timeout"))
            self._busy.add(key)
            try:
                self._go_on(execution)
            finally:
                self._busy.discard(key)

    def _wait(self, execution: Execution, call: Call) -> Answer:
        """The token is good from the invocation on: an answer may come before `open_gate` is done."""
        execution.token = token = f"{execution.case_id}-{execution.attempt}-{len(execution.answers)}"
        execution.late_at = self._world.clock.now() + timedelta(seconds=call.timeout)
        self.calls[execution.case_id, execution.attempt] = call
        known = len(execution.answers)
        opened = self._call(call.function, {**call.payload, "token": token})
        if len(execution.answers) > known:
            return execution.answers[known]
        if isinstance(opened, Fault):
            self._answer(execution, opened)
            return opened
        raise Waiting

    def _call(self, function: str, payload: Mapping[str, Any]) -> Answer:
        cloud = self._world
        if cloud.is_redeployed:
            payload = _of_yesterday(payload)
        try:
            site = Site("task.invoke", function)
            return dict(cloud.invoke(site, lambda: TASKS[function](cloud, read_task(payload))))
        except Died as died:
            return Fault(died.error)
        except TransientFault:
            return Fault("TransientFault")  # under that very name, as entry.py lets it through
        except Exception as error:
            return Fault(type(error).__name__, str(error))


def _of_yesterday(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The same input as a former version sent it: without what came later, with what is gone."""
    return {**{name: value for name, value in payload.items() if name not in ("attempt", "version")}, "former": 1}
