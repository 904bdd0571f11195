"""After-sales policy 售后政策: versioned data, never code. The version in force at purchase binds the case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from chalicelib.domain.base import Fact, Instant, Record
from chalicelib.domain.buyers import Abuse, Limits
from chalicelib.domain.calendars import MOST_DAYS, Calendar, Duration
from chalicelib.domain.compensations import Compensation, rule_for
from chalicelib.domain.extensions import EXTENSIONS, Extendable
from chalicelib.domain.files import FileType
from chalicelib.domain.lifecycles import DeliveryState
from chalicelib.domain.multiples import Multiple
from chalicelib.domain.protections import Protection
from chalicelib.domain.reasons import CATALOGUE, Inquiry, Liability, Reason, Remedy
from chalicelib.domain.thresholds import ThresholdRule
from chalicelib.domain.values import Integer, Value, YesNo
from chalicelib.domain.warranties import RepairTerms, WarrantyTerm
from chalicelib.errors import PolicyNotFound

if TYPE_CHECKING:
    from chalicelib.domain.gates import Gate, GateName, GateRef
    from chalicelib.domain.reasons import Saying


class Window(Value):
    """How long after signing a buyer may ask. The first window that fits a line's category and the reason counts."""

    days: Integer = Field(ge=0, le=3650)
    category: str | None = None
    reason: str | None = None

    def fits(self, category: str, reason: str) -> bool:
        return self.category in (None, category) and self.reason in (None, reason)


class Exclusion(Value):
    """Goods that are not taken back without a fault, when the buyer confirmed so at purchase."""

    flag: str
    zh: str
    en: str


class Deadlines(Value):
    """How long each awaited party has. Defaults are domain.md §5."""

    decision_unshipped: Duration = Duration(amount=24, unit="hours")
    decision_shipped: Duration = Duration(amount=48, unit="hours")
    buyer_answer: Duration = Duration(amount=7, unit="days")
    address: Duration = Duration(amount=48, unit="hours")
    shipment: Duration = Duration(amount=7, unit="days")
    pickup: Duration = Duration(amount=48, unit="hours")  # from the beginning of the visit's slot
    scan: Duration = Duration(amount=5, unit="days")  # without one, goods on their way count as not heard of
    receipt: Duration = Duration(amount=10, unit="days")
    receipt_signed: Duration = Duration(amount=3, unit="days")
    inspection: Duration = Duration(amount=3, unit="days")
    recovery: Duration = Duration(amount=30, unit="days")  # until a merchant should have paid what it owes
    carrier_claim: Duration = Duration(amount=30, unit="days")  # from signing, and again once the carrier accepted
    freight: Duration = Duration(amount=30, unit="days")  # from receipt, to say what the way back cost
    put_away: Duration = Duration(amount=3, unit="days")
    difference: Duration = Duration(amount=3, unit="days")
    replacement: Duration = Duration(amount=72, unit="hours")
    replacement_receipt: Duration = Duration(amount=10, unit="days")
    interception: Duration = Duration(amount=24, unit="hours")
    proof: Duration = Duration(amount=3, unit="days")
    door: Duration = Duration(amount=15, unit="days")
    way_back: Duration = Duration(amount=15, unit="days")
    escalation: Duration = Duration(amount=7, unit="days")
    authenticity: Duration = Duration(amount=7, unit="working_days")
    safety: Duration = Duration(amount=2, unit="hours")
    evidence: Duration = Duration(amount=3, unit="days")
    evidence_appeal: Duration = Duration(amount=1, unit="days")
    appeal: Duration = Duration(amount=3, unit="days")
    ruling: Duration = Duration(amount=4, unit="working_days")
    ruling_supervisor: Duration = Duration(amount=2, unit="working_days")
    appointment: Duration = Duration(amount=48, unit="hours")
    repair: Duration = Duration(amount=30, unit="days")
    estimate: Duration = Duration(amount=7, unit="days")
    dispatch: Duration = Duration(amount=72, unit="hours")
    acceptance: Duration = Duration(amount=7, unit="days")
    acceptance_sent: Duration = Duration(amount=14, unit="days")  # until a carrier says that the goods came
    choice: Duration = Duration(amount=7, unit="days")
    fee: Duration = Duration(amount=7, unit="days")
    settlement: Duration = Duration(amount=24, unit="hours")
    settlement_accepted: Duration = Duration(amount=7, unit="days")
    person: Duration = Duration(amount=1, unit="days")

    def of(self, gate: GateName, delivery: DeliveryState) -> Duration:
        if gate == "decision":
            return self.decision_unshipped if delivery == "unshipped" else self.decision_shipped
        if gate == "carrier":
            return self.interception  # of what else a carrier is awaited for, whoever waits says so
        duration: Duration = getattr(self, gate)
        return duration


