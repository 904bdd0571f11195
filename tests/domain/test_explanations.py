"""Explanations: every amount comes with the steps that led to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.explanations import Explanation, Step, explain
from chalicelib.domain.ledgers import Ask, open_ledger, quote, reduce, reserve, still_refundable
from chalicelib.domain.orders import Order
from tests.domain.drafts import coupon, line, order, orders

BOUGHT = order(
    line("1", 5, 1000),
    line("2"),
    promotions=(coupon(500, "1"), coupon(250, "1", kind="promotion", label="250 off")),
    freight=800,
    tax=1305,
)
NEW = open_ledger(BOUGHT)


def steps(*asks: Ask, freight: bool = False, granted: int | None = None) -> list[tuple[str, int]]:
    claim = quote(BOUGHT, NEW, asks, freight=freight)
    if granted is not None:
        _, claim = reduce(BOUGHT, reserve(BOUGHT, NEW, claim), claim, granted)
    explained = explain(BOUGHT, claim)
    of_lines = [step for each in explained.lines for step in each.steps]
    return [(step.kind, step.amount) for step in (*of_lines, *explained.freight)]


def test_a_whole_line_is_its_price_less_its_reductions_plus_its_tax() -> None:
    assert [("price", 5000), ("coupon", -500), ("promotion", -250), ("tax", 422)] == steps(Ask(line_id="1", quantity=5))


def test_some_units_are_the_line_less_the_share_of_the_others() -> None:
    assert ("share", 1868 - 4672) == steps(Ask(line_id="1", quantity=2))[-1]


def test_what_the_buyer_did_not_ask_for_is_a_step() -> None:
    assert ("asked_less", 5000 - 9783) == steps(Ask(line_id="2", quantity=1, amount=5000))[-1]


def test_what_was_not_granted_is_a_step() -> None:
    assert ("granted_less", -1) == steps(Ask(line_id="2", quantity=1, amount=5000), granted=4999)[-1]


def test_freight_is_a_step() -> None:
    assert ("freight", 800) == steps(Ask(line_id="2", quantity=1), freight=True)[-1]


def test_a_coupon_is_called_by_its_name() -> None:
    explained = explain(BOUGHT, quote(BOUGHT, NEW, [Ask(line_id="1", quantity=5)]))
    assert "new buyer" == explained.lines[0].steps[1].label


def test_a_line_tells_how_many_of_how_many_units() -> None:
    explained = explain(BOUGHT, quote(BOUGHT, NEW, [Ask(line_id="1", quantity=2)])).lines[0]
    assert (2, 5) == (explained.quantity, explained.purchased)


def test_steps_that_do_not_sum_explain_nothing() -> None:
    with pytest.raises(ValidationError):
        Explanation(currency="CNY", lines=(), freight=(Step(kind="freight", amount=1),), sources=(), total=2)


@given(orders(), st.data())
def test_the_steps_of_any_claim_sum_to_it_exactly(bought: Order, data: st.DataObject) -> None:
    ledger = open_ledger(bought)
    left = still_refundable(bought, ledger)
    if left.total:
        asks = [
            Ask(line_id=each.line_id, quantity=each.units, amount=data.draw(st.integers(0, each.amount)))
            for each in left.lines
        ]
        asks[0] = asks[0].but(amount=None)
        if not left.lines[0].amount and not left.freight:
            asks = [ask.but(amount=None) for ask in asks]
        claim = quote(bought, ledger, asks, freight=True)
        _, granted = reduce(bought, reserve(bought, ledger, claim), claim, data.draw(st.integers(1, claim.total)))
        explained = explain(bought, granted)
        every = (*(step for each in explained.lines for step in each.steps), *explained.freight)
        assert granted.total == explained.total == sum(step.amount for step in every)
