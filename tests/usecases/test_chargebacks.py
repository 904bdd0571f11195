"""A chargeback 拒付, as the payment system tells it: recorded once, in the order's currency, and not made up."""

from __future__ import annotations

import pytest

from chalicelib.errors import CurrencyMismatch, InvalidRequest, KeyReused, OrderNotFound
from chalicelib.usecases import chargebacks
from tests.refusals import refused
from tests.standins.shops import sell, shop
from tests.standins.world import World


@pytest.fixture
def world() -> World:
    world = shop()
    sell(world)
    sell(world, "o2")
    return world


def taken(world: World, order_id: str = "o1") -> int:
    return world.ledger(order_id).payments[0].charged_back


@pytest.mark.parametrize("currency", ["CNY", None])
def test_told_twice_it_is_recorded_once(world: World, currency: str | None) -> None:
    before = world.ledger().version
    for _ in range(2):
        chargebacks.open_chargeback(world, "cb1", "o1", "pay_card", 500, currency)
    assert (500, before + 1) == (taken(world), world.ledger().version)
    [entry] = world.listings.journal_of("o1")
    assert ("chargeback-cb1", "charged_back", 500, world.clock.now()) == (
        entry.entry_id, entry.kind, entry.amount, entry.at,
    )  # fmt: skip
    assert ("", "") == (entry.case_id, entry.refund_no)


def test_it_is_one_read_of_the_order_its_ledger_and_whether_it_was_told(world: World) -> None:
    world.records.loads.clear()
    chargebacks.open_chargeback(world, "cb1", "o1", "pay_card", 500)
    assert [3] == [len(wanted) for wanted in world.records.loads]


def test_two_of_them_are_two(world: World) -> None:
    for chargeback_id in ("cb1", "cb2"):
        chargebacks.open_chargeback(world, chargeback_id, "o1", "pay_card", 500)
    assert 1000 == taken(world)


@pytest.mark.parametrize(
    ("order_id", "payment_id", "amount"), [("o2", "pay_card", 500), ("o1", "pay_cash", 500), ("o1", "pay_card", 501)]
)
def test_under_its_name_no_other_is_recorded(world: World, order_id: str, payment_id: str, amount: int) -> None:
    chargebacks.open_chargeback(world, "cb1", "o1", "pay_card", 500)
    with pytest.raises(KeyReused):
        chargebacks.open_chargeback(world, "cb1", order_id, payment_id, amount)
    assert (500, 0) == (taken(world), taken(world, "o2"))


def test_in_another_currency_it_is_refused(world: World) -> None:
    told = refused(CurrencyMismatch, lambda: chargebacks.open_chargeback(world, "cb1", "o1", "pay_card", 500, "USD"))
    assert ("a chargeback in USD", [("currency", "must be CNY", None)]) == told
    assert 0 == taken(world)


def test_of_an_order_or_a_payment_that_is_not_there_nothing_is_recorded(world: World) -> None:
    with pytest.raises(OrderNotFound):
        chargebacks.open_chargeback(world, "cb1", "o9", "pay_card", 500)
    with pytest.raises(InvalidRequest):
        chargebacks.open_chargeback(world, "cb1", "o1", "pay_cash", 500)
