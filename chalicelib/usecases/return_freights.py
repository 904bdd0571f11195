"""Return freight 退货运费 and its insurance 运费险: declared by the buyer, paid by voucher once the goods are accepted.

It is no part of what the order was paid with, so it goes where compensation goes: a voucher with a refund's number,
which is its own record of payment (docs/decisions/0084, 0082).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import journals, refs
from chalicelib.domain.return_freights import ReturnFreight, settle
from chalicelib.domain.shares import bearing
from chalicelib.errors import FieldError, InvalidRequest, OrderNotFound, TransitionRefused
from chalicelib.usecases import cases, liabilities, recoveries, returns, steps, vouchers
from chalicelib.usecases.access import act_as
from chalicelib.usecases.recoveries import Debt

if TYPE_CHECKING:
    from chalicelib.domain.orders import Order
    from chalicelib.domain.reasons import Responsible
    from chalicelib.domain.returns import Return
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.returns import DeclareFreight
    from chalicelib.usecases.steps import Decision, Found, Reply, Request

PAID_FOR = frozenset({"remedying", "completed"})  # the goods were accepted, and their money is granted


def declare(ports: Ports, request: Request, case_id: str, body: DeclareFreight) -> Reply:
    """The buyer says what the way back cost. It may be said anew until it is paid.

    Raises CaseNotFound, Forbidden, ReturnNotFound, CurrencyMismatch, TransitionRefused: nothing was sent yet, the case
    ended otherwise, it is paid already, or it is too late to ask.
    """

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as(request.actor, "buyer")
        goods = returns.goods_of(turn, found)
        amount = body.amount.in_currency(turn.case.currency, "amount")
        if not amount:
            raise InvalidRequest(
                "amount: at least 1", errors=[FieldError("amount.amount", "at least 1", {"minimum": 1})]
            )
        _refuse(turn, goods)
        known = goods.freight or ReturnFreight()
        turn.keep_goods(goods.but(freight=known.but(declared=amount, declared_at=turn.at)))
        turn.tell("FreightDeclared", return_id=goods.return_id, freight_amount=amount)
        if turn.case.status in PAID_FOR:
            reimburse(turn, found)
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, [refs.case(case_id), refs.goods(case_id)], once)


def _refuse(turn: Turn, goods: Return) -> None:
    case = turn.case
    if case.status not in PAID_FOR and not case.is_open:
        raise TransitionRefused("the case ended without the goods being taken back", status=case.status)
    if not goods.parcels:
        raise TransitionRefused("nothing was sent back yet", status=case.status)
    if goods.freight is not None and goods.freight.reimbursed is not None:
        raise TransitionRefused("the way back was paid for already", status=case.status)
    until = turn.policy.calendar.after(goods.received_at or turn.at, turn.policy.deadlines.freight)
    if turn.at > until:
        raise TransitionRefused("it is too late to ask for the freight", status=case.status)


def reimburse(turn: Turn, found: Found) -> None:
    """Pays for the way back, if somebody is to and it was not yet. Called once the goods are accepted."""
    goods = returns.goods_of(turn, found)
    if not goods.parcels or (goods.freight is not None and goods.freight.reimbursed is not None):
        return
    order = found.need(refs.order(turn.case.order_id), OrderNotFound)
    limit = turn.policy.return_freight_up_to.get(turn.case.currency, 0)
    paid = settle(goods.freight or ReturnFreight(), _payer(turn), limit, order.freight_insurance, turn.case.shares)
    if paid is None:
        return
    number = _pay(turn, found, order, paid)
    turn.keep_goods(goods.but(freight=paid.but(refund_no=number)))


def _payer(turn: Turn) -> Responsible:
    liability = liabilities.of(turn)
    if liability == "none":
        return "platform"  # nobody is to pay it, and the buyer least of all
    return liability if liability == "both" else turn.policy.return_freight.get(liability, liability)


def _pay(turn: Turn, found: Found, order: Order, paid: ReturnFreight) -> str:
    """The voucher, settled as soon as it is granted, and what somebody owes for it."""
    bearer, debts = _bearer(turn, found, order, paid)
    number = vouchers.give(turn, order, paid.reimbursed or 0, bearer, "freight")
    for debt, part in debts:
        recoveries.open_recovery(turn, debt, part, "freight")
    return number


def _bearer(
    turn: Turn, found: Found, order: Order, paid: ReturnFreight
) -> tuple[journals.Account, list[tuple[Debt, int]]]:
    """The account that gives it, and who owes that account how much of it."""
    amount = paid.reimbursed or 0
    if paid.payer == "insurer":
        assert order.freight_insurance is not None
        due_at = turn.policy.calendar.after(turn.at, turn.policy.deadlines.recovery)
        insurer = Debt("insurer", order.freight_insurance.insurer_id, "freight_insurance", due_at)
        return journals.PLATFORM_FUND, [(insurer, amount)]
    cost = liabilities.cost_of(turn, found, order)
    if paid.payer == "both" and set(bearing(turn.case.shares)) - {"merchant"}:
        return cost.bearer, cost.owed(amount)
    if paid.payer in ("merchant", "both"):
        return journals.merchant(order), []
    return journals.PLATFORM_FUND, cost.owed(amount) if paid.payer == "carrier" else []
