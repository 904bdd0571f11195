"""Liability 责任: whose doing it was decides who bears what a case pays. One function says it anew: `decide`.

A refund's cost falls on the shop, unless the platform's fund bears it: because the shop's part is advanced (先行赔付),
because a carrier is liable, because several are, or because nobody is. What the fund bears and somebody owes is a
recovery, opened in the very turn in which the money is granted; where several owe it, each its own part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.domain import journals, refs
from chalicelib.domain.journals import PLATFORM_FUND
from chalicelib.domain.money import apportion
from chalicelib.domain.shares import bearing
from chalicelib.errors import OrderNotFound, RefundNotFound
from chalicelib.usecases import cases, recoveries, refunds
from chalicelib.usecases.recoveries import Debt

if TYPE_CHECKING:
    from chalicelib.domain.deliveries import Delivery, Shipment
    from chalicelib.domain.journals import Account
    from chalicelib.domain.orders import Order
    from chalicelib.domain.reasons import Responsible
    from chalicelib.domain.recoveries import Recovery
    from chalicelib.domain.shares import Share
    from chalicelib.domain.turns import Turn
    from chalicelib.usecases.steps import Found


class Cost(NamedTuple):
    """The account that bears what a case pays, and who owes how much of it to that account (the fund), by weight;
    None is what stays with the fund."""

    bearer: Account
    parts: tuple[tuple[Debt | None, int], ...] = ()

    def owed(self, total: int) -> list[tuple[Debt, int]]:
        """What each debtor owes of `total` minor units: exactly all of it, but for what stays with the fund."""
        amounts = apportion(total, [weight for _, weight in self.parts]) if self.parts else ()
        parts = zip(self.parts, amounts, strict=True)
        return [(debt, amount) for (debt, _), amount in parts if debt is not None and amount]


def decide(turn: Turn, found: Found, liability: Responsible, because: str, shares: tuple[Share, ...] = ()) -> None:
    """From now on this case is `liability`'s doing: told, and what was granted already is borne by others.

    Called by whoever decides it (a ruling, an appeal, a carrier's own word), before or after the money went out, any
    number of times; saying the same again changes nothing. `because`: a code. `shares`: who bears how much, where it
    was ruled; `both` without them: what is granted is the shop's. Must not come in the turn that grants.
    """
    if (turn.case.liability, turn.case.shares) == (liability, shares):
        return
    before = of(turn)
    turn.change(liability=liability, shares=shares)
    told: dict[str, Any] = {"liability": liability, "liability_before": before, "because": because}
    if shares:
        told["shares"] = {share.party: share.per_mille for share in shares}
    turn.tell("LiabilityDecided", **told)
    if turn.case.live_refunds:
        _bear_anew(turn, found)


def of(turn: Turn) -> Responsible:
    """Whose doing it is: as it was decided, else as the reason says."""
    return turn.case.liability or turn.policy.liability(turn.case.reason)


def cost_of(turn: Turn, found: Found, order: Order) -> Cost:
    """Who bears what this case pays."""
    case, liability = turn.case, of(turn)
    if liability == "carrier":
        return _of_carrier(turn, found, order)
    if liability in ("platform", "none") or (case.bearer == "platform" and case.liability is None):
        return Cost(PLATFORM_FUND)  # what it decided, or promised itself, and what is nobody's doing
    if liability == "both" and set(bearing(case.shares)) - {"merchant"}:
        return _shared(turn, found)
    if case.advanced and liability in ("merchant", "both"):
        return Cost(PLATFORM_FUND, ((_of_shop(turn, "advance"), 1),))
    return Cost(journals.merchant(order))


def _shared(turn: Turn, found: Found) -> Cost:
    """The fund bears it, and claims of each what was ruled that it bears."""
    debts: dict[str, Debt | None] = {}
    weights = bearing(turn.case.shares)
    if turn.case.merchant_kind == "marketplace":  # what the platform's own shops bear is the platform's
        debts["merchant"] = _of_shop(turn, "shared")
    if "carrier" in weights:
        debts["carrier"] = _claim(turn, found)
    return Cost(PLATFORM_FUND, tuple((debts.get(party), weight) for party, weight in weights.items()))


def _of_shop(turn: Turn, because: str) -> Debt:
    due_at = turn.policy.calendar.after(turn.at, turn.policy.deadlines.recovery)
    return Debt("merchant", turn.case.merchant_id, because, due_at)


def _of_carrier(turn: Turn, found: Found, order: Order) -> Cost:
    """The fund bears what it can claim: of a carrier that is known, and that its own scans, accepted evidence or a
    ruling speak against. A mere choice of the reason moves no cost away from the shop."""
    case = turn.case
    parcel = _blamed(found.need(refs.delivery(case.order_id), OrderNotFound))
    decided = case.liability == "carrier"
    if parcel is None or not (decided or _says_so_itself(parcel) or _is_shown(turn)):
        return Cost(PLATFORM_FUND if decided or case.bearer == "platform" else journals.merchant(order))
    return Cost(PLATFORM_FUND, ((_claim(turn, found), 1),))


def _claim(turn: Turn, found: Found) -> Debt | None:
    """What a carrier owes; None where nobody knows which one had the goods."""
    case = turn.case
    delivery = found.need(refs.delivery(case.order_id), OrderNotFound)
    parcel = _blamed(delivery)
    if parcel is None:
        return None
    because = "loss" if parcel.state == "lost" or case.reason == "lost_in_transit" else "damage"
    due_at = turn.policy.calendar.after(delivery.signed_at or turn.at, turn.policy.deadlines.carrier_claim)
    return Debt("carrier", parcel.carrier, because, due_at, parcel.waybill_no)


def _blamed(delivery: Delivery) -> Shipment | None:
    """The parcel that something happened to, else the first."""
    troubled = (parcel for parcel in delivery.parcels if _says_so_itself(parcel))
    return next(troubled, delivery.parcels[0] if delivery.parcels else None)


def _says_so_itself(parcel: Shipment) -> bool:
    return parcel.state == "lost" or parcel.damaged_at is not None


def _is_shown(turn: Turn) -> bool:
    """As many accepted files as the reason asks for, and at least one."""
    reason = turn.policy.reason(turn.case.reason)
    return turn.case.evidence >= max(1, reason.evidence if reason else 1)


def _bear_anew(turn: Turn, found: Found) -> None:
    """What was granted is borne by whom it falls on now; what others owed for it falls away, or is owed anew."""
    order, _ = cases.order_and_ledger(found, turn.case)
    cost, total = cost_of(turn, found, order), 0
    for ref in turn.case.live_refunds:
        refund = found.need(refs.refund(turn.case.case_id, ref.refund_no), RefundNotFound)
        total += refund.amount
        if (refund.bearer or journals.merchant(order)) != cost.bearer:
            refunds.shift(turn, order, refund, cost.bearer)
    if turn.case.is_early and turn.case.owed is not None:
        total = min(total, turn.case.owed)  # the rest is claimed back from the buyer, and of nobody else
    owed = {(debt.debtor, debt.debtor_id): (debt, amount) for debt, amount in cost.owed(total)}
    for recovery in _of_refunds(turn, found):
        debt, amount = owed.get((recovery.debtor, recovery.debtor_id), (None, 0))
        stays = min(recovery.standing, amount)
        recoveries.lessen(turn, found, recovery, recovery.standing - stays, "liability")
        if debt is not None:
            owed[debt.debtor, debt.debtor_id] = (debt, amount - stays)
    for debt, amount in owed.values():
        if amount:
            recoveries.open_recovery(turn, debt, amount)


def owe_only(turn: Turn, found: Found, total: int, because: str) -> None:
    """Of this case's refunds only `total` is paid in the end, or is the buyer's to keep: who owes the fund for them
    owes it for that much, each its part of it. Nobody owes more by it."""
    before = cases.need(found, turn.case.case_id)
    if (before.liability, before.shares) != (turn.case.liability, turn.case.shares):
        return  # whoever decided it in this turn has counted so already
    standing = _of_refunds(turn, found)
    if not standing:
        return
    order, _ = cases.order_and_ledger(found, turn.case)
    cost = cost_of(turn, found, order)
    owed = sum(amount for _, amount in cost.owed(total)) if cost.parts else total
    stand = [recovery.standing for recovery in standing]
    for recovery, stays in zip(standing, apportion(min(owed, sum(stand)), stand), strict=True):
        recoveries.lessen(turn, found, recovery, recovery.standing - stays, because)


def _of_refunds(turn: Turn, found: Found) -> list[Recovery]:
    """What is owed for this case's refunds; of what fell away nothing stands any more."""
    return [recoveries.find(found, ref.recovery_id) for ref in turn.case.recoveries if ref.covers == "refund"]
