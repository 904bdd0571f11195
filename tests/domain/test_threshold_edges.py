"""Broken threshold promotions to the minor unit: where one is still reached, which step counts, what is kept."""

from __future__ import annotations

import json

import pytest
from pydantic import TypeAdapter, ValidationError

from chalicelib.domain import quotes
from chalicelib.domain.balances import Ledger, LineLedger, PaymentLedger, check
from chalicelib.domain.claims import ClaimLine
from chalicelib.domain.explanations import explain
from chalicelib.domain.ledgers import Ask, charge_back, open_ledger, quote, reserve, settle, still_refundable
from chalicelib.domain.orders import Order, Reduction, Tier
from chalicelib.domain.thresholds import ThresholdRule, Withholding, forfeited, restorable, withholding
from chalicelib.errors import Fault, InvalidRequest
from tests.domain.drafts import coupon, line, order
from tests.refusals import refused


def spend(threshold: int, amount: int, *tiers: tuple[int, int], label: str = "满减") -> Reduction:
    steps = tuple(Tier(threshold=at, amount=less) for at, less in tiers)
    return Reduction(kind="promotion", label=label, amount=amount, threshold=threshold, tiers=steps)


# A coat for 200.00 and two hats for 50.00 each: 50.00 less from 300.00 on, 30.00 from 250.00, 10.00 from 200.00.
SHOP = order(
    line("coat", 1, 20000), line("hat", 2, 5000), promotions=(spend(30000, 5000, (25000, 3000), (20000, 1000)),)
)
NEW = open_ledger(SHOP)
COAT, HATS = 0, 1


def lost(*kept: int, rule: ThresholdRule = "deduct", of: Order = SHOP) -> int:
    return forfeited(of, kept, rule)


def back(bought: Order, ledger: Ledger, line_id: str, units: int, rule: ThresholdRule = "deduct") -> Ledger:
    """The ledger after these units were refunded."""
    claim = quote(bought, ledger, [Ask(line_id=line_id, quantity=units)], rule=rule)
    return settle(bought, reserve(bought, ledger, claim), claim)


def test_who_keeps_everything_or_nothing_loses_nothing() -> None:
    assert (0, 0) == (lost(1, 2), lost(0, 0))


@pytest.mark.parametrize(
    ("hats", "enjoyed", "tier"),
    [(1, 3333 + 833, 3000), (0, 3333, 1000)],
)
def test_what_is_lost_is_what_the_kept_goods_enjoyed_less_the_step_they_still_reach(
    hats: int, enjoyed: int, tier: int
) -> None:
    assert (enjoyed, enjoyed - tier) == (lost(1, hats), lost(1, hats, rule="recompute"))


def test_below_every_step_all_of_it_is_lost() -> None:
    assert 833 == lost(0, 1) == lost(0, 1, rule="recompute")


def test_a_step_that_is_worth_more_than_what_was_enjoyed_gives_nothing_on_top() -> None:
    generous = order(line("a", 1, 100), line("b", 1, 200), promotions=(spend(300, 30, (100, 25)),))
    assert 0 == lost(1, 0, rule="recompute", of=generous)


@pytest.mark.parametrize(("threshold", "expected"), [(20000, 0), (20001, 3333)])
def test_a_promotion_is_reached_with_exactly_its_threshold(threshold: int, expected: int) -> None:
    of = order(line("coat", 1, 20000), line("hat", 2, 5000), promotions=(spend(threshold, 5000),))
    assert expected == lost(1, 0, of=of)


@pytest.mark.parametrize(("threshold", "expected"), [(30000, 3333), (30001, 0)])
def test_a_promotion_that_was_never_reached_is_not_lost(threshold: int, expected: int) -> None:
    of = order(line("coat", 1, 20000), line("hat", 2, 5000), promotions=(spend(threshold, 5000),))
    assert expected == lost(1, 0, of=of)


