"""An attempt: something hostile, why somebody would try it, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

GotThrough = str  # a sentence


class Attempt(NamedTuple):
    """`made` tries it and answers None when it was refused, else what got through.

    A control is its opposite: something good, of which `made` says when it was *not* let in. Without controls a door
    that is walled up would look safe.
    """

    name: str
    why: str
    made: Callable[[], GotThrough | None]


class Catalogue(Protocol):
    """A module of attempts against one door. `part`: every n-th of them is enough for now."""

    NAME: str

    def attempts(self) -> Iterable[Attempt]: ...
    def controls(self) -> Iterable[Attempt]: ...


def distinct(attempts: Iterable[Attempt]) -> list[Attempt]:
    """The attempts; raises ValueError when two have one name, because then something is not tried."""
    found = list(attempts)
    names = [one.name for one in found]
    if len(set(names)) != len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"named twice: {twice[:5]}")
    return found
