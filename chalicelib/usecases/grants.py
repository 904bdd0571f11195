"""Money is promised: where the case stands, the refunds fixed with their numbers, and handed to the payment worker.

The number is written with the amount before the first call and kept through every retry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain import ledgers, refs
from chalicelib.domain.actors import SYSTEM
from chalicelib.domain.claims import VOUCHER
from chalicelib.domain.lifecycles import GRANTABLE
from chalicelib.domain.refunds import Refund, number_of
from chalicelib.errors import GateNotFound, OrderNotFound, RefundNotFound, TransitionRefused
from chalicelib.usecases import (
    cases,
    credits,
    gates,
    instants,
    liabilities,
    parkings,
    recoveries,
    refunds,
    return_freights,
    returns,
    steps,
)

if TYPE_CHECKING:
    from chalicelib.domain.balances import Ledger
    from chalicelib.domain.cases import Case
    from chalicelib.domain.claims import Source
    from chalicelib.domain.gates import GateName, GateRef
    from chalicelib.domain.orders import Order
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.usecases.gates import Step
    from chalicelib.usecases.steps import Decision, Found


_SENT_SINCE = ("carrier", "address", "shipment")  # who is awaited where goods were sent while somebody decided


def assess(ports: Ports, case_id: str, attempt: int | None = None) -> Step:
    """Where the case stands, so that an execution of it can start anywhere; also one of a machine that it has left."""
    case = cases.need(steps.read(ports, refs.case(case_id)), case_id)
    left = attempt is not None and case.converted_in is not None and attempt <= case.converted_in
    return gates.step("converted" if left else _stage(case), case.gate, ports.clock.now())


_STAGES = {
    "approved": "approve",
    "in_review": "refer",
    "countered": "countered",
    "rejected": "rejected",
    "in_dispute": "escalated",
    "in_transit": "in_transit",
    "received": "received",
    "inspected": "approve",
    "completed": "settled",
    "withdrawn": "withdrawn",
    "closed": "closed",
}

_DISPUTED = {"evidence": "gather", "appeal": "ruled"}


# Where a case is remedied, by whom it waits for.
_AWAITED: Mapping[GateName, str] = {
    "difference": "unpaid",
    "replacement": "requested",
    "replacement_receipt": "replacing",
    "settlement": "submitted",
}
# Of a repair that goes on: what its gate says.
_REPAIRING: dict[str, str] = {
    "appointment": "booking",
    "repair": "repairing",
    "estimate": "estimated",
    "dispatch": "dispatching",
    "acceptance": "accepting",
    "choice": "choosing",
    "fee": "owing",
}


def _stage(case: Case) -> str:
    if case.gate is not None and case.gate.name == "carrier":
        return "asked"
    if case.status in GRANTABLE and case.parking is not None and case.gate is not None:
        return "parked"  # a person is asked whether it is granted at all
    if case.gate is not None and case.gate.name == "inquiry":
        return "inquire"
    if case.status == "in_dispute" and case.gate is not None:
        return _DISPUTED.get(case.gate.name, "escalated")
    if case.status == "awaiting_goods":
        waits = {"address": "unaddressed", "pickup": "pickup"}
        return waits.get(case.gate.name, "ship_back") if case.gate is not None else "ship_back"
    if case.status == "completed" and case.has_replacement and not case.refunds:
        return "replaced"
    if case.status == "in_transit" and (case.instant == "due" or any(ref.state == "granted" for ref in case.refunds)):
        return "handed_over"
    if case.status == "repairing":
        return _REPAIRING.get(case.gate.name, "parked") if case.gate is not None else "parked"
    if case.status != "remedying":
        return _STAGES.get(case.status, "parked")
    if any(ref.state == "granted" for ref in case.refunds):
        return "granted"  # also while others are on their way: one that was granted anew must be submitted
    return _AWAITED.get(case.gate.name, "parked") if case.gate is not None else "parked"


def grant(ports: Ports, case_id: str) -> Step:
    """Fixes the refund numbers: one for each payment that the money goes back to. Repeating it changes nothing.

    Raises TransitionRefused when the shop was faster than the decision, and sent the goods.

    Raises PaymentChargedBack when the buyer's bank was faster: the flow parks the case for a person.
    """

    def once(found: Found) -> Decision[Step | None]:
        case = cases.need(found, case_id)
        if case.status not in GRANTABLE:
            goods = case.gate is not None and case.gate.name in _SENT_SINCE
            return [], None if goods else gates.step("granted", case.gate, ports.clock.now())
        turn = cases.turn_of(ports, case, SYSTEM)
        if _is_shipped_since(turn, found):
            return turn.items, None
        order, ledger = cases.order_and_ledger(found, case)
        cost = liabilities.cost_of(turn, found, order)
        if not case.refunds:
            credits.keep_back(turn, found, order, cost.bearer)
        _promise(turn, order, ledger, cost)
        if case.return_id is not None:
            return_freights.reimburse(turn, found)
        if turn.case.multiple is not None:
            _multiples().pay(turn, found)
        if turn.case.status in GRANTABLE and turn.case.is_paid:
            _nothing_to_pay(turn)
        return turn.items, gates.step("granted", turn.case.gate, turn.at)

    step = steps.change(ports, [refs.case(case_id)], once)
    if step is None:
        raise TransitionRefused("the shop has sent the goods since: the next execution waits for them")
    return step


def _multiples() -> Any:
    """Few goods are confirmed fakes."""
    from chalicelib.usecases import multiples

    return multiples


def _is_shipped_since(turn: Turn, found: Found) -> bool:
    """Goods that were to stay with the shop, and were sent while somebody decided, are stopped before they are paid
    for, or asked for where their buyer has them: the next execution waits for them, and this one ends."""
    case = turn.case
    if case.delivery != "unshipped" or case.remedy != "refund_only" or not case.claim.lines:
        return False
    found.also(refs.order(case.order_id), refs.ledger(case.order_id), refs.delivery(case.order_id))
    delivery = found.need(refs.delivery(case.order_id), OrderNotFound)
    if delivery.state == "unshipped":
        return False
    if delivery.state == "delivered":
        return _ask_back(turn, found)
    from chalicelib.usecases import deliveries  # rare: nobody else pays for loading what speaks of carriers

    before = deliveries.first(turn, found, reserved=True)
    if before is None or not before.waits:
        return False
    turn.change(attempt=case.attempt + 1)
    deliveries.act(turn, found, before, **turn.case.beginning)
    return True


def _ask_back(turn: Turn, found: Found) -> bool:
    """A refund of goods that somebody has is a return (docs/decisions/0100). Who asks for less than they are worth, or
    was offered less, keeps them."""
    whole = [line for line in turn.case.claim.lines if line.quantity and not line.asks_less]
    if turn.case.return_id is not None or not whole:
        return False
    turn.change(remedy="return_and_refund", delivery="delivered", attempt=turn.case.attempt + 1)
    order, address = returns.address_for(found, turn.case)
    returns.ask_for_goods(turn, found, order, address, **turn.case.beginning)
    return True


def _promise(turn: Turn, order: Order, ledger: Ledger, cost: liabilities.Cost, **data: Any) -> None:
    """A refund for each payment that has none yet. Raises PaymentChargedBack, TransitionRefused (one came back)."""
    case = turn.case
    for source in case.claim.sources:
        if source.netted is not None or any(ref.payment_id == source.payment_id for ref in case.live_refunds):
            continue
        if case.parking is not None and any(ref.payment_id == source.payment_id for ref in case.refunds):
            raise TransitionRefused(f"a refund to {source.payment_id} went wrong before: a person decides")
        ensure_payable(case, order, ledger, source)
        grant_one(turn, order, source, cost.bearer, **data)
    if len(turn.case.refunds) > len(case.refunds) and not case.refunds:
        for debt, amount in cost.owed(case.claim.total):
            recoveries.open_recovery(turn, debt, amount)


def _nothing_to_pay(turn: Turn) -> None:
    """All of it was kept back for what the buyer owes. The flow finds its wait for the money answered."""
    turn.tell("RefundConfirmed", "remedying")
    turn.answer(turn.wait("settlement", "payment", "unknown"), "settled")
    turn.tell("CaseClosed", "completed", because="netted")


def hasten(ports: Ports, case_id: str) -> Step:
    """极速退款: the carrier has the goods, so a trusted buyer is paid now; the flow goes on waiting for the shop.

    Credit is used by the very write that grants, under its version: cases at once never lean on more than there is.
    Repeating it changes nothing.
    """

    def once(found: Found) -> Decision[Step]:
        case = cases.need(found, case_id)
        receipt = found.need(refs.gate(case_id, "receipt", case.rounds.get("receipt", 0)), GateNotFound)
        if case.instant != "due":
            return [], gates.step("hastened", receipt.ref, ports.clock.now())
        turn = cases.turn_of(ports, case, SYSTEM)
        if case.status == "in_transit" and instants.may_be_hastened(turn, found):
            _hasten(turn, found)
        else:  # with the buyer again they may be handed over once more; with the shop there is nothing to hasten
            turn.change(instant=None if case.status == "awaiting_goods" else "over")
        return turn.items, gates.step("hastened", receipt.ref, turn.at)

    step = steps.change(ports, [refs.case(case_id)], once)
    submit(ports, case_id)
    return step


def _hasten(turn: Turn, found: Found) -> None:
    case = turn.case
    order, ledger = cases.order_and_ledger(found, case)
    if not all(ledgers.can_pay(order, ledger, source) for source in case.claim.sources):
        turn.change(instant="over")  # the buyer's bank was faster: that is for the end to say
        return
    _promise(turn, order, ledger, liabilities.cost_of(turn, found, order), because="instant")
    turn.change(instant="out", credit_out=case.amount)
    turn.write(credits.credit_of(found, case.buyer_id).using(case.currency, case.amount))


def ensure_payable(case: Case, order: Order, ledger: Ledger, source: Source) -> None:
    """Raises PaymentChargedBack; what is no payment's cannot have been charged back."""
    if case.claim.award is None:
        ledgers.ensure_payable(order, ledger, source)


