"""`dead QUEUE [--replay]`: what five tries could not handle, and its way back. And how full every queue is.

Back means: sent to the queue once more, then taken out of the dead-letter queue. SQS's own redrive is not used: it does
not know where to put what EventBridge laid there directly (no queue ever held it), and the local cloud has none.
Whatever is interrupted in between is there twice, which every consumer knows how to take.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from local.replay.progress import Bar
from operations.errors import Refused
from operations.places import Place
from operations.printing import console, say, table

QUEUES = (
    "payment-commands", "payment-events", "logistics-commands", "logistics-events", "order-events", "stock-events",
    "webhooks", "notifications", "evidence-stored", "live",
)  # fmt: skip
# The readers of the table's stream have a dead-letter queue and no queue: what lies there are pointers into the stream.
READERS = {
    "changes": "the sweeper repairs from the table",
    "searches": "`reindex` makes the index anew from the table",
}
HEADS = ("queue", "waiting", "being handled", "delayed", "dead")
COUNTED = ("", "NotVisible", "Delayed")
PEEKED = 10
HIDDEN = 30  # seconds that a message is ours while it is moved
IDS = ("event_id", "case_id", "refund_no", "command_no", "merchant_id", "order_id", "type", "detail-type", "source")


def depths(place: Place) -> Iterator[tuple[object, ...]]:
    """A line for each queue. SQS's numbers are approximate."""
    for name in QUEUES:
        yield name, *_counts(place, name), _counts(place, f"{name}-dead")[0]
    for name in READERS:
        yield name, "", "", "", _counts(place, f"{name}-dead")[0]


def show(place: Place, name: str) -> None:
    """The first few dead messages by their ids; bodies may hold what somebody wrote."""
    found = list(_peek(place, name))
    table(f"{name}-dead, a few of {_counts(place, f'{name}-dead')[0]}", ("sent", "tries", "about"), found)
    if found and name in READERS:
        say(f"Pointers into the stream: {READERS[name]}. Purge the queue when the reason is mended.")
    elif found:
        say(f"When the reason is mended: python -m operations dead {name} --replay")


def replay(place: Place, name: str) -> int:
    """Puts back what is there now, and answers how many. Raises Refused for those of the stream's readers."""
    if name in READERS:
        raise Refused(f"these are pointers into the table's stream, not messages: {READERS[name]}")
    sqs = place.session.client("sqs")
    source, target = _url(place, f"{name}-dead"), _url(place, name)
    wanted, moved = int(_counts(place, f"{name}-dead")[0]), 0
    bar = Bar(console(), f"{name}: back from {name}-dead", wanted)
    # A message that dies again at once must not be carried round for ever: no more than lay there at the beginning.
    while moved < wanted:
        messages = _received(sqs, source, min(10, wanted - moved), HIDDEN)
        if not messages:
            break
        for message in messages:
            sqs.send_message(QueueUrl=target, MessageBody=message["Body"], **_attributes(message))
            sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
            moved += 1
            bar.one()
    say(f"{moved} messages put back into {name}")
    return moved


def _peek(place: Place, name: str) -> Iterator[tuple[object, ...]]:
    sqs = place.session.client("sqs")
    for message in _received(sqs, _url(place, f"{name}-dead"), PEEKED, 0):
        told = message["Attributes"]
        sent = datetime.fromtimestamp(int(told["SentTimestamp"]) / 1000, UTC)
        yield sent, told["ApproximateReceiveCount"], about(message["Body"])


def about(body: str) -> str:
    """What a message is about, by ids alone; of an event also those of its detail."""
    try:
        content = json.loads(body)
    except ValueError:
        return "no JSON"
    found: dict[str, str] = {}
    for level in (content, content.get("detail") if isinstance(content, dict) else None):
        if isinstance(level, dict):
            found |= {key: level[key] for key in IDS if isinstance(level.get(key), str)}
    return " ".join(f"{key}={value[:80]}" for key, value in found.items()) or "no ids"


def _received(sqs: Any, url: str, most: int, hidden: int) -> list[dict[str, Any]]:
    answer = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=most,
        VisibilityTimeout=hidden,
        WaitTimeSeconds=1,  # a short look asks only some of SQS's servers and may find nothing
        AttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
        MessageAttributeNames=["All"],
    )
    return list(answer.get("Messages", []))


def _attributes(message: dict[str, Any]) -> dict[str, Any]:
    attributes = message.get("MessageAttributes")
    return {"MessageAttributes": attributes} if attributes else {}


def _url(place: Place, name: str) -> str:
    return str(place.session.client("sqs").get_queue_url(QueueName=place.named(name))["QueueUrl"])


def _counts(place: Place, name: str) -> tuple[str, ...]:
    wanted = [f"ApproximateNumberOfMessages{what}" for what in COUNTED]
    sqs = place.session.client("sqs")
    told = sqs.get_queue_attributes(QueueUrl=_url(place, name), AttributeNames=wanted)["Attributes"]
    return tuple(told[attribute] for attribute in wanted)
