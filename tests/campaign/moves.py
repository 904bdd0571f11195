"""Everything that anybody can do to one case next: the alphabet of the model check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from chalicelib.domain.cases import Case
from chalicelib.domain.logistics import CarrierCommand, Proof
from chalicelib.domain.parcels import Parcel, Scan, Waybill
from chalicelib.domain.repairs import Repair
from chalicelib.domain.returns import Return
from chalicelib.ports import CarrierAnswer, Report
from chalicelib.schemas.cases import AskForTime, ReviseCase
from chalicelib.schemas.disputes import AnswerInquiry
from chalicelib.schemas.messages import Message
from chalicelib.schemas.repairs import CallVisitOff
from chalicelib.usecases import appointments, decisions, extensions, inquiries, logistics, parcels, tracking
from tests.campaign.cloud import LISTENERS, Cloud
from tests.campaign.sites import Site
from tests.campaign.stage import OUT, Stage
from tests.campaign.states import silence_ends, visit_of
from tests.standins.parcels import seen
from tests.standins.repairs import carrier_says as handed_back
from tests.standins.returns import carrier_says
from tests.standins.shops import AGENT, BUYER, MERCHANT, SUPERVISOR, ask

Move = tuple[str, Callable[[], Any]]
REFUNDS = 2  # numbers that one case may use up in this search
DEEDS: Any = ("pay", "accept", "decline", "pay_silently", "lose")


def moves(stage: Stage) -> Iterator[Move]:
    """Named moves; those that make no sense here are tried too, and must be refused."""
    cloud = stage.cloud
    stage.case_id = cloud.table.all(Case)[0].case_id
    yield from _people(stage)
    yield from operators(stage)
    if cloud.table.all(Case)[0].flow == "return_flow":
        yield from goods(stage)
    if cloud.table.all(Case)[0].reason in ("counterfeit", "unsafe"):
        yield from looks(stage)
    if cloud.table.all(Repair):
        yield from repairs(stage)
    if cloud.table.all(Waybill) and cloud.table.all(Case)[0].flow == "refund_flow":
        yield from outbound(stage)
    yield from partners(stage)
    yield from silence(stage)
    yield from faults(stage)


def silence(stage: Stage) -> Iterator[Move]:
    yield "time: silence", partial(_silence, stage)


def faults(stage: Stage) -> Iterator[Move]:
    """What AWS may do to a case at any time; that nothing of it happens is a move too."""
    cloud = stage.cloud
    yield "fault: the signals are lost", cloud.table.changes.clear
    yield "the signals arrive", partial(carry, cloud)
    for key, execution in list(cloud.machine.executions.items()):
        if execution.is_running:
            yield f"fault: execution {key[1]} is aborted", partial(cloud.machine.abort, *key)


def carry(cloud: Cloud) -> None:
    """Stream and flows go on; the payment worker is a move of its own."""
    for _ in range(4):
        cloud.stream.deliver()
        cloud.machine.run()
    cloud.queues.waiting = [one for one in cloud.queues.waiting if one.reader == "on_payment_command"]


def _silence(stage: Stage) -> None:
    stage.cloud.clock.reach(silence_ends(stage.cloud))
    carry(stage.cloud)
    stage.cloud.minute()


def _people(stage: Stage) -> Iterator[Move]:
    yield "merchant: approve", partial(stage.decides, "approve")
    yield "merchant: reject", stage.rejects
    yield "merchant: counter", partial(stage.offers, 9000)
    yield "buyer: accept", partial(stage.answers, "accept")
    yield "buyer: decline", partial(stage.answers, "decline")
    yield "buyer: withdraw", stage.withdraws
    yield "buyer: escalate", stage.escalates
    yield "buyer: revise", partial(stage.revises, ask("coat"))
    for who in (AGENT, SUPERVISOR):
        yield f"{who.role}: approve", partial(stage.rules, "approve", who)
        yield f"{who.role}: close", partial(stage.rules, "close", who)


def looks(stage: Stage) -> Iterator[Move]:
    """Whoever of the platform looks, and what is found; and a buyer who says otherwise, or so once more."""
    for who in (AGENT, SUPERVISOR):
        for finding in ("confirmed", "not_confirmed"):
            body = AnswerInquiry.model_validate({"finding": finding, "reason": "seen"})
            yield f"{who.role}: {finding}", partial(stage.does, inquiries.answer, who, body)
    for reason in ("not_wanted", "unsafe"):
        yield f"buyer: revise to {reason}", partial(stage.does, decisions.revise, BUYER, ReviseCase(reason=reason))


def goods(stage: Stage) -> Iterator[Move]:
    yield "buyer: ship", stage.ships
    for actor in (BUYER, MERCHANT):
        yield f"{actor.role}: more time", partial(stage.does, extensions.ask, actor, AskForTime())
    yield "merchant: receive", stage.receives
    yield "merchant: not received", partial(stage.receives, received=False, note="nothing came")
    yield "merchant: passed", stage.inspects
    yield "merchant: failed", partial(stage.inspects, "failed", reason="worn")
    less = {"amount": 9000, "currency": "CNY"}
    yield "merchant: reduced", partial(stage.inspects, "reduced", amount=less, reason="worn")
    yield from couriers(stage)
    for back in stage.cloud.table.all(Return):
        for fact in ("handed_over", "signed", "refused", "lost", "back") if back.parcels else ():
            yield f"carrier: {fact}", partial(_carried, stage, fact)


def repairs(stage: Stage) -> Iterator[Move]:
    if stage.cloud.table.all(Case)[0].flow == "repair_flow":
        yield "buyer: ship", stage.ships
        yield "merchant: receive", stage.receives
        yield "merchant: not received", partial(stage.receives, received=False, note="nothing came")
        for back in stage.cloud.table.all(Return):
            for fact in ("signed", "lost", "back") if back.parcels else ():
                yield f"carrier: {fact}", partial(_carried, stage, fact)
    yield "merchant: book", stage.books
    for actor, outcome in ((MERCHANT, "missed_by_buyer"), (BUYER, "missed_by_engineer"), (BUYER, "cancelled")):
        body = CallVisitOff.model_validate({"outcome": outcome})
        yield f"{actor.role}: {outcome}", partial(stage.does, appointments.call_off, actor, body)
    yield "time: the visit", partial(_visit_begins, stage)
    for result in ("repaired", "not_repairable", "no_fault_found"):
        yield f"merchant: {result}", partial(stage.repairs, result)
    yield "merchant: price", stage.prices
    yield "merchant: send back", stage.sends_back
    yield "buyer: it works", stage.accepts
    yield "buyer: it does not", partial(stage.accepts, fixed=False)
    yield "buyer: a refund instead", partial(stage.chooses, "refund")
    yield "buyer: an exchange instead", partial(stage.chooses, "exchange")
    for repair in stage.cloud.table.all(Repair):
        for fact in ("signed", "lost", "back") if repair.parcels else ():
            yield f"carrier of what was repaired: {fact}", partial(handed_back, stage.cloud, stage.case_id, fact)


def _visit_begins(stage: Stage) -> None:
    stage.cloud.clock.reach(visit_of(stage.cloud))


def couriers(stage: Stage) -> Iterator[Move]:
    yield "buyer: have a courier come", stage.has_fetched
    yield "buyer: another time", stage.wants_another_time
    yield "buyer: call off", stage.calls_off
    open_ones = [one for one in stage.cloud.table.all(CarrierCommand) if one.is_open]
    if open_ones:
        for answer in ("done", "failed", "picked_up_already", "accepted", "unknown"):
            yield f"carrier: {answer}", partial(_answer, stage, open_ones, answer)
    visits = sorted(stage.cloud.table.all(Parcel, purpose="pickup"), key=lambda one: one.parcel_id)
    for n, visit in enumerate(visits):
        if visit.waybill_no and visit.course.state == "announced":
            scan = seen("picked_up", 0).but(at=stage.cloud.clock.now())
            yield f"courier {n}: fetched", partial(_fetched, stage, visit, scan)
            yield f"courier {n}: in vain", partial(_in_vain, stage, visit)


def _answer(stage: Stage, commands: list[CarrierCommand], answer: str) -> None:
    """The carrier answers what it was asked, in the order in which it was."""
    for command in sorted(commands, key=lambda one: one.command_no):
        said = CarrierAnswer("done", carrier="sf", waybill_no=f"SF{command.command_no[-6:]}", slot=command.slot)
        if answer in ("accepted", "unknown"):
            said = CarrierAnswer(answer)  # type: ignore[arg-type]
        elif answer != "done":
            said = CarrierAnswer("failed", "no_courier" if answer == "failed" else answer)
        logistics.record(stage.cloud, command.command_no, said, tracking.HOOKS)


def _fetched(stage: Stage, visit: Parcel, scan: Scan) -> None:
    news = Report((visit.carrier,), str(visit.waybill_no), (scan,))
    parcels.tell(stage.cloud, news, tracking.HOOKS)


def _in_vain(stage: Stage, visit: Parcel) -> None:
    assert visit.pickup is not None
    logistics.record(stage.cloud, visit.pickup.booking_no, CarrierAnswer("failed", "nobody_home"), tracking.HOOKS)


def _carried(stage: Stage, fact: str) -> None:
    carrier_says(stage.cloud, str(stage.case_id), fact)


ENDS: Any = ("signed", "refused", "returning", "returned_to_sender", "lost")


def outbound(stage: Stage) -> Iterator[Move]:
    """Goods on their way out: what their carrier answers, and where its scans say that they are."""
    case = stage.cloud.table.all(Case)[0]
    for asked in case.way_out.asks if case.way_out else ():
        proof = Proof(signed_at=case.created_at) if asked.kind == "proof_of_delivery" else None
        done, cannot = CarrierAnswer("done", proof=proof), CarrierAnswer("failed", "unknown_waybill")
        yield f"carrier: does {asked.kind}", partial(_answered, stage, asked.command_no, done)
        yield f"carrier: cannot {asked.kind}", partial(_answered, stage, asked.command_no, cannot)
    for state in ENDS:
        yield f"carrier: {state}", partial(_scanned, stage, state)


def _answered(stage: Stage, command_no: str, answer: CarrierAnswer) -> None:
    logistics.record(stage.cloud, command_no, answer, tracking.HOOKS)


def _scanned(stage: Stage, state: Any) -> None:
    scan = Scan(event=state, at=stage.cloud.clock.now(), state=state, code=state)
    parcels.tell(stage.cloud, Report(("sf",), OUT, (scan,)), tracking.HOOKS)


def operators(stage: Stage) -> Iterator[Move]:
    yield "operator: retry the case", partial(stage.redoes, "retry")
    yield "operator: release the case", partial(stage.redoes, "release")
    for refund in stage.refunds:
        yield f"operator: retry {refund.refund_no[-2:]}", partial(stage.redoes, "retry", refund)
        yield f"operator: release {refund.refund_no[-2:]}", partial(stage.redoes, "release", refund)
        if len(stage.refunds) < REFUNDS:
            yield f"operator: regrant {refund.refund_no[-2:]}", partial(stage.redoes, "regrant", refund)


def partners(stage: Stage) -> Iterator[Move]:
    cloud = stage.cloud
    for refund in stage.refunds:
        number = refund.refund_no
        if any(letter.body.get("refund_no") == number for letter in cloud.queues.waiting):
            for deed in DEEDS if number not in cloud.provider.book else DEEDS[:1]:
                yield f"worker: {deed} {number[-2:]}", partial(_work, cloud, number, deed)
        if number in cloud.provider.book:
            yield f"provider: tells {number[-2:]}", partial(_tell, stage, refund)
        if refund.state == "settled" and len(cloud.returned) < REFUNDS:
            yield f"bank: returns {number[-2:]}", partial(_return, stage, refund)
    if not stage.cloud.ledger().payments[0].charged_back:
        yield "bank: charges back", partial(_hear, stage, "chargeback.opened", **_CHARGEBACK)


_CHARGEBACK: dict[str, Any] = {"chargeback_id": "c1", "order_id": "o1", "payment_id": "pay_card", "amount": 20000}


def _work(cloud: Cloud, number: str, deed: Any) -> None:
    """The worker takes all commands of this number: what they repeat changes nothing."""
    commands = [letter for letter in cloud.queues.waiting if letter.body.get("refund_no") == number]
    cloud.queues.waiting = [letter for letter in cloud.queues.waiting if letter not in commands]
    cloud.provider.deeds.clear()
    cloud.provider.deeds.append(deed)
    message = _message("", commands[0].body)
    cloud.listen(Site("queue.deliver", "on_payment_command"), "on_payment_command", message)
    cloud.provider.deeds.clear()


def _tell(stage: Stage, refund: Any) -> None:
    """What was accepted is paid; what stands in the book is told, perhaps again."""
    if stage.cloud.provider.book[refund.refund_no] == "accepted":
        stage.cloud.provider.settle(refund)
    state = stage.cloud.provider.book[refund.refund_no]
    _hear(stage, f"refund.{state}", refund_no=refund.refund_no)


def _return(stage: Stage, refund: Any) -> None:
    stage.cloud.returned.add(refund.refund_no)
    _hear(stage, "refund.reversed", refund_no=refund.refund_no)


def _hear(stage: Stage, type: str, **body: Any) -> None:
    message = _message(type, body)
    stage.cloud.invoke(
        Site("queue.deliver", "on_payment_event"), lambda: LISTENERS["on_payment_event"](stage.cloud, message)
    )


def _message(type: str, body: Any) -> Message:
    return Message("m", body, "payments" if type else "", type)
