"""安全隐患: who bought the same goods is found and told, once, whoever dies in between; the sweeper goes on."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from chalicelib.domain.actors import Actor
from chalicelib.domain.notifications import Notification, Preferences
from chalicelib.domain.recalls import SHARDS, Recall, Sold, sold
from chalicelib.schemas.disputes import AnswerInquiry
from chalicelib.schemas.events import event_of
from chalicelib.schemas.orders import RegisterOrder
from chalicelib.usecases import filings, inquiries, orders, recalls, sweeper
from tests.domain import drafts
from tests.standins import exchanges, invariants, returns
from tests.standins.shops import AGENT, COAT, ORDERS, PLACED, ask, asking, case_id_of, file, filing, sell
from tests.standins.world import World


def bought(world: World, order_id: str, buyer_id: str, *skus: str, merchant_id: str = "m1") -> None:
    """An order that the order system registers."""
    lines = [drafts.line(str(n), 1, 900, sku=sku, title=f"the {sku}") for n, sku in enumerate(skus or ("sku-coat",))]
    draft = drafts.draft(
        *lines, order_id=order_id, buyer_id=buyer_id, merchant_id=merchant_id, placed_at=PLACED, freight=0
    )
    body = RegisterOrder.model_validate_json(draft.model_dump_json())
    orders.register(world, asking(f"register {order_id}", ORDERS), body)


def dangerous(world: World, case_id: str | None = None, **more: Any) -> str:
    """The buyer's coat is found to be dangerous."""
    known = case_id or file(world, reason="unsafe")
    body = AnswerInquiry.model_validate({"finding": "confirmed", "reason": "it burns", **more})
    inquiries.answer(world, asking(None, AGENT), known, body)
    return known


def minutes(world: World, count: int = 1) -> None:
    for _ in range(count):
        world.clock.pass_by(minutes=1)
        sweeper.sweep(world)


def warned(world: World) -> dict[str, int]:
    """Messages by buyer."""
    told = [one.buyer_id for one in world.records.all(Notification) if one.type == "GoodsRecalled"]
    return {buyer_id: told.count(buyer_id) for buyer_id in sorted(set(told))}


def recall(world: World) -> Recall:
    return world.records.all(Recall)[0]


# What is bought


def test_an_order_is_listed_under_each_of_its_articles_by_its_own_transaction(world: World) -> None:
    bought(world, "o2", "b2", "coat", "coat", "hat")
    assert ["coat", "hat"] == [row.sku for row in world.records.all(Sold)]
    written = [type(item).__name__ for item in world.records.saves[-1]]
    assert ["Order", "Ledger", "Delivery", "Sold", "Sold", "StoredAnswer"] == written


def test_an_order_of_277_articles_is_listed_under_all_of_them_also_when_it_came_twice(world: World) -> None:
    skus = [f"sku-{n}" for n in range(277)]
    for _ in range(2):
        bought(world, "o2", "b2", *skus)
    assert set(skus) == {row.sku for row in world.records.all(Sold)}
    assert all(len(saved) <= 100 for saved in world.records.saves)


def test_a_large_order_that_died_halfway_is_listed_when_it_comes_again(world: World) -> None:
    skus = [f"sku-{n}" for n in range(200)]
    world.records.fates.extend(["lost_reply", "refused", "written", "refused"])
    bought(world, "o2", "b2", *skus)
    assert set(skus) == {row.sku for row in world.records.all(Sold)}


@pytest.mark.parametrize("price", [COAT, COAT + 5000])
def test_an_article_that_came_in_the_place_of_another_is_bought_too(price: int) -> None:
    world = returns.return_shop()
    case_id = exchanges.asked_for(world, price=price)
    if price > COAT:
        exchanges.pay(world, case_id, 5000)
    exchanges.ship(world, case_id)
    assert [] == world.records.all(Sold)
    exchanges.came(world, case_id)
    assert ["coat-red"] == [row.sku for row in world.records.all(Sold)]
    sell(world, "o9", buyer_id="b9", lines=(drafts.line("coat", 1, COAT, sku="coat-red"),))
    by = asking(None, Actor(role="buyer", id="b9"))
    dangerous(world, case_id_of(filings.file(world, by, filing(order_id="o9", reason="unsafe"))))
    minutes(world)
    assert {"b1": 1} == warned(world)


def test_an_article_that_is_listed_with_its_order_already_is_listed_once() -> None:
    world = returns.return_shop()
    case_id = exchanges.asked_for(world, price=COAT)
    exchanges.ship(world, case_id)
    world.records.put(*sold("m1", "o1", ["coat-red"], PLACED))
    exchanges.came(world, case_id)
    assert ["completed", "coat-red"] == [world.case(case_id).status, *(row.sku for row in world.records.all(Sold))]


