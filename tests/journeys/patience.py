"""Waiting for what comes by itself: looked at often, never for long, and never slept for blindly."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
OFTEN = 0.05  # seconds
LONG = 30.0  # seconds: what takes longer is broken


def until(look: Callable[[], T], fits: Callable[[T], object], within: float = LONG) -> T:
    """What was seen when it fitted. Fails, and shows what was seen last, when the time is up."""
    deadline = time.monotonic() + within
    while True:
        seen = look()
        if fits(seen):
            return seen
        assert time.monotonic() < deadline, f"after {within:.0f} s it is still {seen}"
        time.sleep(OFTEN)
