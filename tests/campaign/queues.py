"""Queues, bus and stream as AWS delivers them: at least once, again after a failure, and aside after too many."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain.entries import Entry
from chalicelib.domain.gates import Gate
from chalicelib.schemas.events import text_of
from chalicelib.schemas.messages import Change, Message
from tests.campaign.sites import Site

if TYPE_CHECKING:
    from tests.campaign.cloud import Cloud

HIDDEN = timedelta(seconds=180)  # infra/app/queues.yaml: VisibilityTimeout
RECEIVES = 5  # maxReceiveCount
BATCH, RETRIES = 3, 10  # of the stream's reader; a batch that failed is bisected down to one


@dataclass
class Letter:
    """A message for the function that reads its queue."""

    reader: str
    body: Mapping[str, Any] = field(repr=False)
    visible_at: datetime
    source: str = ""
    type: str = ""
    receives: int = 0


class Queues:
    """All queues. Also the ports that fill them: `ask`, `later` and, by the bus, `publish`."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.waiting: list[Letter] = []
        self.dead: list[Letter] = []
        self.published: list[tuple[str, str]] = []  # event id and text, as often as the bus was told

    def put(self, reader: str, body: Mapping[str, Any], *, delay: float = 0, source: str = "", type: str = "") -> None:
        visible_at = self._cloud.clock.now() + timedelta(seconds=delay)
        self.waiting.append(Letter(reader, body, visible_at, source, type))

    def ask(self, refund_no: str, delay: int = 0) -> None:
        assert 0 <= delay <= 900, "SQS delays at most 15 minutes"
        self.put("on_payment_command", {"refund_no": refund_no}, delay=delay)

    def ask_carriers(self, command_no: str, delay: int = 0) -> None:
        assert 0 <= delay <= 900, "SQS delays at most 15 minutes"
        self.put("on_logistics_command", {"command_no": command_no}, delay=delay)

    def publish(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            text = text_of(entry)
            self.published.append((entry.event_id, text))
            for reader in ("on_webhook_due", "on_notification_due"):
                self.put(reader, json.loads(text), source="aftersales", type=entry.type)

    def deliver(self) -> None:
        """Every message that is visible now, each once."""
        for letter in [letter for letter in self.waiting if letter.visible_at <= self._cloud.clock.now()]:
            if letter in self.waiting:  # else somebody took it meanwhile
                self.waiting.remove(letter)
                self._hand_out(letter)

    def _hand_out(self, letter: Letter) -> None:
        letter.receives += 1
        body = {**letter.body, "of_yesterday": True} if self._cloud.is_redeployed else letter.body
        message = Message("m", body, letter.source, letter.type, receives=letter.receives)
        if self._cloud.listen(Site("queue.deliver", letter.reader), letter.reader, message):
            return
        if letter.receives >= RECEIVES:
            self.dead.append(letter)
        else:
            letter.visible_at = self._cloud.clock.now() + HIDDEN
            self.waiting.append(letter)

    def redrive(self) -> None:
        """An operator sends the dead ones back (docs/operations.md), once whatever broke them is over."""
        for letter in self.dead:
            letter.receives = 0
            self.waiting.append(letter)
        self.dead.clear()


class Stream:
    """The table's changes, in order, to one reader at a time."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._busy = False
        self.given_up = 0

    def deliver(self) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            self._deliver()
        finally:
            self._busy = False

    def _deliver(self) -> None:
        changes, failures = self._cloud.table.changes, 0
        while changes:
            batch = [change for change in list(changes)[: 1 if failures else BATCH] if _passes(change)]
            taken = 1 if failures else min(BATCH, len(changes))
            site = Site("stream.deliver", "on_case_changed")
            if not batch or self._cloud.listen(site, "on_case_changed", batch):
                failures = 0
            elif failures < RETRIES:
                failures += 1
                continue
            else:  # on the reader's own dead-letter queue: the facts stand in the table, the sweeper finds them
                failures, self.given_up = 0, self.given_up + 1
            for _ in range(taken):
                changes.popleft()


def _passes(change: Change) -> bool:
    """infra/app/triggers.yaml's filters."""
    thing = change.after
    return (isinstance(thing, Entry) and change.before is None) or (isinstance(thing, Gate) and thing.token is not None)
