"""Liability 责任: whose doing it was decides who bears what a case pays. One function says it anew: `decide`.

A refund's cost falls on the shop, unless the platform's fund bears it: because the shop's part is advanced (先行赔付),
because a carrier is liable, or because nobody is. What the fund bears and somebody owes is a recovery, opened in the
very turn in which the money is granted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chalicelib.domain import journals, refs
from chalicelib.domain.journals import PLATFORM_FUND
from chalicelib.errors import OrderNotFound, RefundNotFound
from chalicelib.usecases import cases, recoveries, refunds
from chalicelib.usecases.recoveries import Debt

if TYPE_CHECKING:
    from chalicelib.domain.deliveries import Delivery, Shipment
    from chalicelib.domain.journals import Account
    from chalicelib.domain.orders import Order
    from chalicelib.domain.reasons import Responsible
    from chalicelib.domain.turns import Turn
    from chalicelib.usecases.steps import Found


class Cost(NamedTuple):
    """The account that bears what a case pays, and who owes it to that account (the fund), if anybody."""

    bearer: Account
    debt: Debt | None = None


def decide(turn: Turn, found: Found, liability: Responsible, because: str) -> None:
    """From now on this case is `liability`'s doing: told, and what was granted already is borne by others.

    Called by whoever decides it (a ruling, an appeal, a carrier's own word), before or after the money went out, any
    number of times; saying the same again changes nothing. `because`: a code. `both` (buyer and merchant): what is
    granted is the shop's. Must not come in the turn that grants.
    """
    if turn.case.liability == liability:
        return
    before = of(turn)
    turn.change(liability=liability)
    turn.tell("LiabilityDecided", liability=liability, liability_before=before, because=because)
    if turn.case.live_refunds:
        _bear_anew(turn, found)


def of(turn: Turn) -> Responsible:
    """Whose doing it is: as it was decided, else as the reason says."""
    reason = turn.policy.reason(turn.case.reason)
    return turn.case.liability or (reason.liability if reason else "buyer")


def cost_of(turn: Turn, found: Found, order: Order) -> Cost:
    """Who bears what this case pays."""
    case, liability = turn.case, of(turn)
    if liability == "carrier":
        return _of_carrier(turn, found, order)
    if liability == "platform" or (case.bearer == "platform" and case.liability is None):
        return Cost(PLATFORM_FUND)  # what it decided, or promised itself
    if case.advanced and liability in ("merchant", "both"):
        due_at = turn.policy.calendar.after(turn.at, turn.policy.deadlines.recovery)
        return Cost(PLATFORM_FUND, Debt("merchant", case.merchant_id, "advance", due_at))
    return Cost(journals.merchant(order))


def _of_carrier(turn: Turn, found: Found, order: Order) -> Cost:
    """The fund bears what it can claim: of a carrier that is known, and that its own scans, accepted evidence or a
    ruling speak against. A mere choice of the reason moves no cost away from the shop."""
    case = turn.case
    delivery = found.need(refs.delivery(case.order_id), OrderNotFound)
    parcel = _blamed(delivery)
    decided = case.liability == "carrier"
    otherwise = Cost(PLATFORM_FUND if decided or case.bearer == "platform" else journals.merchant(order))
    if parcel is None or not (decided or _says_so_itself(parcel) or _is_shown(turn)):
        return otherwise
    because = "loss" if parcel.state == "lost" or case.reason == "lost_in_transit" else "damage"
    due_at = turn.policy.calendar.after(delivery.signed_at or turn.at, turn.policy.deadlines.carrier_claim)
    return Cost(PLATFORM_FUND, Debt("carrier", parcel.carrier, because, due_at, parcel.waybill_no))


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
    stands = False
    for known in turn.case.recoveries:
        if known.covers != "refund" or known.state == "dropped":
            continue
        recovery = recoveries.find(found, known.recovery_id)
        if cost.debt and (recovery.debtor, recovery.debtor_id) == (cost.debt.debtor, cost.debt.debtor_id):
            stands = True
        else:
            recoveries.lessen(turn, found, recovery, recovery.amount, "liability")
    if cost.debt and not stands:
        recoveries.open_recovery(turn, cost.debt, total)
