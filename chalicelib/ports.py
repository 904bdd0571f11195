"""What the use cases need of the world, as Protocols. Adapters answer them; `wiring` brings both together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from chalicelib.domain.actors import Actor
from chalicelib.domain.cases import Flow
from chalicelib.domain.endpoints import Disabled
from chalicelib.domain.entries import Entry
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.gates import Gate
from chalicelib.domain.journals import JournalEntry
from chalicelib.domain.lifecycles import CaseStatus, RefundState
from chalicelib.domain.notifications import Notification
from chalicelib.domain.policies import Policy
from chalicelib.domain.refs import Ref
from chalicelib.domain.refunds import Refund, Settlement
from chalicelib.domain.returns import Stock
from chalicelib.domain.rows import CaseRow as CaseRow
from chalicelib.domain.rows import DeliveryRow as DeliveryRow
from chalicelib.domain.rows import DueRow as DueRow
from chalicelib.domain.rows import GateRow as GateRow
from chalicelib.domain.rows import Page as Page
from chalicelib.domain.rows import RefundRow as RefundRow
from chalicelib.domain.rows import ReturnRow as ReturnRow
from chalicelib.domain.tallies import Tally
from chalicelib.domain.values import Value
from chalicelib.domain.webhooks import DeliveryState

T = TypeVar("T", bound=Value)

LONGEST_DELAY = 900  # seconds that a queue can hold a message back; longer waits stand in the due index


class Clock(Protocol):
    def now(self) -> datetime:
        """The current time in UTC, to the millisecond."""
        ...

    def pause(self, seconds: float) -> None:
        """Waits: only between two tries of a lost race."""
        ...


class Ids(Protocol):
    def new(self, kind: str) -> str:
        """A new time-ordered id, `<kind>_<ULID>`."""
        ...

    def jitter(self) -> float:
        """A number in [0, 1), so that writers that met do not meet again."""
        ...


class Records(Protocol):
    """The table, item by item: all consistent, all conditional."""

    def load(self, wanted: Sequence[Ref[Any]]) -> Mapping[Ref[Any], Value]:
        """One consistent BatchGetItem. What is not there is not in the answer."""
        ...

    def save(self, items: Sequence[Value]) -> None:
        """One transaction: all of them or none. Facts are inserted; records replace the version before theirs.

        Raises VersionLost (a TransientFault) when a fact stands already or a record has moved on, and TransientFault
        when the store asks for another try.
        """
        ...

    def acknowledge(self, entries: Sequence[Entry]) -> None:
        """Marks entries as published and adds them to the tallies, each exactly once (at most 25 at a time)."""
        ...


class Listings(Protocol):
    """The table, by its indexes and partitions. Indexes lag: no rule reads one.

    Cursors are opaque; a cursor that was not made by the same listing raises InvalidRequest.
    """

    def cases_of_buyer(self, buyer_id: str, limit: int, cursor: str | None) -> Page[CaseRow]: ...

    def cases_of_merchant(
        self, merchant_id: str, status: CaseStatus | None, limit: int, cursor: str | None
    ) -> Page[CaseRow]: ...

    def cases_of_platform(self, status: CaseStatus | None, limit: int, cursor: str | None) -> Page[CaseRow]: ...

    def refunds_in(self, state: RefundState, limit: int, cursor: str | None) -> Page[RefundRow]: ...

    def returns_in(self, stock: Stock, merchant_id: str | None, limit: int) -> Sequence[ReturnRow]:
        """Of a shop, or of all (None): goods that were not put away (`awaited`), or otherwise than expected
        (`different`), the oldest first."""
        ...

    def timeline(self, case_id: str, limit: int, cursor: str | None) -> Page[Entry]:
        """Oldest first, consistent."""
        ...

    def refunds_of(self, case_id: str) -> Sequence[Refund]: ...

    def gates_of(self, case_id: str) -> Sequence[Gate]: ...

    def evidence_of(self, case_id: str) -> Sequence[Evidence]: ...

    def journal_of(self, order_id: str) -> Sequence[JournalEntry]: ...

    def awaited(self, owner: str, limit: int, cursor: str | None, *, before: datetime | None = None) -> Page[GateRow]:
        """Open gates of one owner (`merchant#m1`, `agent` …), the most urgent first."""
        ...

    def due(self, shard: int, before: datetime, limit: int) -> Sequence[DueRow]: ...

    def parked(self, merchant_id: str, limit: int) -> Sequence[DueRow]:
        """Deliveries that wait for the end of an endpoint's rest, in the order they came."""
        ...

    def deliveries_of(
        self, merchant_id: str, state: DeliveryState | None, limit: int, cursor: str | None
    ) -> Page[DeliveryRow]:
        """Newest first."""
        ...

    def failed_deliveries(self, merchant_id: str, since: datetime, limit: int) -> Sequence[DeliveryRow]:
        """What was given up or skipped of the events since then, oldest first."""
        ...

    def notifications_of(self, buyer_id: str, limit: int, cursor: str | None) -> Page[Notification]: ...

    def tally_of(self, merchant_id: str | None) -> Tally:
        """The tally of a shop, or of the platform (None)."""
        ...

    def oldest(self, merchant_id: str, status: CaseStatus) -> CaseRow | None: ...