class WayOutRules(Value):
    """What follows for goods that were sent and are not with their buyer."""

    intercept_at_once: YesNo = Field(
        default=True, description="the carrier is asked to stop them before anybody decides"
    )
    refund_when: Literal["stopped", "returned"] = Field(
        default="returned", description="goods that were stopped or refused are paid for at once, or when they are back"
    )
    lost_after: Duration = Field(
        default=Duration(amount=10, unit="days"), description="without any scan, a parcel counts as lost"
    )
    never_delivered_after: Duration = Field(
        default=Duration(amount=15, unit="days"), description="so long after the promise nobody has to wait any more"
    )


class RestockingFee(Value):
    """What a buyer who changed their mind bears of the price, in thousandths. The first that fits a category counts."""

    per_mille: Integer = Field(ge=0, le=500)
    category: str | None = None


class Advance(Value):
    """先行赔付: when the platform's fund pays at once in the shop's place, and the shop owes it.

    `cover` is how much of the amount, in thousandths, the shop's deposit must hold; 0 asks for no deposit.
    """

    reasons: frozenset[str] = frozenset({"quality_defect", "not_as_described", "counterfeit", "unsafe"})
    remedies: frozenset[Remedy] = frozenset({"refund_only"})
    up_to: Limits = Field(default={"CNY": 50000, "GBP": 5000, "USD": 7000})
    cover: Integer = Field(default=1000, ge=0, le=10_000)

    def is_covered(self, amount: int, deposit: int) -> bool:
        return deposit * 1000 >= amount * self.cover


class PickupLimits(Value):
    """上门取件: how often a courier is asked to come."""

    visits: Integer = Field(default=2, ge=1, le=10, description="after the last that fails, the buyer ships")
    in_all: Integer = Field(default=6, ge=0, le=30, description="visits of one case, however often one was called off")
    days_ahead: Integer = Field(default=7, ge=1, le=30)


class EvidenceLimits(Value):
    """What files are taken: how many per case, how large (bytes), which types."""

    files: Integer = Field(default=9, ge=0, le=50)
    bytes: Integer = Field(default=10 * 1024 * 1024, ge=1, le=100 * 1024 * 1024)
    types: frozenset[FileType] = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf", "video/mp4"})


# A change of mind has seven days; what was wrong from the start shows itself later.
WINDOWS = (
    Window(days=30, reason="quality_defect"),
    Window(days=30, reason="not_as_described"),
    Window(days=365, reason="counterfeit"),
    Window(days=365, reason="unsafe"),
    Window(days=7),
)


# A begun day late gives a little; everything else is for people to agree on. The last one fits every reason.
COMPENSATIONS = (
    Compensation(
        reason="late_delivery",
        basis="per_day",
        amount={"CNY": 500, "GBP": 50, "USD": 70},
        most={"CNY": 5000, "GBP": 500, "USD": 700},
    ),
    Compensation(basis="asked", most={"CNY": 20000, "GBP": 2000, "USD": 3000}),
)

# 退一赔三, of food 退一赔十, as Chinese law has it: consumers' rights (article 55) and food safety (article 148).
MULTIPLES = (
    Multiple(reason="counterfeit", category="food", times=10, least={"CNY": 100000}),
    Multiple(reason="unsafe", category="food", times=10, least={"CNY": 100000}),
    Multiple(reason="counterfeit", times=3, least={"CNY": 50000}),
)


