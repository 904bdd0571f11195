"""Less came back than was claimed: whatever came, and whatever was claimed meanwhile, the ledger holds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import ledgers
from chalicelib.domain.balances import Ledger
from chalicelib.domain.claims import Ask, Claim, came, less
from chalicelib.domain.explanations import explain
from chalicelib.domain.orders import Order, OrderLine
from chalicelib.errors import InvalidRequest, QuantityExceedsPurchased
from tests.domain import drafts
from tests.domain.drafts import orders


@st.composite
def claimed(draw: st.DrawFn) -> tuple[Order, Ledger, Claim]:
    """An order of which some units are claimed, with a fee of up to a half, and its ledger."""
    order = draw(orders())
    ledger = ledgers.open_ledger(order)
    asks = [Ask(line_id=line.line_id, quantity=draw(st.integers(1, line.quantity))) for line in order.lines]
    per_mille = draw(st.integers(0, 500))
    try:
        claim = ledgers.quote(
            order, ledger, asks, freight=draw(st.booleans()), fee=lambda _, amount: amount * per_mille // 1000
        )
    except InvalidRequest:  # units that are worth nothing
        return order, ledger, Claim(lines=(), sources=(), total=0)
    return order, ledgers.reserve(order, ledger, claim), claim


def rest_of(order: Order, ledger: Ledger, draw: st.DataObject) -> Ledger:
    """Somebody else claims what is left, or a part of it."""
    left = ledgers.still_refundable(order, ledger)
    asks = [
        Ask(line_id=line.line_id, quantity=draw.draw(st.integers(1, line.units))) for line in left.lines if line.units
    ]
    try:
        return ledgers.reserve(order, ledger, ledgers.quote(order, ledger, asks))
    except (InvalidRequest, QuantityExceedsPurchased):
        return ledger


@given(claimed(), st.data())
def test_what_came_fits_where_the_whole_claim_stood(story: tuple[Order, Ledger, Claim], data: st.DataObject) -> None:
    order, ledger, claim = story
    ledger = rest_of(order, ledger, data)
    received = {line.line_id: data.draw(st.integers(0, line.quantity)) for line in claim.lines}
    smaller = came(claim, received, data.draw(st.integers(0, claim.freight)))
    if smaller.total:
        smaller = less(smaller, data.draw(st.integers(1, smaller.total)))
    after = ledgers.replace(order, ledger, claim, smaller)
    ledgers.check(order, after)
    assert smaller.total <= claim.total
    assert smaller.total == explain(order, smaller).total
    before = {source.payment_id: source.amount for source in claim.sources}
    assert all(source.amount <= before[source.payment_id] for source in smaller.sources)


@given(claimed(), st.data())
def test_units_that_did_not_come_can_be_claimed_again_to_the_last_unit_of_money(
    story: tuple[Order, Ledger, Claim], data: st.DataObject
) -> None:
    order, ledger, claim = story
    received = {line.line_id: data.draw(st.integers(0, line.quantity)) for line in claim.lines}
    after = ledgers.replace(order, ledger, claim, came(claim, received, 0))
    rest = ledgers.still_refundable(order, after)
    for line, row in zip(order.lines, rest.lines, strict=True):
        taken = sum(one.value for one in came(claim, received, 0).lines if one.line_id == line.line_id)
        assert line.paid == taken + row.amount, "nothing is lost in between"


def test_everything_that_came_is_the_claim_itself() -> None:
    order = drafts.order(drafts.line("coat", 1, 30000), drafts.line("scarf", 3, 1000), freight=1000)
    claim = ledgers.quote(order, ledgers.open_ledger(order), [Ask(line_id="coat", quantity=1)], freight=True)
    assert claim == came(claim, {"coat": 1}, claim.freight)


def test_a_restocking_fee_is_kept_of_what_is_asked_for_line_by_line() -> None:
    seen: list[tuple[str, int]] = []

    def tenth(line: OrderLine, asked: int) -> int:
        seen.append((line.line_id, asked))
        return asked // 10

    bought = drafts.order(drafts.line("coat", 1, 30000), drafts.line("scarf", 2, 4000))
    asks = [Ask(line_id="coat", quantity=1), Ask(line_id="scarf", quantity=2, amount=5000)]
    claim = ledgers.quote(bought, ledgers.open_ledger(bought), asks, fee=tenth)
    assert [(3000, 27000), (500, 4500)] == [(each.fee, each.amount) for each in claim.lines]
    assert ([("coat", 30000), ("scarf", 5000)], 31500) == (seen, claim.total)


def test_what_came_of_a_line_fills_the_parts_it_was_claimed_in_one_after_the_other() -> None:
    bought = drafts.order(drafts.line("scarf", 3, 4000), drafts.line("coat", 1, 30000))
    asks = [Ask(line_id="scarf", quantity=1), Ask(line_id="coat", quantity=1), Ask(line_id="scarf", quantity=2)]
    claim = came(ledgers.quote(bought, ledgers.open_ledger(bought), asks), {"scarf": 2}, 0)
    assert [("scarf", 1, 4000), ("scarf", 1, 4000)] == [
        (each.line_id, each.quantity, each.amount) for each in claim.lines
    ]
