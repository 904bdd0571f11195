"""Money goes out: paid or asked about, and the facts that come back. One granted refund = at most one accepted payment.

What the provider says is a fact that is recorded together with the ledger, the journal, the case and the flow's
answer, in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.domain import ledgers, refs
from chalicelib.domain.actors import PAYMENTS
from chalicelib.domain.claims import Source
from chalicelib.domain.refunds import Refund, ask_delay, case_of
from chalicelib.errors import RefundNotFound, TransientFault
from chalicelib.ports import LONGEST_DELAY, ProviderAnswer
from chalicelib.usecases import cases, instants, parkings, refunds, steps
from chalicelib.usecases.ledgers import order_and_ledger

if TYPE_CHECKING:
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.usecases.steps import Decision, Found

Check = Callable[[Refund], None]  # raises when the news is not about this refund


def see_to(ports: Ports, refund_no: str) -> None:
    """The payment worker's step: pays under the fixed number, or asks what became of it, and records the answer.

    Safe to repeat: the provider gives the same answer for the same number, and facts are recorded once.
    """
    ref = refs.refund(case_of(refund_no), refund_no)
    refund = steps.read(ports, ref).get(ref)
    if refund is None or refund.state not in ("submitted", "unknown"):
        return
    answer = _ask(ports, refund)
    # The provider took its time and others went on meanwhile, so the refund is read afresh. Which order it belongs to
    # never changes: known now, it saves a paid refund a second read.
    known = (refs.order(refund.order_id), refs.ledger(refund.order_id)) if answer.settlement == "settled" else ()
    record(ports, refund_no, answer, known=known)


def _ask(ports: Ports, refund: Refund) -> ProviderAnswer:
    if refund.voucher:
        # No payment gives it back, so there is no provider to ask: what we say is the fact, and who keeps the buyers'
        # vouchers takes it from the bus by its number (docs/decisions/0084).
        return ProviderAnswer("settled")
    charged_back = _is_charged_back(ports, refund)
    if refund.asks or charged_back:
        answer = ports.payments.find(refund)
        # Not paid out is only what was asked about twice, a minute apart: a call whose reply was lost may have paid,
        # or may still be on its way.
        if answer.settlement != "never_seen" or (charged_back and not refund.asks):
            return answer
    if charged_back:
        return ProviderAnswer("failed", "charged back by the buyer's bank")
    return ports.payments.pay(refund)


def _is_charged_back(ports: Ports, refund: Refund) -> bool:
    found = steps.read(ports, refs.order(refund.order_id), refs.ledger(refund.order_id))
    order, ledger = order_and_ledger(found, refund.order_id)
    return not ledgers.can_pay(order, ledger, _source(refund))


def _source(refund: Refund) -> Source:
    return Source(payment_id=refund.payment_id, amount=refund.amount)


def record(
    ports: Ports,
    refund_no: str,
    answer: ProviderAnswer,
    *,
    check: Check | None = None,
    known: Sequence[refs.Ref[Any]] = (),
) -> None:
    """Records what the provider said, by answer or by notification, in any order and any number of times.

    `known` is what this will read besides. Raises RefundNotFound for a number that is not ours, and what `check`
    raises of the refund that it finds.
    """
    case_id = case_of(refund_no)

    def once(found: Found) -> Decision[Refund]:
        refund = _of(found, case_id, refund_no, check)
        case = cases.need(found, case_id)
        turn = cases.turn_of(ports, case, PAYMENTS)
        after = _learn(turn, found, refund, answer)
        return ([] if after is refund else turn.items), after

    refund = steps.change(ports, [refs.refund(case_id, refund_no), refs.case(case_id), *known], once)
    if refund.state in ("submitted", "unknown") and answer.settlement in ("accepted", "unknown", "never_seen"):
        delay = ask_delay(refund.asks - 1)
        if delay <= LONGEST_DELAY:
            ports.payment_commands.ask(refund_no, delay)


def _of(found: Found, case_id: str, refund_no: str, check: Check | None) -> Refund:
    refund = found.need(refs.refund(case_id, refund_no), RefundNotFound)
    if check is not None:
        check(refund)
    return refund


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
            return refund.but()  # it stays as it is, and this is news
        case "failed" if waiting:
            return _fail(turn, found, refund, answer.detail)
        case "accepted" if waiting:
            return _accept(turn, refund)
        case "unknown" | "never_seen" if waiting:
            return _wonder(turn, refund)
    return refund


def _settle(turn: Turn, found: Found, refund: Refund) -> Refund:
    order, ledger = cases.order_and_ledger(found, turn.case)
    after = refund.moved("settled", settled_at=turn.at, ask_at=None)
    turn.write(ledgers.settle(order, ledger, turn.case.claim, _source(refund)).next())
    refunds.post(turn, "settled", order, after)
    refunds.keep(turn, after)
    done = turn.case.is_paid and turn.case.status == "remedying"
    if done:
        instants.finish(turn, found)
        turn.change(parking=None)
    elif turn.case.status == "closed" and not turn.case.open_refunds:
        instants.finish(turn, found)  # it was on its way when the goods failed to come
    _answer_settlement(turn, found)
    refunds.tell(turn, "RefundSettled", refund.state, after, "completed" if done else None)
    return after


def _fail(turn: Turn, found: Found, refund: Refund, detail: str | None) -> Refund:
    after = refund.moved("failed", reason=detail, ask_at=None)
    if turn.case.instant == "out" and turn.case.status != "remedying":
        return instants.failed(turn, found, refund, after, (detail or "")[:200])
    refunds.keep(turn, after)
    _answer_settlement(turn, found)
    refunds.tell(turn, "RefundFailed", refund.state, after, because=(detail or "")[:200])
    return after


def _accept(turn: Turn, refund: Refund) -> Refund:
    """The bank has it: that is news once, and asked about until the money has arrived."""
    if refund.accepted_at is not None:
        after = refund.asked(turn.at)
        refunds.keep(turn, after)
        return after
    after = refund.asked(turn.at, "submitted", accepted_at=turn.at)
    refunds.keep(turn, after)
    refunds.tell(turn, "RefundAccepted", refund.state, after)
    return after


def _wonder(turn: Turn, refund: Refund) -> Refund:
    """No answer came: anything may have happened, so the same number is asked about again."""
    if refund.state == "unknown" or refund.accepted_at is not None:
        after = refund.asked(turn.at)
        refunds.keep(turn, after)  # what is with the bank is no more doubtful for one silent question
        return after
    after = refund.asked(turn.at, "unknown", unknown_since=turn.at)
    refunds.keep(turn, after)
    refunds.tell(turn, "RefundUnknown", refund.state, after)
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


def reverse(ports: Ports, refund_no: str, reason: str | None, *, check: Check | None = None) -> None:
    """A settled refund came back: the money is owed again, and a person decides how it goes out.

    Raises TransientFault when it is not known to be settled yet: then the news must come again later. And what `check`
    raises of the refund that it finds.
    """
    case_id = case_of(refund_no)

    def once(found: Found) -> Decision[None]:
        refund = _of(found, case_id, refund_no, check)
        case = cases.need(found, case_id)
        if refund.state in ("granted", "submitted", "unknown"):
            # The reversal overtook the settlement: forgotten now, the settlement would later stand unreversed.
            raise TransientFault(f"{refund_no} is not known to be settled yet")
        if refund.state != "settled":
            return [], None
        order, ledger = cases.order_and_ledger(found, case)
        turn = cases.turn_of(ports, case, PAYMENTS)
        after = refund.moved("reversed", reason=reason)
        turn.write(ledgers.reverse(order, ledger, case.claim, _source(refund)).next())
        refunds.post(turn, "reversed", order, after)
        refunds.keep(turn, after)
        to = "remedying" if case.status == "completed" else None
        refunds.tell(turn, "RefundReversed", "settled", after, to, because=(reason or "")[:200])
        instants.money_came_back(turn, found, after)
        parkings.park(turn, "reversed", f"{refund_no} came back")
        return turn.items, None

    steps.change(ports, [refs.refund(case_id, refund_no), refs.case(case_id)], once)
