"""Mutants that nobody can tell from the original, one by one, each with the reason. A stale entry fails."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.mutants import Mutant

LIST = Path(__file__).with_name("equivalents.json")


@dataclass(frozen=True)
class Equivalent:
    file: str
    was: str
    now: str
    why: str
    nth: int = 1

    def is_of(self, mutant: Mutant) -> bool:
        return (self.file, self.was, self.now, self.nth) == (mutant.file, mutant.was, mutant.now, mutant.nth)

    def __str__(self) -> str:
        return f"{self.file}: {self.was!r} → {self.now!r}"


def listed() -> list[Equivalent]:
    return [Equivalent(**entry) for entry in json.loads(LIST.read_text(encoding="utf-8"))]


def stale(entries: Sequence[Equivalent], mutants: Iterable[Mutant], files: Iterable[str]) -> list[Equivalent]:
    """Entries about these files that no mutant answers to any more: the line was changed, so was the reason."""
    grown, looked_at = list(mutants), set(files)
    return [entry for entry in entries if entry.file in looked_at and not any(entry.is_of(mutant) for mutant in grown)]
