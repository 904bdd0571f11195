"""The API over stand-in ports: one order of b1 at m1, nothing asked back yet."""

from __future__ import annotations

import pytest

from chalicelib import wiring
from tests.standins.shops import sell, shop
from tests.standins.world import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = shop()
    sell(world)
    monkeypatch.setattr(wiring, "ports", lambda: world)
    return world
