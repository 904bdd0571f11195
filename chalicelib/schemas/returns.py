"""Returns on the wire: shipped, received, inspected, put away, and what everybody is shown of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.domain.addresses import Address
from chalicelib.domain.base import Instant
from chalicelib.domain.cases import BUYER_WORDS
from chalicelib.domain.inspections import Disposal, Disposition, Grade, Outcome, Remark
from chalicelib.domain.logistics import Contact
from chalicelib.domain.parcels import Slot
from chalicelib.domain.return_freights import StepKind
from chalicelib.domain.returns import ParcelCarrier, PutAway, Units, WaybillNo
from chalicelib.domain.values import Count, Identifier, SignedMinor, Value, YesNo
from chalicelib.schemas import names
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.explanations import ExplanationView
from chalicelib.schemas.names import Name, name

if TYPE_CHECKING:
    from chalicelib.domain.inspections import InspectedLine, Inspection
    from chalicelib.domain.return_freights import FreightStep, ReturnFreight
    from chalicelib.domain.returns import Return, SentParcel
    from chalicelib.domain.rows import ReturnRow

Words = Annotated[str, StringConstraints(max_length=BUYER_WORDS, strip_whitespace=True)]


class ShipGoods(Value):
    """A parcel: by whom it travels, under which number, and (when there are several) what is in it."""

    carrier: ParcelCarrier
    waybill_no: WaybillNo
    lines: Annotated[tuple[Units, ...], Field(max_length=2000)] = ()


class BookPickup(Value):
    """上门取件: when a courier may come, and where to. Of a visit that is booked, `slot` alone asks for another time;
    with another `sender` the courier is called off, and another one booked who comes to that door.

    `sender` is personal: it goes to the carrier, is shown to nobody, and is forgotten when nobody has to come any more.
    `also`: other cases of the buyer whose goods go to the same address and are fetched in the same visit.
    """

    slot: Slot
    sender: Contact | None = Field(default=None, repr=False)
    also: Annotated[tuple[Annotated[str, Field(pattern=r"^case_[0-9A-Z]{26}$")], ...], Field(max_length=5)] = ()


class CallOffPickup(Value):
    """The buyer wants no courier after all."""


class ReceiveGoods(Value):
    """`received: false` says that nothing came, whatever the carrier says; then a note is needed."""

    received: YesNo = True
    note: Words | None = None


class InspectLine(Value):
    """A line as it came. What is not said: all that was expected, as new, and what usually becomes of that grade."""

    line_id: Identifier
    received: Count | None = None
    grade: Grade = "new"
    disposition: Disposition | None = None
    findings: Annotated[tuple[Remark, ...], Field(max_length=20)] = ()


class InspectGoods(Value):
    """`reduced`: to `amount`, or (when less came) to what the units that came are worth. Reasons go with everything
    that is not passed. Lines of which nothing is said came whole and as new."""

    outcome: Outcome
    lines: Annotated[tuple[InspectLine, ...], Field(max_length=2000)] = ()
    amount: Amount | None = None
    reason: Words | None = None


class PutAwayFact(BaseModel):
    """`goods.put_away` of the stock system. `put_away_id` is its own, and tells a repetition."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    put_away_id: Identifier
    case_id: Annotated[str, Field(pattern=r"^case_[0-9A-Z]{26}$")]
    line_id: Identifier
    quantity: Count
    warehouse: Identifier
    at: Instant


class PutGoodsAway(Value):
    """入库, said by the shop's own system: which units stand in which warehouse now.

    `put_away_id` is its own, and tells a repetition.
    """

    put_away_id: Annotated[Identifier, StringConstraints(max_length=100)]
    warehouse: Identifier
    at: Instant
    lines: Annotated[tuple[Units, ...], Field(min_length=1, max_length=2000)]


class SentParcelView(Value):
    parcel_id: str
    carrier: str
    waybill_no: str
    lines: tuple[Units, ...]
    announced_at: Instant
    fate: Name
    fate_at: Instant | None

    @staticmethod
    def of(parcel: SentParcel) -> SentParcelView:
        return SentParcelView(
            parcel_id=parcel.parcel_id,
            carrier=parcel.carrier,
            waybill_no=parcel.waybill_no,
            lines=parcel.lines,
            announced_at=parcel.announced_at,
            fate=name(names.FATES, parcel.fate),
            fate_at=parcel.fate_at,
        )


