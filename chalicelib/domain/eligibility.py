"""May this be asked for, and who decides? An ordered list of rules; the first reject or refer stops.

Each rule is one question. It answers None (nothing to object), or a Finding: `reject` refuses the filing at the door,
`refer` hands it to a person, `approve` settles it. Every finding carries a reason that a person can read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
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
from chalicelib.domain.values import Value

if TYPE_CHECKING:
    from chalicelib.domain.lifecycles import DeliveryState
    from chalicelib.domain.orders import OrderLine
    from chalicelib.domain.reasons import Reason

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

    @property
    def lines(self) -> Iterator[OrderLine]:
        """What comes back now; withheld money of an earlier return is judged by nobody twice."""
        return (self.order.line(line.line_id) for line in self.claim.lines if not line.is_restored)

    @property
    def state(self) -> DeliveryState:
        """Where the goods are: those that came in the place of others are with their buyer, wherever the rest is."""
        came = [line.replaces is not None and line.replaces.signed_at is not None for line in self.lines]
        return "delivered" if came and all(came) else self.delivery.state

    @property
    def known_reason(self) -> Reason:
        reason = self.policy.reason(self.reason)
        assert reason is not None, "the first rule refuses unknown reasons"
        return reason


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
    """The window counts from signing, of a replacement from its own; goods on their way have not begun to count."""
    if application.remedy == "price_protection":  # which has a window of its own
        return None
    for line in application.lines:
        signed_at = line.replaces.signed_at if line.replaces else application.delivery.signed_at
        if signed_at is None:
            continue
        ends_at = window_end(application.policy, line.category, application.reason, signed_at)
        if application.at >= ends_at:
            return _finding("reject", "window", "window_closed", line_id=line.line_id, ended_at=ends_at.isoformat())
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


def amount_is_small(application: Application) -> Finding | None:
    limit = application.policy.auto_approve_below.get(application.order.currency)
    if limit is None or application.claim.total >= limit:
        return None
    return _finding("approve", "auto_approve", "below_auto_limit", limit=limit)


def credit_allows_instant(application: Application) -> Finding | None:
    """极速退款: nothing has shipped, and policy and the buyer's credit both reach."""
    if application.state != "unshipped":
        return None
    currency, total = application.order.currency, application.claim.total
    limit = min(application.policy.instant_up_to.get(currency, 0), application.credit.left(currency))
    if total > limit:
        return None
    return _finding("approve", "instant", "within_instant_limit", limit=limit)


def somebody_decides(application: Application) -> Finding | None:
    return _finding("refer", "review", "above_auto_limit", amount=application.claim.total)


RULES: tuple[Rule, ...] = (
    reason_is_known,
    remedy_fits_delivery,
    remedy_fits_reason,
    goods_are_not_excluded,
    window_is_open,
    price_is_protected,
    compensation_is_due,
    evidence_is_enough,
    shop_is_free,
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
