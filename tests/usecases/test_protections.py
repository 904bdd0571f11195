"""Price protection 价保: the catalogue's word, the difference, and what a later return still pays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.filings import Filing
from chalicelib.domain.prices import Price
from chalicelib.errors import Forbidden, InvalidRequest, NotEligible
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.prices import PriceTold
from chalicelib.usecases import catalogue, filings, grants, order_events, settlements
from chalicelib.usecases.applications import price
from tests.standins import invariants
from tests.standins.returns import return_shop
from tests.standins.shops import BUYER, MERCHANT, ORDERS, PLACED, ask, asking, file, filing
from tests.standins.world import World

COAT_NOW = 26000  # of 30000


def told(world: World, sku: str, amount: int, at: datetime | None = None, merchant: str = "m1") -> Any:
    fact = PriceTold(sku=sku, price=Amount(amount=amount, currency="CNY"), at=at or world.clock.now())
    return catalogue.tell(world, ORDERS, merchant, [fact]).body["changed"]


def fallen(amount: int = COAT_NOW, **policy: Any) -> World:
    world = return_shop(**policy)
    told(world, "sku-coat", amount)
    return world


def protect(world: World, *lines: Any, key: str | None = None) -> str:
    return file(world, *lines, key=key, remedy="price_protection", reason="price_dropped")


def paid(world: World, case_id: str) -> int:
    grants.grant(world, case_id)
    grants.submit(world, case_id)
    settlements.see_to(world, world.refund(case_id).refund_no)
    assert "completed" == world.case(case_id).status
    invariants.the_books_agree(world)
    invariants.never_over_the_cap(world)
    return world.refund(case_id).amount


def refusal(world: World, *lines: Any) -> str:
    with pytest.raises(NotEligible) as caught:
        protect(world, *lines)
    return str(caught.value.facts["because"]["code"])


def test_a_fallen_price_is_made_good_at_once() -> None:
    world = fallen()
    case_id = protect(world)
    assert ("approved", 4000) == (world.case(case_id).status, world.case(case_id).amount)
    assert 4000 == paid(world, case_id)


def test_of_several_falls_only_the_further_difference_is_paid() -> None:
    world = fallen()
    paid(world, protect(world))
    world.clock.pass_by(hours=1)
    told(world, "sku-coat", 24500)
    assert 1500 == paid(world, protect(world))
    assert "price_not_lower" == refusal(world)


def test_who_sends_the_goods_back_later_gets_the_rest_of_what_was_paid() -> None:
    world = fallen()
    paid(world, protect(world))
    case_id = file(world, ask("coat"))
    assert COAT_NOW == world.case(case_id).amount
    kinds = [step.kind for step in world.case(case_id).explanation.lines[0].steps]
    assert ["price", "price_protected"] == kinds


def test_goods_that_went_back_are_not_protected() -> None:
    world = fallen()
    file(world, ask("coat"))
    with pytest.raises(InvalidRequest):
        protect(world, ask("coat", 1))


def test_the_buyers_word_is_no_price() -> None:
    with pytest.raises(InvalidRequest):
        protect(fallen(), ask("coat", amount=Amount(amount=9000, currency="CNY")))


def test_without_the_catalogues_word_there_is_no_price() -> None:
    assert "price_unknown" == refusal(return_shop())


def test_another_shops_price_is_another_price() -> None:
    world = return_shop()
    told(world, "sku-coat", 1, merchant="m2")
    assert "price_unknown" == refusal(world)


def test_a_price_of_tomorrow_has_not_fallen_yet() -> None:
    world = return_shop()
    told(world, "sku-coat", 1, at=world.clock.now() + timedelta(days=1))
    assert "price_unknown" == refusal(world)


def test_a_price_that_rose_pays_nothing() -> None:
    assert "price_not_lower" == refusal(fallen(31000))


def test_some_goods_have_no_price_protection() -> None:
    world = fallen(protections=[{"days": 0, "category": ""}, {"days": 7}])
    assert "price_not_protected" == refusal(world)


@pytest.mark.parametrize(("seconds", "code"), [(-1, None), (0, "protection_over")])
def test_the_last_second_of_the_window(seconds: int, code: str | None) -> None:
    world = fallen(protections=[{"days": 20, "since": "purchase"}])
    world.clock.reach(PLACED + timedelta(days=20, seconds=seconds))
    if code is None:
        protect(world)
    else:
        assert code == refusal(world)


def test_goods_must_be_named() -> None:
    body = filing(remedy="price_protection", reason="price_dropped").but(lines=())
    with pytest.raises(InvalidRequest):
        filings.file(fallen(), asking(), body)


def test_a_preview_explains_and_writes_nothing() -> None:
    world = fallen()
    before = len(world.records.saves)
    view = filings.preview(world, BUYER, filing(remedy="price_protection", reason="price_dropped")).body
    assert ("approve", 4000) == (view["verdict"]["kind"]["code"], view["amount"]["amount"])
    assert before == len(world.records.saves)


def test_a_frozen_shop_does_not_keep_a_buyer_from_what_the_catalogue_says() -> None:
    from chalicelib.domain.freezes import FrozenShops

    world = fallen()
    world.records.put(FrozenShops(merchant_ids=("m1",)))
    assert "approved" == world.case(protect(world)).status


def test_the_filing_keeps_the_price_that_it_was_judged_by() -> None:
    world = fallen()
    protect(world)
    told(world, "sku-coat", 1)
    [kept] = world.records.all(Filing)
    assert 4000 == price(world.order(), world.policies.get("platform", 1), kept).total


def test_two_at_once_are_paid_one_difference() -> None:
    world = fallen()
    meanwhile = iter([lambda: protect(world, key="other")])
    save = world.records.save

    def late_save(items: Any) -> None:
        for first in meanwhile:
            first()
        save(items)

    world.records.save = late_save  # type: ignore[method-assign]
    with pytest.raises(NotEligible):
        protect(world, key="mine")
    assert 4000 == world.ledger().payments[0].reserved


# The catalogue


def test_the_catalogue_tells_by_the_bus() -> None:
    world = return_shop()
    prices = [{"sku": "sku-coat", "price": {"amount": 1000, "currency": "CNY"}, "at": world.clock.now().isoformat()}]
    for _ in range(2):
        order_events.take(world, "price.changed", "e1", {"merchant_id": "m1", "prices": prices})
    assert [1] == [known.version for known in world.records.all(Price)]


@pytest.mark.parametrize("amount", ["1000", 10.5, -1, None])
def test_what_is_no_price_is_refused(amount: Any) -> None:
    world = return_shop()
    prices = [{"sku": "s", "price": {"amount": amount, "currency": "CNY"}, "at": world.clock.now().isoformat()}]
    with pytest.raises(InvalidRequest):
        order_events.take(world, "price.changed", "e1", {"merchant_id": "m1", "prices": prices})


def test_only_the_catalogue_speaks_of_prices() -> None:
    world = return_shop()
    fact = PriceTold(sku="s", price=Amount(amount=1, currency="CNY"), at=world.clock.now())
    with pytest.raises(Forbidden):
        catalogue.tell(world, MERCHANT, "m1", [fact])


def test_a_price_told_again_is_no_news() -> None:
    world = return_shop()
    at = world.clock.now()
    assert [1, 0, 1] == [told(world, "s", 5, at), told(world, "s", 5, at), told(world, "s", 4, at + timedelta(hours=1))]
