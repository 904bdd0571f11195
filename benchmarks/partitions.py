"""`python -m benchmarks.partitions`: where a case's write units go, by partition; docs/scale.md is worked out from it.

A partition takes 1,000 write units a second, however large the table may grow: so what counts is not only how much a
case writes, but how much of that goes to keys which it shares with every other case.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any

from benchmarks import capacity, container, costs, cpu, shop
from benchmarks.capacity import TRANSACTION, Index, write_units
from benchmarks.report import table
from benchmarks.sections import LOG
from tests import tables

Where = tuple[str, str]  # the table's or an index's name, and the partition's kind
CASES = 2


class Meter(capacity.Meter):
    """Also says where: shards are one line, because a case's id decides which of them it is."""

    def __init__(self) -> None:
        definitions = tables.definition()["GlobalSecondaryIndexes"]
        super().__init__([Index.of(definition) for definition in definitions])
        self._names = [str(definition["IndexName"]) for definition in definitions]
        self.written_to: Counter[Where] = Counter()

    def transact(self, request: Mapping[str, Any]) -> None:
        for action in request["TransactItems"]:
            item = action["Put"]["Item"] if "Put" in action else self._updated(action["Update"])
            before = self._items.get(capacity._key(item))
            largest = max(capacity.size(item), capacity.size(before or {}))
            self.written_to["table", _kind(item["pk"]["S"])] += TRANSACTION * write_units(largest)
            for name, index in zip(self._names, self._indexes, strict=True):
                units = index.units(before, item)
                if units:
                    key = (item if index.copy(item) else before or {})[index.keys[0]]["S"]
                    self.written_to[name, _kind(key)] += TRANSACTION * units
        super().transact(request)


def _kind(key: str) -> str:
    """`due#3` is `due`, `tally#*#3` is the platform's tally, `case#in_review#5` is `case#in_review`."""
    parts = key.split("#")
    if parts[0] == "tally":
        return "tally of the platform" if parts[1] == "*" else "tally of the shop"
    if parts[0] in ("case", "refund") and len(parts) == 3:
        return "#".join(parts[:2])
    return parts[0]


def main() -> int:
    counted: dict[str, Meter] = {}
    with shop.opened() as place, container.running(LOG, place.echo) as box:
        measured = cpu.measure(place, box, CASES, lambda _: None)
        for kind, told in measured.told.items():
            meter = counted[kind] = Meter()
            others = [each for cases in measured.told.values() for each in cases if each is not told[-1]]
            costs._follow(meter, [*measured.setting, *(call for each in others for call in each.calls)])
            meter.written_to.clear()
            costs._follow(meter, told[-1].calls)
    places = sorted({place for meter in counted.values() for place in meter.written_to})
    lines = [(*place, *(str(meter.written_to[place]) for meter in counted.values())) for place in places]
    sums = ("all of it", "", *(str(meter.written_to.total()) for meter in counted.values()))
    print(table(("write units to", "partition", *counted), [*lines, sums]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
