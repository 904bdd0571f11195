"""Live, broken in every way at every call: each entry is seen once, in sequence, by whoever keeps the client's side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from chalicelib.domain.connections import Subscription
from tests.standins.turns import FAULTS
from tests.standins.world import World
from tests.usecases.live_story import Story

SEEDS = range(3)  # orders of events in which every single call is struck
STORMS = range(60)  # runs in which anything may fail at any time


def test_undisturbed_everything_is_seen_once_and_in_order() -> None:
    stories = [Story(seed).run() for seed in STORMS]
    assert [] == [violation for story in stories for violation in story.violations]
    clients = [client for story in stories for client in story.clients]
    assert any(client.connections > 1 for client in clients) and any(client.repeated for client in clients)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_single_fault_loses_repeats_or_reorders(seed: int) -> None:
    calls = Story(seed).run().calls
    assert calls > 10
    found = [
        (number, fault, violation)
        for number in range(1, calls + 1)
        for fault in FAULTS
        for violation in Story(seed, {number: fault}).run().violations
    ]
    assert [] == found


@pytest.mark.parametrize("moody", [0.05, 0.2, 0.5])
def test_no_storm_of_faults_loses_repeats_or_reorders(moody: float) -> None:
    assert [] == [(seed, violation) for seed in STORMS for violation in Story(seed, moody=moody).run().violations]


# What would be wrong is found: the same runs over a world in which the design was not kept.


def an_index_that_lags(world: World) -> None:
    """Followers are read where the newest subscription does not show yet."""
    real = world.connections.followers
    newest: dict[str, str] = {}

    def followers(case_id: str) -> Sequence[Subscription]:
        shown = [each for each in real(case_id) if newest.get(each.connection_id) == each.since]
        newest.update({each.connection_id: each.since for each in real(case_id)})
        return shown

    world.connections.followers = followers  # type: ignore[method-assign]


def noted_before_it_was_posted(world: World) -> None:
    real = world.connections.followers

    def followers(case_id: str) -> Sequence[Subscription]:
        found = list(real(case_id))
        for each in found:
            world.connections.advance(each, world.case(case_id).sequence)
        return found

    world.connections.followers = followers  # type: ignore[method-assign]


def a_post_that_is_believed(world: World) -> None:
    """The newest is sent, whatever became of those before it."""
    real = world.connections.followers

    def followers(case_id: str) -> Sequence[Subscription]:
        return [each.but(sent=max(each.sent, world.case(case_id).sequence - 1)) for each in real(case_id)]

    world.connections.followers = followers  # type: ignore[method-assign]


@pytest.mark.parametrize("plant", [an_index_that_lags, noted_before_it_was_posted, a_post_that_is_believed])
def test_a_design_that_loses_is_found_out(plant: Any) -> None:
    assert any(Story(seed, moody=0.05, plant=plant).run().violations for seed in range(60))
