"""Ranges: a stretch of one partition of the table or an index, read in order, merged with others like it."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.dynamodb.codec import Item
from chalicelib.adapters.dynamodb.indexes import TABLE
from chalicelib.adapters.faults import told_apart

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from chalicelib.adapters.dynamodb.indexes import Index

LOWEST, HIGHEST = "!", "~"  # below and above every character that our sort keys are made of
AT_ONCE = 8  # queries of one merge that are under way together; botocore pools ten connections

Placed = tuple[str, Item]  # an item and its position
Request = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Range:
    """The sort keys of `partition` that begin with `prefix` and lie below `before`.

    An item's position is what follows the prefix, so ranges with other prefixes can be merged by it.
    """

    index: Index
    partition: str
    prefix: str = ""
    newest_first: bool = True
    before: str | None = None

    def position(self, item: Item) -> str:
        return str(item[self.index.sk]["S"])[len(self.prefix) :]

    def bounds(self, first: str | None) -> tuple[str, str]:
        """(low, high) as BETWEEN takes them, both inclusive, for reading from position `first` on."""
        low, high = LOWEST, self.before or HIGHEST
        if self.newest_first:
            high = first or high
        else:
            low = first or low
        return self.prefix + low, self.prefix + high


class Ranges:
    """Reads ranges of one table: consistently of the table itself, as far as it has come of an index."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def read(self, ranges: Sequence[Range], limit: int, first: str | None = None) -> list[Placed]:
        """The first `limit` items of all ranges together, by position, from position `first` on.

        A thing that moves from one range to another while they are read may be met twice; it is given once.
        """
        at_once = limit if len(ranges) == 1 else max(2, -(-2 * limit // len(ranges)))
        requests = [self._request(range, at_once, first) for range in ranges]
        streams = [self._stream(range, *head) for range, head in zip(ranges, self._heads(requests), strict=True)]
        placed: dict[str, Item] = {}
        for position, item in heapq.merge(*streams, key=lambda pair: pair[0], reverse=ranges[0].newest_first):
            placed.setdefault(position, item)
            if len(placed) == limit:
                break
        return list(placed.items())

    def first(self, range: Range, limit: int, behind: Mapping[str, str] | None = None) -> list[Item]:
        """The first `limit` items of one range, or behind a whole key of it; equal positions are as many items."""
        request = self._request(range, limit, None)
        if behind is not None:
            request["ExclusiveStartKey"] = {name: {"S": text} for name, text in behind.items()}
        return [item for _, item in islice(self._stream(range, *self._query(request)), limit)]

    def all(self, range: Range, at_once: int = 100) -> list[Item]:
        """Every item of a range, however many queries that takes."""
        request = self._request(range, at_once, None)
        return [item for _, item in self._stream(range, *self._query(request))]

    def each(self, range: Range, first: str, at_once: int) -> Iterator[Item]:
        """Every item of a range from position `first` on, one query after the other while somebody reads."""
        stream = self._stream(range, *self._query(self._request(range, at_once, first)))
        return (item for _, item in stream)

    def _heads(self, requests: list[Request]) -> list[tuple[list[Item], Request | None]]:
        if len(requests) == 1:
            return [self._query(requests[0])]
        from concurrent.futures import ThreadPoolExecutor  # most functions never merge, and it takes a while to load

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(self._query, requests))

    def _stream(self, range: Range, items: list[Item], rest: Request | None) -> Iterator[Placed]:
        """The items of a first query, and of those behind it when somebody reads on."""
        yield from ((range.position(item), item) for item in items)
        while rest is not None:
            items, rest = self._query(rest)
            yield from ((range.position(item), item) for item in items)

    def _query(self, request: Request) -> tuple[list[Item], Request | None]:
        """One call: its items, and the request for those behind them (None at the end).

        A made-up cursor may begin beyond the end, and DynamoDB would call that a fault.
        """
        if request["ExpressionAttributeValues"][":low"]["S"] > request["ExpressionAttributeValues"][":high"]["S"]:
            return [], None
        with told_apart("Query"):
            reply = self._client.query(**request)
        last = reply.get("LastEvaluatedKey")
        items: list[Item] = list(reply["Items"])  # type: ignore[arg-type]
        return items, {**request, "ExclusiveStartKey": last} if last else None

    def _request(self, range: Range, limit: int, first: str | None) -> Request:
        low, high = range.bounds(first)
        keys = range.index
        request: Request = {
            "TableName": self._table,
            "KeyConditionExpression": f"{keys.pk} = :partition AND {keys.sk} BETWEEN :low AND :high",
            "ExpressionAttributeValues": {
                ":partition": {"S": range.partition},
                ":low": {"S": low},
                ":high": {"S": high},
            },
            "ScanIndexForward": not range.newest_first,
            "Limit": limit,
        }
        if keys is TABLE:
            return {**request, "ConsistentRead": True}
        return {**request, "IndexName": keys.name}
