"""Walks a definition from state to state without AWS and without waiting.

It knows the part of Amazon States Language (JSONPath) that our definitions use and refuses the rest by name,
so that nothing is passed over in silence. Whoever walks answers every Task: with an outcome, or with a fault.
Retries cost no time here; they are counted, since they are paid for like states.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.flows.definitions import Definition, State, function_of, is_gate

Json = dict[str, Any]

_KNOWN: Mapping[str, frozenset[str]] = {
    "Task": frozenset(
        {
            *("Resource", "Parameters", "ResultSelector", "ResultPath", "Next"),
            *("TimeoutSeconds", "TimeoutSecondsPath", "Retry", "Catch"),
        }
    ),
    "Choice": frozenset({"Choices", "Default"}),
    "Pass": frozenset({"Parameters", "ResultPath", "Next"}),
    "Succeed": frozenset(),
    "Fail": frozenset({"Error", "Cause"}),
}
_UNCATCHABLE = frozenset({"States.Runtime", "States.DataLimitExceeded"})


class Broken(AssertionError):
    """Raised when a path is not there, a word is unknown or there is no end: the cloud would fail too."""


@dataclass(frozen=True)
class Fault:
    """A Task did not answer: `States.Timeout`, a fault of the platform, or an exception by its class name."""

    error: str
    cause: str = ""


@dataclass(frozen=True)
class Call:
    """One invocation of a function by a Task; `attempt` is 0, then 1, 2 … for its retries."""

    state: str
    function: str
    payload: Json
    timeout: int
    waits: bool
    attempt: int


Answer = Json | Fault
Answers = Callable[[Call], Answer]


@dataclass
class Walk:
    """What happened: states in order, calls in order, retries, and how it ended."""

    states: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    retries: int = 0
    data: Json = field(default_factory=dict)
    error: str | None = None
    largest: int = 0  # bytes of state data at its biggest, causes of faults left out

    @property
    def end(self) -> str:
        return self.states[-1]

    @property
    def transitions(self) -> int:
        """What is paid for: states entered and retries."""
        return len(self.states) + self.retries


def walk(machine: Definition, given: Json, answers: Answers, limit: int = 200) -> Walk:
    """Walks until an end, or until an error that no state catches. Raises Broken after `limit` states."""
    walked = Walk(data=copy.deepcopy(given))
    name: str | None = machine["StartAt"]
    while name is not None:
        if len(walked.states) == limit:
            raise Broken(f"no end after {limit} states: {' → '.join(walked.states[-12:])}")
        walked.states.append(name)
        walked.largest = max(walked.largest, _weight(walked.data))
        name = _step(machine, name, given, answers, walked)
    return walked


def _step(machine: Definition, name: str, given: Json, answers: Answers, walked: Walk) -> str | None:
    state: State = machine["States"][name]
    kind = state["Type"]
    if unknown := state.keys() - _KNOWN[kind] - {"Type", "Comment"}:
        raise Broken(f"{name}: the walker does not know {sorted(unknown)}")
    if kind == "Task":
        return _task(name, state, given, answers, walked)
    if kind == "Choice":
        return _choice(state, walked.data)
    if kind == "Pass":
        _place(walked.data, state["ResultPath"], _fill(state["Parameters"], walked.data, {}))
        return str(state["Next"])
    if kind == "Fail":
        walked.error = state["Error"]
    return None


def _task(name: str, state: State, given: Json, answers: Answers, walked: Walk) -> str | None:
    used: dict[int, int] = {}
    while True:
        call = _call(name, state, given, walked.data, attempt=sum(used.values()))
        walked.calls.append(call)
        answer = answers(call)
        if not isinstance(answer, Fault):
            result = answer if call.waits else {"Payload": answer, "StatusCode": 200}
            selector = state.get("ResultSelector")
            _place(walked.data, state["ResultPath"], _fill(selector, result, {}) if selector else result)
            return str(state["Next"])
        if not _retried(state, answer, used):
            break
        walked.retries += 1
    for catcher in state.get("Catch", ()):
        if _matches(catcher["ErrorEquals"], answer.error):
            _place(walked.data, catcher["ResultPath"], {"Error": answer.error, "Cause": answer.cause})
            return str(catcher["Next"])
    walked.error = answer.error
    return None


def _call(name: str, state: State, given: Json, data: Json, attempt: int) -> Call:
    context = {
        "Execution": {"Input": given},
        "State": {"Name": name},
        "Task": {"Token": f"token-{name}-{attempt}"} if is_gate(state) else {},
    }
    path = state.get("TimeoutSecondsPath")
    seconds = _read(path, data) if path else state["TimeoutSeconds"]
    if not isinstance(seconds, int) or seconds < 1:
        raise Broken(f"{name}: a timeout of {seconds!r} is refused in the cloud")
    payload = _fill(state["Parameters"], data, context)["Payload"]
    return Call(name, function_of(state), payload, seconds, is_gate(state), attempt)


def _retried(state: State, fault: Fault, used: dict[int, int]) -> bool:
    """The first retrier that matches decides; it counts its own attempts."""
    for index, retrier in enumerate(state.get("Retry", ())):
        if _matches(retrier["ErrorEquals"], fault.error):
            used[index] = used.get(index, 0) + 1
            return used[index] <= int(retrier["MaxAttempts"])
    return False


def _matches(names: list[str], error: str) -> bool:
    if error in names:
        return True
    if "States.ALL" in names:
        return error not in _UNCATCHABLE
    return "States.TaskFailed" in names and error not in _UNCATCHABLE | {"States.Timeout"}


def _choice(state: State, data: Json) -> str:
    for rule in state["Choices"]:
        if rule.keys() - {"Comment"} != {"Variable", "StringEquals", "Next"}:
            raise Broken(f"the walker does not know the rule {rule}")
        if _read(rule["Variable"], data) == rule["StringEquals"]:
            return str(rule["Next"])
    return str(state["Default"])


def _fill(template: Any, data: Json, context: Json) -> Any:
    """A payload template with its paths (`"key.$"`) read."""
    if isinstance(template, list):
        return [_fill(part, data, context) for part in template]
    if not isinstance(template, dict):
        return template
    return {
        key.removesuffix(".$"): _read(part, data, context) if key.endswith(".$") else _fill(part, data, context)
        for key, part in template.items()
    }


def _read(path: str, data: Json, context: Json | None = None) -> Any:
    """The value at `$.a.b`, or at `$$.A.B` in the context object."""
    root, *names = path.split(".")
    if root not in ("$", "$$") or not all(name.isidentifier() for name in names):
        raise Broken(f"the walker does not know the path {path}")
    value: Any = data if root == "$" else context
    for name in names:
        if not isinstance(value, dict) or name not in value:
            raise Broken(f"nothing stands at {path}")
        value = value[name]
    return copy.deepcopy(value)


def _place(data: Json, path: str, value: Any) -> None:
    """Puts a result where it belongs; only one level deep, because our definitions need no more."""
    root, _, name = path.partition(".")
    if root != "$" or not name.isidentifier():
        raise Broken(f"the walker does not know the result path {path}")
    data[name] = value


def _weight(data: Json) -> int:
    kept = {key: value for key, value in data.items() if key not in ("fault", "silence")}
    return len(json.dumps(kept, separators=(",", ":")).encode())
