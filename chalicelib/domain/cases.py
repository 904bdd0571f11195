"""A case 售后单: one buyer's request about one order. The root of everything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from chalicelib.domain.actors import Actor
from chalicelib.domain.allocations import Explanation
from chalicelib.domain.base import Instant, Record
from chalicelib.domain.claims import Claim
from chalicelib.domain.eligibility import Verdict
from chalicelib.domain.gates import GateName, GateRef
from chalicelib.domain.lifecycles import CASE_ENDS, CaseStatus, DeliveryState, DisputeState
from chalicelib.domain.merchants import MerchantKind
from chalicelib.domain.multiples import Multiplied
from chalicelib.domain.orders import Replaces
from chalicelib.domain.reasons import COMES_BACK, REPLACES, Bearer, Inquiry, Remedy, Responsible
from chalicelib.domain.recoveries import RecoveryRef
from chalicelib.domain.refunds import RefundRef
from chalicelib.domain.replacements import Wanted
from chalicelib.domain.scenes import Scene
from chalicelib.domain.shares import Share
from chalicelib.domain.values import Value
from chalicelib.domain.ways_out import WayOut

UNWATCHED = timedelta(minutes=2)
# 极速退款 of a return: about to be paid early, paid so, or not (any more).
Instancy = Literal["due", "out", "over"]
Flow = Literal["refund_flow", "return_flow", "exchange_flow", "repair_flow", "dispute_flow"]
FLOWS: Mapping[Remedy, Flow] = {
    "return_and_refund": "return_flow",
    "exchange": "exchange_flow",
    "reship": "exchange_flow",
    "repair": "repair_flow",
}
BUYER_WORDS = 2000  # characters of free text that a person may write at once


class Offer(Value):
    """协商方案: the amount (minor units) that the merchant would agree to; `keeps`: the goods stay with the buyer."""

    amount: int
    by: Actor
    note: str | None = None
    keeps: bool = False


class Parking(Value):
    """Why a case waits for a person of the platform."""

    because: str
    detail: str


class DisputeRef(Value):
    """What a case remembers of its newest dispute."""

    number: int
    state: DisputeState
    round: int = 1


class Proposal(Value):
    """A grant above the policy's amount, waiting for a second person who does the same."""

    amount: int
    by: Actor
    act: str = ""


