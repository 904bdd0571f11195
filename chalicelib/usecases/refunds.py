"""Money out: grant, submit, ask, and the facts that come back. One granted refund = at most one accepted payment.

The number is written with the amount before the first call and kept through every retry; what the provider says is a
fact that is recorded together with the ledger, the journal, the case and the flow's answer, in one transaction.
"""

from __future__ import annotations

from typing import Any

from chalicelib.domain import journals, ledgers, refs
from chalicelib.domain.actors import PAYMENTS, SYSTEM
from chalicelib.domain.cases import Case
from chalicelib.domain.claims import Source
from chalicelib.domain.gates import GateRef
from chalicelib.domain.orders import Order
from chalicelib.domain.refunds import Refund, ask_delay, case_of, number_of
from chalicelib.domain.turns import Turn
from chalicelib.errors import GateNotFound, OrderNotFound, RefundNotFound, TransientFault
from chalicelib.ports import LONGEST_DELAY, Ports, ProviderAnswer
from chalicelib.usecases import cases, gates, parkings, steps
from chalicelib.usecases.gates import Step
from chalicelib.usecases.steps import Decision, Found


def assess(ports: Ports, case_id: str) -> Step:
    """Where the case stands, so that an execution of it can start anywhere."""
    case = cases.need(_found(ports, refs.case(case_id)), case_id)
    return gates.step(_stage(case), case.gate, ports.clock.now())


_STAGES = {
    "approved": "approve",
    "in_review": "refer",
    "countered": "countered",
    "rejected": "rejected",
    "in_dispute": "escalated",
    "completed": "settled",
    "withdrawn": "withdrawn",
    "closed": "closed",
}


def _stage(case: Case) -> str:
    if case.status != "remedying":
        return _STAGES.get(case.status, "parked")
    if any(ref.state == "granted" for ref in case.refunds):
        return "granted"  # also while others are on their way: one that was granted anew must be submitted
    return "submitted" if case.gate is not None and case.gate.name == "settlement" else "parked"


def grant(ports: Ports, case_id: str) -> Step:
    """Fixes the refund numbers: one for each payment that the money goes back to. Repeating it changes nothing.

    Raises PaymentChargedBack when the buyer's bank was faster: the flow parks the case for a person.
    """

    def once(found: Found) -> Decision[Step]:
        case = cases.need(found, case_id)
        if case.status != "approved":
            return [], gates.step("granted", case.gate, ports.clock.now())
        order, ledger = order_and_ledger(found, case)
        turn = cases.turn_of(ports, case, SYSTEM)
        for source in case.claim.sources:
            ledgers.ensure_payable(order, ledger, source)
            grant_one(turn, order, source)
        return turn.items, gates.step("granted", turn.case.gate, turn.at)

    return steps.change(ports, [refs.case(case_id)], once)


def grant_one(turn: Turn, order: Order, source: Source, **data: Any) -> Refund:
    """A refund with its number, its posting and its line on the timeline."""
    case = turn.case
    refund_no = number_of(case.case_id, case.refund_count + 1)
    payment = order.payments[order.payment_positions[source.payment_id]]
    refund = Refund(
        refund_no=refund_no,
        case_id=case.case_id,
        order_id=case.order_id,
        merchant_id=case.merchant_id,
        buyer_id=case.buyer_id,
        payment_id=source.payment_id,
        method=payment.method,
        provider=payment.provider,
        amount=source.amount,
        currency=case.currency,
        granted_at=turn.at,
    )
    turn.change(refunds=(*case.refunds, refund.ref), refund_count=case.refund_count + 1)
    turn.write(
        refund,
        journals.granted(
            order,
            source.amount,
            entry_id=f"{refund_no}-granted",
            at=turn.at,
            case_id=case.case_id,
            refund_no=refund_no,
        ),
    )
    to = "remedying" if case.status == "approved" else None
    tell_refund(turn, "RefundGranted", None, refund, to, **data)
    return refund


def tell_refund(turn: Turn, type: Any, before: str | None, refund: Refund, to: Any = None, **data: Any) -> None:
    """A line about one refund: what it was, what it is, how much."""
    turn.tell(
        type,
        to,
        refund_no=refund.refund_no,
        refund_before=before,
        refund_after=refund.state,
        refund_amount=refund.amount,
        **data,
    )


