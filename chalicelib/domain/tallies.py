"""Tallies: how many cases and how much money stand in each state, kept exactly by the timeline itself.

An entry says where its case was and where it is, with the amounts before and after; adding every entry once gives
the counts. A number's name is `<kind>:<state>:<currency>:<count|amount>`, e.g. `case:in_review:CNY:count`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from chalicelib.domain.values import Value

if TYPE_CHECKING:
    from chalicelib.domain.entries import Entry

SHARDS = 8  # of the platform's tally, so that no item is everybody's


class Tally(Value):
    """Numbers by name; amounts in minor units."""

    numbers: Mapping[str, int] = {}

    @property
    def currencies(self) -> list[str]:
        return sorted({name.split(":")[2] for name in self.numbers})

    def count(self, kind: str, state: str, currency: str) -> int:
        return self.numbers.get(f"{kind}:{state}:{currency}:count", 0)

    def amount(self, kind: str, state: str, currency: str) -> int:
        return self.numbers.get(f"{kind}:{state}:{currency}:amount", 0)


def change_of(entry: Entry) -> Mapping[str, int]:
    """What one entry adds to the numbers (zeros left out)."""
    numbers: Counter[str] = Counter()

    def add(kind: str, state: str, count: int, amount: int) -> None:
        numbers[f"{kind}:{state}:{entry.currency}:count"] += count
        numbers[f"{kind}:{state}:{entry.currency}:amount"] += amount

    if entry.before is not None:
        add("case", entry.before, -1, -entry.amount_before)
    if entry.after is not None:
        add("case", entry.after, 1, entry.amount)
    refund_amount = int(entry.data.get("refund_amount", 0))
    if entry.data.get("refund_before"):
        add("refund", entry.data["refund_before"], -1, -refund_amount)
    if entry.data.get("refund_after"):
        add("refund", entry.data["refund_after"], 1, refund_amount)
    return {name: number for name, number in numbers.items() if number}


def change_of_all(entries: Iterable[Entry]) -> Mapping[str, int]:
    """What several entries add together."""
    total: Counter[str] = Counter()
    for entry in entries:
        total.update(change_of(entry))
    return {name: number for name, number in total.items() if number}
