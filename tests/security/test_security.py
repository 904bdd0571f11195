"""The part of `make security` that every test run takes: all but the fuzzer, and of webhooks and carriers' pushes every
tenth."""

from __future__ import annotations

from types import ModuleType

import pytest

from tests.security import targets, tokens, trackers, uploads, webhooks
from tests.security.__main__ import DOORS, PART
from tests.security.attempts import Attempt, distinct
from tests.security.tally import Tally

PROMISED = {"tokens": 300, "webhooks": 10_000, "trackers": 5_000, "targets": 200, "uploads": 150}


@pytest.fixture(scope="module")
def catalogues() -> dict[str, list[Attempt]]:
    return {door.NAME: distinct(door.attempts()) for door in (tokens, webhooks, trackers, targets, uploads)}


@pytest.mark.parametrize("name", PROMISED)
def test_as_many_as_promised_are_tried_and_each_says_why(catalogues: dict[str, list[Attempt]], name: str) -> None:
    assert PROMISED[name] <= len(catalogues[name])
    assert all(attempt.why for attempt in catalogues[name])


@pytest.mark.parametrize("door", [tokens, webhooks, trackers, targets, uploads], ids=lambda door: door.NAME)
def test_nothing_hostile_gets_through(door: ModuleType, catalogues: dict[str, list[Attempt]]) -> None:
    tally = Tally()
    for attempt in catalogues[door.NAME][:: PART.get(door.NAME, 1)]:
        tally.try_(door.NAME, attempt)
    assert [] == tally.first


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.NAME)
def test_what_is_good_comes_in(door: ModuleType) -> None:
    """Else a door that is walled up would look safe."""
    tally = Tally()
    controls = distinct(door.controls())
    for control in controls:
        tally.try_(door.NAME, control, control=True)
    assert controls
    assert [] == tally.first


def test_what_got_through_is_counted_and_told() -> None:
    tally = Tally()
    tally.try_("tokens", Attempt("a", "because", lambda: "let in"))
    tally.try_("tokens", Attempt("b", "because", lambda: None))
    tally.try_("tokens", Attempt("c", "because", lambda: 1 // 0 and None))
    told = tally.document(["tokens"])
    assert (3, 2, 2) == (told["tokens"], told["accepted"], len(told["violations"]))


def test_two_of_one_name_are_one_too_few() -> None:
    with pytest.raises(ValueError, match="named twice"):
        distinct([Attempt("a", "x", lambda: None)] * 2)
