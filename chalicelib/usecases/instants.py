"""Instant refunds 极速退款 of goods on their way back: paid when a carrier has them, before the shop has.

Money is a fact of its own, so a case whose money went out early goes on as any return does. What differs is its end:
the goods accepted, there is nothing more to pay; not accepted, what was paid is claimed back from the buyer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import journals, ledgers, refs
from chalicelib.domain.claims import Source
from chalicelib.errors import RefundNotFound
from chalicelib.usecases import cases, credits, liabilities, recoveries, refunds
from chalicelib.usecases.access import is_frozen
from chalicelib.usecases.recoveries import Debt

if TYPE_CHECKING:
    from chalicelib.domain.balances import Ledger
    from chalicelib.domain.cases import Case
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.orders import Order
    from chalicelib.domain.refunds import Refund
    from chalicelib.domain.turns import Turn
    from chalicelib.usecases.steps import Found

UNHEARD_OF = (
    "disputed"  # the shop's silence about goods that were paid for and no carrier has scanned: an agent decides
)


def hand_over(turn: Turn, found: Found, gate: Gate, silence: str) -> None:
    """The goods are on their way, and the shop is awaited at `gate`: a trusted buyer's money need not wait for it.

    The flow hears of it at this gate, pays, and waits at the next round until the same deadline.
    """
    if turn.case.instant is None and may_be_hastened(turn, found):
        turn.answer(gate, "handed_over")
        turn.wait("receipt", gate.owner, silence, due_at=gate.due_at)
        turn.change(instant="due")


def may_be_hastened(turn: Turn, found: Found) -> bool:
    """Whether policy, shop and the buyer's credit allow it now."""
    case = turn.case
    if case.remedy != "return_and_refund" or is_frozen(found, case.merchant_id):
        return False
    credit = credits.credit_of(found, case.buyer_id)
    return credit.why_not(turn.policy, case.currency, case.amount, turn.at) is None


# The goods are accepted


def outcome(case: Case, otherwise: str) -> str:
    """What the flow hears of accepted goods: paid early, it has nothing more to pay."""
    if not _is_covered(case):
        return otherwise
    return "submitted" if case.open_refunds else "settled"


def conclude(turn: Turn, found: Found) -> None:
    """The goods are accepted: what was paid early was rightly paid, if all of it was."""
    if not _is_covered(turn.case):
        return
    turn.tell("RefundConfirmed", "remedying")
    from chalicelib.usecases import return_freights  # rare: few returns are paid before they come

    return_freights.reimburse(turn, found)
    if turn.case.multiple is not None:
        from chalicelib.usecases import multiples  # rarer still

        multiples.pay(turn, found)
    if turn.case.open_refunds:
        turn.wait("settlement", "payment", "unknown")
    else:
        finish(turn, found)
        turn.tell("CaseClosed", "completed", because="confirmed")


def _is_covered(case: Case) -> bool:
    paid = {ref.payment_id for ref in case.live_refunds}
    return case.is_early and all(source.payment_id in paid for source in case.claim.sources)


def grant_less(turn: Turn, found: Found, amount: int) -> None:
    """The buyer is owed `amount` in the end: less is paid, or what was paid already is claimed back in part."""
    if turn.case.is_early:
        turn.change(owed=None if amount == turn.case.amount else amount)
    else:
        cases.grant_less(turn, found, amount)


def unpaid(case: Case, order: Order, ledger: Ledger) -> Ledger:
    """The ledger as it would stand if nothing of the case had been paid early."""
    for ref in case.refunds:
        if ref.state == "settled":
            ledger = ledgers.reverse(order, ledger, case.claim, Source(payment_id=ref.payment_id, amount=ref.amount))
    return ledger


# They are not


def goods_refused(case: Case) -> str:
    """What the buyer's silence means once the goods failed: they go back, and nobody pays or has been paid."""
    return "sent_back_owed" if case.is_early else "sent_back"


def goods_kept(case: Case) -> str:
    """What it means while the buyer has the goods and should send them."""
    return "kept_owed" if case.is_early else "closed"


