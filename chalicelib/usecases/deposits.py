"""A merchant's deposit 保证金: paid in, paid out again, and what of it was taken for what the merchant owes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.actors import PAYMENTS
from chalicelib.domain.deposits import Deposit, posting
from chalicelib.errors import MerchantNotFound
from chalicelib.usecases import steps
from chalicelib.usecases.access import act_as, see_merchant
from chalicelib.usecases.steps import Reply, Request

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.deposits import DepositKind
    from chalicelib.domain.recoveries import Recovery
    from chalicelib.domain.values import Value
    from chalicelib.ports import Ports
    from chalicelib.schemas.recoveries import MoveDeposit
    from chalicelib.usecases.steps import Decision, Found


def deposit_of(found: Found, merchant_id: str) -> Deposit:
    """What the platform holds of a merchant; nothing, if it never paid anything in."""
    return found.get(refs.deposit(merchant_id)) or Deposit(merchant_id=merchant_id, version=0)


def moved(
    deposit: Deposit,
    kind: DepositKind,
    amount: int,
    currency: str,
    *,
    fact_id: str,
    at: datetime,
    of: Recovery | None = None,
) -> list[Value]:
    """What a move of the deposit writes, because `of` a debt or by itself. Raises DepositTooSmall."""
    after = deposit.moved(kind, amount, currency)
    about = {"case_id": of.case_id, "recovery_id": of.recovery_id} if of else {}
    return [after, posting(after, kind, amount, currency, entry_id=f"{kind}-{fact_id}", at=at, **about)]


def tell(ports: Ports, merchant_id: str, kind: DepositKind, amount: int, currency: str, fact_id: str) -> None:
    """The payment system's fact: a merchant has paid in, or was paid out. Told twice, recorded once.

    Raises MerchantNotFound, DepositTooSmall.
    """
    request = Request.of(PAYMENTS, f"deposit:{fact_id}", merchant_id, kind, amount, currency)
    _record(ports, request, merchant_id, kind, amount, currency)


def move(ports: Ports, request: Request, merchant_id: str, body: MoveDeposit) -> Reply:
    """A person records what was paid in or out by other ways. Raises MerchantNotFound, DepositTooSmall."""
    act_as(request.actor, "operator")
    return _record(ports, request, merchant_id, body.kind, body.amount.amount, body.amount.currency)


def _record(ports: Ports, request: Request, merchant_id: str, kind: DepositKind, amount: int, currency: str) -> Reply:
    def once(found: Found) -> Decision[Reply]:
        found.need(refs.merchant(merchant_id), MerchantNotFound)
        deposit = deposit_of(found, merchant_id)
        items = moved(deposit, kind, amount, currency, fact_id=f"{deposit.version + 1}", at=ports.clock.now())
        held = deposit.moved(kind, amount, currency).balances
        return items, Reply(200, {"merchant_id": merchant_id, "balances": held})

    return steps.answer(ports, request, [refs.merchant(merchant_id), refs.deposit(merchant_id)], once)


def read(ports: Ports, actor: Actor, merchant_id: str, limit: int, cursor: str | None) -> Reply:
    """What is held of a merchant, and its history, newest first. Raises MerchantNotFound, Forbidden."""
    from chalicelib.schemas.recoveries import DepositView

    see_merchant(actor, merchant_id)
    found = steps.read(ports, refs.merchant(merchant_id), refs.deposit(merchant_id))
    found.need(refs.merchant(merchant_id), MerchantNotFound)
    moves = ports.listings.deposit_moves(merchant_id, limit, cursor)
    view = DepositView.of(deposit_of(found, merchant_id), moves.rows, moves.cursor)
    return Reply(200, view)