def test_ninety_articles_are_listed_by_the_order_s_own_transaction_and_the_others_before_it(world: World) -> None:
    bought(world, "o2", "b2", *(f"sku-{n}" for n in range(91)))
    assert [1, 90] == [sum(isinstance(item, Sold) for item in saved) for saved in world.records.saves[-2:]]


# Who is told


def test_everybody_who_bought_the_same_goods_is_told_but_for_who_said_so(world: World) -> None:
    for order_id, buyer_id in (("o2", "b2"), ("o3", "b3"), ("o4", "b1")):
        bought(world, order_id, buyer_id)
    dangerous(world)
    minutes(world)
    assert {"b2": 1, "b3": 1} == warned(world)


def test_other_goods_and_other_shops_bring_no_warning(world: World) -> None:
    bought(world, "o2", "b2", "sku-scarf")
    bought(world, "o3", "b3", merchant_id="m2")
    dangerous(world)
    minutes(world)
    assert {} == warned(world)


def test_who_bought_it_twice_is_told_once(world: World) -> None:
    for n in range(4):
        bought(world, f"o{n + 2}", "b2")
    dangerous(world)
    minutes(world)
    assert {"b2": 1} == warned(world)


def test_a_second_case_about_the_same_goods_tells_nobody_again(world: World) -> None:
    bought(world, "o2", "b2")
    first = dangerous(world)
    minutes(world)
    sell(world, "o9", buyer_id="b9")
    second = filings.file(world, asking(None, Actor(role="buyer", id="b9")), filing(order_id="o9", reason="unsafe"))
    assert first != dangerous(world, case_id_of(second))
    minutes(world)
    assert {"b2": 1} == warned(world)
    assert [1, 0] == [one.told for one in sorted(world.records.all(Recall), key=lambda one: one.case_id)]


def neighbours(count: int) -> list[str]:
    """Orders that are listed side by side: one page has them all."""
    ids = (f"n{n}" for n in range(1000))
    return list(islice((one for one in ids if sold("m1", one, ["sku-coat"], PLACED)[0].shard == 0), count))


def test_who_was_told_before_hides_nobody_who_bought_since(world: World) -> None:
    first, second, third = neighbours(3)
    bought(world, first, "b2")
    dangerous(world)
    minutes(world)
    bought(world, second, "b3")
    bought(world, third, "b4")
    sell(world, "o9", buyer_id="b9")
    by = asking(None, Actor(role="buyer", id="b9"))
    dangerous(world, case_id_of(filings.file(world, by, filing(order_id="o9", reason="unsafe"))))
    minutes(world)
    assert {"b2": 1, "b3": 1, "b4": 1} == warned(world)
    assert [True, True] == [one.is_over for one in world.records.all(Recall)]
    assert [1, 2] == sorted(one.told for one in world.records.all(Recall))


def test_who_said_so_and_orders_that_never_came_hide_nobody(world: World) -> None:
    first, second, third = neighbours(3)
    world.records.put(*sold("m1", first, ["sku-coat"], PLACED))
    bought(world, second, "b1")
    bought(world, third, "b3")
    dangerous(world)
    minutes(world)
    assert {"b3": 1} == warned(world)


