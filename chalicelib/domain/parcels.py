"""Parcels: where goods are, told by carriers' scans; whether they are accepted is another lifecycle.

Scans come late, twice, and in any order, so a course is never stepped: it is read anew from all scans in the carrier's
own order. Whoever heard the same scans stands in the same state, whatever came first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import StringConstraints

from chalicelib.domain.base import Instant, Record
from chalicelib.domain.carriers import System
from chalicelib.domain.lifecycles import PARCEL, PARCEL_ENDS, PICKUP, ParcelState, PickupState, check
from chalicelib.domain.values import Value
from chalicelib.errors import ParcelNotFound, WaybillTaken

Purpose = Literal["return", "pickup", "replacement", "send_back", "outbound"]
# What a scan says beside its state: why, or how.
Detail = Literal[
    "delayed",
    "attempted",
    "unreachable",
    "wrong_address",
    "in_locker",
    "by_proxy",
    "customs",
    "held",
    "forwarded",
    "destroyed",
    "no_scans",
]
Carrier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=32)]
WaybillNo = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{3,39}$")]

A_DAY = timedelta(days=1)
MOST_SCANS = 80  # kept of one parcel; of more, milestones and the newest
MOST_HOLDERS = 12  # cases that one parcel brings goods of: more would not fit into one transaction
MOVES: frozenset[str] = frozenset({"in_transit", "out_for_delivery"})
# States that are told to the case and to whoever waits; the rest only shows where the parcel is.
TOLD: frozenset[str] = frozenset(PARCEL) - MOVES - {"announced"}
# What cannot both be so. The first of them in the carrier's time stands, and a person is told.
CONTRADICTS: Mapping[str, frozenset[str]] = {
    "signed": frozenset({"refused", "returning", "returned_to_sender", "lost", "cancelled"}),
    "returned_to_sender": frozenset({"lost", "cancelled"}),
}
# Of one instant, what happens first.
_RANK: Mapping[str, int] = {
    state: rank
    for rank, state in enumerate(
        "announced cancelled picked_up in_transit out_for_delivery exception damaged refused lost returning signed "
        "returned_to_sender".split()
    )
}


def tidy(number: str) -> str:
    """A waybill's number as it is kept: people type blanks and small letters, carriers do not."""
    return "".join(number.split()).upper()


class Scan(Value):
    """One event of a carrier. `event` is its identity: the same event told again is the same scan.

    `state` is None for a code that our table does not know: the scan is kept as it came, and moves nothing.
    """

    event: str
    at: Instant  # the carrier's time
    state: ParcelState | None
    code: str = ""  # the carrier system's own
    detail: Detail | None = None
    text: str = ""  # the carrier's words, without telephone numbers
    place: str = ""

    @property
    def order(self) -> tuple[datetime, int, str]:
        return self.at, _RANK.get(self.state or "announced", 0), self.event

    @property
    def worth(self) -> tuple[bool, datetime, str]:
        """What is kept first when not everything can be."""
        return self.state in TOLD or self.state is None, self.at, self.event


class Contradiction(Value):
    """A carrier said what cannot be after what it had said before."""

    before: ParcelState
    said: ParcelState
    at: Instant


class Course(Value):
    """What was heard of a parcel: the same for any order and any repetition of the same scans."""

    scans: tuple[Scan, ...] = ()
    state: ParcelState = "announced"
    at: Instant | None = None  # the carrier's time of the scan that brought it into its state
    detail: Detail | None = None
    reached: dict[ParcelState, Instant] = {}  # by state, the first time that a carrier said so
    contradiction: Contradiction | None = None

    @property
    def is_over(self) -> bool:
        return self.state in PARCEL_ENDS

    def heard(self, scans: Iterable[Scan]) -> Course:
        """The course with these scans too; the same object when they are no news."""
        known = {scan.event: scan for scan in self.scans}
        reached = dict(self.reached)
        for scan in scans:
            before = known.setdefault(scan.event, scan)
            if before is not scan:
                known[scan.event] = min(before, scan, key=lambda one: one.model_dump_json())
            if scan.state is not None:
                reached[scan.state] = min(scan.at, reached.get(scan.state, scan.at))
        kept = sorted(known.values(), key=lambda scan: scan.worth, reverse=True)[:MOST_SCANS]
        in_order = tuple(sorted(kept, key=lambda scan: scan.order))
        if in_order == self.scans and reached == self.reached:
            return self
        ordered = {state: reached[state] for state in sorted(reached, key=_RANK.__getitem__)}
        return _read(in_order).but(reached=ordered)


