"""What the bus carries: one envelope, and for each type and version what its `data` may say.

An entry of the timeline becomes an event by passing through these models: what they do not name stays behind, so no
person's words and no new field of an entry can slip out. Consumers drop what they do not know, tell repetitions by
`id`, and order by `sequence`. `docs/events/<Type>.v<n>.json` are made from here (`python -m local.event_schemas`).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    create_model,
)

from chalicelib.domain.disputes import GoodsRuling, Party, Verdict
from chalicelib.domain.entries import EntryType
from chalicelib.domain.gates import GateName
from chalicelib.domain.inspections import Disposition
from chalicelib.domain.inspections import Outcome as InspectionOutcome
from chalicelib.domain.lifecycles import CaseStatus, ParcelState, RecoveryState, RefundState
from chalicelib.domain.logistics import Kind
from chalicelib.domain.parcels import Purpose
from chalicelib.domain.reasons import Inquiry, Liability, Remedy, Responsible
from chalicelib.domain.recoveries import Covers, Debtor
from chalicelib.domain.repairs import Result, VisitState
from chalicelib.domain.returns import Stock
from chalicelib.domain.warranties import Service
from chalicelib.errors import Fault

if TYPE_CHECKING:
    from chalicelib.domain.entries import Entry

MAX_BYTES = 64 * 1024
VERSION = 1
TYPES: tuple[EntryType, ...] = get_args(EntryType)


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Time = Annotated[
    AwareDatetime,
    PlainSerializer(_written, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "description": "RFC 3339, UTC, milliseconds"}),
]


def _code_or_nothing(value: Any) -> str | None:
    return value if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_.]{1,64}", value) else None


# Some entries carry a partner's words where others carry a code: only what is a code is published.
Code = Annotated[
    str | None,
    BeforeValidator(_code_or_nothing),
    WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9_.]{1,64}$"}),
]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Amount(_Shape):
    """Money: whole minor units (8900 is CNY 89.00) of an ISO 4217 currency."""

    amount: int
    currency: str = Field(pattern=r"^[A-Z]{3}$")


class CaseFacts(_Shape):
    """In every event: whose case it is, where it went, what it stands for now, and who is awaited for what."""

    order_id: str
    merchant_id: str
    buyer_id: str = Field(description="an opaque id")
    status: CaseStatus | None = None
    status_before: CaseStatus | None = None
    amount: Amount = Field(description="what the case stands for after this event")
    policy_version: int
    because: Code = Field(default=None, description="a code, never words")
    gate: GateName | None = Field(default=None, description="the gate that this is about")
    awaiting: GateName | None = Field(default=None, description="the gate at which the case waits from now on")
    due_at: Time | None = None


class SubmittedFacts(CaseFacts):
    remedy: Remedy | None = None
    reason: Code = Field(default=None, description="a code of the policy's catalogue of reasons")
    silence: Code = Field(default=None, description="the outcome that silence until `due_at` means")


class DeadlineFacts(CaseFacts):
    due_at_before: Time | None = None


class OfferFacts(CaseFacts):
    offer: Amount | None = Field(default=None, description="what one side would agree to")


class DisposedUnits(_Shape):
    """Units of a line, and what becomes of them."""

    line_id: str
    sku: str
    quantity: int
    disposition: Disposition


class ReturnFacts(CaseFacts):
    """Goods on their way back. Where they go, and who sends them, is nobody's business here."""

    return_id: str | None = None
    parcel_id: str | None = None
    inspection: InspectionOutcome | None = None
    offer: Amount | None = None
    silence: Code = Field(default=None, description="the outcome that silence until `due_at` means")


class FreightFacts(ReturnFacts):
    freight_amount: Amount | None = Field(default=None, description="what the buyer says that the way back cost")


class DisposedFacts(ReturnFacts):
    lines: tuple[DisposedUnits, ...] = ()


class ReplacedUnits(_Shape):
    """Units that are sent in the place of a line's; `becomes`: the order's line of them, once they came."""

    line_id: str
    sku: str
    quantity: int
    becomes: str | None = None


class ReplacementFacts(CaseFacts):
    """Goods in the place of goods: what is to be sent, what they cost more, what became of their parcel."""

    lines: tuple[ReplacedUnits, ...] = ()
    request: int | None = Field(default=None, description="how often the goods were asked for, this time included")
    parcel_id: str | None = None
    difference: Amount | None = Field(default=None, description="what the buyer pays on top")
    payment_id: str | None = None
    silence: Code = Field(default=None, description="the outcome that silence until `due_at` means")


class PaymentFacts(CaseFacts):
    """Money that a buyer paid and nobody asked for: whoever has it gives it back to where it came from."""

    payment_id: str | None = None
    paid: Amount | None = None


