"""The adapter over an empty table of DynamoDB Local."""

from __future__ import annotations

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from chalicelib.adapters.dynamodb.listings import DynamoListings
from chalicelib.adapters.dynamodb.records import DynamoRecords


def unhurried(seconds: float) -> None:
    """A pause that takes no time."""


@pytest.fixture
def records(dynamodb_client: DynamoDBClient, table: str) -> DynamoRecords:
    return DynamoRecords(dynamodb_client, table, unhurried)


@pytest.fixture
def listings(dynamodb_client: DynamoDBClient, table: str) -> DynamoListings:
    return DynamoListings(dynamodb_client, table, unhurried)
