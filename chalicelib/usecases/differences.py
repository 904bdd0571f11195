"""The difference in price that a buyer pays before dearer goods are sent: a fact of the payment system, or a no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import exchanges, refs
from chalicelib.domain.actors import PAYMENTS
from chalicelib.errors import FieldError, GateNotFound, InvalidRequest
from chalicelib.usecases import cases, exchange_conversions, replacements, steps

if TYPE_CHECKING:
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.orders import Payment
    from chalicelib.domain.replacements import Replacement
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.cases import AnswerOffer
    from chalicelib.usecases.steps import Decision, Found


def pay(ports: Ports, case_id: str, payment: Payment, currency: str | None) -> None:
    """The buyer paid. Told twice, recorded once; what comes when nobody waits for it any more is not taken: the
    payment system is told to give it back, and nothing of it enters the order's books.

    Raises CaseNotFound, InvalidRequest (nothing is to be paid, or something else was).
    """

    def once(found: Found) -> Decision[None]:
        case = cases.need(found, case_id)
        replacement = found.get(refs.replacement(case_id))
        if replacement is not None and payment.payment_id in replacement.heard:
            return [], None
        _refuse_other(replacement, payment, currency, case.currency)
        assert replacement is not None
        turn = cases.turn_of(ports, case, PAYMENTS)
        gate = _awaited(turn, found)
        replacement = replacement.but(heard=(*replacement.heard, payment.payment_id))
        if gate is None:
            turn.keep_replacement(replacement)
            turn.tell("DifferenceUnwanted", payment_id=payment.payment_id, difference=payment.amount)
        else:
            _take(turn, found, gate, replacement, payment)
        return turn.items, None

    wanted = [refs.case(case_id), refs.replacement(case_id), refs.gate(case_id, "difference", 1), refs.frozen()]
    steps.change(ports, wanted, once)


def _refuse_other(replacement: Replacement | None, payment: Payment, told: str | None, currency: str) -> None:
    asked = replacement.difference if replacement is not None else 0
    if asked <= 0:
        wrong = FieldError("case_id", "no difference is to be paid")
    elif payment.amount != asked:
        wrong = FieldError("amount", f"{asked} is to be paid", {"expected": asked})
    elif told not in (None, currency):
        wrong = FieldError("currency", f"must be {currency}")
    else:
        return
    raise InvalidRequest(f"a difference of {payment.amount}: {wrong.message}", errors=[wrong])


def _awaited(turn: Turn, found: Found) -> Gate | None:
    """The gate, while nobody has answered it: money that came at the last moment counts, whatever the clock says."""
    ref = turn.case.gate
    if ref is None or ref.name != "difference":
        return None
    gate = found.need(refs.gate(turn.case.case_id, ref.name, ref.round), GateNotFound)
    return gate if gate.answer is None else None


def _take(turn: Turn, found: Found, gate: Gate, replacement: Replacement, payment: Payment) -> None:
    order, ledger = cases.order_and_ledger(found, turn.case)
    if payment.payment_id in order.payment_positions:
        wrong = FieldError("payment_id", "is a payment of the order already")
        raise InvalidRequest(wrong.message, errors=[wrong])
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
