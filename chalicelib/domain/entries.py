"""The timeline 协商记录. An entry is history, the event that is published, and the change of the tallies, in one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from chalicelib.domain.actors import Actor
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

    @property
    def watch_at(self) -> datetime:
        """When the sweeper should look whether it was published (an acknowledgement takes it off the list)."""
        return self.at + timedelta(minutes=1)

    @property
    def event_id(self) -> str:
        """The same through every publication, so that consumers can tell a repetition."""
        return f"{self.case_id}-{self.sequence}"
