"""The state machines as they are checked in: which there are, what they need, their text with its holes filled.

A definition names each function by a substitution, `${GrantRefundArn}`: the resource's name and `Arn`.
The template in `infra/` fills them for the cloud, `resolved` fills them for a test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MACHINES = ROOT / "state_machines"
SUFFIX = ".asl.json"

Definition = dict[str, Any]
State = dict[str, Any]

_HOLE = re.compile(r"\$\{(\w+)\}")


def stems() -> list[str]:
    """The machines' names, `refund_flow` and so on, sorted."""
    return sorted(path.name.removesuffix(SUFFIX) for path in MACHINES.glob(f"*{SUFFIX}"))


def text(stem: str) -> str:
    """The definition as it is written, holes and all."""
    return (MACHINES / f"{stem}{SUFFIX}").read_text(encoding="utf-8")


def definition(stem: str) -> Definition:
    """The definition, parsed; a key that is written twice is an error and not a surprise."""
    parsed: Definition = json.loads(text(stem), object_pairs_hook=_once)
    return parsed


def substitutions(stem: str) -> frozenset[str]:
    """What the template has to fill in, for instance `GrantRefundArn`."""
    return frozenset(_HOLE.findall(text(stem)))


def resolved(stem: str, arn: Callable[[str], str]) -> str:
    """The definition's text with every hole filled: `arn` gets the resource's name, `GrantRefund`."""
    return _HOLE.sub(lambda hole: arn(hole[1].removesuffix("Arn")), text(stem))


def states(machine: Definition, kind: str) -> dict[str, State]:
    """The states of one type, by name, in the order in which they are written."""
    return {name: state for name, state in machine["States"].items() if state["Type"] == kind}


def is_gate(state: State) -> bool:
    """Does this state wait for somebody's answer?"""
    return state["Type"] == "Task" and str(state["Resource"]).endswith(".waitForTaskToken")


def function_of(state: State) -> str:
    """The function that a Task calls, by its resource's name: `GrantRefund`."""
    found = _HOLE.fullmatch(state["Parameters"]["FunctionName"])
    assert found, f"{state['Parameters']['FunctionName']} is no substitution"
    return found[1].removesuffix("Arn")


def ways_out(state: State) -> Iterator[str]:
    """Every state that can come next, through Next, a rule, a Default or a Catch."""
    if "Next" in state:
        yield state["Next"]
    for branch in (*state.get("Choices", ()), *state.get("Catch", ())):
        yield branch["Next"]
    if "Default" in state:
        yield state["Default"]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    assert len(found) == len(pairs), f"a key is written twice: {[key for key, _ in pairs]}"
    return found
