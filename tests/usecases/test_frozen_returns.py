"""A frozen shop takes no goods in and inspects nothing; its returns go on, and a person of the platform says how."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain import refs
from chalicelib.domain.actors import Actor
from chalicelib.errors import Forbidden, MerchantFrozen
from chalicelib.schemas.addresses import PutAddresses
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.cases import AnswerOffer, RuleCase
from chalicelib.schemas.merchants import FreezeMerchant
from chalicelib.schemas.returns import InspectGoods, ReceiveGoods
from chalicelib.usecases import addresses, decisions, freezes, gates, inspections, receipts, rulings, sweeper
from chalicelib.usecases.steps import Request
from tests.standins import returns as stages
from tests.standins.returns import silence, standing
from tests.standins.shops import AGENT, MERCHANT, OPERATOR, asking, decide, sell
from tests.standins.world import World

BOOK = PutAddresses.model_validate({"entries": [stages.ENTRY]})


@pytest.fixture
def world() -> World:
    return stages.return_shop()


def freeze(world: World, *, frozen: bool = True, merchant: str = "m1") -> None:
    freezes.freeze(world, Request(OPERATOR), merchant, FreezeMerchant(frozen=frozen, reason="its parcels hold stones"))


def freeze_unheard(world: World) -> None:
    """A freeze that found no gate to hand over: the index knew nothing of them yet."""
    listed = world.listings.awaited
    world.listings.awaited = lambda *_, **__: listed("nobody", 1, None)  # type: ignore[method-assign]
    freeze(world)
    world.listings.awaited = listed  # type: ignore[method-assign]


def receive(world: World, case_id: str, actor: Actor = AGENT) -> None:
    receipts.receive(world, asking(None, actor), case_id, ReceiveGoods())


def inspect(world: World, case_id: str, actor: Actor = AGENT, **body: Any) -> None:
    shape = InspectGoods.model_validate({"outcome": "passed", **body})
    inspections.inspect(world, asking(None, actor), case_id, shape)


def unaddressed(world: World) -> str:
    """A return whose shop has said nothing of where its goods go."""
    addresses.put(world, OPERATOR, "m1", PutAddresses(entries=()))
    return stages.awaiting_goods(world)


ACTS: dict[str, tuple[Callable[[World], str], Callable[[World, str], object]]] = {
    "receipt": (stages.in_transit, lambda world, case_id: receive(world, case_id, MERCHANT)),
    "inspection": (stages.received, lambda world, case_id: inspect(world, case_id, MERCHANT)),
    "addresses": (unaddressed, lambda world, _: addresses.put(world, MERCHANT, "m1", BOOK)),
}
WAITING: dict[str, tuple[Callable[[World], str], str]] = {
    "address": (unaddressed, "disputed"),
    "receipt": (stages.in_transit, "reminded"),
    "inspection": (stages.received, "reminded"),
}
YES = [gate for gate, (_, then) in WAITING.items() if then == "reminded"]


# What the shop may do


@pytest.mark.parametrize("act", ACTS)
def test_a_frozen_shop_has_no_say_in_goods(world: World, act: str) -> None:
    stage, try_it = ACTS[act]
    case_id = stage(world)
    freeze(world)
    world.records.saves.clear()
    with pytest.raises(MerchantFrozen):
        try_it(world, case_id)
    assert [] == world.records.saves


# What waits for the shop already


@pytest.mark.parametrize("gate", WAITING)
def test_gates_of_a_return_are_handed_over_at_once(world: World, gate: str) -> None:
    stage, then = WAITING[gate]
    case_id = stage(world)
    freeze(world)
    handed = world.gate(case_id)
    assert (gate, "agent", then, 2) == (handed.name, handed.owner, handed.silence, handed.deadline_version)
    assert "CaseReferred" == world.told(case_id)[-1]


@pytest.mark.parametrize("gate", YES)
@pytest.mark.parametrize("missed", [False, True])
def test_silence_accepts_no_goods_of_a_frozen_shop(world: World, gate: Any, missed: bool) -> None:
    """Also of a gate that the freeze did not find, and however often nobody answers."""
    case_id = WAITING[gate][0](world)
    (freeze_unheard if missed else freeze)(world)
    before = standing(world, case_id)
    assert ["moved"] * 3 == [silence(world, case_id, gate) for _ in range(3)]
    assert (before, "agent", ()) == (standing(world, case_id), world.gate(case_id).owner, world.case(case_id).refunds)


@pytest.mark.parametrize("gate", YES)
def test_the_platforms_own_shop_is_no_exception(world: World, gate: Any) -> None:
    sell(world, "o3", merchant_id="own", delivery=stages.DELIVERED)
    addresses.put(world, OPERATOR, "own", BOOK)
    case_id = stages.filed(world, order_id="o3")
    decide(world, case_id, "approve", actor=AGENT)
    stages.ship(world, case_id)
    if gate == "inspection":
        receive(world, case_id)
    freeze(world, merchant="own")
    assert "moved" == silence(world, case_id, gate)
    assert (gate, "reminded") == (world.gate(case_id).name, world.gate(case_id).silence)


def test_a_return_that_nobody_gives_an_address_comes_to_an_agent(world: World) -> None:
    """The reminder hands the gate over; the platform's silence brings in one of its people, as the shop's does."""
    case_id = unaddressed(world)
    freeze_unheard(world)
    world.pump()
    world.clock.pass_by(hours=37)
    sweeper.sweep(world)
    assert ("agent", "CaseReferred") == (world.gate(case_id).owner, world.told(case_id)[-1])
    assert "disputed" == silence(world, case_id, "address")
    assert ("in_dispute", "evidence") == standing(world, case_id)


def test_the_platform_says_where_the_goods_go(world: World) -> None:
    case_id = unaddressed(world)
    freeze(world)
    addresses.put(world, OPERATOR, "m1", BOOK)
    assert ("awaiting_goods", "shipment") == standing(world, case_id)


# What is asked from now on


def test_an_agent_takes_in_and_inspects_in_the_shops_place(world: World) -> None:
    case_id = stages.awaiting_goods(world)
    freeze(world)
    world.records.loads.clear()
    stages.ship(world, case_id)
    assert ("receipt", "agent", "reminded", 1) == (*awaited(world, case_id), len(world.records.loads))
    receive(world, case_id)
    assert ("inspection", "agent", "reminded") == awaited(world, case_id)
    inspect(world, case_id)
    assert stages.ALL == stages.refund(world, case_id)


def awaited(world: World, case_id: str) -> tuple[str, str, str]:
    gate = world.gate(case_id)
    return gate.name, gate.owner, gate.silence


def test_a_return_that_is_approved_while_its_shop_is_frozen_asks_the_platform_for_an_address(world: World) -> None:
    addresses.put(world, OPERATOR, "m1", PutAddresses(entries=()))
    freeze(world)
    case_id = stages.filed(world)
    decide(world, case_id, "approve", actor=AGENT)
    assert ("address", "agent", "disputed") == awaited(world, case_id)


def test_what_was_handed_over_stays_with_the_platform_and_new_gates_are_the_shops(world: World) -> None:
    case_id = stages.in_transit(world)
    freeze(world)
    freeze(world, frozen=False)
    with pytest.raises(Forbidden):
        receive(world, case_id, MERCHANT)
    receive(world, case_id)
    assert ("inspection", "merchant#m1", "passed") == awaited(world, case_id)
    inspect(world, case_id, MERCHANT)


# What the shop said before


def test_a_reduced_refund_of_a_frozen_shop_is_looked_at_before_it_is_paid(world: World) -> None:
    case_id = stages.inspected(world, "reduced", reason="worn", amount={"amount": 20000, "currency": "CNY"})
    freeze(world)
    decisions.answer_offer(world, asking(), case_id, AnswerOffer(answer="accept"))
    case = world.case(case_id)
    assert ("in_dispute", "ruling", 20000, None) == (*standing(world, case_id), case.amount, case.offer)
    assert ["OfferAccepted", "CaseEscalated"] == world.told(case_id)[-2:]

    body = RuleCase(ruling="approve", reason="the photos show it")
    rulings.rule(world, asking(None, AGENT), case_id, body)
    assert 20000 == stages.refund(world, case_id)
    assert ["restock", "restock"] == [each.disposition for each in stages.goods(world, case_id).disposals]


def test_an_agent_may_close_what_the_buyer_had_taken(world: World) -> None:
    case_id = stages.inspected(world, "reduced", reason="worn", amount={"amount": 20000, "currency": "CNY"})
    freeze(world)
    decisions.answer_offer(world, asking(), case_id, AnswerOffer(answer="accept"))
    rulings.rule(world, asking(None, AGENT), case_id, RuleCase(ruling="close", reason="stones"))
    assert ("closed", None) == standing(world, case_id)
    assert stages.ALL == world.case(stages.filed(world)).amount, "all of it can be asked for again"


def test_an_offer_of_a_frozen_shop_comes_to_the_platform_before_the_goods_are_asked_for(world: World) -> None:
    case_id = stages.filed(world)
    decide(world, case_id, "counter", amount=Amount(amount=9000, currency="CNY"))
    freeze(world)
    decisions.answer_offer(world, asking(), case_id, AnswerOffer(answer="accept"))
    assert ("decision", "agent", "reminded") == awaited(world, case_id)
    offer = world.records.one(refs.gate(case_id, "buyer_answer", 1))
    told = gates.told(offer, world.case(case_id), world.clock.now())
    assert ("referred", "decision") == (told["outcome"], told["gate"])


def test_goods_that_were_inspected_before_are_paid(world: World) -> None:
    case_id = stages.inspected(world)
    freeze(world)
    assert stages.ALL == stages.refund(world, case_id)
