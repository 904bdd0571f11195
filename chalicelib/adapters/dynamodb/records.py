"""The Records port: load, save, acknowledge. All consistent, all conditional."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.dynamodb.acknowledgements import Acknowledgements
from chalicelib.adapters.dynamodb.codec import item_of, thing_of
from chalicelib.adapters.dynamodb.keys import can_stand, key_of
from chalicelib.adapters.dynamodb.reads import read_all
from chalicelib.adapters.dynamodb.transactions import transact
from chalicelib.domain.base import Record
from chalicelib.errors import VersionLost

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from chalicelib.adapters.dynamodb.codec import Item
    from chalicelib.adapters.dynamodb.reads import Pause
    from chalicelib.adapters.dynamodb.transactions import Action
    from chalicelib.domain.entries import Entry
    from chalicelib.domain.refs import Ref
    from chalicelib.domain.values import Value


class DynamoRecords:
    """`pause` waits that many seconds; only between two tries of a read or of a contended tally."""

    def __init__(self, client: DynamoDBClient, table: str, pause: Pause = time.sleep) -> None:
        self._client, self._table, self._pause = client, table, pause
        self._acknowledgements = Acknowledgements(client, table, pause)

    def load(self, wanted: Sequence[Ref[Any]]) -> Mapping[Ref[Any], Value]:
        """What is there of what is wanted, by one consistent read of at most 100 different things."""
        keys = {ref: key for ref in wanted if can_stand(key := key_of(ref))}
        items = read_all(self._client, self._table, dict.fromkeys(keys.values()), self._pause, "pk,sk,body")
        return {ref: thing_of(items[key]) for ref, key in keys.items() if key in items}

    def save(self, items: Sequence[Value]) -> None:
        """One transaction of at most 100 items. Raises VersionLost, TransientFault or, loudly, Fault."""
        if not items:
            return
        actions = [self._put(thing, item_of(thing)) for thing in items]
        refused = transact(self._client, actions)
        if refused:
            raise VersionLost(", ".join(_name(actions[i]["Put"]["Item"]) for i in refused))

    def acknowledge(self, entries: Sequence[Entry]) -> None:
        """Published and counted, each once. Raises TransientFault when others kept writing the same tallies."""
        self._acknowledgements.take(entries)

    def _put(self, thing: Value, item: Item) -> Action:
        put: Action = {"TableName": self._table, "Item": item}
        if isinstance(thing, Record) and thing.version > 1:
            put["ConditionExpression"] = "version = :before"
            put["ExpressionAttributeValues"] = {":before": {"N": str(thing.version - 1)}}
        else:
            put["ConditionExpression"] = "attribute_not_exists(pk)"
        return {"Put": put}


def _name(item: Item) -> str:
    version = f" version {item['version']['N']}" if "version" in item else ""
    return f"{item['pk']['S']} {item['sk']['S']}{version}"
