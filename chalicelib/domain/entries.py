"""The timeline 协商记录. An entry is history, the event that is published, and the change of the tallies, in one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from chalicelib.domain.actors import READS_EVERYTHING, Actor
from chalicelib.domain.base import Fact, Instant

EntryType = Literal[
    "CaseSubmitted",
    "CaseApproved",
    "CaseRejected",
    "CaseRevised",
    "CaseEscalated",
    "CaseWithdrawn",
    "CaseClosed",
    "CaseParked",
    "CaseResumed",
    "CaseReferred",
    "OfferMade",
    "OfferAccepted",
    "OfferDeclined",
    "InquiryAnswered",
    "StopSaleRequested",
    "BuyersTold",
    "StatementMade",
    "EvidenceSealed",
    "RulingGiven",
    "RulingAppealed",
    "RulingExecuted",
    "RulingLate",
    "RulingProposed",
    "DeadlineMoved",
    "DeadlineNear",
    "EvidenceAdded",
    "ReturnOpened",
    "AddressGiven",
    "GoodsShipped",
    "GoodsSigned",
    "GoodsBack",
    "ReturnReceived",
    "GoodsInspected",
    "GoodsDisposed",
    "GoodsPutAway",
    "DifferenceAsked",
    "DifferencePaid",
    "PaymentTurnedAway",
    "ReplacementRequested",
    "ReplacementShipped",
    "ReplacementFailed",
    "ReplacementReceived",
    "ExchangeConverted",
    "RepairBegun",
    "AppointmentBooked",
    "AppointmentOver",
    "EstimateMade",
    "EstimateAnswered",
    "RepairRecorded",
    "GoodsSentBack",
    "GoodsHandedBack",
    "RepairAccepted",
    "RepairRefused",
    "ChoiceAsked",
    "RepairFeePaid",
    "CaseConverted",
    "RefundGranted",
    "RefundSubmitted",
    "RefundAccepted",
    "RefundUnknown",
    "RefundFailed",
    "RefundReleased",
    "RefundSettled",
    "RefundReversed",
    "RefundConfirmed",
    "RefundNetted",
    "ChargebackOpened",
    "ParcelAnnounced",
    "ParcelMoved",
    "PickupAsked",
    "PickupBooked",
    "PickupCalledOff",
    "PickupFailed",
    "CarrierAsked",
    "PickupRebooked",
    "PickupGivenUp",
    "CarrierAnswered",
    "ProofGiven",
    "InterceptionFailed",
    "GoodsTurnedBack",
    "DeliveryFailed",
    "GoodsFound",
    "FreightDeclared",
    "LiabilityDecided",
    "RecoveryOpened",
    "RecoveryFiled",
    "RecoveryAnswered",
    "RecoveryLate",
    "RecoveryPaid",
    "RecoveryWrittenOff",
    "RecoveryDropped",
]


# Which lines are nobody's business but the platform's and, where it is not named here, the other party's.
_NOT_FOR: dict[str, frozenset[EntryType]] = {
    "buyer": frozenset({"RulingProposed", "GoodsPutAway", "StopSaleRequested", "BuyersTold"}),
    "merchant": frozenset({"RulingProposed", "RefundNetted"}),
}
# How the machines go on, and what a person of the platform is told about it.
_INNER_DATA = frozenset({"start_attempt", "start_flow", "commands", "detail", "owner"})
# What the platform's people note for each other when they see to a parked case.
_INNER_NOTES: frozenset[EntryType] = frozenset({"CaseResumed", "RefundSubmitted", "RefundReleased"})


class Entry(Fact):
    """One line of a case's story. `data` is thin: ids, amounts in minor units, states; no personal data."""

    case_id: str
    sequence: int = Field(ge=1)
    at: Instant
    actor: Actor
    type: EntryType
    before: str | None = None  # the case's status
    after: str | None = None
    merchant_id: str
    buyer_id: str
    order_id: str
    currency: str
    amount: int  # what the case stands for after this entry
    amount_before: int
    policy_version: int
    note: str | None = None  # people's words: shown on the timeline, never on the bus
    data: dict[str, Any] = Field(default_factory=dict)

    def as_seen_by(self, actor: Actor) -> Entry | None:
        """The line as the actor reads it, None when it is none of theirs. Staff and auditors see all of it.

        Recoveries concern the platform and who owes: nobody else learns who that is, or how much of it was paid.
        """
        if actor.role in READS_EVERYTHING:
            return self
        if self.type in _NOT_FOR.get(actor.role, ()):
            return None
        if self.type.startswith("Recovery") and self.data.get("debtor") != actor.role:
            return None
        inner = _INNER_DATA | {"because"} if self.type == "CaseParked" else _INNER_DATA  # there it names a fault
        data = {name: value for name, value in self.data.items() if name not in inner}
        return self.but(data=data, note=None if self.type in _INNER_NOTES else self.note)

    @property
    def watch_at(self) -> datetime:
        """When the sweeper should look whether it was published (an acknowledgement takes it off the list)."""
        return self.at + timedelta(minutes=1)

    @property
    def event_id(self) -> str:
        """The same through every publication, so that consumers can tell a repetition."""
        return f"{self.case_id}-{self.sequence}"
