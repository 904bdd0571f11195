"""Going after what is owed: the sweeper's step with each recovery, and what debtors and people answer.

No execution waits for a debt: it may take months, and every step of it is one fact and one due time
(docs/decisions/0079-what-others-owe-the-fund.md). Every function may be called again at any moment.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.actors import CLOCK, PAYMENTS, SYSTEM
from chalicelib.domain.recoveries import case_of
from chalicelib.errors import CurrencyMismatch, FieldError, RecoveryExceedsOwed, RecoveryNotFound, TransitionRefused
from chalicelib.usecases import carrier_claims, cases, deposits, recoveries, steps
from chalicelib.usecases.access import act_as, see_case
from chalicelib.usecases.proposals import second_person_agrees
from chalicelib.usecases.steps import Reply, Request

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.recoveries import Recovery
    from chalicelib.domain.turns import Turn
    from chalicelib.domain.values import Value
    from chalicelib.ports import Ports
    from chalicelib.schemas.recoveries import RecordPayment, WriteOff
    from chalicelib.usecases.steps import Decision, Found

UNPAID = timedelta(minutes=10)  # the refund is still on its way: nobody pays for what was not paid
EMPTY = timedelta(days=1)  # the deposit holds nothing


def pursue(ports: Ports, recovery: Recovery) -> str | None:
    """One step, when its time has come. Answers what was done."""
    match recovery.debtor:
        case "merchant":
            return collect(ports, recovery.case_id, recovery.recovery_id)
        case "carrier" if recovery.state == "open" and recovery.due_at > ports.clock.now():
            return carrier_claims.file(ports, recovery)
        case "carrier" if recovery.due_at <= ports.clock.now():
            return lapse(ports, recovery.case_id, recovery.recovery_id)
    return warn(ports, recovery.case_id, recovery.recovery_id)


def collect(ports: Ports, case_id: str, recovery_id: str) -> str | None:
    """Takes from the merchant's deposit what it owes of what was really paid, and no more than is there."""
    ref = refs.recovery(case_id, recovery_id)

    def once(found: Found) -> Decision[str | None]:
        recovery = recoveries.find(found, recovery_id)
        if recovery.watch_at is None:
            return [], None
        turn = cases.turn_of(ports, cases.need(found, case_id), SYSTEM)
        due = min(recovery.open, _paid_out(turn, recovery) - recovery.recovered)
        deposit = deposits.deposit_of(found, recovery.debtor_id)
        amount = min(due, deposit.held(recovery.currency))
        if amount <= 0 and due > 0 and recovery.late_at is None and recovery.warn_at <= turn.at:
            recoveries.late(turn, recovery, turn.at + EMPTY)
            return turn.items, "late"
        if amount <= 0:
            return [recovery.looked_at(turn.at + (EMPTY if due > 0 else UNPAID))], None
        fact_id = f"{recovery_id}-{recovery.version + 1}"
        turn.write(
            *deposits.moved(deposit, "drawn", amount, recovery.currency, fact_id=fact_id, at=turn.at, of=recovery)
        )
        recoveries.pay(turn, recovery.but(look_at=turn.at + EMPTY), amount, "deposit")
        return turn.items, "collected"

    wanted = [ref, refs.case(case_id)]
    recovery = steps.read(ports, ref).get(ref)
    if recovery is not None:
        wanted.append(refs.deposit(recovery.debtor_id))
    return steps.change(ports, wanted, once)


def _paid_out(turn: Turn, recovery: Recovery) -> int:
    """What of its cost has really been paid. Only refunds are promised before they are."""
    if recovery.covers != "refund":
        return recovery.amount
    return sum(ref.amount for ref in turn.case.refunds if ref.state == "settled")


def tell_payment(ports: Ports, recovery_id: str, fact_id: str, amount: int, currency: str) -> None:
    """The settlement system's fact: the debtor has paid, or it was netted against what it was owed. Told twice,
    recorded once. What a merchant paid too much, because its deposit was faster, goes into its deposit.

    Raises RecoveryNotFound, CurrencyMismatch, RecoveryExceedsOwed.
    """
    request = Request.of(PAYMENTS, f"recovery:{fact_id}", recovery_id, amount, currency)
    _record(ports, request, recovery_id, amount, currency, turn_as=PAYMENTS)


def record_payment(ports: Ports, request: Request, case_id: str, recovery_id: str, body: RecordPayment) -> Reply:
    """A person says that the debtor has paid, as some do outside of the settlement system.

    Raises CaseNotFound, RecoveryNotFound, CurrencyMismatch, RecoveryExceedsOwed.
    """
    act_as(request.actor, "operator", "supervisor")
    _of_case(ports, request.actor, case_id, recovery_id)
    money = body.amount
    return _record(ports, request, recovery_id, money.amount, money.currency, turn_as=request.actor, note=body.note)


