"""One exchange, number by number: what the new goods are in the order, and what the case stands for meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import exchanges, ledgers
from chalicelib.domain.balances import Ledger
from chalicelib.domain.claims import Ask, Claim, ClaimLine, Source
from chalicelib.domain.exchanges import Moved
from chalicelib.domain.orders import Order, Payment, Replaces
from chalicelib.domain.prices import PriceFact
from chalicelib.domain.protections import protect
from chalicelib.domain.replacements import ReplacementLine
from chalicelib.errors import Fault
from tests.domain.drafts import AT, coupon, line, order
from tests.refusals import refused

# Two coats at 300.01 (10.00 off by a coupon) with 9.00 freight and 6.00 tax, and a hat.
_LINES = line("coat", 2, 30001, specification="L"), line("hat", 1, 5000)
BOUGHT = order(*_LINES, promotions=(coupon(1000, "coat"),), freight=900, tax=600)
COAT = BOUGHT.line("coat")
WORTH = COAT.paid // 2
MORE = Payment(payment_id="more", method="card", amount=500)


def filed(ledger: Ledger | None = None, *, fee: int = 0) -> tuple[Ledger, Claim]:
    """One coat is asked back, `fee` of it is kept."""
    before = ledger or ledgers.open_ledger(BOUGHT)
    claim = ledgers.quote(BOUGHT, before, [Ask(line_id="coat", quantity=1)], fee=lambda *_: fee)
    return ledgers.reserve(BOUGHT, before, claim), claim


def red(price: int, *, value: int = WORTH, **more: Any) -> ReplacementLine:
    goods = {"line_id": "coat", "sku": "red", "title": "a red coat", "specification": "XL", "quantity": 1}
    return ReplacementLine.model_validate({**goods, "value": value, "price": price, **more})


def paid_more() -> Moved:
    ledger, claim = filed()
    return exchanges.pay(BOUGHT, ledger, claim, [red(WORTH + 500)], MORE, "case_1")


def came(before: Moved, owed: int = 0) -> Moved:
    return exchanges.swap(before.order, before.ledger, before.claim, before.lines, owed, "case_1", AT)


def test_new_goods_are_a_line_of_the_order_by_their_own_name_and_price() -> None:
    after = came(paid_more())
    [new] = after.ledger.added_lines
    assert ("coat.r1", "red", "a red coat", "XL", 1) == (
        new.line_id, new.sku, new.title, new.specification, new.quantity,
    )  # fmt: skip
    money = new.unit_price, new.gross, new.paid, new.tax, new.reductions, new.freight
    assert (WORTH + 500, WORTH + 500, WORTH + 500, 0, (), COAT.freight // 2) == money
    assert Replaces(case_id="case_1", line_id="coat", signed_at=AT) == new.replaces
    assert (COAT.category, ["coat.r1"]) == (new.category, [one.becomes for one in after.lines])
    assert [*BOUGHT.lines, new] == list(after.order.lines)


def test_until_they_come_they_are_worth_what_was_paid_on_top() -> None:
    before = paid_more()
    [new] = before.ledger.added_lines
    assert (500, 500, WORTH + 500, Replaces(case_id="case_1", line_id="coat", signed_at=None)) == (
        new.gross, new.paid, new.unit_price, new.replaces,
    )  # fmt: skip
    assert ((MORE,), ["coat.r1"]) == (before.ledger.added_payments, [one.becomes for one in before.lines])


def test_what_was_paid_on_top_goes_back_with_the_rest_while_they_have_not_come() -> None:
    before = paid_more()
    added = ClaimLine(line_id="coat.r1", quantity=1, value=500, asked=500, amount=500)
    assert (added, Source(payment_id="more", amount=500)) == (before.claim.lines[-1], before.claim.sources[-1])
    assert WORTH + 500 == before.claim.total == sum(row.reserved for row in before.ledger.payments)


def test_once_they_came_the_old_units_stand_for_no_money() -> None:
    after = came(paid_more())
    gone = ClaimLine(line_id="coat", quantity=1, value=WORTH, asked=WORTH, exchanged=WORTH, amount=0)
    assert ((gone,), 0, ()) == (after.claim.lines, after.claim.total, after.claim.sources)
    assert BOUGHT.paid_total + 500 == after.order.paid_total
    assert (*BOUGHT.payments, MORE) == after.order.payments


def test_two_lines_share_what_was_paid_on_top_by_their_price() -> None:
    ledger = ledgers.open_ledger(BOUGHT)
    claim = ledgers.quote(BOUGHT, ledger, [Ask(line_id="coat", quantity=1), Ask(line_id="hat", quantity=1)])
    hat = red(10000, value=5000, line_id="hat")
    moved = exchanges.pay(BOUGHT, ledgers.reserve(BOUGHT, ledger, claim), claim, [red(30000), hat], MORE, "case_1")
    assert [("coat.r1", 375), ("hat.r1", 125)] == [(one.line_id, one.paid) for one in moved.ledger.added_lines]


def test_several_units_cost_a_unit_s_price_each() -> None:
    ledger = ledgers.open_ledger(BOUGHT)
    claim = ledgers.quote(BOUGHT, ledger, [Ask(line_id="coat", quantity=2)])
    two = red(50001, value=COAT.paid, quantity=2)
    owed = COAT.paid - 50001
    ledger = ledgers.reserve(BOUGHT, ledger, claim)
    [new] = exchanges.swap(BOUGHT, ledger, claim, [two], owed, "case_1", AT).ledger.added_lines
    assert (2, 25000, 50001, COAT.freight) == (new.quantity, new.unit_price, new.paid, new.freight)


def test_what_they_cost_less_goes_back_without_the_fee() -> None:
    ledger, claim = filed(fee=1000)
    owed = WORTH - 1000 - 20000
    after = exchanges.swap(BOUGHT, ledger, claim, [red(20000, fee=1000)], owed, "case_1", AT)
    gone = ClaimLine(
        line_id="coat", quantity=1, value=WORTH, asked=WORTH, fee=1000, exchanged=20000, amount=owed
    )  # fmt: skip
    assert ((gone,), owed) == (after.claim.lines, after.claim.total)
    assert owed == sum(row.reserved for row in after.ledger.payments)


def test_what_a_price_protection_paid_of_the_old_units_stays_counted() -> None:
    ledger = ledgers.open_ledger(BOUGHT)
    fact = PriceFact(amount=29000, currency="CNY", at=AT)
    fall = protect(BOUGHT, ledger, [Ask(line_id="coat", quantity=2)], {COAT.sku: fact})
    ledger, claim = filed(ledgers.settle(BOUGHT, ledgers.reserve(BOUGHT, ledger, fall), fall))
    assert claim.lines[0].protected > 0
    line_now = red(claim.total, value=claim.total)
    after = exchanges.swap(BOUGHT, ledger, claim, [line_now], 0, "case_1", AT)
    assert claim.lines[0].protected == after.claim.lines[0].protected


def test_a_payment_that_the_order_has_is_named() -> None:
    ledger, claim = filed()
    known = MORE.but(payment_id="pay_card")
    act = lambda: exchanges.pay(BOUGHT, ledger, claim, [red(WORTH + 500)], known, "case_1")  # noqa: E731
    assert ("order o1 has payment pay_card already", []) == refused(Fault, act)


@pytest.mark.parametrize(("line_id", "name"), [("c" * 128, "c" * 110 + ".r1"), ("coat.r7", "coat.r1")])
def test_the_new_line_s_name_is_short_and_grows_by_no_further_dot(line_id: str, name: str) -> None:
    placed: Order = order(line(line_id, 1, 100, sku="coat"))
    ledger = ledgers.open_ledger(placed)
    claim = ledgers.quote(placed, ledger, [Ask(line_id=line_id, quantity=1)])
    goods = red(100, value=100, line_id=line_id)
    moved = exchanges.swap(placed, ledgers.reserve(placed, ledger, claim), claim, [goods], 0, "case_1", AT)
    assert [name] == [one.line_id for one in moved.ledger.added_lines]
