"""Repairs of the small shop at each stage of their life, brought there by the use cases that bring them there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chalicelib.domain import refs
from chalicelib.domain.actors import LOGISTICS, Actor
from chalicelib.domain.entries import Entry
from chalicelib.domain.repairs import Repair
from chalicelib.domain.warranties import Warranty
from chalicelib.schemas.cases import AnswerOffer
from chalicelib.schemas.payments import PaymentNotice
from chalicelib.schemas.repairs import (
    AcceptRepair,
    BookVisit,
    CallVisitOff,
    ChooseInstead,
    MakeEstimate,
    RecordRepair,
    SendGoodsBack,
)
from chalicelib.usecases import (
    appointments,
    cases,
    conversions,
    decisions,
    dispatches,
    handbacks,
    notices,
    steps,
    workbenches,
)
from chalicelib.usecases.steps import Reply
from tests.standins import returns
from tests.standins.returns import DELIVERED, return_shop
from tests.standins.shops import BUYER, MERCHANT, ask, asking, decide, file
from tests.standins.time import MONDAY
from tests.standins.world import World

ENGINEER = {"engineer_id": "eng-7", "name": "Li Wei"}
PART = {"part_no": "board-7", "name": "control board", "quantity": 2, "unit_cost": {"amount": 900, "currency": "CNY"}}
LABOUR = {"minutes": 45, "cost": {"amount": 1200, "currency": "CNY"}}
COST = 2 * 900 + 1200
OLD = {**DELIVERED, "signed_at": MONDAY.replace(year=2024, day=3)}  # out of every warranty


def repair_shop(**policy: Any) -> World:
    return return_shop(**policy)


def out_of_warranty(**policy: Any) -> World:
    return return_shop(delivery=OLD, **policy)


def shop_that_gives(instead: str, **terms: Any) -> World:
    """The policy has one thing for goods that cannot be repaired, and asks nobody."""
    return repair_shop(repairs={"unfixed": [instead], **terms})


def filed(world: World, service: str = "on_site", line_id: str = "coat", **more: Any) -> str:
    """The coat, which is broken."""
    usual: dict[str, Any] = {"remedy": "repair", "reason": "quality_defect", "service": service}
    return file(world, ask(line_id), **{**usual, **more})


def approved(world: World, service: str = "on_site", **more: Any) -> str:
    case_id = filed(world, service, **more)
    decide(world, case_id, "approve")
    return case_id


def book(world: World, case_id: str, actor: Actor = MERCHANT, *, in_hours: int = 20, **more: Any) -> Reply:
    starts_at = world.clock.now() + timedelta(hours=in_hours)
    usual = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2), "engineer": ENGINEER}
    return appointments.book(world, asking(None, actor), case_id, BookVisit.model_validate({**usual, **more}))


def call_off(world: World, case_id: str, outcome: str, actor: Actor = MERCHANT, **more: Any) -> Reply:
    return appointments.call_off(world, asking(None, actor), case_id, CallVisitOff(outcome=outcome, **more))


def visited(world: World, case_id: str) -> None:
    """The engineer rings."""
    visit = repair(world, case_id).visit
    assert visit is not None
    world.clock.reach(visit.starts_at)


def booked(world: World, **more: Any) -> str:
    case_id = approved(world, **more)
    book(world, case_id)
    return case_id


def at_the_bench(world: World, **more: Any) -> str:
    """Sent in, and received."""
    case_id = approved(world, "send_in", **more)
    arrive(world, case_id)
    return case_id


def arrive(world: World, case_id: str, waybill_no: str = "SF1234567890") -> None:
    returns.ship(world, case_id, waybill_no)
    returns.receive(world, case_id)


def record(world: World, case_id: str, result: str = "repaired", actor: Actor = MERCHANT, **more: Any) -> Reply:
    usual = {"result": result, "engineer": ENGINEER, "parts": [PART], "labour": LABOUR}
    return workbenches.record(world, asking(None, actor), case_id, RecordRepair.model_validate({**usual, **more}))


def estimate(world: World, case_id: str, actor: Actor = MERCHANT, **more: Any) -> Reply:
    body = MakeEstimate.model_validate({"parts": [PART], "labour": LABOUR, **more})
    return workbenches.estimate(world, asking(None, actor), case_id, body)


def answer(world: World, case_id: str, said: str) -> Reply:
    return decisions.answer_offer(world, asking(None, BUYER), case_id, AnswerOffer.model_validate({"answer": said}))


def dispatch(world: World, case_id: str, waybill_no: str = "SF9876543210", actor: Actor = MERCHANT) -> Reply:
    body = SendGoodsBack(carrier="sf", waybill_no=waybill_no)
    return dispatches.send(world, asking(None, actor), case_id, body)


def accept(world: World, case_id: str, *, fixed: bool = True, note: str | None = None) -> Reply:
    body = AcceptRepair(fixed=fixed, note=note or (None if fixed else "it does it again"))
    return handbacks.accept(world, asking(None, BUYER), case_id, body)


def choose(world: World, case_id: str, choice: str) -> Reply:
    return conversions.choose(world, asking(None, BUYER), case_id, ChooseInstead.model_validate({"choice": choice}))


def pay(world: World, case_id: str, amount: int = COST, payment_id: str = "pay_fee", currency: str = "CNY") -> None:
    told = {"type": "repair_fee.paid", "case_id": case_id, "payment_id": payment_id, "amount": amount}
    notices.take_notice(world, PaymentNotice.model_validate({**told, "currency": currency}))


def in_vain_at_the_door(world: World) -> str:
    """Two visits, and it does it again."""
    case_id = repaired_on_site(world)
    accept(world, case_id, fixed=False)
    book(world, case_id)
    visited(world, case_id)
    record(world, case_id)
    accept(world, case_id, fixed=False)
    return case_id


def repaired_on_site(world: World) -> str:
    case_id = booked(world)
    visited(world, case_id)
    record(world, case_id)
    return case_id


def sent_back(world: World) -> str:
    case_id = at_the_bench(world)
    record(world, case_id)
    dispatch(world, case_id)
    return case_id


def owing(world: World) -> str:
    """Out of warranty, repaired in the workshop at the price that was told, and working."""
    case_id = at_the_bench(world)
    estimate(world, case_id)
    answer(world, case_id, "accept")
    record(world, case_id)
    dispatch(world, case_id)
    accept(world, case_id)
    return case_id


def beyond_repair(world: World) -> str:
    """In the workshop, which says that it cannot be done: the buyer chooses, where the policy leaves a choice."""
    case_id = at_the_bench(world)
    record(world, case_id, "not_repairable")
    return case_id


# The same in a world whose shop has written no book yet


def addressed(world: World) -> str:
    return approved(world)


def at_the_door(world: World) -> str:
    return booked(world)


def on_the_bench(world: World) -> str:
    returns.book(world)
    return at_the_bench(world)


def mended(world: World) -> str:
    case_id = on_the_bench(world)
    record(world, case_id)
    return case_id


def handed_back(world: World) -> str:
    case_id = mended(world)
    dispatch(world, case_id)
    return case_id


def choosable(world: World) -> str:
    """The buyer is asked what they would have instead."""
    case_id = on_the_bench(world)
    record(world, case_id, "not_repairable")
    return case_id


# What tests look at


def repair(world: World, case_id: str) -> Repair:
    return world.records.one(refs.repair(case_id))


def becomes(world: World, case_id: str) -> tuple[str, str, int]:
    """What the case is about now, by which machine, in which attempt: as its story says."""
    case, told = world.case(case_id), world.records.all(Entry, case_id=case_id)
    [begun] = [one.data for one in told if one.data.get("start_attempt") == case.attempt]
    assert case.remedy == next(one for one in reversed(told) if one.type == "CaseConverted").data["remedy"]
    assert case.flow == begun["start_flow"]
    return case.remedy, case.flow, case.attempt


def warranty(world: World, order_id: str = "o1") -> Warranty | None:
    ref = refs.warranty(order_id)
    return world.records.load([ref]).get(ref)  # type: ignore[return-value]


def carrier_says(world: World, case_id: str, fact: str) -> None:
    """The news of the parcel that goes to the buyer, within a turn of its own."""
    parcel_id = repair(world, case_id).parcels[-1].parcel_id
    parcel = world.records.one(refs.parcel(case_id, parcel_id))

    def once(found: steps.Found) -> steps.Decision[None]:
        turn = cases.turn_of(world, cases.need(found, case_id), LOGISTICS)
        getattr(handbacks.HOOKS, f"goods_{fact}")(turn, found, parcel)
        return turn.items, None

    steps.change(world, [refs.case(case_id)], once)
