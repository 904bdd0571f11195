"""The API over a world of our choosing, as Lambda's container holds one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from chalicelib import wiring


@contextmanager
def behind(world: object) -> Iterator[None]:
    """Requests made inside meet this world."""
    kept = wiring.ports
    wiring.ports = cast(Any, lambda: world)
    try:
        yield
    finally:
        wiring.ports = kept
