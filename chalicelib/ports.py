"""What the use cases need of the world, as Protocols. Adapters answer them; `wiring` brings both together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

# Protocols are for the reader and the type checker: nothing is loaded for them.
if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.bills import BillLine
    from chalicelib.domain.carriers import System
    from chalicelib.domain.cases import Flow
    from chalicelib.domain.connections import Connection, Subscription, Ticket
    from chalicelib.domain.deposits import DepositEntry
    from chalicelib.domain.endpoints import Disabled
    from chalicelib.domain.entries import Entry
    from chalicelib.domain.evidence import Evidence
    from chalicelib.domain.gates import Gate, GateName
    from chalicelib.domain.journals import JournalEntry
    from chalicelib.domain.lifecycles import CaseStatus, RecoveryState, RefundState
    from chalicelib.domain.logistics import CarrierCommand, Proof
    from chalicelib.domain.notifications import Notification
    from chalicelib.domain.parcels import Parcel, Scan, Slot
    from chalicelib.domain.policies import Policy
    from chalicelib.domain.recalls import Sold
    from chalicelib.domain.reconciliations import Reconciliation
    from chalicelib.domain.recoveries import Recovery
    from chalicelib.domain.refs import Ref
    from chalicelib.domain.refunds import Refund, Settlement
    from chalicelib.domain.returns import ReturnList
    from chalicelib.domain.rows import (
        CaseRow,
        DeliveryRow,
        DueRow,
        GateRow,
        Page,
        PrecedentRow,
        RecoveryRow,
        RefundRow,
        ReturnRow,
    )
    from chalicelib.domain.searches import CaseQuery, Found, Written
    from chalicelib.domain.tallies import Tally
    from chalicelib.domain.values import Value
    from chalicelib.domain.webhooks import DeliveryState

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

    def secret(self) -> str:
        """256 random bits as text for an address: only who was given it can know it."""
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

    def recoveries_in(self, state: RecoveryState, limit: int, cursor: str | None) -> Page[RecoveryRow]:
        """What anybody owes the platform's fund, in one state, newest first."""
        ...

    def recoveries_late(self, limit: int, cursor: str | None) -> Page[RecoveryRow]:
        """What is owed too long, or about to be given up; the oldest first."""
        ...

    def recoveries_of_merchant(
        self, merchant_id: str, state: RecoveryState | None, limit: int, cursor: str | None
    ) -> Page[RecoveryRow]:
        """What a merchant itself owes, newest first."""
        ...

    def recoveries_of(self, case_id: str) -> Sequence[Recovery]: ...

    def deposit_moves(self, merchant_id: str, limit: int, cursor: str | None) -> Page[DepositEntry]:
        """A deposit's history, newest first, consistent."""
        ...

    def returns_in(
        self, state: ReturnList, merchant_id: str | None, limit: int, *, before: datetime | None = None
    ) -> Sequence[ReturnRow]:
        """Of a shop, or of all (None): goods that were not put away (`awaited`), or otherwise than expected
        (`different`), or that carriers should have told of again by then (`quiet`); the oldest first."""
        ...

    def goods_due(self, gate: GateName, merchant_id: str | None, limit: int, *, before: datetime) -> Sequence[GateRow]:
        """Of a shop, or of all (None): who is awaited at `pickup`, `receipt` or `inspection` until then, the most
        urgent first, whoever it is."""
        ...

    def settled(self, since: datetime, until: datetime) -> Iterator[RefundRow]:
        """Every refund that was settled from `since` on and before `until`, also if it came back later."""
        ...

    def reconciliations(self, limit: int, cursor: str | None) -> Page[Reconciliation]:
        """Newest day first, consistent."""
        ...

    def timeline(self, case_id: str, limit: int, cursor: str | None) -> Page[Entry]:
        """Oldest first, consistent."""
        ...

    def refunds_of(self, case_id: str) -> Sequence[Refund]: ...

    def parcels_of(self, case_id: str) -> Sequence[Parcel]:
        """Oldest first."""
        ...

    def gates_of(self, case_id: str) -> Sequence[Gate]: ...

    def evidence_of(self, case_id: str) -> Sequence[Evidence]: ...

    def sold(self, merchant_id: str, sku: str, shard: int, limit: int, after: str | None) -> list[Sold]:
        """Orders that have goods of this article, behind one of them, from the table itself: consistent."""
        ...

    def precedents(self, reason: str, category: str, band: str, limit: int) -> Sequence[PrecedentRow]:
        """Final rulings over like cases, the newest first."""
        ...

    def journal_of(self, order_id: str) -> Sequence[JournalEntry]: ...

    def awaited(self, owner: str, limit: int, cursor: str | None, *, before: datetime | None = None) -> Page[GateRow]:
        """Open gates of one owner (`merchant#m1`, `agent` …), the most urgent first."""
        ...

    def due(self, shard: int, before: datetime, limit: int, after: DueRow | None = None) -> Sequence[DueRow]:
        """What should have happened by `before`, the oldest first; behind one that was read already."""
        ...

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

    def oldest(self, merchant_id: str | None, status: CaseStatus) -> CaseRow | None:
        """Of a shop, or of all (None)."""
        ...


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


