"""The difference in price that a buyer pays before dearer goods are sent: a fact of the payment system, or a no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import exchanges, refs
from chalicelib.domain.actors import PAYMENTS
from chalicelib.domain.orders import Payment
from chalicelib.errors import FieldError, GateNotFound, InvalidRequest
from chalicelib.usecases import cases, exchange_conversions, overpayments, replacements, steps

if TYPE_CHECKING:
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.replacements import Replacement
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.cases import AnswerOffer
    from chalicelib.schemas.payments import BuyerPaid
    from chalicelib.usecases.overpayments import Unwanted
    from chalicelib.usecases.steps import Decision, Found


def pay(ports: Ports, paid: BuyerPaid) -> None:
    """`difference.paid`: told twice, recorded once; what nobody waits for is turned away.

    Raises CaseNotFound, InvalidRequest (it is a payment of the order already).
    """

    def once(found: Found) -> Decision[None]:
        case = cases.need(found, paid.case_id)
        replacement = found.get(refs.replacement(paid.case_id))
        if paid.payment_id in (*case.turned_away, replacement and replacement.paid_by):
            return [], None
        order, _ = cases.order_and_ledger(found, case)
        overpayments.refuse_known(order, paid)
        turn = cases.turn_of(ports, case, PAYMENTS)
        gate = _awaited(turn, found)
        because = _why_not(turn, replacement, gate, paid)
        if because is not None:
            overpayments.turn_away(turn, paid, because)
        else:
            assert replacement is not None and gate is not None
            _take(turn, found, gate, replacement, paid)
        return turn.items, None

    case_id = paid.case_id
    wanted = [refs.case(case_id), refs.replacement(case_id), refs.gate(case_id, "difference", 1), refs.frozen()]
    steps.change(ports, wanted, once)


def _why_not(turn: Turn, replacement: Replacement | None, gate: Gate | None, paid: BuyerPaid) -> Unwanted | None:
    asked = replacement is not None and replacement.difference > 0
    because = overpayments.why_not(turn, paid, replacement.difference if replacement is not None and asked else None)
    if because is not None or gate is not None:
        return because
    return "paid_before" if replacement is not None and replacement.payment is not None else "too_late"


def _awaited(turn: Turn, found: Found) -> Gate | None:
    """The gate, while nobody has answered it: money that came at the last moment counts, whatever the clock says."""
    ref = turn.case.gate
    if ref is None or ref.name != "difference":
        return None
    gate = found.need(refs.gate(turn.case.case_id, ref.name, ref.round), GateNotFound)
    return gate if gate.answer is None else None


def _take(turn: Turn, found: Found, gate: Gate, replacement: Replacement, paid: BuyerPaid) -> None:
    order, ledger = cases.order_and_ledger(found, turn.case)
    payment = Payment(payment_id=paid.payment_id, amount=paid.amount, method=paid.method, provider=paid.provider)
    moved = exchanges.pay(order, ledger, turn.case.claim, replacement.lines, payment, turn.case.case_id)
    turn.write(moved.ledger.next())
    turn.claim(moved.order, moved.claim)
    turn.answer(gate, "paid")
    turn.tell("DifferencePaid", payment_id=payment.payment_id, difference=payment.amount)
    replacements.request(turn, found, replacement.but(payment=payment, lines=moved.lines))


def answer(turn: Turn, found: Found, gate: Gate, body: AnswerOffer) -> None:
    """The buyer will not pay it. Raises InvalidRequest for a yes: that is said by paying."""
    if body.answer == "accept":
        raise InvalidRequest("a difference is accepted by paying it", errors=[FieldError("answer", "pay, or decline")])
    exchange_conversions.to_refund(turn, "difference_declined", gate, body.note)