class PutAwayUnits(_Shape):
    line_id: str
    quantity: int


class PutAwayFacts(ReturnFacts):
    line_id: str | None = None
    quantity: int | None = None
    lines: list[PutAwayUnits] | None = Field(default=None, description="several lines that were put away together")
    warehouse: str | None = None
    stock: Stock | None = Field(default=None, description="whether all that should be is put away now")
    missing: int | None = Field(default=None, description="units that are not")


class RepairPart(_Shape):
    part_no: str
    quantity: int
    unit_cost: int = Field(description="minor units of the case's currency")


class RepairFacts(CaseFacts):
    """A repair: visits, results and what they took, for whoever counts what goods cost after they were sold."""

    repair_id: str | None = None
    service: Service | None = None
    engineer_id: str | None = Field(default=None, description="an opaque id")
    starts_at: Time | None = None
    ends_at: Time | None = None
    visit: VisitState | None = None
    result: Result | None = None
    attempt: int | None = None
    covered: bool | None = Field(default=None, description="in warranty, so it is free")
    parts: tuple[RepairPart, ...] = ()
    labour_minutes: int | None = None
    cost: Amount | None = Field(default=None, description="parts and labour")
    fee: Amount | None = Field(default=None, description="what the buyer pays")
    parcel_id: str | None = None
    outcome: Code = Field(default=None, description="what was answered")
    silence: Code = Field(default=None, description="the outcome that silence until `due_at` means")


class ConversionFacts(CaseFacts):
    """A case that is about something else from now on."""

    remedy: Remedy | None = None
    remedy_before: Remedy | None = None


class RefundFacts(CaseFacts):
    """One transfer back to one payment."""

    refund_no: str | None = None
    refund_state: RefundState | None = None
    refund_state_before: RefundState | None = None
    refund_amount: Amount | None = None
    recovery_id: str | None = Field(default=None, description="of what was kept back: the debt that it paid")
    voucher: bool | None = Field(default=None, description="a compensation: credited by its number, once")


class DisputeFacts(CaseFacts):
    """What happens while the platform is asked to rule."""

    party: Party | None = Field(default=None, description="who spoke")
    round: int | None = None
    digest: str | None = Field(default=None, description="SHA-256 over all that the ruling rests on")
    silence: Code = Field(default=None, description="the outcome that silence until `due_at` means")


class InquiryFacts(DisputeFacts):
    """What the platform looked into, and what it found."""

    inquiry: Inquiry | None = None
    finding: Literal["confirmed", "not_confirmed"] | None = None


class FindingFacts(InquiryFacts):
    multiple_amount: Amount | None = Field(default=None, description="punitive damages, credited with the refund")


class StoppedGoods(_Shape):
    """Goods that must not be sold any more."""

    sku: str
    batch: str | None = Field(default=None, description="of which batch; without one, all of them")


class StopSaleFacts(InquiryFacts):
    lines: tuple[StoppedGoods, ...] = ()


class RecallFacts(CaseFacts):
    buyers: int | None = Field(default=None, description="how many had bought the dangerous goods, and were told")


class RulingFacts(DisputeFacts):
    """How it was ruled, and who bears it."""

    ruling: Verdict | None = None
    ruled_amount: Amount | None = Field(default=None, description="what the buyer gets in all")
    liability: Responsible | None = None
    shares: dict[Liability, int] | None = Field(default=None, description="who bears it, in thousandths")
    borne: dict[Liability, int] | None = Field(
        default=None, description="the same in minor units; the buyer's own share is not paid"
    )
    goods: GoodsRuling | None = None


class ParcelFacts(CaseFacts):
    """One parcel of a case: what it is for, where it was, where it is."""

    parcel_id: str | None = None
    purpose: Purpose | None = None
    parcel_state: ParcelState | None = None
    parcel_state_before: ParcelState | None = None
    command: Kind | None = Field(default=None, description="what a carrier was asked for")
    outcome: Code = Field(default=None, description="what became of it")


class WayOutFacts(ParcelFacts):
    """Goods on their way to their buyer: what a carrier is asked, and why they were not delivered."""

    silence: Code = Field(default=None, description="the outcome that silence until `due_at` means")


class LiabilityFacts(CaseFacts):
    """Whose doing it was, as it was decided; `both`: it is shared, `none`: it was nobody's."""

    liability: Responsible | None = None
    liability_before: Responsible | None = None
    shares: dict[Liability, int] | None = Field(default=None, description="who bears it, in thousandths")


class RecoveryFacts(CaseFacts):
    """What somebody owes the platform's fund because of this case: how much this event is about, how much is left."""

    recovery_id: str | None = None
    debtor: Debtor | None = None
    covers: Covers | None = Field(default=None, description="what the fund had paid")
    recovery_state: RecoveryState | None = None
    recovery_amount: Amount | None = None
    recovery_open: Amount | None = None