def _read(scans: tuple[Scan, ...]) -> Course:
    """The course that scans in their order tell."""
    course = Course(scans=scans)
    for scan in scans:
        if scan.state is None:
            continue
        # Who signs for what was on its way back is its sender.
        said: ParcelState = (
            "returned_to_sender" if (course.state, scan.state) == ("returning", "signed") else scan.state
        )
        if said == course.state:
            course = course.but(detail=scan.detail or course.detail)
            continue
        possible = said in PARCEL[course.state]
        if said in CONTRADICTS.get(course.state, ()) or (possible and course.is_over):
            told = Contradiction(before=course.state, said=said, at=scan.at)
            course = course.but(contradiction=course.contradiction or told)
        if possible:
            course = course.but(state=said, at=scan.at, detail=scan.detail)
    return course


class Slot(Value):
    """When the courier comes."""

    begins_at: Instant
    ends_at: Instant

    def after(self, now: datetime) -> Slot:
        """The same hours on the first day that lies ahead."""
        days = max(0, math.floor((now - self.begins_at) / A_DAY) + 1)
        return Slot(begins_at=self.begins_at + days * A_DAY, ends_at=self.ends_at + days * A_DAY)


class Pickup(Value):
    """上门取件: a courier's visit, beside the parcel's own course. `booking_no` is the command that booked it."""

    booking_no: str
    system: System
    slot: Slot
    state: PickupState = "asked"
    visits: int = 1  # how often a courier was asked to come
    because: str | None = None  # why it failed or was cancelled

    def moved(self, state: PickupState, **facts: object) -> Pickup:
        """Raises TransitionRefused where the table has no such way."""
        check(PICKUP, self.state, state)
        return self.but(state=state, **facts)


class Parcel(Record):
    """One case's view of a parcel. Its waybill may be unknown yet, and may bring goods of other cases too."""

    case_id: str
    parcel_id: str
    purpose: Purpose
    carrier: str = ""
    waybill_no: str | None = None
    announced_at: Instant
    course: Course = Course()
    pickup: Pickup | None = None
    joins: bool = False  # the visit was booked for another case; this one's goods go along

    @property
    def state(self) -> ParcelState:
        return self.course.state

    @property
    def goes_back(self) -> bool:
        """From the buyer."""
        return self.purpose in ("return", "pickup")

    def visited(self, state: PickupState, **facts: object) -> Parcel:
        """The parcel with its courier's visit in another state. Raises ParcelNotFound, TransitionRefused."""
        if self.pickup is None:
            raise ParcelNotFound(f"no courier is asked to fetch {self.parcel_id}")
        return self.next(pickup=self.pickup.moved(state, **facts))

    def told(self, course: Course) -> Parcel:
        """The parcel after news of its waybill; the same object when they are none."""
        if course == self.course:
            return self
        pickup = self.pickup
        if pickup and pickup.state != "done" and course.state not in ("announced", "cancelled"):
            pickup = pickup.moved("done")
        return self.next(course=course, pickup=pickup)


class Holder(Value):
    """Whose goods a waybill carries: a case's parcel, or an order's delivery on its way out."""

    buyer_id: str
    merchant_id: str
    goes_back: bool  # from the buyer
    order_id: str
    case_id: str | None = None
    parcel_id: str | None = None


class Waybill(Record):
    """What a carrier tells of one number, also before anybody told us whose it is."""

    carrier: str
    number: str
    course: Course = Course()
    holders: tuple[Holder, ...] = ()

    def held_by(self, *holders: Holder) -> Self:
        """The waybill with more holders, one write later; the same object when they hold it. Raises WaybillTaken.

        A number that somebody else's goods travel under, or that took goods the other way, proves nothing here: with
        the number of the parcel that once brought the goods, everything would look as if it had come back.
        """
        held = self.holders
        for holder in holders:
            held = held if holder in held else self._with(held, holder)
        return self if held == self.holders else self.next(holders=held)

    def _with(self, held: tuple[Holder, ...], holder: Holder) -> tuple[Holder, ...]:
        for other in held:
            same = ("buyer_id", "merchant_id", "goes_back")
            if any(getattr(other, name) != getattr(holder, name) for name in same):
                raise WaybillTaken(f"{self.number} carries other goods")
        if len(held) >= MOST_HOLDERS:
            raise WaybillTaken(f"{self.number} brings goods of {MOST_HOLDERS} cases already")
        return (*held, holder)
