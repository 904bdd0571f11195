"""The small shop, with one order of b1 at m1 that has not shipped."""

from __future__ import annotations

import pytest

from tests.standins.shops import sell, shop
from tests.standins.world import World


@pytest.fixture
def world() -> World:
    world = shop()
    sell(world)
    return world