def submit(ports: Ports, case_id: str) -> Step:
    """Hands the granted refunds to the payment worker, and makes the payment system awaited."""

    def once(found: Found) -> Decision[tuple[Step, list[str]]]:
        case = cases.need(found, case_id)
        waiting = [ref.refund_no for ref in case.refunds if ref.state in ("granted", "submitted", "unknown")]
        granted = [ref.refund_no for ref in case.refunds if ref.state == "granted"]
        if not granted:
            return [], (gates.step("submitted", _settlement(found, case), ports.clock.now()), waiting)
        found.also(*(refs.refund(case_id, number) for number in granted))
        turn = cases.turn_of(ports, case, SYSTEM)
        if case.gate is None:
            turn.wait("settlement", "payment", "unknown")
        for number in granted:
            before = found.need(refs.refund(case_id, number), RefundNotFound)
            after = before.moved("submitted", submitted_at=turn.at, ask_at=turn.at + parkings.SOON)
            keep_refund(turn, after)
            tell_refund(turn, "RefundSubmitted", before.state, after)
        return turn.items, (gates.step("submitted", turn.case.gate, turn.at), waiting)

    step, waiting = steps.change(ports, [refs.case(case_id)], once)
    for refund_no in waiting:
        ports.payment_commands.ask(refund_no)
    return step


def _settlement(found: Found, case: Case) -> GateRef | None:
    """The gate that the flow waits at next, also when its answer was faster: then it is passed on at once."""
    round = case.rounds.get("settlement", 0)
    return found.need(refs.gate(case.case_id, "settlement", round), GateNotFound).ref if round else None


def keep_refund(turn: Turn, refund: Refund) -> None:
    """Writes the refund, and what the case remembers of it."""
    turn.write(refund)
    kept = tuple(refund.ref if ref.refund_no == refund.refund_no else ref for ref in turn.case.refunds)
    turn.change(refunds=kept)


def see_to(ports: Ports, refund_no: str) -> None:
    """The payment worker's step: pays under the fixed number, or asks what became of it, and records the answer.

    Safe to repeat: the provider gives the same answer for the same number, and facts are recorded once.
    """
    ref = refs.refund(case_of(refund_no), refund_no)
    refund = _found(ports, ref).get(ref)
    if refund is None or refund.state not in ("submitted", "unknown"):
        return
    record(ports, refund_no, _ask(ports, refund))


def _ask(ports: Ports, refund: Refund) -> ProviderAnswer:
    if refund.asks:
        answer = ports.payments.find(refund)
        if answer.settlement != "never_seen":
            return answer
    if _is_charged_back(ports, refund):
        return ProviderAnswer("failed", "charged back by the buyer's bank")
    return ports.payments.pay(refund)


def _is_charged_back(ports: Ports, refund: Refund) -> bool:
    wanted = [refs.order(refund.order_id), refs.ledger(refund.order_id)]
    found = Found(ports, ports.records.load(wanted), wanted)
    order = found.need(refs.order(refund.order_id), OrderNotFound)
    ledger = found.need(refs.ledger(refund.order_id), OrderNotFound)
    return not ledgers.can_pay(order, ledger, Source(payment_id=refund.payment_id, amount=refund.amount))


def record(ports: Ports, refund_no: str, answer: ProviderAnswer) -> None:
    """Records what the provider said, by answer or by notification, in any order and any number of times.

    Raises RefundNotFound for a number that is not ours.
    """
    case_id = case_of(refund_no)

    def once(found: Found) -> Decision[Refund]:
        refund = found.need(refs.refund(case_id, refund_no), RefundNotFound)
        case = cases.need(found, case_id)
        turn = cases.turn_of(ports, case, PAYMENTS)
        after = _learn(turn, found, refund, answer)
        return ([] if after is refund else turn.items), after

    refund = steps.change(ports, [refs.refund(case_id, refund_no), refs.case(case_id)], once)
    if refund.state in ("submitted", "unknown") and answer.settlement in (
        "accepted",
        "unknown",
        "never_seen",
    ):
        delay = ask_delay(refund.asks - 1)
        if delay <= LONGEST_DELAY:
            ports.payment_commands.ask(refund_no, delay)


def _learn(turn: Turn, found: Found, refund: Refund, answer: ProviderAnswer) -> Refund:
    """The refund after the news; the same object when it is no news."""
    waiting = refund.state in ("submitted", "unknown")
    match answer.settlement:
        case "settled" if waiting:
            return _settle(turn, found, refund)
        case "settled" if refund.state in ("failed", "released"):
            if turn.case.parking is not None and turn.case.parking.because == "settled_after_failure":
                return refund
            parkings.park(turn, "settled_after_failure", f"{refund.refund_no} was paid after it had failed")
            return refund.but(reason="settled_after_failure")
        case "failed" if waiting:
            return _fail(turn, found, refund, answer.detail)
        case "accepted" if waiting:
            after = refund.asked(turn.at)
            if refund.accepted_at is None:
                after = after.but(accepted_at=turn.at, state="submitted")
                keep_refund(turn, after)
                tell_refund(turn, "RefundAccepted", refund.state, after)
            else:
                keep_refund(turn, after)
            return after
        case "unknown" | "never_seen" if waiting:
            return _wonder(turn, refund)
    return refund