class PolicyDraft(Value):
    """What an operator writes."""

    name: str = Field(min_length=1, max_length=120)
    effective_from: Instant
    windows: tuple[Window, ...] = Field(default=WINDOWS, min_length=1, max_length=200)
    exclusions: tuple[Exclusion, ...] = (
        Exclusion(flag="made_to_order", zh="定制商品", en="made to order"),
        Exclusion(flag="perishable", zh="鲜活易腐", en="perishable"),
        Exclusion(flag="opened_digital", zh="已拆封数字商品", en="opened digital goods"),
        Exclusion(flag="newspaper", zh="报纸期刊", en="newspapers and magazines"),
    )
    reasons: tuple[Reason, ...] = Field(default=CATALOGUE, min_length=1, max_length=200)
    remedies: dict[DeliveryState, frozenset[Remedy]] = Field(
        default={
            "unshipped": frozenset({"refund_only", "compensation"}),
            "shipped": frozenset({"refund_only", "compensation", "price_protection", "reship"}),
            "delivered": frozenset(
                {"refund_only", "return_and_refund", "exchange", "reship", "repair", "compensation", "price_protection"}
            ),
        }
    )
    auto_approve_below: Limits = Field(default={"CNY": 2000, "GBP": 200, "USD": 300})
    instant_up_to: Limits = Field(default={"CNY": 50000, "GBP": 5000, "USD": 7000})
    instant_at: Literal["never", "handover", "waybill"] = Field(
        default="handover",
        description="when a return of a trusted buyer is paid: with the carrier's first scan, or with the waybill",
    )
    instant_abuse: Abuse = Abuse()
    compensate_below: Limits = Field(
        default={"CNY": 3000, "GBP": 300, "USD": 450},
        description="up to here a compensation that the policy computes needs nobody's decision",
    )
    compensations: tuple[Compensation, ...] = Field(default=COMPENSATIONS, max_length=200)
    protections: tuple[Protection, ...] = Field(
        default=(Protection(days=7),),
        max_length=200,
        description="how long a fallen price is made good; the first that fits a category counts",
    )
    second_person_above: Limits = Field(default={"CNY": 500000, "GBP": 50000, "USD": 70000})
    return_freight: dict[Liability, Liability] = Field(
        default={"buyer": "buyer", "merchant": "merchant", "carrier": "merchant", "platform": "platform"},
        description="who pays for the way back, by whose doing it was",
    )
    way_out: WayOutRules = WayOutRules()
    return_freight_up_to: Limits = Field(default={"CNY": 2500, "GBP": 500, "USD": 800})
    advance: Advance = Advance()
    restocking: tuple[RestockingFee, ...] = Field(default=(), max_length=200)
    parcels: Integer = Field(default=5, ge=1, le=20)
    restocking_of_exchanges: YesNo = Field(default=False, description="the restocking fee is taken of an exchange too")
    replacements: Integer = Field(default=2, ge=1, le=5, description="how often goods are sent before it is a refund")
    warranties: tuple[WarrantyTerm, ...] = Field(default=(WarrantyTerm(months=12),), max_length=200)
    repairs: RepairTerms = RepairTerms()
    pickups: PickupLimits = PickupLimits()
    deadlines: Deadlines = Deadlines()
    extensions: dict[Extendable, Duration] = Field(
        default=EXTENSIONS, description="how much more time is given, once, to who is awaited there and asks for it"
    )
    threshold_rule: ThresholdRule = "keep"  # of a 满减 that a partial return breaks
    inquiries: dict[str, Inquiry] = Field(
        default={"counterfeit": "authenticity", "unsafe": "safety"},
        description="what the platform looks into, by reason, before anybody decides",
    )
    multiples: tuple[Multiple, ...] = Field(
        default=MULTIPLES,
        max_length=200,
        description="what is owed beyond the refund of what was confirmed; the first that fits counts",
    )
    condemned_goods: Literal["scrap", "return_to_vendor"] = Field(
        default="scrap", description="what becomes of fakes and dangerous goods instead of being sold again"
    )
    appeal_hears: YesNo = Field(default=True, description="an appeal gives both sides time to show more")
    revisions: Integer = Field(default=5, ge=0, le=20)
    offers: Integer = Field(default=3, ge=0, le=20)
    evidence: EvidenceLimits = EvidenceLimits()
    calendar: Calendar = Calendar()

    @model_validator(mode="after")
    def _reasons_are_distinct(self) -> PolicyDraft:
        codes = [reason.code for reason in self.reasons]
        if len(set(codes)) != len(codes):
            raise ValueError("a reason's code stands once")
        self._deadlines_fall_due()
        if self.windows[-1].category is not None or self.windows[-1].reason is not None:
            raise ValueError("the last window fits everything (no category, no reason)")
        return self

    def _deadlines_fall_due(self) -> None:
        """Short shifts and long holidays can make working time endless: no execution waits longer than a year."""
        given = {f"deadlines.{name}": getattr(self.deadlines, name) for name in type(self.deadlines).model_fields}
        given |= {f"extensions.{name}": duration for name, duration in self.extensions.items()}
        for name, duration in given.items():
            if self.calendar.after(self.effective_from, duration) > self.effective_from + timedelta(days=MOST_DAYS):
                raise ValueError(f"{name} takes more than {MOST_DAYS} days in this calendar")


