"""Each definition, the contract written in docs/architecture.md and the tests' tables name the same things."""

from __future__ import annotations

import re

import pytest

from tests.flows.definitions import is_gate, states, stems
from tests.flows.refund_contract import CONTRACT
from tests.flows.tales import TALES, Tale

ROW = re.compile(r"^\| ((?:`\w+`(?: / )?)+)[^|]*\| (.+?) \|$", re.MULTILINE)
WORD = re.compile(r"`(\w+)`")
every_tale = pytest.mark.parametrize("tale", TALES, ids=str)


def section(tale: Tale) -> str:
    """What docs/architecture.md says of one machine: from its heading to the next."""
    text = CONTRACT.read_text(encoding="utf-8")
    found = re.search(rf"^#+ .*`state_machines/{tale.stem}\.asl\.json`.*?(?=^##)", text, re.MULTILINE | re.DOTALL)
    assert found, f"{CONTRACT} has no section about {tale.stem}"
    return found[0]


def documented(tale: Tale) -> dict[str, set[str]]:
    """The outcomes by task, out of the table of the machine's section; words in brackets explain and are none."""
    told: dict[str, set[str]] = {}
    for tasks, outcomes in ROW.findall(section(tale)):
        for task in set(WORD.findall(tasks)) & tale.follows.keys():
            told[task] = set(WORD.findall(outcomes))
    return told


def test_every_machine_has_its_tale() -> None:
    assert stems() == sorted(tale.stem for tale in TALES)


@every_tale
def test_the_outcomes_are_those_of_the_written_contract(tale: Tale) -> None:
    assert {name: set(outcomes) for name, outcomes in tale.follows.items()} == documented(tale)


@every_tale
def test_the_tasks_are_those_of_the_written_contract(tale: Tale) -> None:
    assert tale.follows.keys() == states(tale.machine, "Task").keys()


@every_tale
def test_the_ends_are_those_of_the_written_contract(tale: Tale) -> None:
    assert set(tale.ends) == states(tale.machine, "Succeed").keys()


@every_tale
def test_the_only_failing_end_is_a_case_that_could_not_be_parked(tale: Tale) -> None:
    assert {tale.broken_end} == states(tale.machine, "Fail").keys()


@every_tale
def test_the_shortest_ways_home_are_part_of_the_contract(tale: Tale) -> None:
    assert all(tale.shortest[name] in outcomes for name, outcomes in tale.follows.items())
    assert tale.follows.keys() == tale.shortest.keys() == tale.reach.keys()


@every_tale
def test_the_gates_of_the_contract_are_the_waiting_states(tale: Tale) -> None:
    assert tale.gates.keys() == {name for name, state in states(tale.machine, "Task").items() if is_gate(state)}


@every_tale
def test_each_choice_leads_straight_to_what_the_contract_says(tale: Tale) -> None:
    """Also where a detour would end well: the person is told by way of the note, and of nothing else."""
    choices = states(tale.machine, "Choice")
    for name, task in states(tale.machine, "Task").items():
        if task["Next"] in choices:
            rules = {rule["StringEquals"]: rule["Next"] for rule in choices[task["Next"]]["Choices"]}
            assert rules == {
                said: "NoteOutcome" if then == "ParkCase" else then for said, then in tale.follows[name].items()
            }
