"""Every case of the table, for whoever makes the search index anew. No function of ours has the right to scan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from chalicelib.adapters.dynamodb.codec import thing_of
from chalicelib.adapters.faults import told_apart
from chalicelib.domain.cases import Case

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoScan:
    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def cases(self) -> Iterator[list[Case]]:
        """Page by page, each read consistently when it is asked for. A case that was there before is in one of them."""
        request: dict[str, Any] = {
            "TableName": self._table,
            "ConsistentRead": True,
            "FilterExpression": "sk = :case",
            "ExpressionAttributeValues": {":case": {"S": "case"}},
        }
        while True:
            with told_apart("Scan"):
                page = self._client.scan(**request)
            if page["Items"]:
                yield [cast(Case, thing_of(item)) for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
