"""Which plans there are: every single fault, those that only a first fault makes possible, and pairs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import combinations, count

from tests.campaign.kinds import KINDS
from tests.campaign.plans import Outcome, Plan, play
from tests.campaign.sites import Site
from tests.campaign.stories import STORIES
from tests.campaign.tap import Strike

Undisturbed = Mapping[str, Outcome]


def undisturbed() -> Undisturbed:
    """Every story without a fault: where the sites are found."""
    return {story: play(Plan(story)) for story in STORIES}


def occurrences(outcome: Outcome) -> dict[Site, int]:
    """How often each site was reached, in the order in which they came."""
    times: dict[Site, int] = {}
    for site, _ in outcome.sites:
        times[site] = times.get(site, 0) + 1
    return times


def singles(base: Undisturbed, *, every: bool, seed: int = 0) -> Iterator[Plan]:
    """Each kind at each site of each story: at every occurrence, or at one of them that the seed picks."""
    draw = random.Random(seed)
    for story, outcome in base.items():
        for site, times in occurrences(outcome).items():
            for kind in KINDS:
                for nth in range(times) if every else (draw.randrange(times),):
                    yield Plan(story, (Strike(site, nth, kind),))


def detours(found: Mapping[Site, Plan]) -> Iterator[Plan]:
    """Sites that are reached only after a fault (`found` says after which): struck there, by each kind."""
    for site, plan in sorted(found.items()):
        for kind in KINDS:
            yield plan._replace(strikes=(*plan.strikes, Strike(site, 0, kind)))


def pairs(base: Undisturbed, *, every: bool, seed: int = 0, sample: int = 400) -> Iterator[Plan]:
    """Two faults in one story: every two sites with kinds that take turns, or a seeded sample of them."""
    turn, draw = count(), random.Random(seed)
    plans = [
        Plan(story, (_strike(draw, times, first, next(turn)), _strike(draw, times, second, next(turn) // len(KINDS))))
        for story, outcome in base.items()
        for times in (occurrences(outcome),)
        for first, second in combinations(times, 2)
    ]
    yield from plans if every else draw.sample(plans, min(sample, len(plans)))


def _strike(draw: random.Random, times: Mapping[Site, int], site: Site, turn: int) -> Strike:
    return Strike(site, draw.randrange(times[site]), KINDS[turn % len(KINDS)])
