"""Request units from the items themselves, by the published rules; DynamoDB Local doubles transactions twice.

Written: 1 KiB steps of the larger of old and new item, twice for a transaction; each index that the item enters or
leaves or whose copy changes is written too (twice where the key changes: out and in). AWS does not say whether a
transaction's index writes count twice; they do here, as in DynamoDB Local, so that the sum is an upper bound.
Read: 4 KiB steps, at least one a key, half of that where an index is read.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

Item = Mapping[str, Any]
TRANSACTION = 2
PER_ITEM = 100  # bytes that DynamoDB adds to an item for storage, and to each of its copies in an index


@dataclass(frozen=True)
class Index:
    """A secondary index: its keys, and what else it copies."""

    keys: tuple[str, str]
    copies: tuple[str, ...] = ()

    @staticmethod
    def of(definition: Mapping[str, Any]) -> Index:
        keys = tuple(key["AttributeName"] for key in definition["KeySchema"])
        return Index((keys[0], keys[1]), tuple(definition["Projection"].get("NonKeyAttributes", ())))

    def copy(self, item: Item | None) -> dict[str, Any] | None:
        """What stands in the index of an item; None when it is not in there."""
        if item is None or not all(key in item for key in self.keys):
            return None
        return {name: item[name] for name in ("pk", "sk", *self.keys, *self.copies) if name in item}

    def units(self, before: Item | None, after: Item | None) -> int:
        old, new = self.copy(before), self.copy(after)
        if old == new:
            return 0
        if old and new and all(old[key] == new[key] for key in self.keys):
            return write_units(max(size(old), size(new)))
        return sum(write_units(size(each)) for each in (old, new) if each)


class Meter:
    """Follows the table's items through the writes that it is told of, and adds up units."""

    def __init__(self, indexes: Sequence[Index]) -> None:
        self._indexes = indexes
        self._items: dict[tuple[str, str], Item] = {}
        self.written_by: Counter[str] = Counter()  # units by the kind of item: `case`, `gate`, `order` …
        self.read = 0.0

    @property
    def written(self) -> int:
        return self.written_by.total()

    def transact(self, request: Mapping[str, Any]) -> None:
        for action in request["TransactItems"]:
            item = action["Put"]["Item"] if "Put" in action else self._updated(action["Update"])
            key = _key(item)
            before = self._items.get(key)
            largest = max(size(item), size(before or {}))
            indexes = sum(index.units(before, item) for index in self._indexes)
            self.written_by[_kind(key)] += TRANSACTION * (write_units(largest) + indexes)
            self._items[key] = item

    def _updated(self, update: Mapping[str, Any]) -> Item:
        """The item after one of our two updates: REMOVE of names, ADD of numbers."""
        known = self._items.get(_key(update["Key"]), update["Key"])
        verb, _, names = update["UpdateExpression"].partition(" ")
        if verb == "REMOVE":
            return {name: value for name, value in known.items() if name not in names.split(", ")}
        if verb == "ADD":
            return {**known, **{name: {"N": "1000"} for name in update["ExpressionAttributeNames"].values()}}
        raise LookupError(f"this update is not known here: {update['UpdateExpression']}")

    def batch_get(self, request: Mapping[str, Any]) -> None:
        for asked in request["RequestItems"].values():
            self.read += sum(read_units(size(self._items.get(_key(key), {}))) for key in asked["Keys"])

    def query(self, request: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """A query pays for the sum of what it found, rounded up once; an index is read eventually, at half."""
        units = read_units(sum(size(item) for item in answer.get("Items", ())))
        self.read += units if request.get("ConsistentRead") else units / 2

    @property
    def stored(self) -> int:
        """Bytes that are kept, copies in indexes included."""
        return sum(
            sum(size(copy) + PER_ITEM for copy in (item, *(index.copy(item) for index in self._indexes)) if copy)
            for item in self._items.values()
        )


def size(item: Item) -> int:
    """Bytes of an item as DynamoDB counts them: names and values in UTF-8, numbers by two digits a byte."""
    return sum(len(name.encode()) + _weight(value) for name, value in item.items())


def _weight(value: Mapping[str, Any]) -> int:
    kind, content = next(iter(value.items()))
    if kind == "N":
        return len(str(content).strip("-")) // 2 + 2
    if kind == "B":
        return len(base64.b64decode(content) if isinstance(content, str) else content)
    return len(str(content).encode())


def write_units(length: int) -> int:
    return max(1, ceil(length / 1024))


def read_units(length: int) -> int:
    return max(1, ceil(length / 4096))


def _key(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _kind(key: tuple[str, str]) -> str:
    """What an item is, by the head of its sort key."""
    return key[1].partition("#")[0]
