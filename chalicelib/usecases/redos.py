"""A person's answer to a refund that went wrong: ask again, grant it another number, or give it up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain import ledgers, refs
from chalicelib.domain.claims import Source
from chalicelib.domain.lifecycles import GRANTABLE
from chalicelib.errors import FieldError, InvalidRequest, RefundNotFound, TransitionRefused
from chalicelib.usecases import cases, grants, instants, liabilities, parkings, refunds, steps
from chalicelib.usecases.access import act_as
from chalicelib.usecases.proposals import second_person_agrees

if TYPE_CHECKING:
    from chalicelib.domain.refunds import Refund
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.cases import RedoRefund
    from chalicelib.usecases.steps import Decision, Found, Reply, Request


def redo(ports: Ports, request: Request, case_id: str, body: RedoRefund) -> Reply:
    """Carries a parked refund on. Another execution of the case begins with it, where none waits any more.

    `retry`: the same number is asked about again (unknown refunds), or handed over at last (granted ones whose flow
    could not). `regrant`: a failed or reversed refund gets
    another number. `release`: a failed one is given up, its money is free again. Raises TransitionRefused where the
    refund's state does not allow it, RefundNotFound, SecondPersonNeeded. Without a number: `unpark`.
    """
    act_as(request.actor, "operator", "supervisor")
    if body.refund_no is None:
        return unpark(ports, request, case_id, body)
    ref = refs.refund(case_id, body.refund_no)

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        refund = found.need(ref, RefundNotFound)
        if body.action == "retry":
            _retry(turn, found, refund, body.note)
        elif second_person_agrees(turn, refund.amount, f"{body.action} {body.refund_no}"):
            {"regrant": _regrant, "release": _release}[body.action](turn, found, refund, body.note)
        return turn.items, cases.shown(turn, found)

    reply = steps.answer(ports, request, [refs.case(case_id), ref], once)
    if body.action == "retry":
        ports.payment_commands.ask(body.refund_no)
    return reply


def unpark(ports: Ports, request: Request, case_id: str, body: RedoRefund) -> Reply:
    """Carries on an approved case that was parked before it had a refund number.

    `retry`: its flow begins again. `release`: what the buyer's bank paid already is given up, the rest is granted.
    """
    if body.action == "regrant":
        raise InvalidRequest("which refund?", errors=[FieldError("refund_no", "needed to regrant")])

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        if turn.case.status not in GRANTABLE or turn.case.parking is None:
            raise TransitionRefused("the case is not parked before its grant", status=turn.case.status)
        if body.action == "release":
            _give_up_unpayable(turn, found)
        if turn.case.amount == 0:
            turn.tell("RefundReleased", "remedying", note=body.note)
            _complete(turn, found)
        else:
            parkings.person_is_done(turn, found)
            turn.change(parking=None, attempt=turn.case.attempt + 1)
            turn.tell("CaseResumed", note=body.note, **turn.case.beginning)
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, [refs.case(case_id)], once)


def _give_up_unpayable(turn: Turn, found: Found) -> None:
    """Takes the sources out of the claim that a chargeback has paid."""
    order, ledger = cases.order_and_ledger(found, turn.case)
    claim = turn.case.claim
    for source in claim.sources if claim.award is None else ():
        if not ledgers.can_pay(order, ledger, source):
            ledger, claim = ledgers.release_source(order, ledger, claim, source)
    if claim == turn.case.claim:
        raise TransitionRefused("every payment can still be refunded: retry", status=turn.case.status)
    turn.write(ledger.next())
    turn.claim(order, claim)


def _retry(turn: Turn, found: Found, refund: Refund, note: str) -> None:
    if refund.state not in ("granted", "submitted", "unknown"):
        raise TransitionRefused(f"a {refund.state} refund is not asked about", status=refund.state)
    if refund.state == "granted" and turn.case.parking is None:
        raise TransitionRefused(f"{refund.refund_no} is on its way", status=refund.state)
    parkings.person_is_done(turn, found)
    turn.change(parking=None)
    if refund.state == "granted":
        turn.change(attempt=turn.case.attempt + 1)
        turn.tell("CaseResumed", note=note, **turn.case.beginning)
        return
    begins: dict[str, Any] = {}
    if turn.case.gate is None:  # else a flow waits for this very answer: a second one would take its token away
        turn.wait("settlement", "payment", "unknown")
        turn.change(attempt=turn.case.attempt + 1)
        begins = turn.case.beginning
    refunds.keep(turn, refund.next(asks=max(1, refund.asks), ask_at=turn.at))
    refunds.tell(turn, "RefundSubmitted", refund.state, refund, note=note, **begins)


def _regrant(turn: Turn, found: Found, refund: Refund, note: str) -> None:
    """The old number is dead; the same money goes out under another one."""
    if refund.state not in ("failed", "reversed"):
        raise TransitionRefused(f"a {refund.state} refund keeps its number", status=refund.state)
    order, ledger = cases.order_and_ledger(found, turn.case)
    source = _standing(turn, refund)
    grants.ensure_payable(turn.case, order, ledger, source)
    parkings.person_is_done(turn, found)
    _give_up(turn, found, refund, note)
    turn.change(parking=None, attempt=turn.case.attempt + 1)
    grants.grant_one(turn, order, source, refund.bearer, **turn.case.beginning)


def _release(turn: Turn, found: Found, refund: Refund, note: str) -> None:
    """The refund will not be paid: its money is free again, the units stay taken."""
    if refund.state not in ("failed", "reversed"):
        raise TransitionRefused(f"a {refund.state} refund is not given up", status=refund.state)
    order, ledger = cases.order_and_ledger(found, turn.case)
    source = _standing(turn, refund)
    ledger, claim = ledgers.release_source(order, ledger, turn.case.claim, source)
    _give_up(turn, found, refund, note)
    turn.write(ledger.next())
    turn.claim(order, claim)
    liabilities.owe_only(turn, found, turn.case.amount, "released")  # what is not paid after all, nobody owes
    if turn.case.is_paid:
        _complete(turn, found)


def _complete(turn: Turn, found: Found) -> None:
    """Nothing is owed any more: what was to be paid is paid, the rest was given up."""
    parkings.person_is_done(turn, found)
    instants.finish(turn, found)
    turn.change(parking=None)
    turn.tell("CaseClosed", "completed", because="released")


def _standing(turn: Turn, refund: Refund) -> Source:
    """The money that this dead refund still stands for. Raises TransitionRefused when another number took it over
    or when it was given up: that is what keeps a reversed refund from being granted twice."""
    source = Source(payment_id=refund.payment_id, amount=refund.amount)
    taken_over = any(live.payment_id == refund.payment_id for live in turn.case.live_refunds)
    if taken_over or source not in turn.case.claim.sources:
        raise TransitionRefused(f"{refund.refund_no} was seen to already", status=refund.state)
    return source


def _give_up(turn: Turn, found: Found, refund: Refund, note: str) -> None:
    """The old number's end: on the timeline and, as it was granted, in the journal."""
    order, _ = cases.order_and_ledger(found, turn.case)
    refunds.post(turn, "released", order, refund)
    if refund.state == "failed":
        after = refund.moved("released")
        refunds.keep(turn, after)
        refunds.tell(turn, "RefundReleased", "failed", after, note=note)
