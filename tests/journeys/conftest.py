"""Journeys: whole stories on the deployed template, with a stack of their own so that nobody's demo is disturbed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local import launch
from local.stack import Options, Stack

# An hour passes in a second: the shortest deadline of a person, 24 h, takes 24 s.
SPEED = 3600


@pytest.fixture(scope="session")
def shop() -> Iterator[Stack]:
    """The running stack: empty but for the users."""
    with launch.started(Options(name="journeys", speed=SPEED)) as stack:
        yield stack
