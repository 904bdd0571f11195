"""May this be asked for, and who decides? An ordered list of rules; the first reject or refer stops.

Each rule is one question. It answers None (nothing to object), or a Finding: `reject` refuses the filing at the door,
`refer` hands it to a person, `approve` settles it. Every finding carries a reason that a person can read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from chalicelib.domain.buyers import Credit
from chalicelib.domain.claims import Claim
from chalicelib.domain.compensations import days_late
from chalicelib.domain.deliveries import Delivery
from chalicelib.domain.orders import Order
from chalicelib.domain.policies import Policy
from chalicelib.domain.prices import PriceFact
from chalicelib.domain.reasons import Remedy
from chalicelib.domain.replacements import Wanted
from chalicelib.domain.scenes import Asked, scene_of
from chalicelib.domain.values import Value
from chalicelib.domain.warranties import Service, Warranty, covered_until

if TYPE_CHECKING:
    from chalicelib.domain.lifecycles import DeliveryState
    from chalicelib.domain.orders import OrderLine
    from chalicelib.domain.reasons import Reason
    from chalicelib.domain.scenes import Scene

# Remedies with a window of their own: how long a price is protected, and a warranty.
OWN_WINDOW: frozenset[Remedy] = frozenset({"price_protection", "repair"})
PROOF = "proof"  # the rule that asks a carrier before a person
VerdictKind = Literal["approve", "reject", "refer"]


class Finding(Value):
    """What one rule found. `because` is a code that the views put into words; `facts` fill its blanks."""

    kind: VerdictKind
    rule: str
    because: str
    facts: dict[str, str | int] = {}


class Verdict(Value):
    """What the policy says of an application."""

    kind: VerdictKind
    findings: tuple[Finding, ...]
    instant: bool = False  # 极速退款: approved on the buyer's credit


class Application(Value):
    """All that the rules look at. Pure: the same application always gets the same verdict."""

    order: Order
    delivery: Delivery
    policy: Policy
    remedy: Remedy
    reason: str
    claim: Claim
    evidence: int
    credit: Credit
    at: datetime
    wanted: tuple[Wanted, ...] = ()  # other articles than those that come back
    prices: dict[str, PriceFact] = {}  # what the catalogue says that a unit costs now, by sku
    frozen: bool = False  # the platform has taken the shop's decisions over
    service: Service | None = None  # of a repair
    warranty: Warranty | None = None
    whole: bool = False  # the order's last goods, for all that they are worth

    @cached_property
    def scene(self) -> Scene:
        """Where the goods are, and what that makes of the application."""
        return scene_of(
            Asked(
                delivery=self.delivery,
                says=self.policy.claims(self.reason),
                goods=any(not line.is_restored for line in self.claim.lines),
                whole=self.whole,
                is_lost=lambda heard_at: self.policy.is_lost(heard_at, self.at),
            )
        )

    @property
    def lines(self) -> Iterator[OrderLine]:
        """What comes back now; withheld money of an earlier return is judged by nobody twice."""
        return (self.order.line(line.line_id) for line in self.claim.lines if not line.is_restored)

    @property
    def state(self) -> DeliveryState:
        """Where the goods are: those that came in the place of others are with their buyer, wherever the rest is."""
        came = [line.replaces is not None and line.replaces.signed_at is not None for line in self.lines]
        return "delivered" if came and all(came) else self.delivery.state

    def signed_at(self, line: OrderLine) -> datetime | None:
        """Since when the buyer has these goods: those of an exchange came later than the rest. None: not yet."""
        return line.replaces.signed_at if line.replaces else self.delivery.signed_at

    @property
    def known_reason(self) -> Reason:
        reason = self.policy.reason(self.reason)
        assert reason is not None, "the first rule refuses unknown reasons"
        return reason


INQUIRY = "inquiry"  # the rule by which the platform looks into it first
Rule = Callable[[Application], Finding | None]


def _finding(kind: VerdictKind, rule: str, because: str, **facts: str | int) -> Finding:
    return Finding(kind=kind, rule=rule, because=because, facts=facts)


def reason_is_known(application: Application) -> Finding | None:
    if application.policy.reason(application.reason) is not None:
        return None
    return _finding("reject", "reason", "reason_unknown", reason=application.reason)


def remedy_fits_delivery(application: Application) -> Finding | None:
    state = application.state
    if application.remedy in application.policy.remedies.get(state, frozenset()):
        return None
    return _finding("reject", "remedy", "remedy_not_offered_now", remedy=application.remedy, delivery=state)


def remedy_fits_reason(application: Application) -> Finding | None:
    if application.remedy in application.known_reason.remedies:
        return None
    return _finding("reject", "remedy", "remedy_not_for_reason", remedy=application.remedy, reason=application.reason)


def delivery_is_as_said(application: Application) -> Finding | None:
    """What the reason says of the delivery, against what carriers and the order system say."""
    says, delivery = application.known_reason.claims, application.delivery
    signed = application.state == "delivered"
    if says == "not_received" and not signed:
        return _finding("reject", "reason", "not_signed_yet", delivery=delivery.state)
    if says == "lost" and signed and not any(parcel.ending == "lost" for parcel in delivery.parcels):
        return _finding("reject", "reason", "signed_for", signed_at=_said(delivery.signed_at))
    if says == "late" and delivery.promised_at is not None and not delivery.is_late(application.at):
        return _finding("reject", "reason", "not_late", promised_at=_said(delivery.promised_at))
    return None


def _said(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def goods_are_not_excluded(application: Application) -> Finding | None:
    """Exclusions bind only a change of mind, only after shipping, and only when confirmed at purchase."""
    if application.known_reason.liability != "buyer" or application.state == "unshipped":
        return None
    excluded = {exclusion.flag for exclusion in application.policy.exclusions}
    for line in application.lines:
        for flag in sorted(excluded & set(line.flags)):
            if application.order.buyer_confirmed_exclusions:
                return _finding("reject", "exclusion", "goods_excluded", line_id=line.line_id, flag=flag)
    return None


def window_is_open(application: Application) -> Finding | None:
    """The window counts from signing, of a replacement from its own; goods on their way have not begun to count.
    Repairs have their warranty."""
    if application.remedy in OWN_WINDOW:
        return None
    for line in application.lines:
        signed_at = application.signed_at(line)
        if signed_at is None:
            continue
        ends_at = window_end(application.policy, line.category, application.reason, signed_at)
        if application.at >= ends_at:
            return _finding("reject", "window", "window_closed", line_id=line.line_id, ended_at=ends_at.isoformat())
    return None


def service_is_offered(application: Application) -> Finding | None:
    """A repair at the door or in the workshop, as the policy has it for these goods."""
    if application.remedy != "repair":
        return None
    for line in application.lines:
        if application.service not in application.policy.repairs.offered(line.category):
            asked = application.service or "none"
            return _finding("reject", "service", "service_not_offered", line_id=line.line_id, service=asked)
    return None


def warranty_runs(application: Application) -> Finding | None:
    """Goods under warranty are repaired for nothing, whatever their window; others for money, where the policy has it.
    A case is one or the other."""
    if application.remedy != "repair":
        return None
    ends = [(line.line_id, warranty_end(application, line)) for line in application.lines]
    over = [(line_id, ended_at) for line_id, ended_at in ends if application.at >= ended_at]
    if not over:
        return None
    line_id, ended_at = over[0]
    if not application.policy.repairs.paid:
        return _finding("reject", "warranty", "warranty_over", line_id=line_id, ended_at=ended_at.isoformat())
    if len(over) < len(ends):
        return _finding("reject", "warranty", "warranty_differs", line_id=line_id, ended_at=ended_at.isoformat())
    return None


def price_is_protected(application: Application) -> Finding | None:
    """价保: the catalogue's word against the order's is all there is to judge, so nobody has to."""
    if application.remedy != "price_protection":
        return None
    order, policy, signed_at = application.order, application.policy, application.delivery.signed_at
    for line in application.lines:
        protection = policy.protection(line.category)
        if protection is None:
            return _finding("reject", "protection", "price_not_protected", line_id=line.line_id)
        ends_at = protection.ends_at(policy.calendar, order.placed_at, signed_at)
        if ends_at is not None and application.at >= ends_at:
            about = {"line_id": line.line_id, "ended_at": ends_at.isoformat()}
            return _finding("reject", "protection", "protection_over", **about)
        if line.sku not in application.prices:
            return _finding("reject", "protection", "price_unknown", line_id=line.line_id)
    if application.claim.total < 1:
        return _finding("reject", "protection", "price_not_lower")
    return _finding("approve", "protection", "price_fell", amount=application.claim.total)


def compensation_is_due(application: Application) -> Finding | None:
    if application.remedy != "compensation" or application.claim.total > 0:
        return None
    rule = application.policy.compensation(application.reason)
    if rule is not None and rule.basis == "per_day" and not days_late(application.delivery, application.at):
        return _finding("reject", "compensation", "not_late")
    return _finding("reject", "compensation", "nothing_to_compensate", reason=application.reason)


def compensation_is_computed(application: Application) -> Finding | None:
    """What the policy computes from facts needs nobody, up to its limit; what somebody asks for always does."""
    if application.remedy != "compensation":
        return None
    rule, limit = application.policy.compensation(application.reason), 0
    if rule is not None and rule.basis != "asked":
        limit = application.policy.compensate_below.get(application.order.currency, 0)
    if application.claim.total > limit:
        return _finding("refer", "compensation", "somebody_compensates", amount=application.claim.total)
    return _finding("approve", "compensation", "compensated_by_policy", limit=limit)


def platform_looks_first(application: Application) -> Finding | None:
    """Fakes are looked at by who can tell, and dangerous goods by a person at once: neither is ever approved unseen."""
    inquiry = application.policy.inquiries.get(application.reason)
    return _finding("refer", INQUIRY, f"{inquiry}_inquiry") if inquiry else None


def evidence_is_enough(application: Application) -> Finding | None:
    asked = application.known_reason.evidence if application.state == "delivered" else 0
    if application.evidence >= asked:
        return None
    return _finding("refer", "evidence", "evidence_missing", asked=asked, given=application.evidence)


def shop_is_free(application: Application) -> Finding | None:
    """While a shop is frozen, nothing of it is approved without a person."""
    return _finding("refer", "freeze", "platform_decides") if application.frozen else None


def articles_are_priced(application: Application) -> Finding | None:
    """What another article costs only the shop can say."""
    others = [one for one in application.wanted if one.sku != application.order.line(one.line_id).sku]
    return _finding("refer", "price", "article_unpriced", line_id=others[0].line_id) if others else None


def goods_did_not_arrive(application: Application) -> Finding | None:
    """Goods that are lost, or on their way back to the shop: nobody needs to decide what the carrier has."""
    if application.remedy != "refund_only" or application.delivery.state != "shipped":
        return None
    because = _NOT_ARRIVED.get(application.scene)
    if because is not None:
        return _finding("approve", "way_out", because, parcels=len(application.delivery.parcels))
    if application.scene == "intercept" and application.policy.way_out.intercept_at_once:
        return _finding("approve", "way_out", "carrier_stops_them", parcels=len(application.delivery.parcels))
    return _never_delivered(application)


_NOT_ARRIVED: dict[Scene, str] = {"lost": "lost_on_the_way", "refused": "goods_go_back", "returned": "goods_go_back"}


def _never_delivered(application: Application) -> Finding | None:
    """Long after the promise, whoever says so need not wait any more."""
    promised_at, policy = application.delivery.promised_at, application.policy
    if application.known_reason.claims != "late" or promised_at is None:
        return None
    if policy.calendar.after(promised_at, policy.way_out.never_delivered_after) > application.at:
        return None
    return _finding("approve", "way_out", "never_delivered", promised_at=promised_at.isoformat())


def carrier_proves_delivery(application: Application) -> Finding | None:
    """签收争议: before anybody decides, the carrier says who signed."""
    if application.remedy != "refund_only" or application.scene != "not_received" or not application.delivery.parcels:
        return None
    return _finding("refer", PROOF, "carrier_is_asked", parcels=len(application.delivery.parcels))


def amount_is_small(application: Application) -> Finding | None:
    limit = application.policy.auto_approve_below.get(application.order.currency)
    if limit is None or application.claim.total >= limit:
        return None
    return _finding("approve", "auto_approve", "below_auto_limit", limit=limit)


def credit_allows_instant(application: Application) -> Finding | None:
    """极速退款: nothing has shipped, and policy and the buyer's credit both reach."""
    if application.state != "unshipped":
        return None
    credit, policy = application.credit, application.policy
    currency, total = application.order.currency, application.claim.total
    if credit.why_not(policy, currency, total, application.at) is not None:
        return None
    limit = min(policy.instant_up_to[currency], credit.left(currency))
    return _finding("approve", "instant", "within_instant_limit", limit=limit)