class Policies(Protocol):
    def get(self, policy_id: str, version: int) -> Policy:
        """A published version; remembered, because it never changes. Raises PolicyNotFound."""
        ...


class Flows(Protocol):
    def start(self, flow: Flow, case_id: str, attempt: int) -> None:
        """Starts the execution of this attempt of this machine; one that exists already is success."""
        ...

    def resume(self, token: str, step: Mapping[str, Any]) -> None:
        """Tells a waiting flow its step's outcome; a token that is dead is success: nobody waits any more."""
        ...

    def is_running(self, flow: Flow, case_id: str, attempt: int) -> bool:
        """False when the execution failed, timed out, was aborted, ended or never was."""
        ...


class Events(Protocol):
    def publish(self, entries: Sequence[Entry]) -> None:
        """Puts the entries on the bus (contracts.md's envelope). Raises TransientFault when any was refused."""
        ...


class PaymentCommands(Protocol):
    def ask(self, refund_no: str, delay: int = 0) -> None:
        """Tells the payment worker to see to this refund, in `delay` seconds (at most 900)."""
        ...


@dataclass(frozen=True)
class ProviderAnswer:
    """What a payment provider says of a refund number. `unknown`: no answer came, anything may have happened."""

    settlement: Settlement
    detail: str | None = None


class Payments(Protocol):
    """A payment provider."""

    def pay(self, refund: Refund) -> ProviderAnswer:
        """Sends the refund under its fixed number; the same number is paid once however often it is sent."""
        ...

    def find(self, refund: Refund) -> ProviderAnswer: ...


@dataclass(frozen=True)
class Upload:
    """A presigned POST: the form's address and fields."""

    url: str
    fields: Mapping[str, str]


class EvidenceStore(Protocol):
    def upload(self, object_key: str, content_type: str, max_bytes: int) -> Upload: ...

    def link(self, object_key: str) -> str:
        """A presigned address to look at the file, good for minutes."""
        ...


@dataclass(frozen=True)
class WebhookResponse:
    """`status` None: no answer came; `retry_after` in seconds, when the endpoint asked for it; `took` in seconds."""

    status: int | None
    error: str | None = None
    retry_after: int | None = None
    took: float = 0.0


class Webhooks(Protocol):
    """Signed webhooks, both ways (Standard Webhooks)."""

    def send(
        self, merchant_id: str, url: str, message_id: str, payload: str, versions: Sequence[int]
    ) -> WebhookResponse: ...

    def verify(self, merchant_id: str, body: bytes, headers: Mapping[str, str], versions: Sequence[int]) -> str:
        """The message's id. Raises SignatureInvalid."""
        ...

    def secret(self, merchant_id: str, version: int) -> str:
        """The merchant's signing secret, `whsec_…`, shown to its owner only."""
        ...

    def refuse_target(self, url: str) -> None:
        """Raises InvalidRequest when the address is not https on a public host."""
        ...

    def later(self, merchant_id: str, event_id: str, delay: int) -> None:
        """Queues another attempt in `delay` seconds (at most 900)."""
        ...

    def disabled(self, merchant_id: str, because: Disabled) -> None:
        """Makes it known that an endpoint was switched off (not by its owner)."""
        ...


class ProviderNotices(Protocol):
    def verify(self, body: bytes, headers: Mapping[str, str]) -> Mapping[str, Any]:
        """A payment provider's signed notification, read. Raises SignatureInvalid."""
        ...


class Courier(Protocol):
    """E-mail and SMS: the stand-ins log that a message went out, never its words or the address."""

    def send(self, channel: str, notification: Notification) -> None: ...


class Tokens(Protocol):
    """For the front door alone, so not among the use cases' ports."""

    def actor(self, token: str) -> Actor:
        """Who a bearer token was issued to. Raises Unauthorized."""
        ...


class Ports(Protocol):
    """All of them, each built when it is first asked for."""

    @property
    def clock(self) -> Clock: ...
    @property
    def ids(self) -> Ids: ...
    @property
    def records(self) -> Records: ...
    @property
    def listings(self) -> Listings: ...
    @property
    def policies(self) -> Policies: ...
    @property
    def flows(self) -> Flows: ...
    @property
    def events(self) -> Events: ...
    @property
    def payment_commands(self) -> PaymentCommands: ...
    @property
    def payments(self) -> Payments: ...
    @property
    def provider_notices(self) -> ProviderNotices: ...
    @property
    def evidence(self) -> EvidenceStore: ...
    @property
    def webhooks(self) -> Webhooks: ...
    @property
    def courier(self) -> Courier: ...
