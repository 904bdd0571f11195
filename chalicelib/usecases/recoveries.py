"""Recoveries 追偿 within a turn: opened, paid, given up, fallen away; told on the timeline, posted in the journal.

One turn touches one recovery once: its version guards it, and the journal's lines are named after that version.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.domain import refs
from chalicelib.domain.recoveries import SOON, Recovery, case_of, id_of, posting
from chalicelib.errors import CommandNotFound, FieldError, RecoveryExceedsOwed, RecoveryNotFound
from chalicelib.usecases import deposits

if TYPE_CHECKING:
    from chalicelib.domain.entries import EntryType
    from chalicelib.domain.recoveries import Covers, Debtor, Moved
    from chalicelib.domain.turns import Turn
    from chalicelib.domain.values import Value
    from chalicelib.usecases.steps import Found


_PURSUED = frozenset({"merchant", "carrier"})  # of others nothing can be taken: they pay, or are late


class Debt(NamedTuple):
    """Who owes the fund what it pays, why (a code), and until when; `waybill_no`: what a carrier had in its hands."""

    debtor: Debtor
    debtor_id: str
    because: str
    due_at: datetime
    waybill_no: str | None = None


def open_recovery(turn: Turn, debt: Debt, amount: int, covers: Covers = "refund") -> Recovery:
    """The fund has paid, or is about to: somebody owes it from now on. `amount` in minor units, at least 1."""
    case = turn.case
    recovery = Recovery(
        recovery_id=id_of(case.case_id, len(case.recoveries) + 1),
        case_id=case.case_id,
        order_id=case.order_id,
        merchant_id=case.merchant_id,
        debtor=debt.debtor,
        debtor_id=debt.debtor_id,
        covers=covers,
        because=debt.because,
        currency=case.currency,
        amount=amount,
        opened_at=turn.at,
        due_at=debt.due_at,
        look_at=turn.at + SOON if debt.debtor in _PURSUED else debt.due_at,
        waybill_no=debt.waybill_no,
    )
    turn.change(recoveries=(*case.recoveries, recovery.ref))
    turn.write(recovery)
    _post(turn, recovery, "claimed", amount)
    tell(turn, "RecoveryOpened", recovery, amount, because=debt.because, due_at=debt.due_at.isoformat())
    return recovery


def find(found: Found, recovery_id: str) -> Recovery:
    """Raises RecoveryNotFound."""
    return found.need(refs.recovery(case_of(recovery_id), recovery_id), RecoveryNotFound)


def keep(turn: Turn, recovery: Recovery) -> None:
    """Writes the recovery, and what the case remembers of it."""
    turn.write(recovery)
    kept = tuple(recovery.ref if ref.recovery_id == recovery.recovery_id else ref for ref in turn.case.recoveries)
    turn.change(recoveries=kept)


def pay(turn: Turn, recovery: Recovery, amount: int, because: str, note: str | None = None) -> Recovery:
    """The debtor has paid `amount`: of what is open, or of what was given up already. Raises RecoveryExceedsOwed."""
    most = recovery.open + recovery.written_off
    if not 1 <= amount <= most:
        wrong = FieldError("amount", f"between 1 and {most}", {"minimum": 1, "maximum": most})
        raise RecoveryExceedsOwed(f"{amount} of {recovery.recovery_id}: {most} is owed", errors=[wrong])
    after = recovery.paid(amount)
    keep(turn, after)
    late = recovery.written_off - after.written_off
    if late:
        _post(turn, after, "claimed", late)
    _post(turn, after, "recovered", amount)
    tell(turn, "RecoveryPaid", after, amount, because=because, note=note)
    return after


def write_off(turn: Turn, found: Found, recovery: Recovery, because: str, note: str | None = None) -> Recovery:
    """Nobody will pay the rest: the platform's fund bears it for good. Raises RecoveryExceedsOwed."""
    rest = recovery.open
    if rest == 0:
        raise RecoveryExceedsOwed(f"nothing is owed of {recovery.recovery_id} any more")
    after = recovery.given_up(note)
    keep(turn, after)
    _end_filing(turn, found, after)
    _post(turn, after, "written_off", rest)
    tell(turn, "RecoveryWrittenOff", after, rest, because=because, note=note)
    return after


def lessen(turn: Turn, found: Found, recovery: Recovery, amount: int, because: str) -> int:
    """`amount` is not owed after all; what was paid of it is given back, to a merchant into its deposit.

    Answers how much of `amount` it was.
    """
    after = recovery.less(amount)
    fell = after.dropped - recovery.dropped
    if fell == 0:
        return 0
    back = recovery.recovered - after.recovered
    unpaid = fell - back - (recovery.written_off - after.written_off)
    keep(turn, after)
    if after.open == 0:
        _end_filing(turn, found, after)
    if unpaid:
        _post(turn, after, "dropped", unpaid)
    if back:
        _post(turn, after, "given_back", back)
        if after.debtor == "merchant":
            turn.write(*_into_deposit(turn, found, after, back))
    tell(turn, "RecoveryDropped", after, fell, because=because)
    return fell


def late(turn: Turn, recovery: Recovery, look_at: datetime | None) -> Recovery:
    """It is late, or will be given up soon: told once, for a person to see to."""
    after = recovery.next(late_at=turn.at, look_at=look_at)
    keep(turn, after)
    because = "lapses" if recovery.debtor == "carrier" else "overdue"
    tell(turn, "RecoveryLate", after, after.open, because=because, due_at=after.due_at.isoformat())
    return after


def _end_filing(turn: Turn, found: Found, recovery: Recovery) -> None:
    """The carrier is asked no more. What it pays all the same counts all the same."""
    if recovery.command_no is None:
        return
    command = found.need(refs.command(recovery.command_no), CommandNotFound)
    if command.is_open:
        turn.write(command.moved("failed", answered_at=turn.at, reason="closed"))


def _into_deposit(turn: Turn, found: Found, recovery: Recovery, amount: int) -> list[Value]:
    fact_id = f"{recovery.recovery_id}-{recovery.version}"
    deposit = deposits.deposit_of(found, recovery.debtor_id)
    return deposits.moved(deposit, "deposited", amount, recovery.currency, fact_id=fact_id, at=turn.at, of=recovery)


def tell(
    turn: Turn,
    type: EntryType,
    recovery: Recovery,
    amount: int,
    *,
    note: str | None = None,
    **data: Any,
) -> None:
    """A line about one recovery: whose debt, how much of it this is about, how it stands now."""
    turn.tell(
        type,
        note=note,
        recovery_id=recovery.recovery_id,
        debtor=recovery.debtor,
        covers=recovery.covers,
        recovery_state=recovery.state,
        recovery_amount=amount,
        recovery_open=recovery.open,
        **data,
    )


def _post(turn: Turn, recovery: Recovery, kind: Moved, amount: int) -> None:
    turn.write(posting(recovery, kind, amount, turn.at))
