"""A person's answer to a refund that went wrong: ask again, grant it another number, or give it up."""

from __future__ import annotations

from chalicelib.domain import journals, ledgers, refs
from chalicelib.domain.claims import Source
from chalicelib.domain.refunds import Refund
from chalicelib.domain.turns import Turn
from chalicelib.errors import RefundNotFound, TransitionRefused
from chalicelib.ports import Ports
from chalicelib.schemas.cases import RedoRefund
from chalicelib.usecases import cases, refunds, steps
from chalicelib.usecases.access import act_as
from chalicelib.usecases.proposals import second_person_agrees
from chalicelib.usecases.steps import Decision, Found, Reply, Request


def redo(ports: Ports, request: Request, case_id: str, body: RedoRefund) -> Reply:
    """Carries a parked refund on. Another execution of the case begins with it.

    `retry`: the same number is asked about again (unknown refunds). `regrant`: a failed or reversed refund gets
    another number. `release`: a failed one is given up, its money is free again. Raises TransitionRefused where the
    refund's state does not allow it, RefundNotFound, SecondPersonNeeded.
    """
    act_as(request.actor, "operator", "supervisor")
    ref = refs.refund(case_id, body.refund_no)

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        refund = found.need(ref, RefundNotFound)
        if body.action == "retry":
            _retry(turn, found, refund, body.note)
        elif second_person_agrees(turn, refund.amount, f"{body.action} {body.refund_no}"):
            {"regrant": _regrant, "release": _release}[body.action](turn, found, refund, body.note)
        return turn.items, cases.view(ports, turn.case)

    reply = steps.answer(ports, request, [refs.case(case_id), ref], once)
    if body.action == "retry":
        ports.payment_commands.ask(body.refund_no)
    return reply


def _retry(turn: Turn, found: Found, refund: Refund, note: str) -> None:
    if refund.state not in ("submitted", "unknown"):
        raise TransitionRefused(f"a {refund.state} refund is not asked about", status=refund.state)
    _person_is_done(turn, found)
    if turn.case.gate is None:
        turn.wait("settlement", "payment", "unknown")
    turn.change(parking=None, attempt=turn.case.attempt + 1)
    refunds.keep_refund(turn, refund.next(asks=max(1, refund.asks), ask_at=turn.at))
    refunds.tell_refund(turn, "RefundSubmitted", refund.state, refund, note=note, start_attempt=turn.case.attempt)


def _regrant(turn: Turn, found: Found, refund: Refund, note: str) -> None:
    """The old number is dead; the same money goes out under another one."""
    if refund.state not in ("failed", "reversed"):
        raise TransitionRefused(f"a {refund.state} refund keeps its number", status=refund.state)
    order, ledger = refunds.order_and_ledger(found, turn.case)
    source = _standing(turn, refund)
    ledgers.ensure_payable(order, ledger, source)
    _person_is_done(turn, found)
    _give_up(turn, found, refund, note)
    turn.change(parking=None, attempt=turn.case.attempt + 1)
    refunds.grant_one(turn, order, source, start_attempt=turn.case.attempt)


def _release(turn: Turn, found: Found, refund: Refund, note: str) -> None:
    """The refund will not be paid: its money is free again, the units stay taken."""
    if refund.state not in ("failed", "reversed"):
        raise TransitionRefused(f"a {refund.state} refund is not given up", status=refund.state)
    order, ledger = refunds.order_and_ledger(found, turn.case)
    source = _standing(turn, refund)
    ledger, claim = ledgers.release_source(order, ledger, turn.case.claim, source)
    _give_up(turn, found, refund, note)
    turn.write(ledger.next())
    turn.claim(order, claim)
    others = [other for other in turn.case.refunds if other.state in ("granted", "submitted", "unknown", "failed")]
    if not others:
        _person_is_done(turn, found)
        cases.free_credit(turn, found)
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
    order, _ = refunds.order_and_ledger(found, turn.case)
    posting = journals.released(
        order,
        refund.amount,
        entry_id=f"{refund.refund_no}-released",
        at=turn.at,
        case_id=refund.case_id,
        refund_no=refund.refund_no,
    )
    turn.write(posting)
    if refund.state == "failed":
        after = refund.moved("released")
        refunds.keep_refund(turn, after)
        refunds.tell_refund(turn, "RefundReleased", "failed", after, note=note)


def _person_is_done(turn: Turn, found: Found) -> None:
    ref = turn.case.gate
    if ref is not None and ref.name == "person":
        gate = found.need(refs.gate(turn.case.case_id, ref.name, ref.round), RefundNotFound)
        turn.answer(gate, "done")
        turn.flow_knows()  # no flow waits for a person
