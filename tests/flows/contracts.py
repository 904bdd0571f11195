"""What the contracts of all machines have in common. They are written by hand, apart from `local/definitions`: one that
came out of the composer would hold whatever the composer says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")
SILENCE = "…"


def silence_of(gate: str) -> str:
    """`AwaitDecision` → `ExpireDecision`"""
    return gate.replace("Await", "Expire")


def also_silent(by_gate: Mapping[str, T]) -> Mapping[str, T]:
    """What holds at a gate holds when it was silent."""
    return {**by_gate, **{silence_of(gate): value for gate, value in by_gate.items()}}


def soonest(by_gate: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    """How to reach gates, and their silence, by what the assessment answers."""
    reached = {gate: (outcome,) for gate, outcome in by_gate.items()}
    return {**reached, **{silence_of(gate): (outcome, SILENCE) for gate, outcome in by_gate.items()}}
