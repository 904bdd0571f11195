"""A stage without a search engine: nothing is found, nothing is written, and everything else goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NoReturn

from chalicelib.errors import SearchUnavailable

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.searches import CaseQuery, Written


class NoSearch:
    def find(self, actor: Actor, query: CaseQuery, now: datetime) -> NoReturn:
        raise SearchUnavailable("this stage has no search; lists work")

    def targets(self) -> Sequence[str]:
        return ()

    def write(self, targets: Sequence[str], items: Sequence[Written]) -> frozenset[str]:
        return frozenset()