def test_a_threshold_of_nothing_is_always_reached() -> None:
    of = order(line("coat", 1, 20000), promotions=(spend(0, 5000),))
    assert 0 == lost(0, of=of)


def test_two_broken_promotions_are_both_lost_each_on_what_those_before_it_left() -> None:
    of = order(
        line("a", 1, 10000), line("b", 1, 10000), promotions=(spend(20000, 2000), coupon(800), spend(17200, 1720))
    )
    assert 1000 + 860 == lost(1, 0, of=of)


def test_a_coupon_has_no_threshold_to_break() -> None:
    of = order(line("a", 1, 100), line("b", 1, 100), promotions=(coupon(50),))
    assert 0 == lost(1, 0, of=of)
    assert Withholding(0, 0) == withholding(of, open_ledger(of), {0: 1}, "deduct", buyer_breaks=True)


def test_a_policy_that_keeps_promotions_withholds_nothing() -> None:
    assert Withholding() == withholding(SHOP, NEW, {HATS: 2}, "keep", buyer_breaks=True)


def test_a_claim_leaves_behind_what_it_breaks() -> None:
    assert Withholding(3333, 0) == withholding(SHOP, NEW, {HATS: 2}, "deduct", buyer_breaks=True)
    assert Withholding(0, 0) == withholding(SHOP, NEW, {HATS: 2}, "deduct", buyer_breaks=False)


def test_a_second_claim_answers_only_for_what_it_breaks_itself() -> None:
    once = back(SHOP, NEW, "hat", 1, "recompute")
    assert (4166 - 3000, 4166 - 3000) == (restorable(once), once.lines[HATS].withheld)
    second = withholding(SHOP, once, {HATS: 1}, "recompute", buyer_breaks=True)
    assert Withholding((3333 - 1000) - (4166 - 3000), 0) == second


def test_claims_together_never_leave_more_behind_than_is_lost() -> None:
    once = back(SHOP, NEW, "hat", 1, "recompute")
    more = once.but(lines=(once.lines[COAT], once.lines[HATS]._replace(withheld=2000)))
    assert Withholding(333, 0) == withholding(SHOP, more, {HATS: 1}, "recompute", buyer_breaks=True)


def test_what_was_withheld_comes_back_with_the_last_of_the_goods() -> None:
    once = back(SHOP, NEW, "hat", 1, "recompute")
    assert Withholding(0, 1166) == withholding(SHOP, once, {HATS: 1, COAT: 1}, "recompute", buyer_breaks=True)


def test_nothing_comes_back_while_a_claim_is_open() -> None:
    once = back(SHOP, NEW, "hat", 1, "recompute")
    opened = reserve(SHOP, once, quote(SHOP, once, [Ask(line_id="hat", quantity=1)], rule="keep"))
    assert 0 == restorable(opened)


def test_a_refund_that_was_settled_and_a_chargeback_hold_nothing_up() -> None:
    assert 1166 == restorable(charge_back(SHOP, back(SHOP, NEW, "hat", 1, "recompute"), "pay_card", 1))


def test_a_ledger_of_another_order_is_not_judged_by() -> None:
    with pytest.raises(ValueError, match="zip"):
        withholding(SHOP, NEW.but(lines=NEW.lines[:1]), {}, "deduct", buyer_breaks=True)


# --- quotes and ledger


def test_what_is_withheld_stands_on_the_line_that_breaks_it() -> None:
    claim = quote(SHOP, NEW, [Ask(line_id="hat", quantity=2)], rule="deduct")
    assert [("hat", 2, 8333, 3333, 5000, 5000)] == [
        (each.line_id, each.quantity, each.value, each.withheld, each.asked, each.amount) for each in claim.lines
    ]
    assert LineLedger(2, 8333, 5000, 0, 3333) == reserve(SHOP, NEW, claim).lines[HATS]


