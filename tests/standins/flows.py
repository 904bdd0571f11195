"""Executions of the real definition over the real tasks, in process: they wait at gates until told, or until late.

An execution is walked anew from its start at every step, with the answers that it had so far; it goes on from the
first Task that has none yet. So a wait costs nothing, and what the definition says is what happens.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from chalice.app import EventSourceHandler

from chalicelib import flows
from chalicelib.schemas.tasks import Task
from tests.flows.definitions import Definition, definition, stems
from tests.flows.walker import Answer, Call, Fault, Walk, walk

if TYPE_CHECKING:
    from tests.standins.world import World

TASKS = {
    name.title().replace("_", ""): thing.func._original_func.__wrapped__  # the task itself, without its front door
    for module in pkgutil.iter_modules(flows.__path__, f"{flows.__name__}.")
    for name, thing in vars(import_module(module.name)).items()
    if isinstance(thing, EventSourceHandler)
}


class Waiting(Exception):
    """Raised inside a walk when it has come to a gate that nobody answered yet."""


@dataclass
class Execution:
    """One attempt of one case's flow."""

    case_id: str
    attempt: int
    flow: str = "refund_flow"
    answers: list[Answer] = field(default_factory=list)
    token: str | None = None
    late_at: datetime | None = None
    walked: Walk | None = None
    aborted: bool = False

    @property
    def is_running(self) -> bool:
        return self.walked is None and not self.aborted


@cache
def machines() -> Mapping[str, Definition]:
    """The definitions by their stems, read once: nobody who walks them writes into them."""
    return {stem: definition(stem) for stem in stems()}


class WalkedFlows:
    """The Flows port. `run()` carries every execution as far as it goes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.executions: dict[tuple[str, int], Execution] = {}

    def start(self, flow: str, case_id: str, attempt: int) -> None:
        self.executions.setdefault((case_id, attempt), Execution(case_id, attempt, flow))

    def resume(self, token: str, step: Mapping[str, Any]) -> None:
        for execution in self.executions.values():
            if execution.token == token and execution.is_running:
                self._answer(execution, dict(step))
                return  # else the token is dead: nobody waits any more

    def is_running(self, flow: str, case_id: str, attempt: int) -> bool:
        execution = self.executions.get((case_id, attempt))
        return execution is not None and execution.is_running

    def abort(self, case_id: str, attempt: int) -> None:
        self.executions[case_id, attempt].aborted = True

    def run(self) -> None:
        """Everything that can go on goes on; waits whose time is up end as Step Functions ends them."""
        for execution in list(self.executions.values()):
            late = execution.late_at is not None and execution.late_at <= self._world.clock.now()
            if execution.is_running and late:
                self._answer(execution, Fault("States.Timeout"))
            self._go_on(execution)

    def _answer(self, execution: Execution, answer: Answer) -> None:
        execution.answers.append(answer)
        execution.token = execution.late_at = None

    def _go_on(self, execution: Execution) -> None:
        if not execution.is_running or execution.token is not None:
            return
        given = {"case_id": execution.case_id, "attempt": execution.attempt}
        told = iter(list(execution.answers))
        try:
            execution.walked = walk(machines()[execution.flow], given, lambda call: self._told(execution, told, call))
        except Waiting:
            return

    def _told(self, execution: Execution, told: Any, call: Call) -> Answer:
        for answer in told:
            return answer  # type: ignore[no-any-return]
        if call.waits:
            return self._wait(execution, call)
        answer = self._call(call.function, call.payload)
        execution.answers.append(answer)
        return answer

    def _wait(self, execution: Execution, call: Call) -> Answer:
        token = f"{execution.case_id}-{execution.attempt}-{len(execution.answers)}"
        opened = self._call(call.function, {**call.payload, "token": token})
        if isinstance(opened, Fault):
            execution.answers.append(opened)
            return opened
        execution.token = token
        execution.late_at = self._world.clock.now() + timedelta(seconds=call.timeout)
        raise Waiting

    def _call(self, function: str, payload: Mapping[str, Any]) -> Answer:
        try:
            return dict(TASKS[function](self._world, Task.model_validate(payload)))
        except Exception as error:
            return Fault(type(error).__name__, str(error))
