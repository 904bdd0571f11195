"""The part of `make campaign` that every test run takes: a sample of single faults, of pairs, and a few seeds."""

from __future__ import annotations

import random

from tests.campaign import catalogue, page
from tests.campaign.crowds import simulate
from tests.campaign.plans import play
from tests.campaign.tally import Tally

SAMPLE, PAIRS, SEEDS = 500, 120, 12


def test_no_fault_of_a_sample_gets_through() -> None:
    base, tally = catalogue.undisturbed(), Tally()
    tally.sites = {site for outcome in base.values() for site, _ in outcome.sites}
    alone = random.Random(1).sample(list(catalogue.singles(base, every=False, seed=1)), SAMPLE)
    for plan in (*alone, *catalogue.pairs(base, every=False, seed=1, sample=PAIRS)):
        tally.of_plan(play(plan))
    assert [] == tally.first
    assert [] == tally.unlisted(page.listed())


def test_no_seed_of_a_few_gets_through() -> None:
    assert [] == [(seed, violations) for seed in range(SEEDS) if (violations := simulate(seed)[1])]


def test_a_seed_tells_the_same_story_again() -> None:
    first, again = (simulate(10_007)[0].cloud.tap for _ in range(2))
    assert first.struck and (first.order, first.struck) == (again.order, again.struck)