def test_what_comes_back_is_a_line_of_no_units() -> None:
    once = back(SHOP, NEW, "hat", 2)
    claim = quote(SHOP, once, [Ask(line_id="coat", quantity=1)], rule="deduct")
    assert [("coat", 1, 16667, False), ("hat", 0, 3333, True)] == [
        (each.line_id, each.quantity, each.amount, each.is_restored) for each in claim.lines
    ]
    assert LineLedger(2, 8333, 3333, 5000, 0) == reserve(SHOP, once, claim).lines[HATS]


def test_what_comes_back_is_taken_from_the_lines_in_turn_as_far_as_it_goes() -> None:
    three = order(line("a", 1, 100), line("b", 1, 100), line("c", 1, 100), promotions=(spend(300, 60), spend(240, 30)))
    once = back(three, open_ledger(three), "a", 1)
    twice = back(three, once, "b", 1)
    claim = quote(three, twice, [Ask(line_id="c", quantity=1)], rule="deduct")
    restored = [(each.line_id, each.amount) for each in claim.lines if each.is_restored]
    withheld = [(each.line_id, row.withheld) for each, row in zip(three.lines, twice.lines, strict=True)]
    assert restored == [(name, amount) for name, amount in withheld if amount]
    assert 210 == twice.payments[0].settled + claim.total


def test_who_may_ask_for_less_has_asked_less_only_below_what_is_not_withheld() -> None:
    whole = quote(SHOP, NEW, [Ask(line_id="hat", quantity=2)], rule="deduct").lines[0]
    less = quote(SHOP, NEW, [Ask(line_id="hat", quantity=2, amount=4999)], rule="deduct").lines[0]
    assert (False, True) == (whole.asks_less, less.asks_less)


def test_units_that_break_more_than_they_are_worth_are_refused_with_the_way_out() -> None:
    sock = order(line("coat", 1, 29500), line("sock", 1, 500), promotions=(spend(30000, 5000),))
    why = "they would break a promotion that is worth more than they are: return more of them together"
    told = refused(
        InvalidRequest, lambda: quote(sock, open_ledger(sock), [Ask(line_id="sock", quantity=1)], rule="deduct")
    )
    assert ("there is nothing to refund", [("lines", why, None)]) == told


def test_a_promotion_is_broken_unless_somebody_says_that_the_buyer_did_not() -> None:
    asks = [Ask(line_id="hat", quantity=2)]
    assert 5000 == quote(SHOP, NEW, asks, rule="deduct").total
    assert 8333 == quote(SHOP, NEW, asks, rule="deduct", buyer_breaks=False).total == quote(SHOP, NEW, asks).total


def test_what_is_withheld_is_written_and_read_and_what_is_not_takes_no_room() -> None:
    broken, kept = back(SHOP, NEW, "hat", 2), back(SHOP, NEW, "hat", 2, "keep")
    assert [2, [1, 2, 8333, 0, 5000, 3333]] == json.loads(broken.model_dump_json())["lines"]
    assert [2, [1, 2, 8333, 0, 8333]] == json.loads(kept.model_dump_json())["lines"]
    assert broken == Ledger.model_validate_json(broken.model_dump_json())


def test_money_and_what_is_withheld_are_together_no_more_than_the_value() -> None:
    paid = (PaymentLedger(5000),)
    check(SHOP, NEW.but(lines=(LineLedger(), LineLedger(2, 8333, 5000, 0, 3333)), payments=paid))
    for row in (LineLedger(2, 8333, 5000, 0, 3334), LineLedger(2, 8333, 5000, 0, -1)):
        with pytest.raises(Fault, match="withheld"):
            check(SHOP, NEW.but(lines=(LineLedger(), row), payments=paid))


def test_all_that_can_come_back_at_once_counts_what_is_withheld() -> None:
    once = back(SHOP, NEW, "hat", 2)
    assert (16667, 16667 + 3333) == (
        still_refundable(SHOP, once).lines[COAT].amount,
        still_refundable(SHOP, once).total,
    )


