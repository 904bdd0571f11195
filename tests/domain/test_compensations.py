"""Compensation 赔付: what a policy gives for which reason, and once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.balances import open_ledger
from chalicelib.domain.claims import Ask
from chalicelib.domain.compensations import Compensation, award, days_late, goods_cost, rule_for
from chalicelib.domain.deliveries import Delivery
from chalicelib.domain.ledgers import reduce, release, release_source, reserve, reverse, settle
from chalicelib.errors import Fault, InvalidRequest
from tests.domain.drafts import AT, line, order

ORDER = order(line("coat", 1, 30000), line("scarf", 2, 4000))
PER_DAY = Compensation(basis="per_day", amount={"CNY": 500}, most={"CNY": 2000})
ONE_SECOND = timedelta(seconds=1)


def delivered(late: timedelta) -> Delivery:
    return Delivery(order_id="o1", state="delivered", signed_at=AT + late, promised_at=AT)


@pytest.mark.parametrize(
    ("late", "days"),
    [(-ONE_SECOND, 0), (timedelta(0), 0), (ONE_SECOND, 1), (timedelta(days=1), 1), (timedelta(days=1) + ONE_SECOND, 2)],
)
def test_a_begun_day_counts(late: timedelta, days: int) -> None:
    assert days == days_late(delivered(late), AT + timedelta(days=30))


def test_goods_that_have_not_come_are_late_by_now() -> None:
    assert 3 == days_late(Delivery(order_id="o1", promised_at=AT), AT + timedelta(days=3))


def test_without_a_promise_nothing_is_late() -> None:
    assert 0 == days_late(Delivery(order_id="o1"), AT + timedelta(days=30))


def test_so_much_for_each_day_and_never_more_than_the_cap() -> None:
    due = [PER_DAY.due(ORDER, [], delivered(timedelta(days=days)), AT, None) for days in range(6)]
    assert [0, 500, 1000, 1500, 2000, 2000] == due


def test_another_currency_gets_nothing() -> None:
    assert 0 == PER_DAY.due(ORDER.but(currency="USD"), [], delivered(timedelta(days=2)), AT, None)


def test_a_share_of_what_the_goods_cost_is_rounded_down() -> None:
    rule = Compensation(basis="share", per_mille=33, most={"CNY": 99999})
    assert 4000 * 33 // 1000 == rule.due(ORDER, [Ask(line_id="scarf", quantity=1)], delivered(ONE_SECOND), AT, None)
    assert 38000 == goods_cost(ORDER, [])


def test_less_may_be_asked_and_never_more() -> None:
    rule = Compensation(basis="fixed", amount={"CNY": 700}, most={"CNY": 700})
    assert [300, 700, 700] == [rule.due(ORDER, [], delivered(ONE_SECOND), AT, asked) for asked in (300, 900, None)]


def test_where_the_policy_computes_nothing_the_buyer_names_an_amount() -> None:
    rule = Compensation(most={"CNY": 20000})
    with pytest.raises(InvalidRequest) as caught:
        rule.due(ORDER, [], delivered(ONE_SECOND), AT, None)
    assert {"minimum": 1, "maximum": 20000} == caught.value.errors[0].limits
    assert 20000 == rule.due(ORDER, [], delivered(ONE_SECOND), AT, 30000)


def test_the_first_rule_that_fits_the_reason_counts() -> None:
    late, rest = PER_DAY.but(reason="late_delivery"), PER_DAY
    assert [late, rest] == [rule_for([late, rest], reason) for reason in ("late_delivery", "missing_item")]
    assert rule_for([late], "missing_item") is None


def test_an_order_gets_for_one_reason_what_the_policy_gives_once() -> None:
    ledger = open_ledger(ORDER)
    first = award(ledger, "late_delivery", 500)
    ledger = reserve(ORDER, ledger, first)
    further = award(ledger, "late_delivery", 1500)
    assert [500, 1000] == [first.total, further.total]
    assert 700 == award(ledger, "missing_item", 700).total
    assert 0 == award(reserve(ORDER, ledger, further), "late_delivery", 1500).total


def test_an_award_takes_nothing_of_what_was_paid() -> None:
    before = open_ledger(ORDER)
    claim = award(before, "late_delivery", 500)
    after = settle(ORDER, reserve(ORDER, before, claim), claim)
    assert (before.lines, before.freight, before.payments) == (after.lines, after.freight, after.payments)
    assert {"late_delivery": (500, 0, 500)} == after.awards


def test_what_is_granted_less_is_not_asked_for_again() -> None:
    ledger = open_ledger(ORDER)
    claim = award(ledger, "missing_item", 1000)
    ledger, smaller = reduce(ORDER, reserve(ORDER, ledger, claim), claim, 400)
    assert (400, (1000, 400, 0)) == (smaller.total, ledger.awards["missing_item"])
    assert 0 == award(ledger, "missing_item", 1000).total


def test_an_award_that_is_given_back_can_be_asked_for_again() -> None:
    ledger = open_ledger(ORDER)
    claim = award(ledger, "missing_item", 1000)
    assert 1000 == award(release(ORDER, reserve(ORDER, ledger, claim), claim), "missing_item", 1000).total


def test_a_reversed_award_is_owed_again_and_may_be_given_up() -> None:
    ledger = open_ledger(ORDER)
    claim = award(ledger, "missing_item", 1000)
    ledger = reverse(ORDER, settle(ORDER, reserve(ORDER, ledger, claim), claim), claim)
    assert (1000, 1000, 0) == ledger.awards["missing_item"]
    ledger, left = release_source(ORDER, ledger, claim, claim.sources[0])
    assert (0, (1000, 0, 0)) == (left.total, ledger.awards["missing_item"])


def test_an_award_is_never_paid_twice() -> None:
    ledger = open_ledger(ORDER)
    claim = award(ledger, "missing_item", 1000)
    ledger = settle(ORDER, reserve(ORDER, ledger, claim), claim)
    with pytest.raises(Fault):
        settle(ORDER, ledger, claim)
