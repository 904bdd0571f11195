"""A 满减 that a partial return breaks: what is withheld, what comes back, and that nothing is lost on the way.

The shop: a coat for 200.00 and a hat for 100.00, 满300减50 with a lower step 满200减30.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import ledgers
from chalicelib.domain.balances import Ledger
from chalicelib.domain.claims import Claim, Source
from chalicelib.domain.explanations import explain
from chalicelib.domain.ledgers import Ask, open_ledger, quote, reserve, settle
from chalicelib.domain.money import worth
from chalicelib.domain.orders import Order, Reduction, Tier
from chalicelib.domain.thresholds import ThresholdRule, forfeited
from chalicelib.errors import InvalidRequest, RefundExceedsPaid
from tests.domain.drafts import coupon, drafts, kept, line, order


def spend(threshold: int, amount: int, *tiers: tuple[int, int], line_ids: tuple[str, ...] | None = None) -> Reduction:
    steps = tuple(Tier(threshold=at, amount=less) for at, less in tiers)
    label = f"满{threshold // 100}减{amount // 100}"
    return Reduction(kind="promotion", label=label, amount=amount, threshold=threshold, tiers=steps, line_ids=line_ids)


SHOP = order(line("coat", 1, 20000), line("hat", 1, 10000), promotions=(spend(30000, 5000, (20000, 3000)),))
RULES: tuple[ThresholdRule, ...] = ("keep", "recompute", "deduct")


@dataclass
class Purchase:
    """An order with its ledger, and what came back of it."""

    order: Order
    rule: ThresholdRule = "deduct"
    ledger: Ledger = field(init=False)
    back: int = 0

    def __post_init__(self) -> None:
        self.ledger = open_ledger(self.order)

    def quote(self, *asks: tuple[str, int], buyer_breaks: bool = True) -> Claim:
        asked = [Ask(line_id=line_id, quantity=units) for line_id, units in asks]
        return quote(self.order, self.ledger, asked, rule=self.rule, buyer_breaks=buyer_breaks)

    def file(self, *asks: tuple[str, int], buyer_breaks: bool = True) -> Claim:
        claim = self.quote(*asks, buyer_breaks=buyer_breaks)
        self.ledger = reserve(self.order, self.ledger, claim)
        return claim

    def give_back(self, *asks: tuple[str, int], buyer_breaks: bool = True) -> int:
        claim = self.file(*asks, buyer_breaks=buyer_breaks)
        self.ledger = settle(self.order, self.ledger, claim)
        self.back += claim.total
        return claim.total


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("keep", 8333),  # what was paid for the hat
        ("recompute", 8333 - (3333 - 3000)),  # the coat alone reaches 满200减30
        ("deduct", 8333 - 3333),  # the coat alone has no promotion: 250.00 paid, 200.00 kept
    ],
)
def test_the_hat_comes_back(rule: ThresholdRule, expected: int) -> None:
    assert expected == Purchase(SHOP, rule).give_back(("hat", 1))


@pytest.mark.parametrize("rule", RULES)
def test_when_the_coat_follows_the_buyer_has_all_that_was_paid(rule: ThresholdRule) -> None:
    bought = Purchase(SHOP, rule)
    bought.give_back(("hat", 1))
    bought.give_back(("coat", 1))
    assert 25000 == bought.back


@pytest.mark.parametrize("rule", RULES)
def test_both_at_once_bring_all_that_was_paid(rule: ThresholdRule) -> None:
    assert 25000 == Purchase(SHOP, rule).give_back(("hat", 1), ("coat", 1))


def test_a_return_that_is_not_the_buyers_doing_breaks_nothing() -> None:
    assert 8333 == Purchase(SHOP).give_back(("hat", 1), buyer_breaks=False)


def test_a_promotion_that_is_still_reached_is_kept() -> None:
    enough = order(line("coat", 1, 30000), line("hat", 1, 10000), promotions=(spend(30000, 4000),))
    assert 9000 == Purchase(enough).give_back(("hat", 1))


def test_goods_that_the_promotion_was_not_for_break_nothing() -> None:
    apart = order(line("coat", 1, 30000), line("hat", 1, 10000), promotions=(spend(30000, 4000, line_ids=("coat",)),))
    assert 10000 == Purchase(apart).give_back(("hat", 1))


def test_a_promotion_that_was_given_below_its_threshold_is_not_taken_away() -> None:
    kind = order(line("coat", 1, 20000), line("hat", 1, 5000), promotions=(spend(30000, 5000),))
    assert 4000 == Purchase(kind).give_back(("hat", 1))


def test_the_threshold_counts_prices_after_the_reductions_before_it() -> None:
    cheaper = order(
        line("coat", 1, 30000), line("hat", 1, 10000), promotions=(coupon(1000, "coat"), spend(30000, 3900))
    )
    assert 9000 - 2900 == Purchase(cheaper).give_back(("hat", 1))


def test_the_explanation_names_the_promotion_that_was_broken() -> None:
    explained = explain(SHOP, Purchase(SHOP).quote(("hat", 1)))
    steps = [(step.kind, step.label, step.amount) for step in explained.lines[0].steps]
    assert ("threshold_broken", "满300减50", -3333) in steps


def test_what_comes_back_later_is_explained_on_the_line_that_it_was_withheld_on() -> None:
    bought = Purchase(SHOP)
    bought.give_back(("hat", 1))
    explained = explain(SHOP, bought.quote(("coat", 1))).lines[-1]
    assert ("hat", 0, [("restored", 3333)]) == (
        explained.line_id,
        explained.quantity,
        [(step.kind, step.amount) for step in explained.steps],
    )


def test_a_buyer_cannot_ask_for_what_is_withheld() -> None:
    with pytest.raises(RefundExceedsPaid) as caught:
        quote(SHOP, open_ledger(SHOP), [Ask(line_id="hat", quantity=1, amount=5001)], rule="deduct")
    assert {"maximum": 5000} == caught.value.errors[0].limits


def test_units_that_are_worth_less_than_they_break_are_refused_with_the_way_out() -> None:
    sock = order(line("coat", 1, 29500), line("sock", 1, 500), promotions=(spend(30000, 5000),))
    with pytest.raises(InvalidRequest) as caught:
        Purchase(sock).quote(("sock", 1))
    assert "return more of them together" in caught.value.errors[0].message


def test_what_is_withheld_of_a_claim_that_is_still_open_does_not_come_back_yet() -> None:
    bought = Purchase(SHOP)
    open_claim = bought.file(("hat", 1))
    coat = bought.give_back(("coat", 1))
    bought.ledger = settle(SHOP, bought.ledger, open_claim)
    assert (16667, 5000) == (coat, open_claim.total)


def test_what_could_not_come_back_then_can_be_asked_for_when_nothing_is_open_any_more() -> None:
    bought = Purchase(SHOP)
    hat = bought.file(("hat", 1))
    bought.give_back(("coat", 1))
    bought.ledger = settle(SHOP, bought.ledger, hat)
    assert 3333 == bought.give_back()


def test_a_rejected_claim_takes_what_it_withheld_with_it() -> None:
    bought = Purchase(SHOP)
    claim = bought.file(("hat", 1))
    bought.ledger = ledgers.release(SHOP, bought.ledger, claim)
    assert open_ledger(SHOP) == bought.ledger


def test_the_order_shows_what_comes_back_if_everything_comes_back() -> None:
    bought = Purchase(SHOP)
    bought.give_back(("hat", 1))
    assert 20000 == ledgers.still_refundable(SHOP, bought.ledger).total


@st.composite
def sales(draw: st.DrawFn) -> Order:
    """Any order whose promotions all have thresholds that it reached, with lower steps."""
    arrived = draw(drafts(max_lines=4))
    promotions = []
    for reduction in arrived.promotions:
        threshold = draw(st.integers(0, 20_000))
        tiers = tuple(
            Tier(threshold=threshold * at // 4, amount=reduction.amount * at // 5)
            for at in draw(st.sets(st.integers(1, 3), max_size=2))
        )
        promotions.append(reduction.but(threshold=threshold, tiers=tiers))
    return kept(arrived.but(promotions=tuple(promotions)))


@given(bought=sales(), rule=st.sampled_from(RULES), data=st.data())
@settings(max_examples=150)
def test_however_an_order_comes_back_the_buyer_ends_with_exactly_what_was_paid_for_the_goods(
    bought: Order, rule: ThresholdRule, data: st.DataObject
) -> None:
    purchase = Purchase(bought, rule)
    left = {each.line_id: each.quantity for each in bought.lines}
    while any(left.values()):
        line_id = data.draw(st.sampled_from([each for each, units in left.items() if units]))
        units = data.draw(st.one_of(st.just(left[line_id]), st.integers(1, left[line_id])))
        try:
            purchase.give_back((line_id, units), buyer_breaks=data.draw(st.booleans()))
        except InvalidRequest:  # worth nothing, alone: all that is left comes back together
            rest = [(each, units) for each, units in left.items() if units]
            if quotable(purchase, rest):
                purchase.give_back(*rest)
            break
        left[line_id] -= units
    assert bought.paid_total - bought.freight == purchase.back


def quotable(purchase: Purchase, rest: list[tuple[str, int]]) -> bool:
    try:
        purchase.quote(*rest)
    except InvalidRequest:
        return False
    return True


@given(bought=sales(), rule=st.sampled_from(RULES[1:]), data=st.data())
@settings(max_examples=100)
def test_who_returns_part_at_once_has_paid_the_price_of_what_is_kept(
    bought: Order, rule: ThresholdRule, data: st.DataObject
) -> None:
    units = {each.line_id: data.draw(st.integers(0, each.quantity)) for each in bought.lines}
    purchase = Purchase(bought, rule)
    try:
        purchase.give_back(*((line_id, asked) for line_id, asked in units.items() if asked))
    except InvalidRequest:
        return
    remaining = [each.quantity - units[each.line_id] for each in bought.lines]
    value = sum(worth(each.paid, each.quantity, units[each.line_id]) for each in bought.lines)
    assert max(0, value - forfeited(bought, remaining, rule)) == purchase.back


@given(bought=sales(), data=st.data())
@settings(max_examples=100)
def test_open_claims_may_be_rejected_in_any_order(bought: Order, data: st.DataObject) -> None:
    """Whatever is filed, settled or rejected meanwhile, nothing goes below zero and nothing is counted twice."""
    purchase = Purchase(bought)
    waiting: list[Claim] = []
    for _ in range(data.draw(st.integers(1, 8))):
        if waiting and data.draw(st.booleans()):
            claim = waiting.pop(data.draw(st.integers(0, len(waiting) - 1)))
            act = data.draw(st.sampled_from([ledgers.release, settle]))
            purchase.ledger = act(bought, purchase.ledger, claim)
            continue
        free = [each for each in ledgers.still_refundable(bought, purchase.ledger).lines if each.units]
        if free:
            each = data.draw(st.sampled_from(free))
            try:
                waiting.append(purchase.file((each.line_id, data.draw(st.integers(1, each.units)))))
            except InvalidRequest:
                continue
    for claim in waiting:
        purchase.ledger = ledgers.release(bought, purchase.ledger, claim)
    ledgers.check(bought, purchase.ledger)
    assert 0 == sum(row.reserved for row in purchase.ledger.lines)


def test_the_source_of_a_restored_amount_is_the_payment_like_any_other() -> None:
    bought = Purchase(SHOP)
    bought.give_back(("hat", 1))
    assert (Source(payment_id="pay_card", amount=20000),) == bought.quote(("coat", 1)).sources
