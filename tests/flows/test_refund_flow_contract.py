"""The definition, the contract written in docs/architecture.md and the tests' table name the same things."""

from __future__ import annotations

import re

from tests.flows.definitions import is_gate, states
from tests.flows.refund_contract import BROKEN_END, CONTRACT, ENDS, FOLLOWS, GATES, REACH, SHORTEST, STEM
from tests.flows.refund_story import MACHINE

STEPS = sorted(FOLLOWS)
ROW = re.compile(r"^\| ((?:`\w+`(?: / )?)+)[^|]*\| (.+?) \|$", re.MULTILINE)
WORD = re.compile(r"`(\w+)`")


def documented() -> dict[str, set[str]]:
    """The outcomes by task, out of the table in docs/architecture.md."""
    told: dict[str, set[str]] = {}
    for tasks, outcomes in ROW.findall(CONTRACT.read_text(encoding="utf-8")):
        for task in set(WORD.findall(tasks)) & FOLLOWS.keys():
            told[task] = set(WORD.findall(outcomes))
    return told


def test_the_outcomes_are_those_of_the_written_contract() -> None:
    assert {name: set(FOLLOWS[name]) for name in STEPS} == documented()


def test_the_tasks_are_those_of_the_written_contract() -> None:
    assert set(STEPS) == states(MACHINE, "Task").keys()


def test_the_ends_are_those_of_the_written_contract() -> None:
    assert set(ENDS) == states(MACHINE, "Succeed").keys()


def test_the_only_failing_end_is_a_case_that_could_not_be_parked() -> None:
    assert {BROKEN_END} == states(MACHINE, "Fail").keys()


def test_the_shortest_ways_home_are_part_of_the_contract() -> None:
    assert all(SHORTEST[name] in FOLLOWS[name] for name in STEPS)
    assert set(STEPS) == SHORTEST.keys() == REACH.keys()


def test_the_gates_of_the_contract_are_the_waiting_states() -> None:
    assert GATES.keys() == {name for name, state in states(MACHINE, "Task").items() if is_gate(state)}
    assert f"`state_machines/{STEM}.asl.json`" in CONTRACT.read_text(encoding="utf-8")


def test_each_choice_leads_straight_to_what_the_contract_says() -> None:
    """Also where a detour would end well: the person is told by way of the note, and of nothing else."""
    choices = states(MACHINE, "Choice")
    for name, task in states(MACHINE, "Task").items():
        if task["Next"] in choices:
            rules = {rule["StringEquals"]: rule["Next"] for rule in choices[task["Next"]]["Choices"]}
            assert rules == {
                said: "NoteOutcome" if then == "ParkCase" else then for said, then in FOLLOWS[name].items()
            }
