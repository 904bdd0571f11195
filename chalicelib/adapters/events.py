"""The timeline's entries on EventBridge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.adapters.faults import told_apart
from chalicelib.errors import TransientFault
from chalicelib.schemas.events import text_of
from chalicelib.telemetry import count, facts, log

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

    from chalicelib.domain.entries import Entry
    from chalicelib.ports import Clock

SOURCE = "aftersales"
BATCH = 10  # PutEvents takes no more; ten of at most 64 KiB could exceed its 256 KiB, but ours are about 600 bytes
TRIES = 3
PAUSE = 0.1  # seconds before the second try; twice that before the third


class EventBus:
    """At least once, in any order: consumers tell repetitions by id and order by sequence."""

    def __init__(self, client: EventBridgeClient, bus: str, clock: Clock) -> None:
        self._client = client
        self._bus = bus
        self._clock = clock

    def publish(self, entries: Sequence[Entry]) -> None:
        for start in range(0, len(entries), BATCH):
            self._put([self._event(entry) for entry in entries[start : start + BATCH]])
        # By type: this is how the dashboard knows cases and refunds by outcome. What is told again counts again.
        for type, number in Counter(entry.type for entry in entries).items():
            count("EventPublished", number, type=type)

    def _put(self, events: Sequence[PutEventsRequestEntryTypeDef]) -> None:
        """Puts a batch; EventBridge may take a part of it, so only what it refused is put again."""
        left = list(events)
        for tried in range(TRIES):
            if tried:
                self._clock.pause(PAUSE * 2 ** (tried - 1))
            with told_apart("PutEvents"):
                answer = self._client.put_events(Entries=left)
            if not answer["FailedEntryCount"]:
                return
            results = answer["Entries"]
            codes = sorted({result["ErrorCode"] for result in results if result.get("ErrorCode")})
            left = [event for event, result in zip(left, results, strict=True) if result.get("ErrorCode")]
            log.warning("the bus refused events", extra=facts(codes=codes, failed=len(left), attempt=tried + 1))
        raise TransientFault(f"the bus refused {len(left)} events: {', '.join(codes)}")

    def _event(self, entry: Entry) -> PutEventsRequestEntryTypeDef:
        return {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": entry.type,
            "Time": entry.at,
            "Detail": text_of(entry),
        }