def grant_one(turn: Turn, order: Order, source: Source, bearer: str | None = None, **data: Any) -> None:
    """A refund with its number, its posting and its line on the timeline. `bearer`: the account that gives it (None:
    the order's shop)."""
    case = turn.case
    voucher = case.claim.award is not None
    payment = None if voucher else order.payments[order.payment_positions[source.payment_id]]
    refund = Refund(
        refund_no=number_of(case.case_id, case.refund_count + 1),
        case_id=case.case_id,
        order_id=case.order_id,
        merchant_id=case.merchant_id,
        buyer_id=case.buyer_id,
        payment_id=source.payment_id,
        method=payment.method if payment else VOUCHER,
        provider=payment.provider if payment else "",
        amount=source.amount,
        currency=case.currency,
        voucher=voucher,
        granted_at=turn.at,
        bearer=bearer,
    )
    turn.change(refunds=(*case.refunds, refund.ref), refund_count=case.refund_count + 1)
    turn.write(refund)
    refunds.post(turn, "granted", order, refund)
    to = "remedying" if case.status in GRANTABLE else None
    refunds.tell(turn, "RefundGranted", None, refund, to, **data)


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
        parkings.person_is_done(turn, found)  # what else there is to see to is asked again when this one has ended
        if turn.case.gate is None:
            turn.wait("settlement", "payment", "unknown")
        for number in granted:
            before = found.need(refs.refund(case_id, number), RefundNotFound)
            after = before.moved("submitted", submitted_at=turn.at, ask_at=turn.at + parkings.SOON)
            refunds.keep(turn, after)
            refunds.tell(turn, "RefundSubmitted", before.state, after)
        return turn.items, (gates.step("submitted", turn.case.gate, turn.at), waiting)

    step, waiting = steps.change(ports, [refs.case(case_id)], once)
    for refund_no in waiting:
        ports.payment_commands.ask(refund_no)
    return step


def _settlement(found: Found, case: Case) -> GateRef | None:
    """The gate that the flow waits at next, also when its answer was faster: then it is passed on at once."""
    round = case.rounds.get("settlement", 0)
    return found.need(refs.gate(case.case_id, "settlement", round), GateNotFound).ref if round else None
