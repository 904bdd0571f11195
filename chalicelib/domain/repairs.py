"""A repair 维修: visits, attempts, what they took and found, and the way of the goods. The money is another noun's.

Parts and labour are facts of their own, so that what a product costs after it was sold can be read from its repairs.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from chalicelib.domain.actors import Actor
from chalicelib.domain.base import Instant, Record
from chalicelib.domain.inspections import Remark
from chalicelib.domain.values import Count, Identifier, Minor, Quantity, Text, Value
from chalicelib.domain.warranties import Service

Result = Literal["repaired", "not_repairable", "no_fault_found"]
VisitState = Literal["booked", "moved", "kept", "missed_by_engineer", "missed_by_buyer", "cancelled"]
GoodsWith = Literal["buyer", "carrier", "shop"]
EstimateState = Literal["asked", "accepted", "declined"]


class Engineer(Value):
    """Who comes, or who stands at the bench. The name is for the parties of the case and goes nowhere else."""

    engineer_id: Identifier
    name: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)] = Field(repr=False)


class Visit(Value):
    """An appointment: when, who, and what became of it."""

    starts_at: Instant
    ends_at: Instant
    engineer: Engineer
    booked_at: Instant
    booked_by: Actor
    state: VisitState = "booked"


class Part(Value):
    """Spare parts of one kind; `unit_cost` in minor units of the case's currency."""

    part_no: Identifier
    name: Text = ""
    quantity: Quantity
    unit_cost: Minor = 0


class Labour(Value):
    """What it took of people; `cost` in minor units of the case's currency."""

    minutes: Count = 0
    cost: Minor = 0


class Attempt(Value):
    """One repair, from the day on which the goods were at hand. `fixed` is the buyer's word, None while it is out."""

    began_at: Instant
    result: Result | None = None
    ended_at: Instant | None = None
    by: Actor | None = None
    engineer: Engineer | None = None
    parts: tuple[Part, ...] = ()
    labour: Labour = Labour()
    findings: tuple[Remark, ...] = ()
    fixed: bool | None = None


class Estimate(Value):
    """报价: what a repair out of warranty would cost the buyer, in minor units."""

    parts: tuple[Part, ...] = ()
    labour: Labour = Labour()
    amount: Minor
    note: str | None = None
    by: Actor
    at: Instant
    state: EstimateState = "asked"


class Fee(Value):
    """What the buyer owes for a repair out of warranty. It falls due when the buyer has the goods back, repaired."""

    amount: Minor
    payment_id: str | None = None  # the payment system's, once it was paid
    paid_at: Instant | None = None


class SentBack(Value):
    """A parcel in which the goods travel back to their buyer."""

    parcel_id: str
    carrier: str
    waybill_no: str
    sent_at: Instant
    signed_at: Instant | None = None


class Repair(Record):
    """One case's repair. Methods answer changed copies; who writes counts the version once."""

    repair_id: str
    case_id: str
    order_id: str
    merchant_id: str
    service: Service
    covered: bool  # in warranty when it was asked for
    covered_until: AwareDatetime
    opened_at: Instant
    begun_at: Instant | None = None  # approved
    due_at: Instant | None = None  # by when the shop must have a result
    goods_with: GoodsWith = "buyer"
    away_from: Instant | None = None  # since when the buyer is without the goods
    visits: tuple[Visit, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    estimate: Estimate | None = None
    fee: Fee | None = None
    parcels: tuple[SentBack, ...] = ()

    @property
    def is_on_site(self) -> bool:
        return self.service == "on_site"

    @property
    def visit(self) -> Visit | None:
        """The appointment that stands."""
        last = self.visits[-1] if self.visits else None
        return last if last is not None and last.state == "booked" else None

    @property
    def attempt(self) -> Attempt | None:
        return self.attempts[-1] if self.attempts else None

    @property
    def result(self) -> Result | None:
        """Of the last attempt."""
        return self.attempt.result if self.attempt else None

    @property
    def failures(self) -> int:
        """Attempts that the buyer was told were repairs, and were none."""
        return sum(attempt.fixed is False for attempt in self.attempts)

    @property
    def is_agreed(self) -> bool:
        """Work may be done: it is free, or the buyer has said yes to its price."""
        return self.covered or (self.estimate is not None and self.estimate.state == "accepted")

    def with_visit(self, state: VisitState, *more: Visit) -> Repair:
        """The last visit has come to this end, and perhaps another is booked."""
        before = self.visits
        if self.visit is not None:
            before = (*before[:-1], before[-1].but(state=state))
        return self.but(visits=(*before, *more))

    def with_attempt(self, **changes: object) -> Repair:
        """The last attempt with other values."""
        assert self.attempts, "nothing was tried yet"
        return self.but(attempts=(*self.attempts[:-1], self.attempts[-1].but(**changes)))

    def parcel_signed(self, parcel_id: str, at: datetime) -> Repair:
        """The same object for a parcel that is none of ours, or that was signed for before."""
        parcels = tuple(
            one.but(signed_at=at) if one.parcel_id == parcel_id and one.signed_at is None else one
            for one in self.parcels
        )
        return self if parcels == self.parcels else self.but(parcels=parcels)


def repair_id_of(case_id: str) -> str:
    """A case has one repair."""
    return f"rep_{case_id.removeprefix('case_')}"


def cost_of(parts: Iterable[Part], labour: Labour) -> int:
    """What parts and labour come to, in minor units."""
    return sum(part.unit_cost * part.quantity for part in parts) + labour.cost
