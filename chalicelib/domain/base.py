"""The two kinds of thing that are stored: facts, written once, and records, whose versions guard each write."""

from __future__ import annotations

from typing import Any, Self

from pydantic import AwareDatetime

from chalicelib.domain.values import Value

Instant = AwareDatetime


class Fact(Value):
    """Written once and never again: an order, an entry, a posting."""


class Record(Value):
    """Changes over time; `version` counts its writes (1 = just created) and guards each of them."""

    version: int = 1

    def next(self, **changes: Any) -> Self:
        """The same record one write later."""
        return self.model_copy(update={**changes, "version": self.version + 1})