class Case(Record):
    """The whole case but its story (entries), its waits (gates) and its transfers (refunds)."""

    case_id: str
    order_id: str
    buyer_id: str
    merchant_id: str
    merchant_kind: MerchantKind
    remedy: Remedy
    reason: str
    description: str = ""
    currency: str
    claim: Claim
    explanation: Explanation
    delivery: DeliveryState
    status: CaseStatus
    verdict: Verdict
    policy_id: str
    policy_version: int
    gate: GateRef | None = None
    offer: Offer | None = None
    proposal: Proposal | None = None
    parking: Parking | None = None
    dispute: DisputeRef | None = None  # the newest
    inquiry: Inquiry | None = None  # while the platform looks into it
    condemned: bool = False  # its goods are fakes, or dangerous: they are never sold again
    multiple: Multiplied | None = None  # 惩罚性赔偿: what its buyer is owed beyond the refund, once that is granted
    scene: Scene | None = None  # where the goods were when it was asked; of an older case nobody knows
    way_out: WayOut | None = None  # once carriers are asked about goods that were sent
    return_id: str | None = None  # once the goods were asked back
    wanted: tuple[Wanted, ...] = ()  # other articles than those that come back
    has_replacement: bool = False  # once other goods were promised
    converted: str | None = None  # why an exchange or reshipment has become a refund
    about: tuple[Replaces, ...] = ()  # the goods of this case came in the place of others, by these cases
    turned_away: tuple[str, ...] = ()  # payments that came unasked, and that were said to be given back
    repair_id: str | None = None  # what was asked as a repair, also when it became something else
    converted_in: int | None = None  # the attempt whose flow the case has left for another machine
    refunds: tuple[RefundRef, ...] = ()
    bearer: Bearer = "merchant"  # of what the case costs
    refund_count: int = 0  # numbers given out so far
    rounds: dict[GateName, int] = {}
    revisions: int = 0
    evidence: int = 0  # files that were looked at and taken
    forms: int = 0  # upload forms given out, whatever came of them
    liability: Responsible | None = None  # once it was decided; before that it is the reason's
    shares: tuple[Share, ...] = ()  # who bears how much, once it was ruled
    advanced: bool = False  # 先行赔付: the platform's fund pays in the shop's place
    recoveries: tuple[RecoveryRef, ...] = ()  # what the fund claims of others because of this case
    instant: Instancy | None = None
    owed: int | None = None  # of what went out early: what turned out to be owed in the end (None: all of it)
    credit_out: int = 0  # minor units that lean on the buyer's credit until the money is out
    sequence: int = 0
    attempt: int = 1  # which execution carries the case
    created_at: Instant
    updated_at: Instant
    closed_because: str | None = None

    @property
    def flow(self) -> Flow:
        """Which machine carries the case now. A dispute from before there was a machine for it stays with its own."""
        looked_at = self.inquiry is not None and self.is_open
        ruled_on = self.dispute is not None and self.status == "in_dispute"
        return "dispute_flow" if looked_at or ruled_on else self.remedy_flow

    @property
    def remedy_flow(self) -> Flow:
        """Which machine carries the case when the platform has nothing to rule on."""
        return FLOWS.get(self.remedy, "refund_flow")

    @property
    def beginning(self) -> dict[str, Any]:
        """What the entry says that begins this attempt of the flow."""
        return {"start_attempt": self.attempt, "start_flow": self.flow}

    @property
    def comes_back(self) -> bool:
        """An approval asks for the goods first; once they were asked for, the next approval is about the money."""
        return self.remedy in COMES_BACK and self.return_id is None

    @property
    def replaces(self) -> bool:
        """What follows an approval is goods, and not money."""
        return self.remedy in REPLACES and self.converted is None

    @property
    def is_open(self) -> bool:
        return self.status not in CASE_ENDS

    @property
    def is_sealed(self) -> bool:
        """Nothing can be shown while somebody rules, and until the ruling is appealed against or final."""
        return self.dispute is not None and self.dispute.state in ("sealed", "ruled")

    @property
    def watch_at(self) -> datetime | None:
        """When the sweeper should look: nobody is awaited, so a flow must be at work."""
        return self.updated_at + UNWATCHED if self.is_open and self.gate is None else None

    @property
    def amount(self) -> int:
        """What the case stands for now, in minor units."""
        return self.claim.total

    @property
    def decider(self) -> str:
        """Who is awaited for a decision: the shop, or the platform's agents for its own shops and its own money."""
        shop = self.merchant_kind == "marketplace" and self.bearer == "merchant"
        return f"merchant#{self.merchant_id}" if shop else "agent"

    @property
    def is_paid(self) -> bool:
        """Every payment that the claim goes back to has its money."""
        paid = {(ref.payment_id, ref.amount) for ref in self.refunds if ref.state == "settled"}
        return all(source.netted or (source.payment_id, source.amount) in paid for source in self.claim.sources)

    @property
    def is_early(self) -> bool:
        """Money is out, or on its way, for goods that nobody has accepted yet."""
        return self.instant == "out" and bool(self.live_refunds)

    @property
    def open_refunds(self) -> tuple[RefundRef, ...]:
        """Refunds that are still on their way."""
        return tuple(ref for ref in self.refunds if ref.state in ("granted", "submitted", "unknown"))

    @property
    def live_refunds(self) -> tuple[RefundRef, ...]:
        """Refunds that still stand for money: neither failed, released nor reversed."""
        return tuple(ref for ref in self.refunds if ref.state not in ("failed", "released", "reversed"))