def give_back(turn: Turn, found: Found) -> None:
    """The case ends without its goods: what went out is claimed back, the rest of the claim is free again."""
    if not turn.case.is_early:
        cases.give_back(turn, found)
        return
    turn.change(owed=0)
    for ref in turn.case.refunds:
        if ref.state == "granted":  # nobody was asked to pay it
            refund = found.need(refs.refund(turn.case.case_id, ref.refund_no), RefundNotFound)
            _release(turn, found, refund, refund.moved("released", ask_at=None))
    _free_unpaid(turn, found)
    _finish_if_over(turn, found)


def failed(turn: Turn, found: Found, refund: Refund, after: Refund, because: str) -> Refund:
    """The bank refused what was to be paid early: it is given up, and paid with the goods like any other refund."""
    gone = after.moved("released").but(version=after.version)
    refunds.tell(turn, "RefundFailed", refund.state, after, because=because)
    _release(turn, found, after, gone)
    if turn.case.status == "closed":
        _free_unpaid(turn, found)
        _finish_if_over(turn, found)
    elif not turn.case.live_refunds:
        turn.change(instant="over")
        cases.free_credit(turn, found)
    return gone


def _release(turn: Turn, found: Found, before: Refund, gone: Refund) -> None:
    order, _ = cases.order_and_ledger(found, turn.case)
    refunds.keep(turn, gone)
    refunds.post(turn, "released", order, gone)
    refunds.tell(turn, "RefundReleased", before.state, gone)


def _free_unpaid(turn: Turn, found: Found) -> None:
    """The money of payments that got nothing back, and will not."""
    order, ledger = cases.order_and_ledger(found, turn.case)
    paid = {ref.payment_id for ref in turn.case.live_refunds}
    claim = turn.case.claim
    for source in claim.sources:
        if source.payment_id not in paid:
            ledger, claim = ledgers.release_source(order, ledger, claim, source)
    if claim is not turn.case.claim:
        turn.write(ledger.next())
        turn.claim(order, claim)


def _finish_if_over(turn: Turn, found: Found) -> None:
    if not turn.case.open_refunds:
        finish(turn, found)


# Either way


def finish(turn: Turn, found: Found) -> None:
    """Nothing is on its way any more: the buyer's credit is free again, and owes what was paid beyond what is owed."""
    case = turn.case
    debt = 0 if case.owed is None else max(0, _paid(case) - case.owed)
    if not case.credit_out and not debt:
        return
    credit = credits.credit_of(found, case.buyer_id).using(case.currency, -case.credit_out)
    turn.change(credit_out=0, instant=case.instant and "over")
    liabilities.owe_only(turn, found, _paid(case) - debt, "reduced")  # the rest the buyer owes, and nobody else
    if debt:
        credit = credit.clawed_back(_claw_back(turn, found, debt), turn.at)
    turn.write(credit)


def money_came_back(turn: Turn, found: Found, refund: Refund) -> None:
    """A bank sent a refund back: what the buyer owed of it is not owed any more."""
    left = refund.amount
    for known in turn.case.recoveries:
        if known.covers == "clawback" and known.state != "dropped" and left:
            recovery = recoveries.find(found, known.recovery_id)
            left -= recoveries.lessen(turn, found, recovery, min(left, recovery.amount), "reversed")


def _paid(case: Case) -> int:
    return sum(ref.amount for ref in case.refunds if ref.state == "settled")


def _claw_back(turn: Turn, found: Found, amount: int) -> str:
    """The buyer owes it to the fund, which makes good to the shop what it had borne."""
    case = turn.case
    order, _ = cases.order_and_ledger(found, case)
    due_at = turn.policy.calendar.after(turn.at, turn.policy.deadlines.recovery)
    because = case.closed_because or "reduced"
    debt = Debt("buyer", case.buyer_id, because, due_at)
    recovery = recoveries.open_recovery(turn, debt, amount, covers="clawback")
    if _borne_by_shop(turn, found, order):
        turn.write(
            journals.shifted(
                order,
                amount,
                entry_id=f"{recovery.recovery_id}-shifted",
                at=turn.at,
                case_id=case.case_id,
                refund_no="",
                before=journals.merchant(order),
                bearer=journals.PLATFORM_FUND,
            )
        )
    return recovery.recovery_id


def _borne_by_shop(turn: Turn, found: Found, order: Order) -> bool:
    """By whose doing it is now: a ruling may have moved the cost in this very turn."""
    return liabilities.cost_of(turn, found, order).bearer == journals.merchant(order)
