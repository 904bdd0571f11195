"""A merchant's deposit 保证金: who moves it, what it holds then, what it says of itself, told once however often."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import journals, refs
from chalicelib.domain.actors import Actor
from chalicelib.errors import DepositTooSmall, Forbidden, KeyReused, MerchantNotFound
from chalicelib.schemas.recoveries import MoveDeposit
from chalicelib.usecases import deposits
from chalicelib.usecases.steps import Reply, Request
from tests.standins.shops import AGENT, BUYER, MERCHANT, OPERATOR, RIVAL, SUPERVISOR, shop
from tests.standins.world import World


def move(world: World, kind: str, amount: int, actor: Actor = OPERATOR, currency: str = "CNY", **more: Any) -> Reply:
    money = {"amount": amount, "currency": currency}
    body = MoveDeposit.model_validate({"kind": kind, "amount": money})
    request = Request.of(actor, more.get("key", f"{kind}-{amount}-{currency}"), kind, amount, currency)
    return deposits.move(world, request, more.get("merchant_id", "m1"), body)


def tell(world: World, *, fact_id: str = "in-1", **other: Any) -> None:
    fact = {"merchant_id": "m1", "kind": "deposited", "amount": 500, "currency": "CNY", **other}
    deposits.tell(world, **fact, fact_id=fact_id)


def held(world: World) -> dict[str, int]:
    return dict(world.records.one(refs.deposit("m1")).balances)


def test_an_operator_records_what_was_paid_in_and_out_and_is_told_what_is_held_now() -> None:
    world = shop()
    first = move(world, "deposited", 700)
    assert (200, {"merchant_id": "m1", "balances": {"CNY": 700}}) == (first.status, first.body)
    assert {"merchant_id": "m1", "balances": {"CNY": 500}} == move(world, "withdrawn", 200).body
    assert {"CNY": 500} == held(world)


def test_currencies_are_held_apart() -> None:
    world = shop()
    move(world, "deposited", 700)
    assert {"CNY": 700, "USD": 30} == move(world, "deposited", 30, currency="USD").body["balances"]


@pytest.mark.parametrize("actor", [MERCHANT, SUPERVISOR, AGENT, BUYER])
def test_nobody_else_moves_it(actor: Actor) -> None:
    world = shop()
    with pytest.raises(Forbidden):
        move(world, "deposited", 700, actor)
    assert [] == list(world.listings.deposit_moves("m1", 9, None).rows)


def test_of_a_shop_that_nobody_knows_nothing_is_held() -> None:
    with pytest.raises(MerchantNotFound):
        move(shop(), "deposited", 1, merchant_id="nobody")


def test_no_more_is_paid_out_than_is_held() -> None:
    world = shop()
    move(world, "deposited", 100)
    with pytest.raises(DepositTooSmall):
        move(world, "withdrawn", 101)


def test_each_move_has_its_own_line_in_the_journal_named_after_the_deposit_s_version() -> None:
    world = shop()
    move(world, "deposited", 700)
    move(world, "withdrawn", 200)
    moves = world.listings.deposit_moves("m1", 9, None).rows
    assert {"deposited-1": 700, "withdrawn-2": -200} == {
        one.entry_id: -journals.balance([one])["merchant#m1"] for one in moves
    }


def test_it_is_one_read_and_one_transaction() -> None:
    world = shop()
    reads, saves = len(world.records.loads), len(world.records.saves)
    move(world, "deposited", 700)
    assert (1, 1) == (len(world.records.loads) - reads, len(world.records.saves) - saves)


@pytest.mark.parametrize(
    "other", [{"merchant_id": "m2"}, {"kind": "withdrawn"}, {"amount": 499}, {"currency": "USD"}], ids=str
)
def test_one_fact_is_told_twice_and_never_as_something_else(other: dict[str, Any]) -> None:
    world = shop()
    for _ in range(2):
        tell(world)
    with pytest.raises(KeyReused):
        tell(world, **other)
    assert {"CNY": 500} == held(world)
    tell(world, fact_id="in-2")
    assert {"CNY": 1000} == held(world)


# What is seen of it


def test_it_is_read_with_its_history_newest_first_a_page_at_a_time() -> None:
    world = shop()
    for amount in (1, 2, 3):
        move(world, "deposited", amount)
        world.clock.pass_by(minutes=1)
    reads = len(world.records.loads)
    first = deposits.read(world, MERCHANT, "m1", 2, None)
    assert (200, "m1", {"CNY": 6}) == (first.status, first.body["merchant_id"], first.body["balances"])
    assert 1 == len(world.records.loads) - reads
    assert [3, 2] == [move["amount"]["amount"] for move in first.body["moves"]]
    last = deposits.read(world, MERCHANT, "m1", 2, first.body["cursor"]).body
    assert ([1], None) == ([move["amount"]["amount"] for move in last["moves"]], last["cursor"])
    assert isinstance(last["moves"][0]["at"], str), "as it crosses the wire"


def test_who_never_paid_anything_in_has_nothing_there() -> None:
    view = deposits.read(shop(), OPERATOR, "m2", 2, None).body
    assert ({}, [], None) == (view["balances"], list(view["moves"]), view["cursor"])


def test_a_rival_does_not_see_it_and_nobody_that_of_an_unknown_shop() -> None:
    world = shop()
    for actor, merchant_id in ((RIVAL, "m1"), (OPERATOR, "nobody")):
        with pytest.raises(MerchantNotFound):
            deposits.read(world, actor, merchant_id, 2, None)
