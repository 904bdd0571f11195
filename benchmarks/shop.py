"""The shop that is measured: real adapters over DynamoDB Local, every other service a good day away (`partner`)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import boto3

from benchmarks.stream import Stream
from local.engines import dynamodb
from local.packaging import ROOT
from tests import tables
from tests.settings_values import ENVIRONMENT

TABLE, LIVE_TABLE = "aftersales-benchmark", "aftersales-benchmark-live"
QUEUES = "https://sqs.us-east-1.amazonaws.com/123456789012"
CLOUD_SERVICES = ("SQS", "EVENTBRIDGE", "SFN", "SECRETS_MANAGER")


@dataclass(frozen=True)
class Shop:
    """Where things are: `cloud` and `echo` are the partner's two doors."""

    database: str
    cloud: str
    echo: str

    @property
    def hooks(self) -> str:
        """The merchant's endpoint."""
        return f"{self.cloud}/hooks"

    def stream(self) -> Stream:
        return Stream(self.database, TABLE)


@contextmanager
def opened() -> Iterator[Shop]:
    """Starts the engine and the partner, makes the table of `infra/data.yaml`, and configures this process as a
    function's container is configured. Raises EngineUnavailable without Java."""
    with dynamodb.start() as engine, _partner() as (cloud, echo):
        client = boto3.client(
            "dynamodb",
            endpoint_url=engine.endpoint,
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )
        client.create_table(TableName=TABLE, **tables.definition())
        client.create_table(TableName=LIVE_TABLE, **tables.definition("LiveTable"))
        os.environ.update(environment(engine.endpoint, cloud))
        yield Shop(engine.endpoint, cloud, echo)


@contextmanager
def _partner() -> Iterator[tuple[str, str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.partner"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        cloud, echo = (f"http://127.0.0.1:{port}" for port in process.stdout.readline().split())
        yield cloud, echo
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(10)


def environment(database: str, cloud: str) -> dict[str, str]:
    """What every function is given, with our own addresses where somebody is called and our own names in the books."""
    return {
        **ENVIRONMENT,
        **{f"AWS_ENDPOINT_URL_{service}": cloud for service in CLOUD_SERVICES},
        "AWS_ENDPOINT_URL_DYNAMODB": database,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-east-1",
        "STAGE": "benchmark",
        "TABLE": TABLE,
        "BUS": "aftersales-benchmark",
        "PAYMENT_QUEUE_URL": f"{QUEUES}/aftersales-benchmark-payment-commands",
        "WEBHOOK_QUEUE_URL": f"{QUEUES}/aftersales-benchmark-webhooks",
        "LOGISTICS_QUEUE_URL": f"{QUEUES}/aftersales-benchmark-logistics-commands",
        "LIVE_TABLE": LIVE_TABLE,
        "REFUND_FLOW_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:aftersales-benchmark-refund-flow",
        "RETURN_FLOW_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:aftersales-benchmark-return-flow",
        "EXCHANGE_FLOW_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:aftersales-benchmark-exchange-flow",
        "REPAIR_FLOW_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:aftersales-benchmark-repair-flow",
        "DISPUTE_FLOW_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:aftersales-benchmark-dispute-flow",
        "PAYMENT_URL": cloud,
        "LOGISTICS_URL": cloud,
        "WEBHOOK_ALLOW": cloud.removeprefix("http://"),
    }
