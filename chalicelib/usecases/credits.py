"""A buyer's credit and what the buyer owes, within a turn: read as it stands now, and kept back from a later refund."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import journals, ledgers, refs
from chalicelib.domain.actors import SYSTEM
from chalicelib.domain.buyers import Credit
from chalicelib.domain.recoveries import case_of
from chalicelib.usecases import cases, recoveries

if TYPE_CHECKING:
    from chalicelib.domain.claims import Claim, Source
    from chalicelib.domain.journals import Account
    from chalicelib.domain.orders import Order
    from chalicelib.domain.recoveries import Recovery
    from chalicelib.domain.turns import Turn
    from chalicelib.usecases.steps import Found


def credit_of(found: Found, buyer_id: str) -> Credit:
    """The buyer's credit, with those of its debts that are open now: they are paid and written off elsewhere."""
    credit = found.get(refs.credit(buyer_id)) or Credit(buyer_id=buyer_id, version=0)
    return credit.but(debts=tuple(recovery.recovery_id for recovery in owed(found, credit)))


def owed(found: Found, credit: Credit) -> list[Recovery]:
    """What the buyer still owes, oldest first."""
    found.also(*(refs.recovery(case_of(debt), debt) for debt in credit.debts))
    known = (found.get(refs.recovery(case_of(debt), debt)) for debt in credit.debts)
    return [recovery for recovery in known if recovery is not None and recovery.open]


def keep_back(turn: Turn, found: Found, order: Order, bearer: Account | None) -> None:
    """What the buyer owes is kept back from this refund, and said in its explanation: never more than there is.

    The money counts as refunded (the buyer's debt is paid with it) and never goes out, so it has no refund's number.
    """
    case = turn.case
    credit = found.get(refs.credit(case.buyer_id))
    if credit is None or not credit.debts or case.claim.award is not None:
        return
    debts = owed(found, credit)
    claim = case.claim
    kept: list[tuple[Recovery, int]] = []
    for debt in debts:
        if debt.currency == case.currency and debt.case_id != case.case_id:
            claim, amount = _kept_back(claim, debt)
            kept += [(debt, amount)] if amount else []
    if not kept:
        return
    _, ledger = cases.order_and_ledger(found, case)
    for source in claim.sources:
        if source.netted is not None:
            ledger = ledgers.settle(order, ledger, claim, source)
    turn.claim(order, claim)
    turn.write(ledger.next())
    _pay(turn, found, kept)
    for debt, amount in kept:
        turn.write(_posting(turn, order, debt.recovery_id, amount, bearer))
        turn.tell("RefundNetted", recovery_id=debt.recovery_id, refund_amount=amount)
    done = {debt.recovery_id for debt, amount in kept if amount == debt.open}
    turn.write(credit.next(debts=tuple(debt.recovery_id for debt in debts if debt.recovery_id not in done)))


def _kept_back(claim: Claim, debt: Recovery) -> tuple[Claim, int]:
    """The claim with parts of its sources kept for a debt, and how much that is. The parts stand where they came
    from, so that every line is paid as it was."""
    left = debt.open
    sources: list[Source] = []
    for source in claim.sources:
        part = 0 if source.netted else min(left, source.amount)
        left -= part
        if part:
            sources.append(source.but(amount=part, netted=debt.recovery_id))
        if source.amount > part:
            sources.append(source.but(amount=source.amount - part))
    return claim.but(sources=tuple(sources)), debt.open - left


def _pay(turn: Turn, found: Found, kept: list[tuple[Recovery, int]]) -> None:
    """The debts' own cases are told, each in a turn of its own, within the same transaction."""
    turns: dict[str, Turn] = {}
    for debt, amount in kept:
        if debt.case_id not in turns:
            turns[debt.case_id] = cases.turn_of(found.ports, cases.need(found, debt.case_id), SYSTEM)
        recoveries.pay(turns[debt.case_id], debt, amount, "netted")
    for other in turns.values():
        turn.write(*other.items)


def _posting(
    turn: Turn, order: Order, debt_id: str, amount: int, bearer: Account | None
) -> journals.JournalEntry:  # fmt: skip
    return journals.netted(
        order,
        amount,
        entry_id=f"{turn.case.case_id}-{debt_id}-netted",
        at=turn.at,
        case_id=turn.case.case_id,
        recovery_id=debt_id,
        bearer=bearer,
    )
