"""Fees 维修费: what a buyer owes for a repair out of warranty, and the payment system's word that it was paid.

A fee falls due when the buyer has the goods back, mended: so there is never one to give back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain import journals, refs
from chalicelib.domain.actors import PAYMENTS
from chalicelib.errors import CurrencyMismatch, FieldError, InvalidRequest, OrderNotFound, RepairNotFound
from chalicelib.usecases import cases, repairs, returns, steps

if TYPE_CHECKING:
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.repairs import RepairFeePaidFact
    from chalicelib.usecases.steps import Decision, Found


def paid(ports: Ports, fact: RepairFeePaidFact) -> None:
    """`repair_fee.paid`: told twice, recorded once; also after the time was up, because it is the shop's money.

    Raises CaseNotFound, RepairNotFound, CurrencyMismatch, InvalidRequest (no fee is due, another amount, or paid before
    by another payment): then a person must look at it.
    """
    ref = refs.repair(fact.case_id)

    def once(found: Found) -> Decision[None]:
        case, repair = cases.need(found, fact.case_id), found.need(ref, RepairNotFound)
        fee = repair.fee
        if fee is not None and fee.payment_id == fact.payment_id:
            return [], None
        if fact.currency != case.currency:
            raise CurrencyMismatch(
                f"a fee in {fact.currency}", errors=[FieldError("currency", f"must be {case.currency}")]
            )
        if fee is None or fee.payment_id is not None or fee.amount != fact.amount:
            owed = fee.amount if fee is not None and fee.payment_id is None else 0
            wrong = FieldError("amount", f"{owed} is owed", {"owed": owed})
            raise InvalidRequest(f"{repair.repair_id}: {wrong.message}", errors=[wrong])
        turn = cases.turn_of(ports, case, PAYMENTS)
        turn.keep_repair(repair.but(fee=fee.but(payment_id=fact.payment_id, paid_at=turn.at)))
        order = found.need(refs.order(case.order_id), OrderNotFound)
        turn.write(
            journals.repair_paid(
                order, fact.amount, entry_id=f"{repair.repair_id}-fee", at=turn.at, case_id=case.case_id
            )
        )
        gate = returns.standing(turn, found, "fee")
        told: dict[str, Any] = {"repair_id": repair.repair_id, "fee": fact.amount}
        if gate is None:
            turn.tell("RepairFeePaid", **told)
        else:
            turn.answer(gate, "paid")
            repairs.complete(turn, found, "RepairFeePaid", fee=fact.amount)
        return turn.items, None

    steps.change(ports, [ref, refs.case(fact.case_id)], once)


def unpaid(turn: Turn, found: Found, gate: Gate) -> None:
    """The buyer does not pay: the case is over, and the shop has a claim of its own."""
    turn.answer(gate, "closed")
    repairs.close(turn, found, "fee_unpaid")
