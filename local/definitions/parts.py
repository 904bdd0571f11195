"""What machines are made of: a step, a gate with its silence, a choice, a note, an end. How each waits, is retried and
is caught is said here once, for all of them (flows.md; tests/house/test_definitions.py are the rules).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

State = dict[str, Any]
Then = Mapping[str, str]  # an outcome → the state that it leads to

PERSON = "NoteOutcome"  # where an outcome leads that this machine cannot act on
A_YEAR = 31_536_000

_PLATFORM = (
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
)
_PASSING = ("Sandbox.Timedout", "States.Timeout", "TransientFault", "OrderBusy")
_RETRY = {"IntervalSeconds": 1, "BackoffRate": 2, "MaxDelaySeconds": 30, "JitterStrategy": "FULL"}
_CASE = {"case_id.$": "$$.Execution.Input.case_id"}
_ATTEMPT = {"attempt.$": "$$.Execution.Input.attempt"}
_WAIT = {"round.$": "$.step.round", "version.$": "$.step.version"}
_INVOKE = "arn:aws:states:::lambda:invoke"


def _retry(*errors: str, attempts: int = 6) -> State:
    return {"ErrorEquals": list(errors), **_RETRY, "MaxAttempts": attempts}


def _caught(then: str) -> State:
    return {"ErrorEquals": ["States.ALL"], "ResultPath": "$.fault", "Next": then}


def _task(name: str, says: str, payload: Then, then: str, caught: str) -> State:
    """A call of the function that has the state's name."""
    kept = {f"{key}.$": f"$.Payload.{key}" for key in ("outcome", "gate", "round", "seconds", "version")}
    return {
        "Comment": says,
        "Type": "Task",
        "Resource": _INVOKE,
        "Parameters": {"FunctionName": f"${{{name}Arn}}", "Payload": {**_CASE, **_ATTEMPT, **payload}},
        "ResultSelector": kept,
        "ResultPath": "$.step",
        "TimeoutSeconds": 60,
        # The local cloud calls any exception of ours `Runtime.HandlerError`.
        "Retry": [_retry(*_PLATFORM, *_PASSING), _retry("Runtime.HandlerError", attempts=3)],
        "Catch": [_caught(caught)],
        "Next": then,
    }


def _choice(asks: str, then: Then) -> State:
    rules = [{"Variable": "$.step.outcome", "StringEquals": said, "Next": state} for said, state in then.items()]
    return {"Comment": asks, "Type": "Choice", "Choices": rules, "Default": PERSON}


@dataclass(frozen=True)
class Which:
    """A choice by the outcome of the step before it; what is not named goes to a person."""

    name: str
    asks: str
    then: Then


@dataclass(frozen=True)
class Step:
    """A task: it calls the function of its name, and goes on to a state, or by its outcome."""

    name: str
    says: str
    then: str | Which
    payload: Then = field(default_factory=dict)  # what its function is told besides case and attempt
    caught: str = "ParkCase"

    def but(self, **changes: Any) -> Self:
        return replace(self, **changes)

    def states(self) -> Iterator[tuple[str, State]]:
        next_one = self.then if isinstance(self.then, str) else self.then.name
        yield self.name, _task(self.name, self.says, self.payload, next_one, self.caught)
        if isinstance(self.then, Which):
            yield self.then.name, _choice(self.then.asks, self.then.then)


@dataclass(frozen=True)
class Gate:
    """Somebody is awaited: `Decision` is `AwaitDecision`, `ExpireDecision` (what silence means), `WhichDecision`, and
    the gate `decision` of `domain/gates.py`. A moved deadline waits at the same gate again, so `moved` is not named.
    """

    noun: str
    awaits: str
    silence: str
    asks: str
    then: Then

    def but(self, **changes: Any) -> Self:
        return replace(self, **changes)

    def leading(self, **then: str) -> Self:
        """The same gate in a machine where some outcomes lead elsewhere, or where there are more."""
        return replace(self, then={**self.then, **then})

    @property
    def name(self) -> str:
        """`BuyerAnswer` → `buyer_answer`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", self.noun).lower()

    def states(self) -> Iterator[tuple[str, State]]:
        waits, expires, which = (f"{word}{self.noun}" for word in ("Await", "Expire", "Which"))
        yield waits, self._opened(expires, which)
        yield expires, _task(expires, self.silence, {"gate": self.name, **_WAIT}, which, "ParkCase")
        yield which, _choice(self.asks, {**self.then, "moved": waits})

    def _opened(self, expires: str, which: str) -> State:
        payload = {**_CASE, "gate": self.name, **_WAIT, "token.$": "$$.Task.Token"}
        silent = ["States.Timeout", "TransientFault", "OrderBusy"]
        return {
            "Comment": self.awaits,
            "Type": "Task",
            "Resource": f"{_INVOKE}.waitForTaskToken",
            "Parameters": {"FunctionName": "${OpenGateArn}", "Payload": payload},
            "ResultPath": "$.step",
            "TimeoutSecondsPath": "$.step.seconds",
            "Retry": [_retry(*_PLATFORM)],
            "Catch": [{"ErrorEquals": silent, "ResultPath": "$.silence", "Next": expires}, _caught("ParkCase")],
            "Next": which,
        }


@dataclass(frozen=True)
class Note:
    """What a person is told who takes the case: an outcome that the machine cannot act on."""

    name: str
    says: str
    cause: str
    then: str

    def states(self) -> Iterator[tuple[str, State]]:
        told = {"Error.$": "$.step.outcome", "Cause": self.cause}
        yield (
            self.name,
            {"Comment": self.says, "Type": "Pass", "Parameters": told, "ResultPath": "$.fault", "Next": self.then},
        )


@dataclass(frozen=True)
class End:
    """How an execution ends; with a `cause` it fails."""

    name: str
    says: str
    cause: str = ""

    def states(self) -> Iterator[tuple[str, State]]:
        end = {"Type": "Fail", "Error": self.name, "Cause": self.cause} if self.cause else {"Type": "Succeed"}
        yield self.name, {"Comment": self.says, **end}


Part = Step | Gate | Note | End


@dataclass(frozen=True)
class Machine:
    """A story: its parts in the order in which they are told. It begins with the first."""

    says: str
    parts: Sequence[Part]

    def definition(self) -> State:
        """As ASL. Raises ValueError for a state that is told twice, and for one that is led to and never told."""
        told = [state for part in self.parts for state in part.states()]
        states = dict(told)
        if len(states) != len(told):
            names = [name for name, _ in told]
            raise ValueError(f"told twice: {sorted({name for name in names if names.count(name) > 1})}")
        unknown = {then for state in states.values() for then in _ways_out(state)} - states.keys()
        if unknown:
            raise ValueError(f"led to, but never told: {sorted(unknown)}")
        return {"Comment": self.says, "StartAt": told[0][0], "TimeoutSeconds": A_YEAR, "States": states}


def _ways_out(state: State) -> Iterator[str]:
    branches = [*state.get("Choices", ()), *state.get("Catch", ())]
    yield from (branch["Next"] for branch in branches)
    yield from (state[key] for key in ("Next", "Default") if key in state)
