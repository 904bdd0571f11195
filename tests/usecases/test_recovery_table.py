"""The RECOVERY table, walked: whatever anybody does about a debt in any state has an outcome; nothing is had twice."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from chalicelib.domain.lifecycles import RECOVERY
from chalicelib.domain.recoveries import Recovery
from chalicelib.errors import AftersalesError
from tests.standins import invariants
from tests.standins.debts import debt
from tests.standins.pursuing import MOVES, brought, pays, writes_off

ENDS = frozenset({"recovered", "written_off", "dropped"})
BY_ITSELF = ("the sweeper comes", "its time is nearly up", "its time is up")


class Cell(NamedTuple):
    debtor: str
    move: str
    before: Recovery
    after: Recovery
    refused: str | None  # by which name


@pytest.fixture(scope="module")
def walked() -> list[Cell]:
    """Each state of each debtor's debt × each move, from a world of its own; the books agree after all of them."""
    return [_cell(debtor, state, move) for debtor, state in brought() for move in MOVES]


def _cell(debtor: str, state: str, move: str) -> Cell:
    world, case_id = brought()[debtor, state]()
    before, refused = debt(world, case_id), None
    assert (debtor, state) == (before.debtor, before.state)
    try:
        MOVES[move](world, case_id)
    except AftersalesError as error:
        refused = type(error).__name__
    invariants.the_books_agree(world)
    invariants.every_story_is_whole(world)
    return Cell(debtor, move, before, debt(world, case_id), refused)


def test_every_move_has_an_outcome_that_the_table_knows(walked: list[Cell]) -> None:
    for cell in walked:
        known = {cell.before.state, *RECOVERY[cell.before.state]}
        # A sweep may take two steps at once, and what falls away may have been given back first.
        two = known | {further for state in known for further in RECOVERY[state]}
        assert cell.after.state in (two if cell.move in BY_ITSELF else known), cell


def test_every_way_of_the_table_is_gone(walked: list[Cell]) -> None:
    gone = {(cell.before.state, cell.after.state) for cell in walked if cell.before.state != cell.after.state}
    assert {(before, after) for before, ways in RECOVERY.items() for after in ways} <= gone


def test_what_was_opened_is_open_paid_given_up_or_gone_and_nothing_is_had_twice(walked: list[Cell]) -> None:
    for cell in walked:
        one = cell.after
        assert one.amount == one.open + one.recovered + one.written_off + one.dropped, cell
        assert min(one.open, one.recovered, one.written_off, one.dropped) >= 0, cell


def test_what_is_over_moves_no_more_by_itself(walked: list[Cell]) -> None:
    for cell in walked:
        if cell.before.state in ENDS and cell.move in BY_ITSELF:
            assert cell.before == cell.after, cell


def test_what_is_refused_changes_nothing(walked: list[Cell]) -> None:
    for cell in walked:
        if cell.refused and cell.move != "the refund is given up":
            assert cell.before == cell.after, cell


def test_the_same_fact_told_twice_counts_once(walked: list[Cell]) -> None:
    for cell in walked:
        if cell.move in ("a part is paid", "a part is told twice"):
            assert cell.after.recovered - cell.before.recovered in (0, 100), cell


@pytest.mark.parametrize(("debtor", "state"), [key for key in brought() if key[1] not in ENDS])
def test_no_state_is_a_dead_end(debtor: str, state: str) -> None:
    """What is owed can be paid, and be given up; and left alone it ends, or a person is told."""
    for end, bring in (("recovered", lambda w, c: pays(w, c, debt(w, c).open, "at last")), ("written_off", writes_off)):
        world, case_id = brought()[debtor, state]()
        bring(world, case_id)
        assert end == debt(world, case_id).state
    world, case_id = brought()[debtor, state]()
    for _ in range(4):
        MOVES["its time is up"](world, case_id)
    left = debt(world, case_id)
    assert left.open == 0 or left.is_late


def test_what_was_given_up_is_not_taken_of_the_deposit_and_is_booked_if_it_comes_all_the_same() -> None:
    world, case_id = brought()["merchant", "written_off"]()
    MOVES["its time is up"](world, case_id)
    assert 0 == debt(world, case_id).recovered
    pays(world, case_id, 1000, "late")
    one = debt(world, case_id)
    assert (1000, one.amount - 1000, 0) == (one.recovered, one.written_off, one.open)
    invariants.the_books_agree(world)
