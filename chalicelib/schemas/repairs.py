"""Repairs on the wire: visits, results, prices, the goods' way back, and what everybody is shown of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from chalicelib.domain.base import Instant
from chalicelib.domain.cases import BUYER_WORDS
from chalicelib.domain.inspections import Remark
from chalicelib.domain.repairs import Engineer, Result, SentBack
from chalicelib.domain.returns import ParcelCarrier, WaybillNo
from chalicelib.domain.values import Count, Identifier, Quantity, Text, Value, YesNo
from chalicelib.domain.warranties import Unfixed
from chalicelib.schemas import names
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.names import Name, name

if TYPE_CHECKING:
    from chalicelib.domain.repairs import Attempt, Labour, Part, Repair, Visit

Words = Annotated[str, StringConstraints(max_length=BUYER_WORDS, strip_whitespace=True)]


class BookVisit(Value):
    """An appointment at the buyer's door, or another in the place of the one that stands."""

    starts_at: Instant
    ends_at: Instant
    engineer: Engineer
    note: Words | None = None


class CallVisitOff(Value):
    """What became of an appointment that brought nothing."""

    outcome: Literal["missed_by_engineer", "missed_by_buyer", "cancelled"]
    note: Words | None = None


class PartBody(Value):
    """Spare parts of one kind; `unit_cost` is what one of them costs."""

    part_no: Identifier
    name: Text = ""
    quantity: Quantity = 1
    unit_cost: Amount | None = None


class LabourBody(Value):
    minutes: Count = 0
    cost: Amount | None = None


Parts = Annotated[tuple[PartBody, ...], Field(max_length=50)]


class RecordRepair(Value):
    """What the engineer did and found. `engineer` may be left out where one was booked."""

    result: Result
    engineer: Engineer | None = None
    parts: Parts = ()
    labour: LabourBody = LabourBody()
    findings: Annotated[tuple[Remark, ...], Field(max_length=20)] = ()


class MakeEstimate(Value):
    """What the buyer would pay for a repair out of warranty: the parts and the labour."""

    parts: Parts = ()
    labour: LabourBody = LabourBody()
    note: Words | None = None


class SendGoodsBack(Value):
    """The parcel in which the goods travel back to their buyer."""

    carrier: ParcelCarrier
    waybill_no: WaybillNo


class AcceptRepair(Value):
    """`fixed: false` says that it is not; then a note is needed."""

    fixed: YesNo
    note: Words | None = None


class ChooseInstead(Value):
    """What the buyer takes instead of a repair that came to nothing."""

    choice: Unfixed
    note: Words | None = None


class VisitView(Value):
    starts_at: Instant
    ends_at: Instant
    engineer: Engineer
    state: Name

    @staticmethod
    def of(visit: Visit) -> VisitView:
        return VisitView(
            starts_at=visit.starts_at,
            ends_at=visit.ends_at,
            engineer=visit.engineer,
            state=name(names.VISITS, visit.state),
        )


class PartView(Value):
    part_no: str
    name: str
    quantity: int
    unit_cost: Amount

    @staticmethod
    def of(part: Part, currency: str) -> PartView:
        cost = Amount(amount=part.unit_cost, currency=currency)
        return PartView(part_no=part.part_no, name=part.name, quantity=part.quantity, unit_cost=cost)


class LabourView(Value):
    minutes: int
    cost: Amount

    @staticmethod
    def of(labour: Labour, currency: str) -> LabourView:
        return LabourView(minutes=labour.minutes, cost=Amount(amount=labour.cost, currency=currency))


class AttemptView(Value):
    """One repair. `fixed` is the buyer's word, None while it is out."""

    began_at: Instant
    ended_at: Instant | None
    result: Name | None
    engineer: Engineer | None
    parts: tuple[PartView, ...]
    labour: LabourView
    findings: tuple[Remark, ...]
    fixed: bool | None

    @staticmethod
    def of(attempt: Attempt, currency: str) -> AttemptView:
        return AttemptView(
            began_at=attempt.began_at,
            ended_at=attempt.ended_at,
            result=name(names.RESULTS, attempt.result) if attempt.result else None,
            engineer=attempt.engineer,
            parts=tuple(PartView.of(part, currency) for part in attempt.parts),
            labour=LabourView.of(attempt.labour, currency),
            findings=attempt.findings,
            fixed=attempt.fixed,
        )


class EstimateView(Value):
    parts: tuple[PartView, ...]
    labour: LabourView
    amount: Amount
    note: str | None
    at: Instant
    state: Name


class FeeView(Value):
    """What the buyer owes for the repair; `paid_at` is None while it is not paid."""

    amount: Amount
    paid_at: Instant | None


class RepairView(Value):
    """`covered`: in warranty when it was asked for, so it is free. `covered_until`: the warranty's end as of then."""

    repair_id: str
    service: Name
    covered: bool
    covered_until: AwareDatetime
    due_at: Instant | None
    goods_with: Name
    visits: tuple[VisitView, ...]
    attempts: tuple[AttemptView, ...]
    estimate: EstimateView | None
    fee: FeeView | None
    sent_back: tuple[SentBack, ...]

    @staticmethod
    def of(repair: Repair, currency: str) -> RepairView:
        return RepairView(
            repair_id=repair.repair_id,
            service=name(names.SERVICES, repair.service),
            covered=repair.covered,
            covered_until=repair.covered_until,
            due_at=repair.due_at,
            goods_with=name(names.ACTORS, "merchant" if repair.goods_with == "shop" else repair.goods_with),
            visits=tuple(VisitView.of(visit) for visit in repair.visits),
            attempts=tuple(AttemptView.of(attempt, currency) for attempt in repair.attempts),
            estimate=_estimate(repair, currency),
            fee=FeeView(amount=Amount(amount=repair.fee.amount, currency=currency), paid_at=repair.fee.paid_at)
            if repair.fee
            else None,
            sent_back=repair.parcels,
        )


def _estimate(repair: Repair, currency: str) -> EstimateView | None:
    told = repair.estimate
    if told is None:
        return None
    return EstimateView(
        parts=tuple(PartView.of(part, currency) for part in told.parts),
        labour=LabourView.of(told.labour, currency),
        amount=Amount(amount=told.amount, currency=currency),
        note=told.note,
        at=told.at,
        state=name(names.ESTIMATES, told.state),
    )
