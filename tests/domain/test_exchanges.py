"""Any mix of returns, exchanges, differences and conversions of one order: never more than was paid, never both."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.domain import exchanges, ledgers
from chalicelib.domain.balances import Ledger, grown
from chalicelib.domain.claims import Ask, Claim
from chalicelib.domain.explanations import explain
from chalicelib.domain.orders import Order, Payment
from chalicelib.domain.replacements import ReplacementLine, Wanted, difference, terms
from chalicelib.errors import Fault, InvalidRequest
from tests.domain.drafts import AT, line, order, orders


@dataclass
class Case:
    """An exchange or (without lines) a return, as far as money goes."""

    case_id: str
    claim: Claim
    lines: tuple[ReplacementLine, ...] = ()
    paid_more: int = 0
    as_return: int = 0  # what a return would have come to
    settled: bool = False
    done: bool = False
    spent: dict[str, int] = field(default_factory=dict)


class ExchangeMachine(RuleBasedStateMachine):
    @initialize(bought=orders(max_lines=3))
    def place(self, bought: Order) -> None:
        self.bought = bought
        self.ledger: Ledger = ledgers.open_ledger(bought)
        self.cases: list[Case] = []
        self.paid_out = 0
        self.paid_in = sum(payment.amount for payment in bought.payments)
        self.kept = 0  # what new goods cost less or more than was settled for: fees do not occur here

    @property
    def order(self) -> Order:
        return grown(self.bought, self.ledger)

    @property
    def open(self) -> list[Case]:
        return [case for case in self.cases if not case.done]

    @rule(data=st.data(), swaps=st.booleans())
    def file(self, data: st.DataObject, swaps: bool) -> None:
        left = [row for row in ledgers.still_refundable(self.order, self.ledger).lines if row.units]
        asks = [
            Ask(line_id=row.line_id, quantity=data.draw(st.integers(1, min(row.units, 4))))
            for row in left
            if data.draw(st.booleans())
        ]
        if not asks:
            return
        try:
            claim = ledgers.quote(self.order, self.ledger, asks, freight=data.draw(st.booleans()))
        except InvalidRequest:
            return
        case = Case(f"case_{len(self.cases)}", claim, as_return=claim.total)
        if swaps:
            price = st.one_of(st.none(), st.integers(0, 50_000))
            wanted = [
                Wanted(line_id=ask.line_id, sku="another", unit_price=data.draw(price), confirmed=True) for ask in asks
            ]
            named = terms(self.order, claim, wanted)
            assert named is not None
            case.lines = named
        self.ledger = ledgers.reserve(self.order, self.ledger, claim)
        self.cases.append(case)

    @precondition(lambda self: any(c.lines and difference(c.lines) > 0 and not c.paid_more for c in self.open))
    @rule(data=st.data())
    def pay_the_difference(self, data: st.DataObject) -> None:
        dearer = [c for c in self.open if c.lines and difference(c.lines) > 0 and not c.paid_more]
        case = data.draw(st.sampled_from(dearer))
        case.paid_more = difference(case.lines)
        payment = Payment(payment_id=f"more-{case.case_id}", method="wallet", amount=case.paid_more)
        moved = exchanges.pay(self.order, self.ledger, case.claim, case.lines, payment, case.case_id)
        assert moved.claim.total == case.claim.total + case.paid_more == explain(moved.order, moved.claim).total
        self.ledger, case.claim, case.lines = moved.ledger, moved.claim, moved.lines
        self.paid_in += case.paid_more

    @precondition(lambda self: any(c.lines and difference(c.lines) <= c.paid_more for c in self.open))
    @rule(data=st.data())
    def the_new_goods_come(self, data: st.DataObject) -> None:
        ready = [c for c in self.open if c.lines and difference(c.lines) <= c.paid_more]
        case = data.draw(st.sampled_from(ready))
        before = ledgers.still_refundable(self.order, self.ledger)
        owed = max(0, -difference(case.lines))
        moved = exchanges.swap(self.order, self.ledger, case.claim, case.lines, owed, case.case_id, AT)
        self.ledger, case.claim, case.lines = moved.ledger, moved.claim, moved.lines
        assert owed == case.claim.total == explain(moved.order, moved.claim).total
        after = {row.line_id: row for row in ledgers.still_refundable(self.order, self.ledger).lines}
        for new in case.lines:
            assert new.becomes is not None
            assert (new.quantity, new.price) == (after[new.becomes].units, after[new.becomes].amount)
        for row in before.lines:
            if row.line_id not in {new.becomes for new in case.lines}:
                assert row == after[row.line_id], "nobody else's goods are touched"
        self._settle(case)

    @precondition(lambda self: bool(self.open))
    @rule(data=st.data())
    def it_becomes_a_refund(self, data: st.DataObject) -> None:
        """A return that is paid, or an exchange that failed: exactly a return, and what was paid on top of it."""
        case = data.draw(st.sampled_from(self.open))
        assert case.as_return + case.paid_more == case.claim.total
        self._settle(case)

    @precondition(lambda self: any(not case.paid_more for case in self.open))
    @rule(data=st.data())
    def it_is_withdrawn(self, data: st.DataObject) -> None:
        case = data.draw(st.sampled_from([case for case in self.open if not case.paid_more]))
        self.ledger = ledgers.release(self.order, self.ledger, case.claim)
        self.cases.remove(case)
        self.cases.append(Case(case.case_id, Claim(lines=(), sources=(), total=0), done=True))

    def _settle(self, case: Case) -> None:
        self.ledger = ledgers.settle(self.order, self.ledger, case.claim)
        self.paid_out += case.claim.total
        case.done = True

    @invariant()
    def the_ledger_keeps_its_promises(self) -> None:
        ledgers.check(self.order, self.ledger)

    @invariant()
    def it_reads_back_as_it_was_written(self) -> None:
        assert self.ledger == Ledger.model_validate_json(self.ledger.model_dump_json())

    @invariant()
    def nobody_gets_more_than_was_paid(self) -> None:
        assert self.paid_out == sum(row.settled for row in self.ledger.payments) <= self.paid_in
        assert self.paid_in == self.order.paid_total == sum(payment.amount for payment in self.order.payments)

    @invariant()
    def what_is_left_is_what_was_paid_and_neither_went_back_nor_is_reserved(self) -> None:
        left = ledgers.still_refundable(self.order, self.ledger)
        reserved = sum(case.claim.total for case in self.open)
        assert reserved == sum(row.reserved for row in self.ledger.payments)
        assert left.total <= self.paid_in - self.paid_out - reserved


TestExchangeMachine = ExchangeMachine.TestCase
TestExchangeMachine.settings = settings(max_examples=120, stateful_step_count=25, deadline=None)


def bought() -> Order:
    return order(line("coat", 2, 30001), line("scarf", 3, 4000))


def swapped(units: int = 1, **wanted: object) -> tuple[Order, Ledger]:
    """Some coats exchanged, and nothing of it under way any more."""
    placed = bought()
    ledger = ledgers.open_ledger(placed)
    claim = ledgers.quote(placed, ledger, [Ask(line_id="coat", quantity=units)])
    ledger = ledgers.reserve(placed, ledger, claim)
    lines = terms(placed, claim, [Wanted(line_id="coat", sku="red", confirmed=True, **wanted)])  # type: ignore[arg-type]
    assert lines is not None
    owed = max(0, -difference(lines))
    moved = exchanges.swap(placed, ledger, claim, lines, owed, "case_1", AT)
    return placed, moved.ledger


def test_an_even_exchange_moves_the_value_to_the_new_line_and_no_money() -> None:
    placed, ledger = swapped()
    whole = grown(placed, ledger)
    assert ("coat.r1", 30001, "case_1") == (
        whole.lines[2].line_id,
        whole.lines[2].paid,
        whole.lines[2].replaces.case_id,
    )  # type: ignore[union-attr]
    assert [0, 0] == [sum(row.reserved for row in ledger.payments), sum(row.settled for row in ledger.payments)]
    assert placed.paid_total == ledgers.still_refundable(whole, ledger).total


def test_what_new_goods_cost_less_is_reserved_and_no_more_than_that_is_left() -> None:
    placed, ledger = swapped(unit_price=20000)
    whole = grown(placed, ledger)
    assert 10001 == sum(row.reserved for row in ledger.payments)
    assert 20000 == whole.line("coat.r1").paid


def test_an_order_without_exchanges_is_itself() -> None:
    placed = bought()
    assert placed is grown(placed, ledgers.open_ledger(placed))


def test_the_ledger_of_another_order_is_refused() -> None:
    placed, ledger = swapped()
    with pytest.raises(Fault):
        ledgers.check(placed, ledger)


def test_a_payment_is_an_order_s_once() -> None:
    placed = bought()
    ledger = ledgers.open_ledger(placed)
    claim = ledgers.quote(placed, ledger, [Ask(line_id="coat", quantity=1)])
    ledger = ledgers.reserve(placed, ledger, claim)
    lines = terms(placed, claim, [Wanted(line_id="coat", sku="red", unit_price=30002)])
    assert lines is not None
    with pytest.raises(Fault):
        exchanges.pay(placed, ledger, claim, lines, placed.payments[0].but(amount=1), "case_1")


def test_a_line_that_was_exchanged_twice_has_two_names() -> None:
    placed, ledger = swapped()
    whole = grown(placed, ledger)
    claim = ledgers.quote(whole, ledger, [Ask(line_id="coat.r1", quantity=1)])
    lines = terms(whole, claim, [])
    assert lines is not None
    moved = exchanges.swap(whole, ledgers.reserve(whole, ledger, claim), claim, lines, 0, "case_2", AT)
    assert ["coat.r1", "coat.r2"] == [one.line_id for one in moved.ledger.added_lines]
    assert "coat.r1" == moved.ledger.added_lines[1].replaces.line_id  # type: ignore[union-attr]


def test_of_another_article_without_a_word_there_are_no_terms() -> None:
    placed = bought()
    claim = ledgers.quote(placed, ledgers.open_ledger(placed), [Ask(line_id="coat", quantity=1)])
    assert terms(placed, claim, [Wanted(line_id="coat", sku="red")]) is None
    assert terms(placed, claim, [Wanted(line_id="coat", sku="sku-coat")]) is not None