class Bills(Protocol):
    """The provider's books, to read: with a key that moves no money."""

    @property
    def zone(self) -> str:
        """The time zone of the provider's days."""
        ...

    def read(self, day: date) -> Iterator[BillLine] | None:
        """Every line of a day's bill, as it comes; None while there is none. Raises TransientFault, also in between."""
        ...

    def find(self, refund: Refund) -> ProviderAnswer: ...


class Reports(Protocol):
    """Files for people, kept for years and never changed."""

    def put(self, object_key: str, content: bytes) -> None:
        """The same content under the same key is the same file. Raises TransientFault."""
        ...

    def link(self, object_key: str) -> str:
        """A presigned address to download the file, good for minutes."""
        ...


@dataclass(frozen=True)
class Upload:
    """A presigned POST: the form's address and fields."""

    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class StoredFile:
    """`size` is the whole file's, in bytes; `version` names these very bytes, whatever is uploaded over them."""

    content: bytes = field(repr=False)
    content_type: str
    size: int
    version: str


class EvidenceStore(Protocol):
    def upload(self, object_key: str, content_type: str, max_bytes: int) -> Upload: ...

    def fetch(self, object_key: str, most: int) -> StoredFile | None:
        """What lies there now, with at most `most` + 1 bytes of it; None for nothing."""
        ...

    def link(self, object_key: str, content_type: str, version: str) -> str:
        """A presigned address of these very bytes, good for minutes; they are downloaded and never shown as a page."""
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


class LogisticsCommands(Protocol):
    @property
    def tracker(self) -> System:
        """The system that follows waybills on this stage."""
        ...

    def ask(self, command_no: str, delay: int = 0) -> None:
        """Tells the logistics worker to see to this command, in `delay` seconds (at most 900)."""
        ...


@dataclass(frozen=True)
class CarrierAnswer:
    """What a carrier system says of a command's number. `unknown`: no answer came, anything may have happened.

    `accepted`: it will be done, and told. A booking's `done` may bring a waybill; a later `failed` of a booking that
    was done says that the visit came to nothing.
    """

    outcome: Literal["done", "accepted", "failed", "unknown", "never_seen"]
    reason: str | None = None
    carrier: str | None = None
    waybill_no: str | None = None
    slot: Slot | None = None
    proof: Proof | None = None
    paid: int | None = None  # of a claim, in minor units
    currency: str | None = None


class Logistics(Protocol):
    """The carrier systems, each behind the name that a command carries."""

    def carry_out(self, command: CarrierCommand) -> CarrierAnswer:
        """Asks for it under its fixed number; the same number does one thing however often it is sent."""
        ...

    def find(self, command: CarrierCommand) -> CarrierAnswer: ...


@dataclass(frozen=True)
class Report:
    """Scans of one waybill. `carriers` are the names it may be known under here, the likeliest first."""

    carriers: tuple[str, ...]
    waybill_no: str
    scans: tuple[Scan, ...]


@dataclass(frozen=True)
class CommandTold:
    """A carrier system's word about a command, told by itself."""

    command_no: str
    answer: CarrierAnswer


News = Report | CommandTold


class LogisticsNotices(Protocol):
    """What carrier systems push to us, each in its own shape."""

    def verify(self, system: System, body: bytes, headers: Mapping[str, str]) -> Sequence[News]:
        """A signed push, read. Raises SignatureInvalid, InvalidRequest."""
        ...

    def read(self, system: System, document: Mapping[str, Any]) -> Sequence[News]:
        """The same document from the bus, which only our own account can write to. Raises InvalidRequest."""
        ...

    def acknowledgement(self, system: System) -> Mapping[str, Any]:
        """What the system wants to hear, or it sends the same again."""
        ...

    def contradicted(self, system: System) -> None:
        """Makes it known that a carrier said what cannot be after what it had said before."""
        ...

    def unclaimed(self, system: System) -> None:
        """Makes it known that scans came for a waybill that nobody has announced; they are kept."""
        ...