def _record(
    ports: Ports,
    request: Request,
    recovery_id: str,
    amount: int,
    currency: str,
    *,
    turn_as: Actor,
    note: str | None = None,
) -> Reply:
    from chalicelib.schemas.recoveries import RecoveryView

    case_id = case_of(recovery_id)

    def once(found: Found) -> Decision[Reply]:
        recovery = recoveries.find(found, recovery_id)
        if currency != recovery.currency:
            wrong = FieldError("amount.currency", f"must be {recovery.currency}")
            raise CurrencyMismatch(f"{recovery_id} is owed in {recovery.currency}", errors=[wrong])
        turn = cases.turn_of(ports, cases.need(found, case_id), turn_as)
        most = recovery.open + recovery.written_off
        owed = min(amount, most) if recovery.debtor == "merchant" else amount
        if owed < amount:
            turn.write(*_too_much(turn, found, recovery, amount - owed))
        if owed:
            recovery = recoveries.pay(turn, recovery, owed, "payment", note)
        elif owed == amount:
            raise RecoveryExceedsOwed("nothing was paid")
        return turn.items, Reply(200, RecoveryView.of(recovery))

    wanted = [refs.recovery(case_id, recovery_id), refs.case(case_id)]
    return steps.answer(ports, request, wanted, once)


def _of_case(ports: Ports, actor: Actor, case_id: str, recovery_id: str) -> None:
    """Raises CaseNotFound, RecoveryNotFound for what is not owed because of this case."""
    see_case(actor, cases.load(ports, case_id))
    if case_of(recovery_id) != case_id:
        raise RecoveryNotFound(f"{recovery_id} is not owed because of this case")


def _too_much(turn: Turn, found: Found, recovery: Recovery, amount: int) -> list[Value]:
    """What a merchant paid beyond its debt is its own: it goes into its deposit."""
    deposit = deposits.deposit_of(found, recovery.debtor_id)
    named = f"{recovery.recovery_id}-{turn.case.version}"  # the recovery itself may stay as it is
    return deposits.moved(deposit, "deposited", amount, recovery.currency, fact_id=named, at=turn.at, of=recovery)


def write_off(ports: Ports, request: Request, case_id: str, recovery_id: str, body: WriteOff) -> Reply:
    """A person gives the rest up, and says why; above the policy's amount a second person must say so too.

    Raises CaseNotFound, RecoveryNotFound, RecoveryExceedsOwed, SecondPersonNeeded.
    """
    from chalicelib.schemas.recoveries import RecoveryView

    act_as(request.actor, "operator", "supervisor")
    _of_case(ports, request.actor, case_id, recovery_id)

    def once(found: Found) -> Decision[Reply]:
        recovery = recoveries.find(found, recovery_id)
        turn = cases.begin(ports, found, request, case_id)
        if second_person_agrees(turn, recovery.open, f"write off {recovery_id}"):
            recovery = recoveries.write_off(turn, found, recovery, "operator", body.reason)
        view = RecoveryView.of(recovery, turn.case.proposal)
        return turn.items, Reply(200, view)

    return steps.answer(ports, request, [refs.recovery(case_id, recovery_id), refs.case(case_id)], once)


def file_again(ports: Ports, request: Request, case_id: str, recovery_id: str) -> Reply:
    """What its carrier refused is filed once more, with all that there is to show by now.

    Raises CaseNotFound, RecoveryNotFound, TransitionRefused for what was not refused, or whose time is up.
    """
    from chalicelib.schemas.recoveries import RecoveryView

    act_as(request.actor, "operator", "supervisor")
    _of_case(ports, request.actor, case_id, recovery_id)
    command_no, files = ports.ids.new("cmd"), carrier_claims.shown(ports, case_id)

    def once(found: Found) -> Decision[Reply]:
        recovery = recoveries.find(found, recovery_id)
        turn = cases.begin(ports, found, request, case_id)
        if recovery.state != "refused" or recovery.due_at <= turn.at:
            raise TransitionRefused("only what was refused in time is filed again", status=recovery.state)
        after = carrier_claims.file_in(turn, recovery, command_no, files)
        return turn.items, Reply(200, RecoveryView.of(after, turn.case.proposal))

    reply = steps.answer(ports, request, [refs.recovery(case_id, recovery_id), refs.case(case_id)], once)
    ports.logistics_commands.ask(command_no)  # of a repetition nothing stands under this number, which is passed over
    return reply


def warn(ports: Ports, case_id: str, recovery_id: str) -> str | None:
    """Nobody can take it, or ask for it again: once it is late, or about to be given up, a person is told."""

    def once(found: Found) -> Decision[str | None]:
        recovery = recoveries.find(found, recovery_id)
        at = ports.clock.now()
        if recovery.watch_at is None or recovery.watch_at > at:
            return [], None
        again_at = recovery.due_at if recovery.debtor == "carrier" else None
        if recovery.late_at is not None:
            return [recovery.looked_at(again_at)], None
        if recovery.warn_at > at:
            return [recovery.looked_at(recovery.warn_at)], None
        turn = cases.turn_of(ports, cases.need(found, case_id), SYSTEM)
        recoveries.late(turn, recovery, again_at)
        return turn.items, "late"

    return steps.change(ports, [refs.recovery(case_id, recovery_id), refs.case(case_id)], once)


def lapse(ports: Ports, case_id: str, recovery_id: str) -> str | None:
    """Nobody answered in time: the platform bears it."""

    def once(found: Found) -> Decision[str | None]:
        recovery = recoveries.find(found, recovery_id)
        turn = cases.turn_of(ports, cases.need(found, case_id), CLOCK)
        if recovery.watch_at is None or recovery.due_at > turn.at:
            return [], None
        recoveries.write_off(turn, found, recovery, "silence")
        return turn.items, "lapsed"

    return steps.change(ports, [refs.recovery(case_id, recovery_id), refs.case(case_id)], once)
