"""Tells one story to the walker: scripted answers first, then the shortest way home.

Gates behave as in the house: a step that makes somebody awaited names the open gate, another wait for the
same person is another round, a moved deadline is another version of the same round.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tests.flows.definitions import definition
from tests.flows.refund_contract import CASE, FOLLOWS, GATES, SHORTEST, STEM, step
from tests.flows.walker import Answer, Call, Fault, Walk, walk

SILENCE = "…"
Line = str | Fault
MACHINE = definition(STEM)


class Story:
    """Answers each call with the next line of the script: an outcome, `…` for silence, or a Fault."""

    def __init__(self, script: Sequence[Line]) -> None:
        self.script = list(script)
        self.told: list[tuple[str, Line]] = []
        self.rounds: dict[str, int] = {}
        self.version = 1

    def __call__(self, call: Call) -> Answer:
        line = self.script.pop(0) if self.script else SHORTEST[call.state]
        self.told.append((call.state, line))
        if line == SILENCE:
            return Fault("States.Timeout")
        if isinstance(line, Fault):
            return line
        return self._said(call.state, line)

    def _said(self, state: str, outcome: str) -> dict[str, Any]:
        then = FOLLOWS[state].get(outcome, "")
        if outcome == "moved":
            self.version += 1
        elif then in GATES:
            self.version, self.rounds[then] = 1, self.rounds.get(then, 0) + 1
        return step(outcome, then, round_=self.rounds.get(then, 1), version=self.version)


def told(*script: Line) -> Walk:
    """The walk of a case whose steps answer by the script and then take the shortest way home."""
    return walk(MACHINE, CASE, Story(script))


def steps(walked: Walk) -> list[str]:
    """The Tasks and ends of a walk without the choices between them: the story as an operator retells it."""
    between = {"Choice", "Pass"}
    return [name for name in walked.states if MACHINE["States"][name]["Type"] not in between]


def at(walked: Walk, name: str) -> int:
    """Where a step stands in the story for the first time."""
    return steps(walked).index(name)


def lines(name: str) -> Iterator[Line]:
    """All that can happen at a step: its outcomes, an unknown one, silence, a passing fault, one of ours."""
    yield from FOLLOWS[name]
    if len(FOLLOWS[name]) > 1:
        yield "surprised"
    if name in GATES:
        yield SILENCE
    yield Fault("Lambda.ServiceException")
    yield Fault("TransitionRefused")


def every_walk(depth: int = 5) -> Iterator[Walk]:
    """Every story whose first `depth` lines are anything at all, each then taking the shortest way home."""
    waiting: list[tuple[Line, ...]] = [()]
    while waiting:
        script = waiting.pop()
        story = Story(script)
        walked = walk(MACHINE, CASE, story)
        yield walked
        if len(script) < depth and len(script) < len(story.told):
            state, usual = story.told[len(script)]
            waiting.extend((*script, line) for line in lines(state) if line != usual)
            if len(story.told) > len(script) + 1:
                waiting.append((*script, usual))