# --- explanations


def test_the_promotions_that_were_broken_are_named_together_and_coupons_are_not() -> None:
    of = order(
        line("a", 1, 10000),
        line("b", 1, 10000),
        promotions=(spend(20000, 2000, label="满200减20"), coupon(800), spend(17200, 1720, label="满172减17")),
    )
    steps = explain(of, quote(of, open_ledger(of), [Ask(line_id="b", quantity=1)], rule="deduct")).lines[0].steps
    assert [("threshold_broken", "满200减20, 满172减17", -1860)] == [
        (step.kind, step.label, step.amount) for step in steps if step.kind == "threshold_broken"
    ]


def test_what_the_buyer_did_not_ask_for_is_counted_below_what_is_withheld() -> None:
    claim = quote(SHOP, NEW, [Ask(line_id="hat", quantity=2, amount=4999)], rule="deduct")
    last = explain(SHOP, claim).lines[0].steps[-1]
    assert ("asked_less", -1) == (last.kind, last.amount)


def test_what_comes_back_is_explained_by_nothing_but_that() -> None:
    once = back(SHOP, NEW, "hat", 2)
    explained = explain(SHOP, quote(SHOP, once, [Ask(line_id="coat", quantity=1)], rule="deduct")).lines[-1]
    assert ("hat", 0, 2, [("restored", "", 3333)]) == (
        explained.line_id,
        explained.quantity,
        explained.purchased,
        [(step.kind, step.label, step.amount) for step in explained.steps],
    )


def test_what_others_broke_before_is_not_this_buyer_s_to_answer_for() -> None:
    asks = [Ask(line_id="hat", quantity=1)]
    claim = quote(SHOP, NEW, asks, rule="recompute", buyer_breaks=False)
    once = settle(SHOP, reserve(SHOP, NEW, claim), claim)
    assert Withholding(1167, 0) == withholding(SHOP, once, {HATS: 1}, "recompute", buyer_breaks=True)


def test_a_line_that_is_asked_about_in_parts_breaks_as_a_whole() -> None:
    asks = [Ask(line_id="hat", quantity=1), Ask(line_id="hat", quantity=1)]
    assert 3333 == sum(each.withheld for each in quote(SHOP, NEW, asks, rule="deduct").lines)


@pytest.mark.parametrize("rule", ["keep", "recompute", "deduct"])
def test_a_policy_chooses_one_of_three_rules(rule: str) -> None:
    assert rule == TypeAdapter(ThresholdRule).validate_python(rule)


def test_a_fourth_rule_is_none() -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(ThresholdRule).validate_python("forgive")


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (0, []),
        (30, [("a", 30)]),
        (40, [("a", 30), ("c", 10)]),
        (50, [("a", 30), ("c", 20)]),
    ],
)
def test_no_more_comes_back_than_is_due_and_of_no_line_more_than_was_withheld(
    amount: int, expected: list[tuple[str, int]]
) -> None:
    three = order(line("a", 1, 100), line("b", 1, 100), line("c", 1, 100))
    rows = (LineLedger(1, 100, 0, 70, 30), LineLedger(), LineLedger(1, 100, 0, 80, 20))
    restored = quotes._restored(three, open_ledger(three).but(lines=rows), amount)
    assert expected == [(each.line_id, each.amount) for each in restored]
    assert all((0, each.value) == (each.quantity, each.asked) for each in restored)


def test_what_is_withheld_cannot_be_asked_for_as_well() -> None:
    whole = {"line_id": "hat", "quantity": 1, "value": 100, "withheld": 40}
    assert 60 == ClaimLine(**whole, asked=60, amount=60).amount
    with pytest.raises(ValidationError, match="61 \\+ 0 ≤ 61 ≤ 100 − 40 does not hold"):
        ClaimLine(**whole, asked=61, amount=61)
