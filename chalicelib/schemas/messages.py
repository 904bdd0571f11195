"""What queues and the table's stream hand to listeners, as the listeners want to see it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.errors import InvalidRequest

if TYPE_CHECKING:
    from chalicelib.domain.values import Value


@dataclass(frozen=True)
class Message:
    """One message of a queue.

    `source` and `type` are the bus's (`payments`, `refund.settled`); both are empty for what we queued ourselves.
    `id` is the event's, else the queue's. `receives` counts how often the queue has handed it out, this time too.
    """

    id: str
    body: Mapping[str, Any] = field(repr=False)
    source: str = ""
    type: str = ""
    at: datetime | None = None
    receives: int = 1


def read_message(record: Mapping[str, Any]) -> Message:
    """The message in a record of an SQS batch. Raises InvalidRequest for what is not a JSON object."""
    try:
        body = json.loads(record["body"])
        receives = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
    except (KeyError, TypeError, ValueError, RecursionError):
        raise InvalidRequest("the message is not JSON") from None
    if not isinstance(body, dict):
        raise InvalidRequest("the message is not a JSON object")
    if "detail-type" not in body:
        return Message(id=str(record.get("messageId", "")), body=body, receives=receives)
    return _from_bus(body, receives)


def _from_bus(envelope: Mapping[str, Any], receives: int) -> Message:
    """EventBridge's envelope, taken off."""
    detail, source, type_ = envelope.get("detail"), envelope.get("source"), envelope["detail-type"]
    if not (isinstance(detail, dict) and isinstance(source, str) and isinstance(type_, str)):
        raise InvalidRequest("the message is not an event of the bus")
    try:
        at = datetime.fromisoformat(envelope["time"]) if "time" in envelope else None
    except (TypeError, ValueError):
        raise InvalidRequest("the event has no readable time") from None
    return Message(id=str(envelope.get("id", "")), body=detail, source=source, type=type_, at=at, receives=receives)


@dataclass(frozen=True)
class Signal:
    """What happened on a WebSocket: it was opened (`origin`, `ticket`), something was said (`text`), it is gone."""

    connection_id: str
    kind: str  # CONNECT, MESSAGE or DISCONNECT
    origin: str | None = None  # None: no page, but a program
    ticket: str | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)  # None: bytes, or nothing


def read_signal(event: Mapping[str, Any]) -> Signal:
    """API Gateway's event of a WebSocket route."""
    context = event["requestContext"]
    origins = _all(event, "headers", "multiValueHeaders", "origin")
    tickets = _all(event, "queryStringParameters", "multiValueQueryStringParameters", "ticket")
    return Signal(
        connection_id=context["connectionId"],
        kind=context["eventType"],
        origin=", ".join(origins) if origins else None,  # two are nobody's
        ticket=tickets[0] if len(tickets) == 1 else None,
        text=None if event.get("isBase64Encoded") else event.get("body"),
    )


def _all(event: Mapping[str, Any], single: str, multiple: str, wanted: str) -> list[str]:
    """Every value under this name: an origin that stands in one place only must not be overlooked."""
    several: Mapping[str, list[str]] = event.get(multiple) or {
        name: [value] for name, value in (event.get(single) or {}).items()
    }
    is_header = single == "headers"
    return [
        value for name, values in several.items() if (name.lower() if is_header else name) == wanted for value in values
    ]


@dataclass(frozen=True)
class Change:
    """One item of the table before and after a write (None: it was not there, or it is gone)."""

    sequence: str  # the stream's number of this change
    before: Value | None
    after: Value | None
