"""DynamoDB as far as a reconciliation asks it, in memory: the adapter's own reading is what costs, and that is real."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from chalicelib.adapters.dynamodb.codec import item_of
from chalicelib.domain.values import Value

MEGABYTE = 1_000_000


class Table:
    """`calls` counts what was asked, by operation."""

    def __init__(self, things: Iterable[Value]) -> None:
        self.calls: Counter[str] = Counter()
        self.exceptions = SimpleNamespace(TransactionCanceledException=KeyError)
        self._items: dict[tuple[str, str], Mapping[str, Any]] = {}
        states: defaultdict[str, list[tuple[str, tuple[str, str]]]] = defaultdict(list)
        for item in map(item_of, things):
            key = _key(item)
            self._items[key] = item
            if "state_key" in item:
                states[item["state_key"]["S"]].append((item["listed_at"]["S"], key))
        self._states = {state: sorted(rows) for state, rows in states.items()}

    def batch_get_item(self, RequestItems: Mapping[str, Any]) -> dict[str, Any]:
        self.calls["BatchGetItem"] += 1
        ((table, asked),) = RequestItems.items()
        assert asked["ConsistentRead"] is True
        found = [item for key in asked["Keys"] if (item := self._items.get(_key(key)))]
        return {"Responses": {table: found}, "UnprocessedKeys": {}}

    def query(self, **asked: Any) -> dict[str, Any]:
        """A page of `by_state` as the index projects it, no larger than DynamoDB's megabyte."""
        self.calls["Query"] += 1
        assert asked["IndexName"] == "by_state"
        values = asked["ExpressionAttributeValues"]
        rows = self._states.get(values[":partition"]["S"], [])
        positions = [position for position, _ in rows]
        start = bisect_left(positions, values[":low"]["S"])
        if "ExclusiveStartKey" in asked:
            start = bisect_right(positions, asked["ExclusiveStartKey"]["listed_at"]["S"])
        end = bisect_right(positions, values[":high"]["S"])
        items, size = [], 0
        for _, key in rows[start : min(end, start + asked["Limit"])]:
            item = {name: self._items[key][name] for name in ("pk", "sk", "state_key", "listed_at", "summary")}
            size += sum(len(name) + len(value["S"]) for name, value in item.items())
            if size > MEGABYTE:
                break
            items.append(item)
        more = start + len(items) < end
        return {"Items": items, **({"LastEvaluatedKey": items[-1]} if more else {})}

    def transact_write_items(self, TransactItems: list[Any], ClientRequestToken: str) -> None:
        self.calls["TransactWriteItems"] += 1
        self._items.update((_key(action["Put"]["Item"]), action["Put"]["Item"]) for action in TransactItems)


def _key(item: Mapping[str, Any]) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]