class InspectedLineView(Value):
    line_id: str
    sku: str
    expected: int
    received: int
    grade: Name
    disposition: Name
    findings: tuple[Remark, ...]

    @staticmethod
    def of(line: InspectedLine) -> InspectedLineView:
        return InspectedLineView(
            line_id=line.line_id,
            sku=line.sku,
            expected=line.expected,
            received=line.received,
            grade=name(names.GRADES, line.grade),
            disposition=name(names.DISPOSITIONS, line.disposition),
            findings=line.findings,
        )


class InspectionView(Value):
    """`amount` and `explanation`: what is owed after it, if nobody decides otherwise."""

    outcome: Name
    by: Name
    at: Instant
    reason: str | None
    lines: tuple[InspectedLineView, ...]
    amount: Amount
    explanation: ExplanationView

    @staticmethod
    def of(inspection: Inspection) -> InspectionView:
        return InspectionView(
            outcome=name(names.INSPECTIONS, inspection.outcome),
            by=name(names.ACTORS, inspection.by.role),
            at=inspection.at,
            reason=inspection.reason,
            lines=tuple(InspectedLineView.of(line) for line in inspection.lines),
            amount=Amount(amount=inspection.claim.total, currency=inspection.explanation.currency),
            explanation=ExplanationView.of(inspection.explanation),
        )


class DeclareFreight(Value):
    """What the buyer paid the carrier for the way back."""

    amount: Amount


class FreightStepView(Value):
    """One signed amount in minor units and what it is."""

    kind: StepKind
    zh: str
    en: str
    amount: SignedMinor

    @staticmethod
    def of(step: FreightStep) -> FreightStepView:
        called = name(names.FREIGHT_STEPS, step.kind)
        return FreightStepView(kind=step.kind, zh=called.zh, en=called.en, amount=step.amount)


class FreightView(Value):
    """The way back: what the buyer said that it cost, what was paid of it by whom, and how that comes about.

    `reimbursed`: null until it is paid; the steps sum to it.
    """

    declared: Amount | None
    reimbursed: Amount | None
    payer: Name | None
    steps: tuple[FreightStepView, ...]

    @staticmethod
    def of(freight: ReturnFreight, currency: str) -> FreightView:
        def money(amount: int | None) -> Amount | None:
            return None if amount is None else Amount(amount=amount, currency=currency)

        return FreightView(
            declared=money(freight.declared),
            reimbursed=money(freight.reimbursed),
            payer=name(names.FREIGHT_PAYERS, freight.payer) if freight.payer else None,
            steps=tuple(FreightStepView.of(step) for step in freight.steps),
        )


class ReturnView(Value):
    """The goods on their way back. `address` is None while the shop has not said where they go."""

    return_id: str
    rma: str
    freight_payer: Name
    freight: FreightView | None
    lines: tuple[Units, ...]
    address: Address | None
    parcels: tuple[SentParcelView, ...]
    received_at: Instant | None
    inspection: InspectionView | None
    disposals: tuple[Disposal, ...]
    put_away: tuple[PutAway, ...]
    stock: Name

    @staticmethod
    def of(goods: Return, currency: str) -> ReturnView:
        return ReturnView(
            return_id=goods.return_id,
            rma=goods.rma,
            freight_payer=name(names.ACTORS, goods.freight_payer),
            freight=FreightView.of(goods.freight, currency) if goods.freight else None,
            lines=tuple(Units(line_id=line.line_id, quantity=line.quantity) for line in goods.lines),
            address=goods.address,
            parcels=tuple(SentParcelView.of(parcel) for parcel in goods.parcels),
            received_at=goods.received_at,
            inspection=InspectionView.of(goods.inspection) if goods.inspection else None,
            disposals=goods.disposals,
            put_away=goods.put_away,
            stock=name(names.STOCK, goods.stock),
        )


class UnshelvedView(Value):
    """Goods that the stock system has not put away, or otherwise than announced."""

    case_id: str
    return_id: str
    rma: str
    stock: Name
    missing: int
    due_at: Instant

    @staticmethod
    def of(row: ReturnRow) -> UnshelvedView:
        return UnshelvedView(
            case_id=row.case_id,
            return_id=row.return_id,
            rma=row.rma,
            stock=name(names.STOCK, row.stock),
            missing=row.missing,
            due_at=row.due_at,
        )
