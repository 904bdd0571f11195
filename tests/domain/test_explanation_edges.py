"""Each step of an explanation by name and amount, and what cannot be explained."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from chalicelib.domain.claims import VOUCHER, Award, Claim, Source
from chalicelib.domain.explanations import Explanation, LineExplanation, Step, explain
from chalicelib.domain.ledgers import Ask, open_ledger, quote, reduce, reserve
from tests.domain.drafts import coupon, line, order

BOUGHT = order(line("1", 5, 1000), line("2"), promotions=(coupon(500, "1"),), freight=800, tax=1340)
NEW = open_ledger(BOUGHT)
ASKS = [Ask(line_id="1", quantity=2, amount=1500), Ask(line_id="2", quantity=1)]
CLAIM = quote(BOUGHT, NEW, ASKS, freight=True)


def steps(of: tuple[Step, ...]) -> list[tuple[str, str, int]]:
    return [(step.kind, step.label, step.amount) for step in of]


def test_every_step_of_a_line_is_told_in_order() -> None:
    _, granted = reduce(BOUGHT, reserve(BOUGHT, NEW, CLAIM), CLAIM, CLAIM.total // 2)
    one, two = explain(BOUGHT, granted).lines
    [left, _] = granted.lines
    assert [
        ("price", "", 5000),
        ("coupon", "new buyer", -500),
        ("tax", "", 450),
        ("share", "", 1980 - 4950),
        ("asked_less", "", 1500 - 1980),
        ("granted_less", "", left.amount - 1500),
    ] == steps(one.steps)
    assert [("price", "", 8900), ("tax", "", 890)] == steps(two.steps)[:2]


def test_a_line_is_told_with_its_goods_and_units() -> None:
    one = explain(BOUGHT, CLAIM).lines[0]
    assert ("1", "sku-1", "a coat", 2, 5, 1500) == (
        one.line_id, one.sku, one.title, one.quantity, one.purchased, one.amount
    )  # fmt: skip


def test_a_claim_is_told_with_currency_sources_and_total() -> None:
    told = explain(BOUGHT, CLAIM)
    assert ("CNY", CLAIM.sources, CLAIM.total, 2) == (told.currency, told.sources, told.total, len(told.lines))


def test_freight_that_was_not_granted_is_a_step_of_its_own() -> None:
    _, granted = reduce(BOUGHT, reserve(BOUGHT, NEW, CLAIM), CLAIM, CLAIM.total // 2)
    assert [("freight", "", 800), ("granted_less", "", granted.freight - 800)] == steps(
        explain(BOUGHT, granted).freight
    )


def test_without_freight_nothing_is_said_of_it() -> None:
    assert () == explain(BOUGHT, quote(BOUGHT, NEW, ASKS)).freight


def test_a_price_is_told_even_when_it_was_nothing() -> None:
    gift = order(line("1", 1, 0), freight=10)
    told = explain(gift, quote(gift, open_ledger(gift), [Ask(line_id="1", quantity=1)], freight=True))
    assert [("price", "", 0)] == steps(told.lines[0].steps)


def test_a_line_whose_steps_do_not_sum_says_both_sums() -> None:
    of = {"line_id": "1", "sku": "s", "title": "t", "quantity": 1, "purchased": 1}
    with pytest.raises(ValidationError, match="the steps sum to 3, the amount is 4"):
        LineExplanation.model_validate({**of, "steps": [{"kind": "price", "amount": 3}], "amount": 4})


def test_an_explanation_sums_lines_and_freight() -> None:
    told = explain(BOUGHT, CLAIM)
    with pytest.raises(ValidationError, match=f"the steps sum to {told.total}, the amount is {told.total + 1}"):
        Explanation.model_validate({**told.model_dump(), "total": told.total + 1})


@pytest.mark.parametrize("kind", "price promotion coupon points tax share asked_less granted_less freight".split())
def test_there_is_a_step_for_everything_that_changes_an_amount(kind: str) -> None:
    assert kind == Step.model_validate({"kind": kind, "amount": 1}).kind


def test_another_kind_of_step_is_none() -> None:
    with pytest.raises(ValidationError):
        Step.model_validate({"kind": "gift", "amount": 1})


# What is awarded gives back nothing that was paid


def awarded(asked: int, amount: int) -> list[tuple[str, str, int]]:
    award = Award(reason="out_of_stock", asked=asked, amount=amount)
    source = Source(payment_id=VOUCHER, amount=amount)
    return steps(explain(BOUGHT, Claim(lines=(), sources=(source,), total=amount, award=award)).compensation)


def test_an_award_is_told_with_its_reason() -> None:
    assert [("compensation", "out_of_stock", 900)] == awarded(900, 900)


def test_what_was_awarded_less_is_a_step_of_its_own() -> None:
    assert [("compensation", "out_of_stock", 900), ("granted_less", "", -200)] == awarded(900, 700)


def test_what_the_new_goods_cost_is_taken_off_and_the_rest_is_told() -> None:
    [line_1, line_2] = CLAIM.lines
    kept = line_1.but(amount=line_1.amount - 300, exchanged=300)
    source = CLAIM.sources[0].but(amount=CLAIM.total - 300)
    claim = CLAIM.but(lines=(kept, line_2), total=CLAIM.total - 300, sources=(source,))
    told = steps(explain(BOUGHT, claim).lines[0].steps)
    assert [("exchanged", "", -300)] == [step for step in told if step[0] in ("exchanged", "granted_less")]