class Courier(Protocol):
    """E-mail and SMS: the stand-ins log that a message went out, never its words or the address."""

    def send(self, channel: str, notification: Notification) -> None: ...


class Search(Protocol):
    """The index of cases: asked by people, written by the projection."""

    def find(self, actor: Actor, query: CaseQuery, now: datetime) -> Found:
        """What this actor may see of what is looked for; `now` is what overdue means on the first page.

        Raises SearchUnavailable, Forbidden for roles without cases, InvalidRequest for a cursor of another question.
        """
        ...

    def targets(self) -> Sequence[str]:
        """The indexes to write to at this moment: the live one, and the one that is being rebuilt. Or none at all.

        Raises TransientFault when the engine does not answer.
        """
        ...

    def write(self, targets: Sequence[str], items: Sequence[Written]) -> frozenset[str]:
        """Puts each item into each target, unless the same or a newer version of it stands there.

        Answers the ids of cases that a target can never take. A target that is gone by now needs nothing any more.
        Raises TransientFault when the same should be tried again.
        """
        ...


class SearchIndexes(Protocol):
    """The indexes behind the search, for whoever rebuilds them. All raise TransientFault."""

    def live(self) -> str | None:
        """The index that is searched."""
        ...

    def begin(self) -> str:
        """A new empty index that the projection writes to from now on. Leftovers of rebuilds before are removed."""
        ...

    def drop(self, index: str) -> None: ...

    def replace(self, index: str) -> None:
        """From now on this one is searched, at one blow; the one before is removed."""
        ...

    def write(self, targets: Sequence[str], items: Sequence[Written]) -> frozenset[str]:
        """As the projection does."""
        ...

    def refresh(self, index: str) -> None:
        """All that was written is found from now on."""
        ...

    def page(self, index: str, after: str, limit: int) -> Sequence[Written]:
        """What is found in an index, by case id, beyond `after` (empty: from the start)."""
        ...

    def standing(self, index: str, case_ids: Sequence[str]) -> Mapping[str, Written]:
        """What an index holds of these cases at this moment, found or not yet."""
        ...


class Connections(Protocol):
    """Who listens, and to what: a small table of its own that forgets. All reads are consistent."""

    def issue(self, ticket: Ticket) -> None: ...

    def redeem(self, digest: str, connection_id: str, now: datetime) -> Actor | None:
        """Whose ticket it is; from now on it is this connection's. None when it is unknown, over, or another's."""
        ...

    def open(self, connection: Connection) -> None: ...

    def find(self, connection_id: str) -> Connection | None: ...

    def of_actor(self, actor_key: str) -> Sequence[Connection]:
        """One person's connections, without the cases that they follow."""
        ...

    def follow(self, subscription: Subscription) -> None:
        """It replaces an earlier one of the same connection to the same case."""
        ...

    def unfollow(self, connection_id: str, case_id: str) -> None: ...

    def followers(self, case_id: str) -> Sequence[Subscription]: ...

    def advance(self, subscription: Subscription, sent: int) -> None:
        """Notes how far it was sent, unless it is further already, or was replaced or forgotten meanwhile."""
        ...

    def forget(self, connection: Connection) -> None: ...


class Live(Protocol):
    """The open WebSockets."""

    @property
    def url(self) -> str:
        """Where clients connect."""
        ...

    def welcomes(self, origin: str | None) -> bool:
        """Whether a page of this origin may connect; None is no page but a program."""
        ...

    def post(self, connection_id: str, message: str) -> bool:
        """False when the connection is gone. Raises TransientFault: then it may have come through or not."""
        ...

    def close(self, connection_id: str) -> None:
        """Ends it; one that is gone is success."""
        ...


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
    def bills(self) -> Bills: ...
    @property
    def reports(self) -> Reports: ...
    @property
    def provider_notices(self) -> ProviderNotices: ...
    @property
    def logistics_commands(self) -> LogisticsCommands: ...
    @property
    def logistics(self) -> Logistics: ...
    @property
    def logistics_notices(self) -> LogisticsNotices: ...
    @property
    def evidence(self) -> EvidenceStore: ...
    @property
    def webhooks(self) -> Webhooks: ...
    @property
    def courier(self) -> Courier: ...
    @property
    def search(self) -> Search: ...
    @property
    def connections(self) -> Connections: ...
    @property
    def live(self) -> Live: ...
