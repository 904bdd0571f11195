"""Everybody outside: flows, bus, queues, provider, merchants' endpoints, bucket. Each remembers what it was told."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from chalicelib.adapters.logistics.notices import SYSTEMS
from chalicelib.domain.actors import Actor
from chalicelib.domain.carriers import System
from chalicelib.domain.entries import Entry
from chalicelib.domain.logistics import CarrierCommand
from chalicelib.domain.notifications import Notification
from chalicelib.domain.refunds import Refund
from chalicelib.errors import FieldError, InvalidRequest, SignatureInvalid, TransientFault, Unauthorized
from chalicelib.ports import CarrierAnswer, News, ProviderAnswer, StoredFile, Upload, WebhookResponse


class RecordingFlows:
    """`running` holds the executions that are under way; a test ends them as it likes."""

    def __init__(self) -> None:
        self.started: list[tuple[str, int]] = []
        self.resumed: list[tuple[str, dict[str, Any]]] = []
        self.running: set[tuple[str, int]] = set()
        self.flows: dict[str, str] = {}  # which machine carries each case

    def start(self, flow: str, case_id: str, attempt: int) -> None:
        if (case_id, attempt) not in self.started:
            self.started.append((case_id, attempt))
            self.running.add((case_id, attempt))
            self.flows[case_id] = flow

    def resume(self, token: str, step: Mapping[str, Any]) -> None:
        self.resumed.append((token, dict(step)))

    def is_running(self, flow: str, case_id: str, attempt: int) -> bool:
        return self.flows.get(case_id, flow) == flow and (case_id, attempt) in self.running


class RecordingEvents:
    """`refusals`: how many of the next publications the bus refuses."""

    def __init__(self) -> None:
        self.published: list[Entry] = []
        self.refusals = 0

    def publish(self, entries: Sequence[Entry]) -> None:
        if self.refusals:
            self.refusals -= 1
            raise TransientFault("the bus refused")
        self.published.extend(entries)


class RecordingCommands:
    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def ask(self, refund_no: str, delay: int = 0) -> None:
        assert 0 <= delay <= 900, "SQS delays at most 15 minutes"
        self.asked.append((refund_no, delay))


# What the provider does with the next payment: pays; takes it in; declines; pays but never says so; never hears of it.
Deed = Literal["pay", "accept", "decline", "pay_silently", "lose"]


class StandInProvider:
    """A provider with a book of its own. The same number is paid once, however often it is sent."""

    def __init__(self) -> None:
        self.book: dict[str, str] = {}  # refund number → settled, accepted or failed
        self.paid: dict[str, int] = {}  # refund number → minor units that really went out
        self.deeds: deque[Deed] = deque()
        self.calls: list[tuple[str, str]] = []
        self.is_silent = False  # answers no question

    def pay(self, refund: Refund) -> ProviderAnswer:
        self.calls.append(("pay", refund.refund_no))
        if refund.refund_no in self.book:
            return self._told(refund.refund_no)
        deed = self.deeds.popleft() if self.deeds else "pay"
        if deed == "lose":
            return ProviderAnswer("unknown", "no answer")
        self.book[refund.refund_no] = {"accept": "accepted", "decline": "failed"}.get(deed, "settled")
        if deed in ("pay", "pay_silently"):
            self.paid[refund.refund_no] = refund.amount
        return ProviderAnswer("unknown", "no answer") if deed == "pay_silently" else self._told(refund.refund_no)

    def find(self, refund: Refund) -> ProviderAnswer:
        self.calls.append(("find", refund.refund_no))
        if self.is_silent:
            return ProviderAnswer("unknown", "no answer")
        return self._told(refund.refund_no) if refund.refund_no in self.book else ProviderAnswer("never_seen")

    def settle(self, refund: Refund) -> None:
        """What was accepted is paid."""
        self.book[refund.refund_no] = "settled"
        self.paid[refund.refund_no] = refund.amount

    def _told(self, refund_no: str) -> ProviderAnswer:
        state: Any = self.book[refund_no]
        return ProviderAnswer(state, "account closed" if state == "failed" else None)


class StandInNotices:
    """A notification is good when its `signature` header says so."""

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Mapping[str, Any]:
        if headers.get("signature") != "good":
            raise SignatureInvalid("the signature does not verify")
        try:
            document = json.loads(body)
        except ValueError:
            raise InvalidRequest("not JSON") from None
        if not isinstance(document, dict):
            raise InvalidRequest("not an object")
        return document


class RecordingLogisticsCommands:
    tracker: System = "standard"

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def ask(self, command_no: str, delay: int = 0) -> None:
        assert 0 <= delay <= 900, "SQS delays at most 15 minutes"
        self.asked.append((command_no, delay))


class StandInCarriers:
    """Carriers with a book of their own: a number does one thing, however often it is sent.

    `answers` are those of the next commands, in order; the usual one is `done`. `deaf` loses the next so many commands
    before they are heard, `mute` answers no call until it is taken off.
    """

    def __init__(self) -> None:
        self.book: dict[str, CarrierAnswer] = {}
        self.commands: dict[str, CarrierCommand] = {}  # as they first came
        self.answers: deque[CarrierAnswer] = deque()
        self.planned: deque[CarrierAnswer] = deque()  # of the next commands that are not to follow a parcel
        self.calls: list[tuple[str, str]] = []
        self.deaf = 0
        self.mute = False

    def carry_out(self, command: CarrierCommand) -> CarrierAnswer:
        self.calls.append((command.kind, command.command_no))
        if self.deaf:
            self.deaf -= 1
            return CarrierAnswer("unknown", "no answer")
        if command.command_no not in self.book:
            self.commands[command.command_no] = command
            self.book[command.command_no] = self.answers.popleft() if self.answers else self._usual(command)
        return CarrierAnswer("unknown", "no answer") if self.mute else self.book[command.command_no]

    def find(self, command: CarrierCommand) -> CarrierAnswer:
        self.calls.append(("find", command.command_no))
        if self.mute:
            return CarrierAnswer("unknown", "no answer")
        return self.book.get(command.command_no, CarrierAnswer("never_seen"))

    def _usual(self, command: CarrierCommand) -> CarrierAnswer:
        if self.planned and command.kind != "track" and _fits(self.planned[0], command):
            return self.planned.popleft()
        if command.kind == "book_pickup":
            number = f"SF{len(self.book) + 1:010}"
            return CarrierAnswer("done", carrier="sf", waybill_no=number, slot=command.slot)
        if command.claim is not None:
            return CarrierAnswer("done", paid=command.claim.amount, currency=command.claim.currency)
        return CarrierAnswer("done", slot=command.slot)


def _fits(answer: CarrierAnswer, command: CarrierCommand) -> bool:
    """A proof answers who asked for one; the adapter would pass nothing else on."""
    return answer.proof is None or command.kind == "proof_of_delivery"


class StandInPushes:
    """A push is good when its `signature` header says so; it is read as the real adapter reads it."""

    def __init__(self) -> None:
        self.contradictions: list[str] = []
        self.nobody_s: list[str] = []

    def verify(self, system: System, body: bytes, headers: Mapping[str, str]) -> Sequence[News]:
        if headers.get("signature") != "good":
            raise SignatureInvalid("the signature does not verify")
        try:
            document = json.loads(body)
        except ValueError:
            raise InvalidRequest("not JSON") from None
        if not isinstance(document, dict):
            raise InvalidRequest("not an object")
        return self.read(system, document)

    def read(self, system: System, document: Mapping[str, Any]) -> Sequence[News]:
        return SYSTEMS[system][1](document)

    def acknowledgement(self, system: System) -> Mapping[str, Any]:
        return SYSTEMS[system][2]

    def contradicted(self, system: System) -> None:
        self.contradictions.append(system)

    def unclaimed(self, system: System) -> None:
        self.nobody_s.append(system)


class StandInWebhooks:
    """Signed by `<merchant>/<secret version>` in the `webhook-signature` header; answers as `responses` say."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str, tuple[int, ...]]] = []
        self.delayed: list[tuple[str, str, int]] = []
        self.responses: deque[WebhookResponse] = deque()
        self.switched_off: list[tuple[str, str]] = []

    def send(
        self, merchant_id: str, url: str, message_id: str, payload: str, versions: Sequence[int]
    ) -> WebhookResponse:
        self.sent.append((merchant_id, message_id, payload, tuple(versions)))
        return self.responses.popleft() if self.responses else WebhookResponse(200)

    def verify(self, merchant_id: str, body: bytes, headers: Mapping[str, str], versions: Sequence[int]) -> str:
        given = {name.lower(): value for name, value in headers.items()}
        if given.get("webhook-signature") not in {f"{merchant_id}/{version}" for version in versions}:
            raise SignatureInvalid("the signature does not verify")
        return given["webhook-id"]

    def secret(self, merchant_id: str, version: int) -> str:
        return f"whsec_{merchant_id}_{version}"

    def refuse_target(self, url: str) -> None:
        if not url.startswith("https://"):
            raise InvalidRequest("url: only https", errors=[FieldError("url", "only https")])

    def later(self, merchant_id: str, event_id: str, delay: int) -> None:
        assert 0 <= delay <= 900, "SQS delays at most 15 minutes"
        self.delayed.append((merchant_id, event_id, delay))

    def disabled(self, merchant_id: str, because: str) -> None:
        self.switched_off.append((merchant_id, because))