class Policy(PolicyDraft, Fact):
    """A published version: immutable, so every container may remember it for ever."""

    policy_id: str
    version: int = Field(ge=1)
    published_at: Instant
    published_by: str

    def reason(self, code: str) -> Reason | None:
        return next((reason for reason in self.reasons if reason.code == code), None)

    def claims(self, reason: str) -> Saying | None:
        """What a reason says of the delivery."""
        known = self.reason(reason)
        return known.claims if known else None

    def liability(self, reason: str) -> Liability:
        """Whose doing it was, as far as the reason says."""
        known = self.reason(reason)
        return known.liability if known else "buyer"

    def is_lost(self, heard_at: datetime, at: datetime) -> bool:
        """Whether a parcel that was last heard of at `heard_at` counts as lost."""
        return self.calendar.after(heard_at, self.way_out.lost_after) <= at

    def freight_payer(self, reason: str) -> Liability:
        """Who pays for the way back."""
        known = self.reason(reason)
        liability: Liability = known.liability if known else "buyer"
        return self.return_freight.get(liability, liability)

    def promises_advance(self, reason: str, remedy: Remedy, amount: int, currency: str) -> bool:
        """Whether 先行赔付 is promised for this at all; the shop's deposit must cover it, too."""
        fits = reason in self.advance.reasons and remedy in self.advance.remedies
        return fits and amount <= self.advance.up_to.get(currency, -1)

    def restocking_fee(self, category: str, reason: str) -> int:
        """Thousandths of the price; only of a change of mind."""
        known = self.reason(reason)
        if known is None or known.liability != "buyer":
            return 0
        return next((fee.per_mille for fee in self.restocking if fee.category in (None, category)), 0)

    def extended(self, gate: Gate | GateRef) -> datetime | None:
        """Until when who is awaited would have time if it asked; None where nothing (more) is given."""
        return None if gate.extended else self.longer(gate.name, gate.due_at)

    def longer(self, gate: GateName, due_at: datetime) -> datetime | None:
        """A deadline with what is given to who asks for more time; None where nothing is."""
        given = next((duration for name, duration in self.extensions.items() if name == gate), None)
        return self.calendar.after(due_at, given) if given else None

    def warranty_months(self, category: str) -> int:
        """How long goods of a category are repaired for nothing; 0: not at all."""
        return next((term.months for term in self.warranties if term.category in (None, category)), 0)

    def compensation(self, reason: str) -> Compensation | None:
        return rule_for(self.compensations, reason)

    def protection(self, category: str) -> Protection | None:
        """How long its price is made good; None for not at all."""
        fits = next((one for one in self.protections if one.category in (None, category)), None)
        return fits if fits and fits.days else None

    def window(self, category: str, reason: str) -> Window:
        return next(window for window in self.windows if window.fits(category, reason))


class VersionRef(Value):
    version: int
    effective_from: Instant


class PolicyIndex(Record):
    """Which versions of a policy there are, so that the one in force at a purchase is found with one read."""

    policy_id: str
    versions: tuple[VersionRef, ...] = ()

    def in_force(self, at: datetime) -> int | None:
        """The newest version whose time had come; of two of one instant, the later published."""
        fitting = [ref for ref in self.versions if ref.effective_from <= at]
        return max(fitting, key=lambda ref: (ref.effective_from, ref.version)).version if fitting else None


PLATFORM = "platform"  # the policy of every merchant that has none of its own


def version_in_force(platform: PolicyIndex | None, own: PolicyIndex | None, at: datetime) -> tuple[str, int]:
    """(policy id, version) that binds a purchase at `at`: the merchant's own, else the platform's.

    Raises PolicyNotFound when no version was in force yet.
    """
    for index in (own, platform):
        version = index.in_force(at) if index is not None else None
        if index is not None and version is not None:
            return index.policy_id, version
    raise PolicyNotFound(f"no policy was in force at {at.isoformat()}")
