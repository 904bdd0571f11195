"""A machine's stories, told to the walker: scripted answers first, then the shortest way home.

Gates behave as in the house: a step that makes somebody awaited names the open gate, another wait for the
same person is another round, a moved deadline is another version of the same round.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from tests.flows.contracts import SILENCE, silence_of
from tests.flows.definitions import definition, stems
from tests.flows.refund_contract import BROKEN_END, CASE, ENDS
from tests.flows.walker import Answer, Call, Fault, Walk, walk

Line = str | Fault


class Story:
    """Answers each call with the next line of the script: an outcome, `…` for silence, or a Fault."""

    def __init__(self, tale: Tale, script: Sequence[Line]) -> None:
        self.tale = tale
        self.script = list(script)
        self.told: list[tuple[str, Line]] = []
        self.rounds: dict[str, int] = {}
        self.version = 1

    def __call__(self, call: Call) -> Answer:
        line = self.script.pop(0) if self.script else self.tale.shortest[call.state]
        self.told.append((call.state, line))
        if line == SILENCE:
            return Fault("States.Timeout")
        if isinstance(line, Fault):
            return line
        return self._said(call.state, line)

    def _said(self, state: str, outcome: str) -> dict[str, Any]:
        then = self.tale.follows[state].get(outcome, "")
        if outcome == "moved":
            self.version += 1
        elif then in self.tale.gates:
            self.version, self.rounds[then] = 1, self.rounds.get(then, 0) + 1
        return self.tale.step(outcome, then, round_=self.rounds.get(then, 1), version=self.version)


class Tale:
    """A machine with its contract (what each step may answer and where that leads)."""

    def __init__(self, contract: ModuleType) -> None:
        self.stem: str = contract.STEM
        self.machine = definition(self.stem)
        self.gates = contract.GATES
        self.silences = {gate: silence_of(gate) for gate in contract.GATES}
        self.follows = contract.FOLLOWS
        self.shortest = contract.SHORTEST
        self.reach = contract.REACH
        self.ends: tuple[str, ...] = getattr(contract, "ENDS", ENDS)
        self.broken_end = BROKEN_END

    def __repr__(self) -> str:
        return self.stem

    def step(self, outcome: str, then: str, seconds: int = 86_400, round_: int = 1, version: int = 1) -> dict[str, Any]:
        """What a step answers: the outcome, and the gate that is open now, if the next step is one."""
        gate = self.gates.get(then)
        if gate is None:
            return {"outcome": outcome, "gate": "none", "round": 0, "seconds": 0, "version": 0}
        return {"outcome": outcome, "gate": gate, "round": round_, "seconds": seconds, "version": version}

    def told(self, *script: Line) -> Walk:
        """The walk of a case whose steps answer by the script and then take the shortest way home."""
        return walk(self.machine, CASE, Story(self, script))

    def steps(self, walked: Walk) -> list[str]:
        """The Tasks and ends of a walk without the choices between: the story as an operator retells it."""
        between = {"Choice", "Pass"}
        return [name for name in walked.states if self.machine["States"][name]["Type"] not in between]

    def at(self, walked: Walk, name: str) -> int:
        """Where a step stands in the story for the first time."""
        return self.steps(walked).index(name)

    def lines(self, name: str) -> Iterator[Line]:
        """All that can happen at a step: its outcomes, an unknown one, silence, a passing fault, one of ours."""
        yield from self.follows[name]
        if len(self.follows[name]) > 1:
            yield "surprised"
        if name in self.gates:
            yield SILENCE
        yield Fault("Lambda.ServiceException")
        yield Fault("TransitionRefused")

    def every_walk(self, depth: int) -> Iterator[Walk]:
        """Every story whose first `depth` lines are anything at all, each then taking the shortest way home."""
        waiting: list[tuple[Line, ...]] = [()]
        while waiting:
            script = waiting.pop()
            story = Story(self, script)
            walked = walk(self.machine, CASE, story)
            yield walked
            if len(script) < depth and len(script) < len(story.told):
                state, usual = story.told[len(script)]
                waiting.extend((*script, line) for line in self.lines(state) if line != usual)
                if len(story.told) > len(script) + 1:
                    waiting.append((*script, usual))


def tale_of(stem: str) -> Tale:
    """`return_flow` by the contract in `return_contract.py`."""
    return Tale(import_module(f"tests.flows.{stem.removesuffix('_flow')}_contract"))


TALES = tuple(tale_of(stem) for stem in stems())
REFUND = next(tale for tale in TALES if tale.stem == "refund_flow")
RETURN = next(tale for tale in TALES if tale.stem == "return_flow")
EVERY_STEP = [(tale, name) for tale in TALES for name in sorted(tale.follows)]
EVERY_GATE = [(tale, gate) for tale in TALES for gate in tale.gates]
