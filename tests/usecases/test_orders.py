"""Orders: taken in once, bound to the policy of their day."""

from __future__ import annotations

from typing import get_args

import pytest
from pydantic import ValidationError

from chalicelib.domain.lifecycles import DeliveryState
from chalicelib.errors import Forbidden, MerchantNotFound, OrderDoesNotAddUp, OrderExists
from chalicelib.schemas import names
from chalicelib.schemas.orders import RegisterOrder
from chalicelib.usecases import order_events, orders
from tests.domain import drafts
from tests.standins.shops import BUYER, ORDERS, PLACED, asking
from tests.standins.world import World


def body(**more: object) -> RegisterOrder:
    draft = drafts.draft(drafts.line("hat", 2, 500), order_id="new", placed_at=PLACED)
    return RegisterOrder.model_validate_json(draft.but(**more).model_dump_json())


def test_an_order_stands_with_its_ledger_and_its_delivery(world: World) -> None:
    reply = orders.register(world, asking("k1", ORDERS), body())
    assert (201, 1000, "unshipped") == (
        reply.status,
        reply.body["refundable"]["amount"],
        reply.body["delivery"]["code"],
    )
    assert "Order Ledger Delivery Sold StoredAnswer" == " ".join(type(item).__name__ for item in world.records.saves[0])


def test_every_state_of_a_delivery_has_a_name_in_both_languages(world: World) -> None:
    assert set(get_args(DeliveryState)) == set(names.DELIVERIES)
    told = orders.register(world, asking("k1", ORDERS), body()).body["delivery"]
    assert {"code": "unshipped", "zh": "未发货", "en": "Not shipped"} == told


def test_the_same_order_under_another_key_is_the_same_order(world: World) -> None:
    orders.register(world, asking("k1", ORDERS), body())
    assert 200 == orders.register(world, asking("k2", ORDERS), body()).status
    assert 1 == len(world.records.saves)


def test_a_number_that_is_taken_by_another_order_is_refused(world: World) -> None:
    orders.register(world, asking("k1", ORDERS), body())
    with pytest.raises(OrderExists):
        orders.register(world, asking("k2", ORDERS), body(buyer_id="b9"))


def test_payments_that_do_not_add_up_are_refused(world: World) -> None:
    with pytest.raises(OrderDoesNotAddUp):
        orders.register(world, asking("k1", ORDERS), body(freight=1))


def test_only_the_order_system_registers(world: World) -> None:
    with pytest.raises(Forbidden):
        orders.register(world, asking("k1", BUYER), body())


def test_a_shop_that_nobody_knows_sells_nothing(world: World) -> None:
    with pytest.raises(MerchantNotFound):
        orders.register(world, asking("k1", ORDERS), body(merchant_id="m9"))


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00:00"])
def test_times_at_the_ends_of_the_calendar_are_refused(at: str) -> None:
    text = body().model_dump_json().replace(PLACED.isoformat().replace("+00:00", "Z"), at)
    with pytest.raises(ValidationError):
        RegisterOrder.model_validate_json(text)


def test_facts_of_the_delivery_may_overtake_each_other(world: World) -> None:
    for type_, at in (("order.delivered", "2026-11-03T10:00:00Z"), ("order.shipped", "2026-11-01T10:00:00Z")):
        order_events.take(world, type_, "e1", {"order_id": "o1", "at": at})
    assert "delivered" == orders.read(world, BUYER, "o1").body["delivery"]["code"]
