"""One place for each test, with nothing in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from chalicelib.domain.cases import Flow
from operations.places import Place
from operations.queues import QUEUES, READERS
from tests.operations.shops import FakeApi
from tests.tables import definition

FLOW = "arn:aws:states:eu-central-1:123456789012:stateMachine:aftersales-test-refund-flow"

MACHINES: dict[Flow, str] = {
    "refund_flow": FLOW,
    "return_flow": FLOW.replace("refund", "return"),
    "repair_flow": FLOW.replace("refund", "repair"),
    "dispute_flow": FLOW.replace("refund", "dispute"),
}


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def place(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("STAGE", "test")
    with mock_aws():
        session = boto3.Session("key", "secret", region_name="eu-central-1")
        session.client("dynamodb").create_table(TableName="aftersales-test", **definition())
        sqs: Any = session.client("sqs")
        for name in [*QUEUES, *(f"{name}-dead" for name in (*QUEUES, *READERS))]:
            sqs.create_queue(QueueName=f"aftersales-test-{name}")
        yield Place("test", cast(Any, api), cast(Any, session), "aftersales-test", MACHINES)
