"""Fees 维修费: what a buyer owes for a repair out of warranty, and the payment system's word that it was paid.

A fee falls due when the buyer has the goods back, mended: so there is never one to give back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import journals, refs
from chalicelib.domain.actors import PAYMENTS
from chalicelib.usecases import cases, overpayments, repairs, returns, steps

if TYPE_CHECKING:
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.orders import Order
    from chalicelib.domain.repairs import Repair
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.payments import BuyerPaid
    from chalicelib.usecases.steps import Decision, Found


def take(ports: Ports, paid: BuyerPaid) -> None:
    """`repair_fee.paid`: told twice, recorded once; also after the time was up, because it is the shop's money. What no
    fee asks for is turned away.

    Raises CaseNotFound, InvalidRequest (it is a payment of the order already).
    """
    ref = refs.repair(paid.case_id)

    def once(found: Found) -> Decision[None]:
        case, repair = cases.need(found, paid.case_id), found.get(ref)
        fee = repair.fee if repair is not None else None
        if paid.payment_id in (*case.turned_away, fee and fee.payment_id):
            return [], None
        order, _ = cases.order_and_ledger(found, case)
        overpayments.refuse_known(order, paid)
        turn = cases.turn_of(ports, case, PAYMENTS)
        because = overpayments.why_not(turn, paid, fee.amount if fee is not None else None)
        if because is None and fee is not None and fee.payment_id is not None:
            because = "paid_before"
        if because is not None:
            overpayments.turn_away(turn, paid, because)
        else:
            assert repair is not None and fee is not None
            _post(turn, found, order, repair.but(fee=fee.but(payment_id=paid.payment_id, paid_at=turn.at)), fee.amount)
        return turn.items, None

    steps.change(ports, [ref, refs.case(paid.case_id)], once)


def _post(turn: Turn, found: Found, order: Order, repair: Repair, amount: int) -> None:
    """From buyer to shop; whoever waits for it waits no more."""
    turn.keep_repair(repair)
    entry_id, case_id = f"{repair.repair_id}-fee", turn.case.case_id
    turn.write(journals.repair_paid(order, amount, entry_id=entry_id, at=turn.at, case_id=case_id))
    gate = returns.standing(turn, found, "fee")
    if gate is None:
        turn.tell("RepairFeePaid", repair_id=repair.repair_id, fee=amount)
    else:
        turn.answer(gate, "paid")
        repairs.complete(turn, found, "RepairFeePaid", fee=amount)


def unpaid(turn: Turn, found: Found, gate: Gate) -> None:
    """The buyer does not pay: the case is over, and the shop has a claim of its own."""
    turn.answer(gate, "closed")
    repairs.close(turn, found, "fee_unpaid")