class StandInEvidence:
    """A bucket that keeps every version. `is_silent`: it answers no question."""

    def __init__(self) -> None:
        self.stored: dict[str, list[StoredFile]] = {}
        self.is_silent = False

    def upload(self, object_key: str, content_type: str, max_bytes: int) -> Upload:
        fields = {"key": object_key, "Content-Type": content_type, "limit": str(max_bytes)}
        return Upload("https://evidence.example", fields)

    def put(self, object_key: str, content: bytes, content_type: str) -> None:
        """Somebody uploads, past every condition of the form."""
        versions = self.stored.setdefault(object_key, [])
        versions.append(StoredFile(content, content_type, len(content), f"v{len(versions) + 1}"))

    def fetch(self, object_key: str, most: int) -> StoredFile | None:
        if self.is_silent:
            raise TransientFault("the bucket does not answer")
        if object_key not in self.stored:
            return None
        last = self.stored[object_key][-1]
        return replace(last, content=last.content[: most + 1])

    def link(self, object_key: str, content_type: str, version: str) -> str:
        return f"https://evidence.example/{object_key}?version={version}&type={content_type}&signed"


class RecordingCourier:
    def __init__(self) -> None:
        self.sent: list[tuple[str, Notification]] = []

    def send(self, channel: str, notification: Notification) -> None:
        self.sent.append((channel, notification))


class PlainTokens:
    """`buyer:b1` or `merchant:anna:m1` is its own token; everything else is nobody's."""

    def actor(self, token: str) -> Actor:
        role, _, rest = token.partition(":")
        id_, _, merchant_id = rest.partition(":")
        if not id_:
            raise Unauthorized("the token is not valid")
        return Actor(role=role, id=id_, merchant_id=merchant_id or None)
