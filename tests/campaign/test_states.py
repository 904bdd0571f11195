"""Worlds that count as the same are: whatever is done next leads to worlds that are the same again."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from chalicelib.domain.entries import Entry
from chalicelib.errors import AftersalesError
from tests.campaign import chapters
from tests.campaign.chapters import CHAPTERS, Chapter
from tests.campaign.model import Path, cloud_case
from tests.campaign.snapshots import put_back, taken
from tests.campaign.stage import Stage
from tests.campaign.states import sameness

Kept = dict[str, Any]
WALKS, STEPS, PAIRS = 400, 9, 6


def wander(name: str) -> Iterator[tuple[Stage, Kept, Kept, str]]:
    """Pairs of worlds that are the same and were come to on different ways."""
    chapter = CHAPTERS[name]
    draw, stage = random.Random(name), chapter.begin()
    begin, met, pairs = taken(stage.cloud), {}, 0
    for _ in range(WALKS):
        put_back(stage.cloud, begin)
        story: Path = ()
        for _ in range(STEPS):
            story = (*story, _step(stage, chapter, draw))
            here, kept = sameness(stage.cloud), taken(stage.cloud)
            told, other = met.setdefault(here, (story, kept))
            if _story(kept) != _story(other):
                pairs += 1
                yield stage, kept, other, f"{story} ~ {told}"
                if pairs == PAIRS:
                    return
                put_back(stage.cloud, kept)


def _step(stage: Stage, chapter: Chapter, draw: random.Random) -> str:
    possible = dict(chapter.alphabet(stage))
    name = draw.choice(sorted(possible))
    with suppress(AftersalesError):
        possible[name]()
    return name


def _story(kept: Kept) -> Any:
    """What is left out of the comparison, in short: worlds that agree in this too were come to on the same way."""
    entries = tuple(thing.type for thing in kept["things"].values() if isinstance(thing, Entry))
    return kept["at"], cloud_case(kept).version, kept["ids"], entries, len(kept["runs"])


@pytest.mark.parametrize("name", sorted(CHAPTERS))
def test_the_same_move_leads_from_worlds_that_are_the_same_to_worlds_that_are_the_same(name: str) -> None:
    apart = []
    for stage, one, other, told in wander(name):
        put_back(stage.cloud, one)
        for n, (move, _) in enumerate(list(CHAPTERS[name].alphabet(stage))):
            if _after(stage, name, one, n) != _after(stage, name, other, n):
                apart.append(f"{move}: {told}")
    assert [] == apart


def _after(stage: Stage, name: str, kept: Kept, n: int) -> Any:
    put_back(stage.cloud, kept)
    possible = list(CHAPTERS[name].alphabet(stage))
    with suppress(AftersalesError):
        possible[n][1]()
    return sameness(stage.cloud)


def test_every_chapter_is_wandered_through_to_worlds_that_are_the_same() -> None:
    assert [] == [name for name in chapters.CHAPTERS if not next(wander(name), None)]
