"""The matrix: every way of every transition table is taken by some story, or by some move of the model.

A way that nobody takes is a promise that nobody checks: it stands below with its reason, or the build fails; and a
reason that is none any more fails it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, get_args

import pytest

from chalicelib.domain.gates import GateName
from chalicelib.domain.lifecycles import PARCEL
from tests.campaign import catalogue, chapters, scans
from tests.campaign.judge import Violation
from tests.campaign.model import Searched
from tests.campaign.ways import TABLES, Taken, Way, all_ways, watched
from tests.flows.tales import TALES

WHOLE = frozenset({"negotiation", "inquiry"})  # `make campaign PLANS=all` searches more to their last state
STATES, MORE = 60, {"what a carrier owes": 120}  # of each other chapter; `make campaign` searches them further

# Ways that are real, and that neither a story nor a near state of the model takes.
UNTAKEN: Mapping[Way, str] = {
    Way("REFUND", "granted", "released"): "goods of an instant refund fail between its grant and its submission, which "
    "are one step: only a crash between the two leaves room for it (tests/usecases/test_instants.py)",
    Way(
        "PICKUP", "asked", "done"
    ): "a courier's waybill is known with the booking's answer; a carrier that fetches goods "
    "before it answers is not refused should it be known by another way",
}


class Told(NamedTuple):
    stories: Taken
    model: Taken
    searched: Mapping[str, Searched]
    scanned: list[Violation]


@pytest.fixture(scope="module")
def told() -> Told:
    with watched() as stories:
        catalogue.undisturbed()
    with watched() as model:
        searched = {
            name: chapters.search(name, chapters.MOST if name in WHOLE else MORE.get(name, STATES))
            for name in chapters.CHAPTERS
        }
        scanned = [wrong for before in PARCEL for after in PARCEL[before] for wrong in scans.told(before, after)]
    return Told(stories, model, searched, scanned)


def test_every_way_of_every_table_is_taken(told: Told) -> None:
    untaken = {way for way in all_ways() if not told.stories.ways[way] and not told.model.ways[way]}
    assert [] == sorted(map(str, untaken - UNTAKEN.keys())), "nobody takes it: add a story or a move, or say why"
    assert [] == sorted(map(str, UNTAKEN.keys() - untaken)), "it is taken now: its reason can go"


def test_no_state_changes_around_its_table(told: Told) -> None:
    assert [] == sorted({*told.stories.around, *told.model.around})


def test_no_move_of_any_chapter_pays_twice_or_without_an_approval_or_ends_nowhere(told: Told) -> None:
    assert [] == [(name, wrong) for name, found in told.searched.items() for wrong in found.wrong][:3]


def test_chapters_that_are_small_are_searched_to_their_last_state(told: Told) -> None:
    assert WHOLE == {name for name, found in told.searched.items() if found.complete}


def test_no_scan_in_any_state_of_a_parcel_breaks_a_promise(told: Told) -> None:
    assert [] == told.scanned


def test_every_step_that_machines_are_made_of_is_come_to(told: Told) -> None:
    """In the real definitions over the real tasks, in at least one of the machines that share it; the walk of scripted
    answers (tests/flows) comes to each in every machine."""
    come_to = {way.before for taken in (told.stories, told.model) for way in taken.said}
    assert [] == sorted({step for tale in TALES for step in tale.follows} - come_to)


def test_every_machine_is_carried_through(told: Told) -> None:
    assert {tale.stem for tale in TALES} == {way.of for way in told.stories.said}


def test_every_gate_is_opened(told: Told) -> None:
    opened = {of for taken in (told.stories, told.model) for what, of in taken.states if what == "gate"}
    assert [] == sorted(set(get_args(GateName)) - opened)


def test_every_table_is_one_of_the_matrix() -> None:
    assert {"CASE", "REFUND", "PARCEL", "PICKUP", "COMMAND", "DISPUTE", "RECOVERY"} <= TABLES.keys()
    assert 150 < len(all_ways())
