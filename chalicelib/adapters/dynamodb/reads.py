"""One consistent BatchGetItem, asked again for whatever DynamoDB left out."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.dynamodb.codec import key_in
from chalicelib.adapters.faults import told_apart
from chalicelib.errors import Fault, TransientFault

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from chalicelib.adapters.dynamodb.codec import Item
    from chalicelib.adapters.dynamodb.keys import Key

MAX_KEYS = 100  # DynamoDB's own bound
TRIES = 6  # the last pause is 0.16 to 0.48 s; by then it is the caller's turn to wait
Pause = Callable[[float], None]


def read_all(
    client: DynamoDBClient, table: str, keys: Iterable[Key], pause: Pause, attributes: str | None = None
) -> dict[Key, Item]:
    """The items that are there, by key. `attributes`: a projection, without it all of each item.

    Raises TransientFault when DynamoDB goes on leaving keys out: missing and not read are never confused.
    """
    wanted = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in keys]
    if not wanted:
        return {}
    if len(wanted) > MAX_KEYS:
        raise Fault(f"{len(wanted)} items do not fit into one read")
    request: dict[str, Any] = {"Keys": wanted, "ConsistentRead": True}
    if attributes is not None:
        request["ProjectionExpression"] = attributes
    items: dict[Key, Item] = {}
    for attempt in range(TRIES):
        with told_apart("BatchGetItem"):
            reply = client.batch_get_item(RequestItems={table: request})  # type: ignore[dict-item]
        items.update((key_in(item), item) for item in reply["Responses"].get(table, ()))  # type: ignore[misc]
        left = reply["UnprocessedKeys"].get(table)
        if not left:
            return items
        request = dict(left)
        pause(0.01 * 2**attempt * (0.5 + random.random()))
    raise TransientFault(f"{len(request['Keys'])} items could not be read")
