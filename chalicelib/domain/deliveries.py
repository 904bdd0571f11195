"""Where an order's goods are on their way out: told by the order and logistics systems, changed by nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from chalicelib.domain.base import Instant, Record
from chalicelib.domain.lifecycles import DeliveryState, ParcelState
from chalicelib.domain.values import Value

if TYPE_CHECKING:
    from chalicelib.domain.parcels import Course

_ORDER: tuple[DeliveryState, ...] = ("unshipped", "shipped", "delivered")
MOST_PARCELS = 20
# What keeps goods from their buyer, the gravest first.
Trouble = Literal["lost", "refused", "returned", "intercepted", "damaged", "delayed"]
# What a parcel has come to, as far as its order is concerned: `turned` goes back to its sender, where it is `back`.
Ending = Literal["moving", "signed", "lost", "turned", "back"]
_ENDINGS: Mapping[ParcelState, Ending] = {
    "signed": "signed",
    "lost": "lost",
    "refused": "turned",
    "returning": "turned",
    "returned_to_sender": "back",
}


def ending_of(state: ParcelState) -> Ending:
    """What a state means for whoever waits for the end of the way out."""
    return _ENDINGS.get(state, "moving")


class Shipment(Value):
    """One parcel of an order: its waybill, and what of its course counts for the order."""

    carrier: str
    waybill_no: str
    state: ParcelState = "announced"
    at: Instant | None = None  # the carrier's time of that state
    delayed_at: Instant | None = None
    damaged_at: Instant | None = None
    refused_at: Instant | None = None
    heard_at: Instant | None = None  # the newest scan of all

    @property
    def ending(self) -> Ending:
        """What it has come to."""
        if self.state in _ENDINGS:
            return _ENDINGS[self.state]
        return "turned" if self.refused_at is not None else "moving"

    def told(self, course: Course) -> Shipment:
        late = [scan.at for scan in course.scans if scan.detail == "delayed"]
        return self.but(
            state=course.state,
            at=course.at,
            delayed_at=min(late, default=self.delayed_at),
            damaged_at=course.reached.get("damaged"),
            refused_at=course.reached.get("refused"),
            heard_at=max((scan.at for scan in course.scans), default=self.heard_at),
        )


class Delivery(Record):
    """The delivery beside its order.

    `state` is what eligibility and windows ask: goods that were refused, lost or sent back stay `shipped`, because
    they never were with the buyer. Why they were not is told by the parcels, and by `intercepted_at`.
    """

    order_id: str
    state: DeliveryState = "unshipped"
    shipped_at: Instant | None = None
    signed_at: Instant | None = None
    promised_at: Instant | None = None  # when the shop said that the goods would be there
    parcels: tuple[Shipment, ...] = ()
    intercepted_at: Instant | None = None  # the carrier agreed to stop the goods

    def told(self, state: DeliveryState, at: datetime) -> Delivery:
        """The delivery after a fact. Facts repeat and overtake each other: it never goes back."""
        facts = {"shipped": {"shipped_at": at}, "delivered": {"signed_at": at}}.get(state, {})
        known = {name: value for name, value in facts.items() if getattr(self, name) is None}
        further = state if _ORDER.index(state) > _ORDER.index(self.state) else self.state
        if not known and further == self.state:
            return self
        return self.next(state=further, **known)

    def promised(self, at: datetime) -> Delivery:
        """The first promise counts: a shop that is late must not promise anew."""
        return self if self.promised_at is not None else self.next(promised_at=at)

    def sent(self, carrier: str, waybill_no: str) -> Delivery:
        """The delivery with one more parcel; the same object when it has it, or has as many as it can show."""
        if any((known.carrier, known.waybill_no) == (carrier, waybill_no) for known in self.parcels):
            return self
        if len(self.parcels) >= MOST_PARCELS:
            return self
        return self.next(parcels=(*self.parcels, Shipment(carrier=carrier, waybill_no=waybill_no)))

    def moved(self, carrier: str, waybill_no: str, course: Course) -> Delivery:
        """The delivery after its carrier's news; the same object when they change nothing."""
        parcels = tuple(
            known.told(course) if (known.carrier, known.waybill_no) == (carrier, waybill_no) else known
            for known in self.parcels
        )
        after = self.but(parcels=parcels)
        for state, at in _facts(parcels, course):
            after = after.told(state, at).but(version=self.version)
        return self if after == self else after.but(version=self.version + 1)

    def is_late(self, at: datetime) -> bool:
        """Whether the promise is broken at `at`; without one, nothing is late."""
        if self.promised_at is None:
            return False
        return (self.signed_at or at) > self.promised_at

    def last_heard(self, parcel: Shipment) -> datetime | None:
        """When anything was last heard of a parcel; at the latest it left when the order did."""
        return parcel.heard_at or parcel.at or self.shipped_at

    def intercepted(self, at: datetime) -> Delivery:
        return self if self.intercepted_at is not None else self.next(intercepted_at=at)

    @property
    def trouble(self) -> Trouble | None:
        """Why the goods are not with the buyer, if something keeps them; None once they are."""
        if self.state == "delivered":
            return None
        states = {parcel.state for parcel in self.parcels}
        if "lost" in states:
            return "lost"
        if any(parcel.refused_at is not None for parcel in self.parcels):
            return "refused"
        if states & {"returning", "returned_to_sender"}:
            return "intercepted" if self.intercepted_at else "returned"
        if self.intercepted_at is not None:
            return "intercepted"
        if "damaged" in states:
            return "damaged"
        return "delayed" if any(parcel.delayed_at is not None for parcel in self.parcels) else None


def _facts(parcels: tuple[Shipment, ...], course: Course) -> list[tuple[DeliveryState, datetime]]:
    """Shipped with the first scan of any parcel, delivered with the signature of the last."""
    facts: list[tuple[DeliveryState, datetime]] = []
    moving = [at for state, at in course.reached.items() if state not in ("announced", "cancelled")]
    if moving:
        facts.append(("shipped", min(moving)))
    if parcels and all(parcel.state == "signed" for parcel in parcels):
        facts.append(("delivered", max(parcel.at for parcel in parcels if parcel.at is not None)))
    return facts
