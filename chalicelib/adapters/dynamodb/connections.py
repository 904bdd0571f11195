"""Tickets, connections and what they follow: a table of its own, whose items are deleted, and forgotten by themselves.

| item | pk | sk |
|---|---|---|
| ticket | `ticket#<digest>` | `ticket` |
| connection, by person | `actor#<actor key>` | `connection#<id>` |
| the same | `connection#<id>` | `connection` |
| case followed | `connection#<id>` | `case#<case_id>` |
| subscription | `case#<case_id>` | `connection#<id>` |

Written in that order and deleted from the last, so that what a crash leaves is found again, by the connection or by
the next message that nobody takes. Every write is safe to repeat: the SDK does, when a reply is lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.faults import told_apart
from chalicelib.domain.actors import Actor
from chalicelib.domain.connections import Connection, Subscription

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from chalicelib.adapters.dynamodb.codec import Item
    from chalicelib.domain.connections import Ticket


class DynamoConnections:
    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def issue(self, ticket: Ticket) -> None:
        self._put(f"ticket#{ticket.digest}", "ticket", ticket.expires_at, body=ticket.actor.model_dump_json())

    def redeem(self, digest: str, connection_id: str, now: datetime) -> Actor | None:
        """The mark is the connection's id: a repeated call finds itself, and nobody else has that id."""
        with told_apart("UpdateItem"):
            try:
                reply = self._client.update_item(
                    TableName=self._table,
                    Key={"pk": {"S": f"ticket#{digest}"}, "sk": {"S": "ticket"}},
                    UpdateExpression="SET used_by = :me",
                    ConditionExpression="expires_at > :now AND (attribute_not_exists(used_by) OR used_by = :me)",
                    ExpressionAttributeValues={":me": {"S": connection_id}, ":now": {"N": f"{now.timestamp():.3f}"}},
                    ReturnValues="ALL_NEW",
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                return None
        return Actor.model_validate_json(reply["Attributes"]["body"]["S"])

    def open(self, connection: Connection) -> None:
        body, key = connection.model_dump_json(exclude={"cases"}), f"connection#{connection.connection_id}"
        # By person first: what is counted is never less than what is there.
        self._put(f"actor#{connection.actor.key}", key, connection.expires_at, body=body)
        self._put(key, "connection", connection.expires_at, body=body)

    def find(self, connection_id: str) -> Connection | None:
        found: Connection | None = None
        cases: set[str] = set()
        for item in self._partition(f"connection#{connection_id}"):
            kind, _, rest = item["sk"]["S"].partition("#")
            if kind == "case":
                cases.add(rest)
            else:
                found = Connection.model_validate_json(item["body"]["S"])
        return found.but(cases=frozenset(cases)) if found else None

    def of_actor(self, actor_key: str) -> Sequence[Connection]:
        return [Connection.model_validate_json(item["body"]["S"]) for item in self._partition(f"actor#{actor_key}")]

    def follow(self, subscription: Subscription) -> None:
        connection, case = f"connection#{subscription.connection_id}", f"case#{subscription.case_id}"
        self._put(connection, case, subscription.expires_at)
        body = subscription.model_dump_json(exclude={"sent", "since"})
        more = {"since": {"S": subscription.since}, "sent": {"N": str(subscription.sent)}}
        self._put(case, connection, subscription.expires_at, body=body, **more)

    def unfollow(self, connection_id: str, case_id: str) -> None:
        connection, case = f"connection#{connection_id}", f"case#{case_id}"
        self._delete(case, connection)
        self._delete(connection, case)

    def followers(self, case_id: str) -> Sequence[Subscription]:
        return [_subscription(item) for item in self._partition(f"case#{case_id}")]

    def advance(self, subscription: Subscription, sent: int) -> None:
        connection, case = f"connection#{subscription.connection_id}", f"case#{subscription.case_id}"
        with told_apart("UpdateItem"):
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key={"pk": {"S": case}, "sk": {"S": connection}},
                    UpdateExpression="SET sent = :sent",
                    ConditionExpression="since = :since AND sent < :sent",
                    ExpressionAttributeValues={":since": {"S": subscription.since}, ":sent": {"N": str(sent)}},
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                return

    def forget(self, connection: Connection) -> None:
        for case_id in sorted(connection.cases):
            self.unfollow(connection.connection_id, case_id)
        self._delete(f"actor#{connection.actor.key}", f"connection#{connection.connection_id}")
        self._delete(f"connection#{connection.connection_id}", "connection")

    def _put(self, pk: str, sk: str, until: datetime, *, body: str | None = None, **more: dict[str, str]) -> None:
        item: dict[str, Any] = {"pk": {"S": pk}, "sk": {"S": sk}, "expires_at": {"N": str(int(until.timestamp()))}}
        with told_apart("PutItem"):
            self._client.put_item(
                TableName=self._table, Item={**item, **({"body": {"S": body}} if body else {}), **more}
            )

    def _delete(self, pk: str, sk: str) -> None:
        with told_apart("DeleteItem"):
            self._client.delete_item(TableName=self._table, Key={"pk": {"S": pk}, "sk": {"S": sk}})

    def _partition(self, pk: str) -> Iterator[Item]:
        """All of it, consistent: a subscription that an index did not show yet would miss its entry."""
        request: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": pk}},
            "ConsistentRead": True,
        }
        while True:
            with told_apart("Query"):
                page = self._client.query(**request)
            yield from page["Items"]  # type: ignore[misc]
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _subscription(item: Item) -> Subscription:
    beside = {"since": item["since"]["S"], "sent": int(item["sent"]["N"])}
    return Subscription.model_validate({**json.loads(item["body"]["S"]), **beside})