def _settle(turn: Turn, found: Found, refund: Refund) -> Refund:
    order, ledger = order_and_ledger(found, turn.case)
    after = refund.moved("settled", settled_at=turn.at, ask_at=None)
    posting = journals.settled(
        order,
        refund.amount,
        entry_id=f"{refund.refund_no}-settled",
        at=turn.at,
        case_id=refund.case_id,
        refund_no=refund.refund_no,
    )
    source = Source(payment_id=refund.payment_id, amount=refund.amount)
    turn.write(ledgers.settle(order, ledger, turn.case.claim, source).next(), posting)
    keep_refund(turn, after)
    done = turn.case.is_paid
    if done:
        cases.free_credit(turn, found)
        turn.change(parking=None)
    _answer_settlement(turn, found)
    tell_refund(turn, "RefundSettled", refund.state, after, "completed" if done else None)
    return after


def _fail(turn: Turn, found: Found, refund: Refund, detail: str | None) -> Refund:
    after = refund.moved("failed", reason=detail, ask_at=None)
    keep_refund(turn, after)
    _answer_settlement(turn, found)
    tell_refund(turn, "RefundFailed", refund.state, after, because=(detail or "")[:200])
    return after


def _wonder(turn: Turn, refund: Refund) -> Refund:
    """No answer came: anything may have happened, so the same number is asked about again."""
    after = refund.asked(turn.at)
    if refund.state == "unknown":
        keep_refund(turn, after)
        return after
    if refund.accepted_at is not None:  # it is with the bank; a silent question changes nothing
        keep_refund(turn, after)
        return after
    after = after.but(state="unknown", unknown_since=turn.at)
    keep_refund(turn, after)
    tell_refund(turn, "RefundUnknown", refund.state, after)
    return after


def _answer_settlement(turn: Turn, found: Found) -> None:
    """When the last refund has an outcome, the waiting flow gets its answer; a person's wait is over too."""
    case, ref = turn.case, turn.case.gate
    if ref is None or any(open.state in ("granted", "submitted", "unknown") for open in case.refunds):
        return
    if ref.name == "settlement":
        gate = found.need(refs.gate(case.case_id, ref.name, ref.round), RefundNotFound)
        turn.answer(gate, "settled" if case.is_paid else "failed")
    elif case.is_paid:
        parkings.person_is_done(turn, found)


def reverse(ports: Ports, refund_no: str, reason: str | None) -> None:
    """A settled refund came back: the money is owed again, and a person decides how it goes out.

    Raises TransientFault when it is not known to be settled yet: then the news must come again later.
    """
    case_id = case_of(refund_no)

    def once(found: Found) -> Decision[None]:
        refund = found.need(refs.refund(case_id, refund_no), RefundNotFound)
        case = cases.need(found, case_id)
        if refund.state in ("granted", "submitted", "unknown"):
            # The reversal overtook the settlement: forgotten now, the settlement would later stand unreversed.
            raise TransientFault(f"{refund_no} is not known to be settled yet")
        if refund.state != "settled":
            return [], None
        order, ledger = order_and_ledger(found, case)
        turn = cases.turn_of(ports, case, PAYMENTS)
        after = refund.moved("reversed", reason=reason)
        posting = journals.reversed_(
            order,
            refund.amount,
            entry_id=f"{refund_no}-reversed",
            at=turn.at,
            case_id=case_id,
            refund_no=refund_no,
        )
        source = Source(payment_id=refund.payment_id, amount=refund.amount)
        turn.write(ledgers.reverse(order, ledger, case.claim, source).next(), posting)
        keep_refund(turn, after)
        to = "remedying" if case.status == "completed" else None
        tell_refund(turn, "RefundReversed", "settled", after, to, because=(reason or "")[:200])
        parkings.park(turn, "reversed", f"{refund_no} came back")
        return turn.items, None

    steps.change(ports, [refs.refund(case_id, refund_no), refs.case(case_id)], once)


def order_and_ledger(found: Found, case: Case) -> tuple[Order, ledgers.Ledger]:
    found.also(refs.order(case.order_id), refs.ledger(case.order_id))
    order = found.need(refs.order(case.order_id), OrderNotFound)
    return order, found.need(refs.ledger(case.order_id), OrderNotFound)


def _found(ports: Ports, *wanted: refs.Ref[Any]) -> Found:
    return Found(ports, ports.records.load(wanted), wanted)
