"""Where a row stands, and what became of the rows that were left out: nothing is lost without a word."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

SHOWN = 20  # malformed rows that are named one by one


class Place(NamedTuple):
    """A row of a file, counted as an editor counts lines."""

    file: str
    row: int

    def __str__(self) -> str:
        return f"{self.file} row {self.row}"


class Malformed(ValueError):
    """Raised when a row cannot be read; says which field and why."""


class DataMissing(Exception):
    """Raised when there is nothing to read from; a plain sentence that says where it was looked for."""


@dataclass
class Skipped:
    """Rows that were left out: how many for each reason, and the malformed ones by name."""

    reasons: Counter[str] = field(default_factory=Counter)
    malformed: list[str] = field(default_factory=list)

    def because(self, reason: str) -> None:
        self.reasons[reason] += 1

    def unreadable(self, place: Place, error: Exception) -> None:
        self.reasons["malformed"] += 1
        if len(self.malformed) < SHOWN:
            self.malformed.append(f"{place}: {error}")
