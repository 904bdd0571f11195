"""From the timeline over the bus into a queue and through a listener's front door, on moto's engines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib import entry, wiring
from chalicelib.adapters.clients import Clients
from chalicelib.adapters.clock import SystemClock
from chalicelib.adapters.commands import PaymentQueue
from chalicelib.adapters.events import SOURCE, EventBus
from chalicelib.schemas.messages import Message
from local.event_schemas import example

AWS = {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a queue that hears everything that we publish."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name, value in AWS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(wiring, "ports", SimpleNamespace)
    with mock_aws():
        url: str = boto3.client("sqs").create_queue(QueueName="webhooks")["QueueUrl"]
        events = boto3.client("events")
        events.create_event_bus(Name="the-bus")
        events.put_rule(Name="all", EventBusName="the-bus", EventPattern=json.dumps({"source": [SOURCE]}))
        target = {"Id": "queue", "Arn": "arn:aws:sqs:eu-west-1:123456789012:webhooks"}
        events.put_targets(Rule="all", EventBusName="the-bus", Targets=[target])
        yield url


def heard(url: str) -> list[Message]:
    """What a listener hears of the queue, as Lambda hands it over."""
    received = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])
    records = [
        {"messageId": m["MessageId"], "body": m["Body"], "attributes": m.get("Attributes", {})}
        for m in received.get("Messages", [])
    ]
    messages: list[Message] = []

    @entry.queue
    def on_anything(ports: Any, message: Message) -> None:
        messages.append(message)

    assert {"batchItemFailures": []} == on_anything({"Records": records}, None)
    return messages


def test_what_is_published_is_what_a_listener_hears(queue: str) -> None:
    told = example("RefundSettled")
    EventBus(Clients().events, "the-bus", SystemClock()).publish([told])
    [message] = heard(queue)
    assert ("aftersales", "RefundSettled", 1) == (message.source, message.type, message.receives)
    assert (told.event_id, told.case_id, told.sequence) == (
        message.body["id"],
        message.body["case_id"],
        message.body["sequence"],
    )
    assert told.merchant_id == message.body["data"]["merchant_id"]


def test_a_command_is_heard_as_our_own(queue: str) -> None:
    PaymentQueue(Clients().sqs, queue).ask("rfd_1")
    [message] = heard(queue)
    assert ("", "", {"refund_no": "rfd_1"}) == (message.source, message.type, message.body)
