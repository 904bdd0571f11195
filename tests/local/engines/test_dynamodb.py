"""DynamoDB Local comes up, keeps what AWS promises, and goes when it should."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError
from mypy_boto3_dynamodb import DynamoDBClient

from local.engines import dynamodb
from local.engines.errors import EngineFailed, EngineUnavailable
from local.engines.java import java
from tests import tables

OWNER = """
import sys
from local.engines import dynamodb
print(dynamodb.start().endpoint, flush=True)
sys.stdin.read()
"""


@pytest.mark.dynamodb
def test_table_is_the_one_of_the_template(dynamodb_client: DynamoDBClient, table: str) -> None:
    described = dynamodb_client.describe_table(TableName=table)["Table"]
    assert {"by_buyer", "by_merchant", "by_state", "by_due", "by_owner"} <= {
        index["IndexName"] for index in described["GlobalSecondaryIndexes"]
    }
    assert described["StreamSpecification"]["StreamEnabled"]


@pytest.mark.dynamodb
def test_capped_counter_is_never_overrun_by_simultaneous_writers(dynamodb_client: DynamoDBClient, table: str) -> None:
    def add_one(_: int) -> bool:
        try:
            dynamodb_client.update_item(
                TableName=table,
                Key={"pk": {"S": "order#1"}, "sk": {"S": "ledger"}},
                UpdateExpression="ADD taken :one",
                ConditionExpression="attribute_not_exists(taken) OR taken < :cap",
                ExpressionAttributeValues={":one": {"N": "1"}, ":cap": {"N": "10"}},
            )
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ConditionalCheckFailedException"
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(add_one, range(40))) == 10


@pytest.mark.dynamodb
def test_a_port_that_is_taken_is_told_with_the_reason(dynamodb_local: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(EngineFailed, match="Failed to bind"):
        dynamodb.start(taken.getsockname()[1])


@pytest.fixture
def owner() -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen([sys.executable, "-c", OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process
        process.kill()


@pytest.mark.dynamodb
def test_engine_dies_with_a_parent_that_was_killed(dynamodb_local: str, owner: "subprocess.Popen[bytes]") -> None:
    assert owner.stdout is not None
    port = int(owner.stdout.readline().decode().rsplit(":", 1)[1])
    owner.kill()
    end = time.monotonic() + 10
    while _listens(port) and time.monotonic() < end:
        time.sleep(0.02)
    assert not _listens(port)


def test_missing_java_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    java.cache_clear()
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(EngineUnavailable, match=r"^Java 17 or newer is missing: install a JDK"):
        dynamodb.start()


def test_definition_holds_nothing_but_what_create_table_takes() -> None:
    assert {"AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode", "StreamSpecification"} == set(
        tables.definition()
    )


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
