"""Commands to carriers: book a courier, change or cancel the visit, follow a waybill, stop goods, ask who signed.

A command's number and all that it says are fixed in the table before the first call, and kept through every retry: a
carrier that is asked twice under one number does one thing. A timeout is not a failure; it is asked about.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from chalicelib.domain.base import Instant, Record
from chalicelib.domain.carriers import System
from chalicelib.domain.lifecycles import COMMAND, CommandState, check
from chalicelib.domain.parcels import Carrier, Slot
from chalicelib.domain.values import Value

Kind = Literal["book_pickup", "rebook_pickup", "cancel_pickup", "track", "intercept", "proof_of_delivery", "file_claim"]
PICKUPS: frozenset[str] = frozenset({"book_pickup", "rebook_pickup", "cancel_pickup"})
# Which kinds a system can carry out at all: trackers only follow.
CAN: dict[System, frozenset[Kind]] = {
    "standard": frozenset(get_args(Kind)),
    "kuaidi100": frozenset({"track"}),
    "aftership": frozenset({"track"}),
    "seventeen_track": frozenset({"track"}),
}

# When the worker asks about a command that has no answer: by queue delay first, then by the due index. Seconds; the
# last one repeats.
ASK_DELAYS = (60, 60, 120, 300, 600, 1200, 1800, 3600)
# A carrier takes weeks over a claim; its deadline is the recovery's, and not a number of calls.
CLAIM_DELAYS = (60, 300, 3600, 6 * 3600, 24 * 3600)
MOST_ASKS = 60  # about two days; then the command has failed, and whoever waits is told

Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class Contact(Value):
    """Where a courier comes or brings. Personal: it stands in the booking alone, until nobody has to come any more."""

    name: Line = Field(repr=False)
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{4,24}$")] = Field(repr=False)
    address: Line = Field(repr=False)
    region: Annotated[str, StringConstraints(max_length=100)] = Field(default="", repr=False)
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = "CN"


class Proof(Value):
    """签收证明: how a parcel was signed for. `reference` is the carrier's own, under which it keeps the picture."""

    signed_at: Instant
    how: Literal["in_person", "by_proxy", "in_locker", "at_door", "unknown"] = "unknown"
    reference: Annotated[str, StringConstraints(max_length=200)] = ""


class ShownFile(Value):
    """A file of evidence: its id here, and the SHA-256 of the very bytes that were looked at."""

    evidence_id: str
    digest: str


class CarrierClaim(Value):
    """What a carrier is asked to pay, in minor units, and what there is to show for it."""

    recovery_id: str
    because: Literal["damage", "loss"]
    amount: int = Field(ge=1)
    currency: str
    files: tuple[ShownFile, ...] = ()


class PartOf(Value):
    """One case's parcel of a visit that fetches goods of several."""

    case_id: str
    parcel_id: str


class CarrierCommand(Record):
    """One thing asked of one carrier system."""

    command_no: str
    kind: Kind
    system: System
    order_id: str
    case_id: str | None = None
    parcel_id: str | None = None
    booking_no: str | None = None  # the booking that a visit is changed or cancelled under
    carrier: Carrier | None = None
    waybill_no: str | None = None
    slot: Slot | None = None
    party: tuple[PartOf, ...] = ()  # whose goods the courier fetches besides; of a booking
    sender: Contact | None = None
    receiver: Contact | None = None
    claim: CarrierClaim | None = None
    state: CommandState = "asked"
    asked_at: Instant
    answered_at: Instant | None = None
    reason: str | None = None  # why it failed: a code
    proof: Proof | None = None
    asks: int = Field(default=0, ge=0)
    ask_at: Instant | None = None

    @property
    def is_open(self) -> bool:
        return self.state in ("asked", "accepted", "unknown")

    @property
    def watch_at(self) -> datetime | None:
        """When the sweeper should make sure that the carrier is asked."""
        return self.ask_at if self.is_open else None

    @property
    def is_given_up(self) -> bool:
        return self.is_open and self.kind != "file_claim" and self.asks >= MOST_ASKS

    def asked(self, now: datetime, state: CommandState | None = None) -> CarrierCommand:
        """One more call is made; the due index holds the time by which the next must have been. `state`: what its
        answer made of the command. Raises TransitionRefused."""
        if state is not None and state != self.state:
            check(COMMAND, self.state, state)
        due = now + timedelta(seconds=self.delay_after(self.asks) + 60)
        return self.next(asks=self.asks + 1, ask_at=due, state=state or self.state)

    def delay_after(self, asks: int) -> int:
        """Seconds to wait before the next call, when `asks` were made."""
        return ask_delay(asks, CLAIM_DELAYS if self.kind == "file_claim" else ASK_DELAYS)

    def moved(self, state: CommandState, **facts: object) -> CarrierCommand:
        """The command in another state. Raises TransitionRefused where the table has no such way."""
        check(COMMAND, self.state, state)
        over = {"ask_at": None} if state in ("done", "failed") else {}
        return self.next(state=state, **{**over, **facts})

    def forgotten(self) -> CarrierCommand:
        """Without the people: once the goods are with the carrier nobody calls at that door any more."""
        return self if self.sender is None and self.receiver is None else self.next(sender=None, receiver=None)

    def ended(self, at: datetime) -> CarrierCommand:
        """A booking that nobody waits for any more: not sent, if it was not yet, and without the people."""
        if not self.is_open:
            return self.forgotten()
        return self.moved("failed", answered_at=at, reason="given_up", sender=None, receiver=None)


def ask_delay(asks: int, delays: tuple[int, ...] = ASK_DELAYS) -> int:
    """Seconds to wait before the next call, when `asks` were made."""
    return delays[min(asks, len(delays) - 1)]
