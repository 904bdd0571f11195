"""A chargeback 拒付: the buyer's bank took the money back by itself. It is recorded, so that nobody is paid twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import journals, ledgers, refs
from chalicelib.domain.actors import Actor
from chalicelib.errors import CurrencyMismatch, FieldError
from chalicelib.usecases import steps
from chalicelib.usecases.ledgers import order_and_ledger

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.usecases.steps import Decision, Found

_BANK = Actor(role="payments", id="chargebacks")


def open_chargeback(
    ports: Ports, chargeback_id: str, order_id: str, payment_id: str, amount: int, currency: str | None = None
) -> None:
    """Takes `amount` (minor units) off what can still be refunded to that payment. Told twice, recorded once.

    Raises OrderNotFound, InvalidRequest for a payment that the order does not have or more than was paid by it,
    CurrencyMismatch.
    """
    now = ports.clock.now()

    def once(found: Found) -> Decision[steps.Reply]:
        order, ledger = order_and_ledger(found, order_id)
        if currency not in (None, order.currency):
            wrong = FieldError("currency", f"must be {order.currency}")
            raise CurrencyMismatch(f"a chargeback in {currency}", errors=[wrong])
        after = ledgers.charge_back(order, ledger, payment_id, amount).next()
        posting = journals.charged_back(order, amount, entry_id=f"chargeback-{chargeback_id}", at=now)
        return [after, posting], steps.Reply(200, {})

    request = steps.Request.of(_BANK, chargeback_id, order_id, payment_id, amount)
    steps.answer(ports, request, [refs.order(order_id), refs.ledger(order_id)], once)
