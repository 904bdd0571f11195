"""Published entries: each leaves the due index and enters the tallies in one transaction, and counts once."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.keys import key_of_thing, shard, tally_key
from chalicelib.adapters.dynamodb.transactions import transact
from chalicelib.domain.tallies import change_of_all
from chalicelib.errors import TransientFault

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from chalicelib.adapters.dynamodb.keys import Key
    from chalicelib.adapters.dynamodb.reads import Pause
    from chalicelib.adapters.dynamodb.transactions import Action
    from chalicelib.domain.entries import Entry

AT_ONCE = 25  # entries, so 25 + at most 25 shops + 1 of the platform's shards in one transaction
TRIES = 8  # a busy shop's tally is everybody's: eight writers at once needed six


class Acknowledgements:
    """Takes entries off the due index and counts them."""

    def __init__(self, client: DynamoDBClient, table: str, pause: Pause) -> None:
        self._client, self._table, self._pause = client, table, pause

    def take(self, entries: Sequence[Entry]) -> None:
        """Entries acknowledged before change nothing. Raises TransientFault after eight lost races."""
        different = list({entry.event_id: entry for entry in entries}.values())
        for start in range(0, len(different), AT_ONCE):
            self._take(different[start : start + AT_ONCE])

    def _take(self, entries: list[Entry]) -> None:
        for attempt in range(TRIES):
            try:
                # A refused condition says: this one was acknowledged before, and it never becomes due again. So the
                # others are tried without it, and nothing has to be read.
                refused = transact(self._client, self._actions(entries))
            except TransientFault:
                if attempt == TRIES - 1:
                    raise
                self._pause(0.01 * 2**attempt * (0.5 + random.random()))
                continue
            if not refused:
                return
            entries = [entry for i, entry in enumerate(entries) if i not in refused]
            if not entries:
                return
        raise TransientFault("entries of one batch kept being acknowledged by others")

    def _actions(self, entries: Sequence[Entry]) -> list[Action]:
        """The entries first, in their order; then the tallies that they change."""
        shops: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            shops[entry.merchant_id].append(entry)
        changes = {tally_key(merchant_id): change_of_all(told) for merchant_id, told in shops.items()}
        changes[tally_key(None, shard(entries[0].event_id))] = change_of_all(entries)
        return [
            *(self._published(key_of_thing(entry)) for entry in entries),
            *(self._added(key, numbers) for key, numbers in changes.items() if numbers),
        ]

    def _published(self, key: Key) -> Action:
        return {
            "Update": {
                "TableName": self._table,
                "Key": {"pk": {"S": key[0]}, "sk": {"S": key[1]}},
                "UpdateExpression": "REMOVE due_key, due_at",
                "ConditionExpression": "attribute_exists(due_key)",
            }
        }

    def _added(self, key: Key, numbers: Mapping[str, int]) -> Action:
        """Number names hold colons, so they go by placeholders."""
        names = list(numbers)
        return {
            "Update": {
                "TableName": self._table,
                "Key": {"pk": {"S": key[0]}, "sk": {"S": key[1]}},
                "UpdateExpression": "ADD " + ", ".join(f"#{i} :{i}" for i in range(len(names))),
                "ExpressionAttributeNames": {f"#{i}": name for i, name in enumerate(names)},
                "ExpressionAttributeValues": {f":{i}": {"N": str(numbers[name])} for i, name in enumerate(names)},
            }
        }