def somebody_decides(application: Application) -> Finding | None:
    return _finding("refer", "review", "above_auto_limit", amount=application.claim.total)


RULES: tuple[Rule, ...] = (
    reason_is_known,
    remedy_fits_delivery,
    remedy_fits_reason,
    delivery_is_as_said,
    goods_are_not_excluded,
    window_is_open,
    service_is_offered,
    warranty_runs,
    price_is_protected,
    compensation_is_due,
    platform_looks_first,
    evidence_is_enough,
    shop_is_free,
    goods_did_not_arrive,
    carrier_proves_delivery,
    articles_are_priced,
    compensation_is_computed,
    amount_is_small,
    credit_allows_instant,
    somebody_decides,
)


def judge(application: Application) -> Verdict:
    """The verdict: the first finding decides (the last rule always finds)."""
    for rule in RULES:
        finding = rule(application)
        if finding is not None:
            return Verdict(kind=finding.kind, findings=(finding,), instant=finding.rule == "instant")
    raise AssertionError("the last rule always finds")


def window_end(policy: Policy, category: str, reason: str, signed_at: datetime) -> datetime:
    """The instant at which the return window of goods of a category has ended."""
    return policy.calendar.window_end(signed_at, policy.window(category, reason).days)


def warranty_end(application: Application, line: OrderLine) -> datetime:
    """The instant at which the warranty of a line's goods has ended; without a signature it has not begun."""
    policy, signed_at = application.policy, application.signed_at(line)
    known = application.warranty or Warranty(order_id=application.order.order_id)
    months = policy.warranty_months(line.category)
    return covered_until(policy.calendar, signed_at or application.at, months, known.line(line.line_id))
