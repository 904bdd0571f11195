"""What became of the goods: whether the shop's own system put away what it was told to, case by case."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chalicelib.adapters.dynamodb.records import DynamoRecords
from chalicelib.domain import refs
from chalicelib.domain.returns import Stock
from local.stack import Stack

AT_ONCE = 50  # returns in one read
PATIENCE = 60.0  # seconds: a webhook, its answer, and a second try of either
EVERY = 1.0


@dataclass(frozen=True)
class Shelves:
    """How the goods of each case stand; `missing` counts units that should be put away and are not."""

    by_case: dict[str, Stock] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)

    def count(self, stock: Stock) -> int:
        return sum(one == stock for one in self.by_case.values())

    @property
    def units_missing(self) -> int:
        return sum(self.missing.values())

    def disagreements(self) -> list[str]:
        """Goods that do not stand where they should, in words."""
        return [
            f"the goods of {case_id} are {stock}, {self.missing.get(case_id, 0)} units not put away"
            for case_id, stock in sorted(self.by_case.items())
            if stock != "done"
        ]


def read(
    stack: Stack,
    case_ids: Sequence[str],
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Shelves:
    """The returns as they stand, once nothing is on its way to the shelf any more."""
    table = DynamoRecords(stack.client("dynamodb"), stack.table)
    deadline = clock() + PATIENCE
    while True:
        found = _standing(table, case_ids)
        if not found.count("awaited") or clock() > deadline:
            return found
        sleep(EVERY)


def _standing(table: DynamoRecords, case_ids: Sequence[str]) -> Shelves:
    found = Shelves()
    for start in range(0, len(case_ids), AT_ONCE):
        wanted = {refs.goods(case_id): case_id for case_id in case_ids[start : start + AT_ONCE]}
        loaded = table.load(list(wanted))
        for ref, case_id in wanted.items():
            goods = loaded.get(ref)
            found.by_case[case_id] = goods.stock if goods else "none"
            found.missing[case_id] = goods.missing if goods else 0
    return found