_WAY_OUT = ("CarrierAsked", "ProofGiven", "InterceptionFailed", "GoodsTurnedBack", "DeliveryFailed", "GoodsFound")
_AMOUNTS = (
    "freight_amount",
    "refund_amount",
    "offer",
    "difference",
    "ruled_amount",
    "multiple_amount",
    "fee",
    "cost",
    "recovery_amount",
    "recovery_open",
)
_RENAMED = {
    "amount_proposed": "offer",
    "before_due_at": "due_at_before",
    "parcel_after": "parcel_state",
    "parcel_before": "parcel_state_before",
    "refund_after": "refund_state",
    "refund_before": "refund_state_before",
}


def _facts_of(type: str) -> type[CaseFacts]:
    match type:
        case "CaseSubmitted":
            return SubmittedFacts
        case "DeadlineMoved" | "DeadlineNear":
            return DeadlineFacts
        case "OfferMade" | "OfferAccepted" | "OfferDeclined" | "RulingProposed":
            return OfferFacts
        case "InquiryAnswered":
            return FindingFacts
        case "StopSaleRequested":
            return StopSaleFacts
        case "BuyersTold":
            return RecallFacts
        case "CaseEscalated" | "StatementMade" | "EvidenceSealed" | "RulingAppealed":
            return DisputeFacts
        case "RulingGiven" | "RulingExecuted":
            return RulingFacts
        case _ if type in _WAY_OUT:
            return WayOutFacts
        case _ if type.startswith(("Parcel", "Pickup", "Carrier")):
            return ParcelFacts
        case _ if type.startswith(("Replacement", "Difference")) or type == "ExchangeConverted":
            return ReplacementFacts
        case "PaymentTurnedAway":
            return PaymentFacts
        case "CaseConverted":
            return ConversionFacts
        case "GoodsSentBack" | "GoodsHandedBack" | "ChoiceAsked":
            return RepairFacts
        case _ if type.startswith(("Repair", "Appointment", "Estimate")):
            return RepairFacts
        case "FreightDeclared":
            return FreightFacts
        case "LiabilityDecided":
            return LiabilityFacts
        case _ if type.startswith("Recovery"):
            return RecoveryFacts
        case "GoodsDisposed":
            return DisposedFacts
        case "GoodsPutAway":
            return PutAwayFacts
        case _ if type.startswith(("Goods", "Return")) or type == "AddressGiven":
            return ReturnFacts
        case _ if type.startswith("Refund") or type == "ChargebackOpened":
            return RefundFacts
    return CaseFacts


class Envelope(_Shape):
    """`id` is the case's id and the sequence: the same through every publication."""

    id: str
    type: str
    version: int
    occurred_at: Time
    case_id: str
    sequence: int = Field(ge=1)
    data: CaseFacts


@cache
def model_of(type: EntryType, version: int = VERSION) -> type[Envelope]:
    """The model of one type and version of event; made when it is first needed."""
    fields: dict[str, Any] = {
        "type": (Literal[type], ...),
        "version": (Literal[version], ...),
        "data": (_facts_of(type), ...),
    }
    return create_model(type, __base__=Envelope, __doc__=f"{type}, version {version}", **fields)


def event_of(entry: Entry) -> Envelope:
    """The entry as the bus may carry it: without notes, and of its data only what the type's model names."""
    data = {
        **_told(entry),
        "order_id": entry.order_id,
        "merchant_id": entry.merchant_id,
        "buyer_id": entry.buyer_id,
        "status": entry.after,
        "status_before": entry.before,
        "amount": {"amount": entry.amount, "currency": entry.currency},
        "policy_version": entry.policy_version,
    }
    return model_of(entry.type).model_validate(
        {
            "id": entry.event_id,
            "type": entry.type,
            "version": VERSION,
            "occurred_at": entry.at,
            "case_id": entry.case_id,
            "sequence": entry.sequence,
            "data": data,
        }
    )


def text_of(entry: Entry) -> str:
    """The event as JSON text. Raises Fault for one that the bus should not carry because of its size."""
    text = event_of(entry).model_dump_json(exclude_none=True)
    if len(text.encode()) >= MAX_BYTES:
        raise Fault(f"event {entry.event_id} is larger than {MAX_BYTES} bytes")
    return text


def _told(entry: Entry) -> dict[str, Any]:
    """The entry's own data in the bus's words; amounts become money."""
    told: dict[str, Any] = {}
    for name, value in entry.data.items():
        name = _RENAMED.get(name, name)
        told[name] = {"amount": value, "currency": entry.currency} if name in _AMOUNTS else value
    return told
