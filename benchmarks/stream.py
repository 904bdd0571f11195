"""The table's stream as Lambda delivers it: from DynamoDB Local's own stream, through the template's filters."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from typing import Any

import boto3

from benchmarks.filters import passes, patterns

PATIENCE = 10.0  # seconds


class Stream:
    """Reads on from where it stopped."""

    def __init__(self, endpoint: str, table: str) -> None:
        session = boto3.Session("local", "local", region_name="us-east-1")
        self._client = session.client("dynamodbstreams", endpoint_url=endpoint)
        arn = next(each["StreamArn"] for each in self._client.list_streams(TableName=table)["Streams"])
        shard = self._client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
        self._iterator = self._client.get_shard_iterator(
            StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        self._wanted = patterns("CaseChanges")

    def batch(self, written: int) -> list[dict[str, Any]]:
        """The next `written` records of the stream, those that pass the filters."""
        records: list[dict[str, Any]] = []
        deadline = time.monotonic() + PATIENCE
        while len(records) < written:
            answer = self._client.get_records(ShardIterator=self._iterator)
            self._iterator = answer["NextShardIterator"]
            records.extend(_as_lambda(record) for record in answer["Records"])
            if time.monotonic() > deadline:
                raise RuntimeError(f"the stream told of {len(records)} writes and there were {written}")
        return [record for record in records if passes(record, self._wanted)]


def _as_lambda(record: Mapping[str, Any]) -> dict[str, Any]:
    change = dict(record["dynamodb"])
    change["ApproximateCreationDateTime"] = change["ApproximateCreationDateTime"].timestamp()
    for image in ("OldImage", "NewImage"):
        if image in change:
            change[image] = {name: _value(value) for name, value in change[image].items()}
    return {"eventID": record["eventID"], "eventName": record["eventName"], "dynamodb": change}


def _value(value: Mapping[str, Any]) -> dict[str, Any]:
    """An event carries bytes as text."""
    return {"B": base64.b64encode(value["B"]).decode()} if "B" in value else dict(value)