def test_who_goes_on_says_whether_there_is_more_to_do(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    bought(world, "o2", "b2")
    case_id = dangerous(world)
    monkeypatch.setattr(recalls, "PAGES", 1)
    said = [recalls.go_on(world, case_id) for _ in range(SHARDS + 1)]
    assert ["recalling"] * SHARDS + ["recalled"] == said
    assert "recalled" == recalls.go_on(world, file(world, ask("scarf", 1)))


def test_a_page_is_read_at_once(world: World) -> None:
    """The recall, the orders of the page with their ledgers, and what their buyers are to be told by."""
    for order_id, buyer_id in zip(neighbours(3), ("b2", "b3", "b4"), strict=True):
        bought(world, order_id, buyer_id)
    case_id = dangerous(world)
    world.records.loads.clear()
    recalls.go_on(world, case_id)
    assert [1, 6, 6] == [len(wanted) for wanted in world.records.loads][:3]
    assert [1] == [len(wanted) for wanted in world.records.loads][3:4]


def test_a_page_has_twenty_five_orders(world: World) -> None:
    for n, order_id in enumerate(neighbours(26)):
        bought(world, order_id, f"b{n + 2}")
    case_id = dangerous(world)
    world.records.loads.clear()
    recalls.go_on(world, case_id)
    assert 2 * 25 == len(world.records.loads[1])


def test_a_sweep_goes_on_for_forty_pages(world: World) -> None:
    case_id = dangerous(world)
    world.records.put(recall(world).but(skus=tuple(f"sku-{n}" for n in range(6))))
    assert ("recalling", 40) == (recalls.go_on(world, case_id), SHARDS * recall(world).article + recall(world).shard)


def test_the_message_names_the_buyer_s_own_goods_and_the_batch_and_nobody_s_case(world: World) -> None:
    bought(world, "o2", "b2")
    world.records.put(Preferences(buyer_id="b2", language="en", channels=frozenset({"inbox", "sms"})))
    case_id = dangerous(world, batch="2026-11")
    minutes(world)
    [told] = [one for one in world.records.all(Notification) if one.type == "GoodsRecalled"]
    assert told.text.startswith("“the sku-coat” (batch 2026-11), which you bought, was found to be unsafe")
    said = told.model_dump_json()
    assert told.case_id is None
    assert not any(secret in said for secret in (case_id, case_id.removeprefix("case_"), '"b1"', "o1"))
    assert [("sms", told.event_id)] == [(channel, sent.event_id) for channel, sent in world.courier.sent]


def test_in_chinese_unless_they_said_otherwise(world: World) -> None:
    bought(world, "o2", "b2")
    dangerous(world)
    minutes(world)
    [told] = [one for one in world.records.all(Notification) if one.type == "GoodsRecalled"]
    assert "您购买的“the sku-coat”经平台核查存在安全隐患" in told.text


@pytest.mark.parametrize(("reason", "more"), [("counterfeit", {}), ("unsafe", {"stop_sale": False})])
def test_nobody_is_warned_of_what_may_go_on_being_sold(world: World, reason: str, more: dict[str, Any]) -> None:
    bought(world, "o2", "b2")
    dangerous(world, file(world, reason=reason), **more)
    minutes(world)
    assert ({}, []) == (warned(world), world.records.all(Recall))


def test_the_case_says_how_many_were_told_and_names_none(world: World) -> None:
    for n in range(3):
        bought(world, f"o{n + 2}", f"b{n + 2}")
    case_id = dangerous(world)
    minutes(world)
    [entry] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "BuyersTold"]
    assert 3 == event_of(entry).model_dump()["data"]["buyers"]
    assert "b2" not in event_of(entry).model_dump_json()
    invariants.every_story_is_whole(world)


# Step by step


def test_a_sweep_tells_a_bounded_number_and_the_next_one_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalls, "PAGES", SHARDS)
    monkeypatch.setattr(recalls, "PAGE", 2)
    for n in range(40):
        bought(world, f"o{n + 2}", f"b{n + 2}")
    dangerous(world)
    minutes(world)
    first = sum(warned(world).values())
    assert 0 < first < 40
    assert world.clock.now() == recall(world).watch_at, "it moves on, and is not late"
    minutes(world, 4)
    assert {f"b{n + 2}": 1 for n in range(40)} == warned(world)
    assert recall(world).is_over


@pytest.mark.parametrize("fate", ["refused", "lost_reply"])
@pytest.mark.parametrize("nth", [0, 3, 7])
def test_whoever_dies_midway_is_followed_by_the_next_minute_and_nobody_is_told_twice(
    world: World, fate: Any, nth: int
) -> None:
    for n in range(30):
        bought(world, f"o{n + 2}", f"b{n + 2}")
    dangerous(world)
    world.records.fates.extend([*["written"] * nth, fate])
    minutes(world, 2)
    assert {f"b{n + 2}": 1 for n in range(30)} == warned(world)
    assert 30 == recall(world).told


def test_two_sweeps_at_once_tell_everybody_once(world: World) -> None:
    for n in range(10):
        bought(world, f"o{n + 2}", f"b{n + 2}")
    case_id = dangerous(world)
    world.records.before_save.append(lambda: _ignored(recalls.go_on(world, case_id)))
    minutes(world)
    assert {f"b{n + 2}": 1 for n in range(10)} == warned(world)
    assert 10 == recall(world).told


def _ignored(_: object) -> None:
    """The rival's answer is its own."""


def test_an_order_that_never_came_to_be_names_nobody(world: World) -> None:
    world.records.put(Sold(merchant_id="m1", sku="sku-coat", shard=0, order_id="never", at=PLACED))
    dangerous(world)
    minutes(world)
    assert {} == warned(world)
    assert recall(world).is_over


def test_what_is_over_is_not_looked_at_again(world: World) -> None:
    dangerous(world)
    minutes(world)
    assert recall(world).watch_at is None
    assert 0 == sweeper.sweep(world)["recalled"]
