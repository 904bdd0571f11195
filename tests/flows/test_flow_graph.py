"""Each machine as a graph of steps, walked to its last node: what holds for every story, however long it is.

`test_flow_ends.py` tells stories whose first lines are anything at all; here nothing is told, so nothing is too long.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

import pytest

from tests.flows.contracts import SILENCE
from tests.flows.tales import TALES, Tale
from tests.flows.walker import Fault

Graph = Mapping[str, Mapping[str, str]]  # by step: what is said, and the step or end that follows
FAULT = "a fault of ours"


def graph(tale: Tale) -> Graph:
    """By the definition itself, step by step: every answer, silence, an answer that nobody knows, and a fault."""
    return {name: dict(_arrows(tale, name)) for name in tale.follows}


def _arrows(tale: Tale, name: str) -> Iterable[tuple[str, str]]:
    said = [*tale.follows[name], *([SILENCE] if name in tale.gates else [])]
    if len(tale.follows[name]) > 1:
        said.append("surprised")
    for line in (*said, Fault("TransitionRefused")):
        steps = tale.steps(walked := tale.told(*tale.reach[name], line))
        yield FAULT if isinstance(line, Fault) else line, steps[tale.at(walked, name) + 1]


def reached(arrows: Graph, start: str, *, without: frozenset[tuple[str, str]] = frozenset()) -> set[str]:
    """What can be come to from a step, if these answers are never given."""
    seen, waiting = {start}, deque([start])
    while waiting:
        name = waiting.popleft()
        for said, then in arrows.get(name, {}).items():
            if (name, said) not in without and then not in seen:
                seen.add(then)
                waiting.append(then)
    return seen


GRAPHS = {tale.stem: graph(tale) for tale in TALES}
every_tale = pytest.mark.parametrize("tale", TALES, ids=str)


@every_tale
def test_every_step_can_be_come_to_from_the_start(tale: Tale) -> None:
    found = reached(GRAPHS[tale.stem], str(tale.machine["StartAt"]))
    assert {*tale.follows, *tale.ends, tale.broken_end} == found


@every_tale
def test_from_every_step_there_is_a_way_to_an_end(tale: Tale) -> None:
    assert all(reached(GRAPHS[tale.stem], name) & set(tale.ends) for name in tale.follows)


@every_tale
def test_no_way_however_long_leads_to_a_payment_without_a_grant(tale: Tale) -> None:
    """But where the assessment finds that an earlier execution granted it."""
    arrows = GRAPHS[tale.stem]
    granting = frozenset(
        [("AssessCase", "granted"), *(("GrantRefund", said) for said in arrows.get("GrantRefund", {}))]
    )
    assert "SubmitRefund" not in reached(arrows, "AssessCase", without=granting)


@every_tale
def test_nobody_awaits_a_settlement_that_was_not_asked_for(tale: Tale) -> None:
    arrows = GRAPHS[tale.stem]
    paying = {(name, said) for name, row in arrows.items() for said in ("submitted", "settled") if said in row}
    submitted = {("SubmitRefund", said) for said in arrows.get("SubmitRefund", {})}
    assert "AwaitSettlement" not in reached(arrows, "AssessCase", without=frozenset(paying | submitted))


@every_tale
def test_whatever_goes_wrong_at_a_step_is_told_to_a_person(tale: Tale) -> None:
    for name, row in GRAPHS[tale.stem].items():
        assert row[FAULT] == (tale.broken_end if name == "ParkCase" else "ParkCase"), name
        assert row.get("surprised", "ParkCase") == "ParkCase", name
