"""Whatever happens to an order: ledger, journal and the bank's own book agree to the minor unit.

The journal is the oracle: it is written by other rules (accounts sum to zero) and knows no lines or units.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.domain import journals, ledgers
from chalicelib.domain.balances import Ledger
from chalicelib.domain.claims import Claim, Source
from chalicelib.domain.explanations import explain
from chalicelib.domain.journals import JournalEntry
from chalicelib.domain.ledgers import Ask
from chalicelib.domain.orders import Order
from chalicelib.errors import InvalidRequest, PaymentChargedBack, QuantityExceedsPurchased, RefundExceedsPaid
from tests.domain.drafts import AT, orders

Machine = Callable[[Any], bool]


@dataclass
class Case:
    """A case as far as money goes: its claim, whether it was granted, and which payments got theirs."""

    claim: Claim
    granted: bool = False
    settled: set[str] = field(default_factory=set)

    @property
    def unpaid(self) -> list[Source]:
        return [source for source in self.claim.sources if source.payment_id not in self.settled]

    @property
    def paid(self) -> list[Source]:
        return [source for source in self.claim.sources if source.payment_id in self.settled]


def some(kind: str) -> Machine:
    """There is a case of this kind."""
    return lambda machine: bool(getattr(machine, kind))


class LedgerMachine(RuleBasedStateMachine):
    """Buyers file, merchants reject, reduce and grant; banks settle, return and charge back."""

    @initialize(bought=orders(max_lines=4))
    def place(self, bought: Order) -> None:
        self.order = bought
        self.ledger = ledgers.open_ledger(bought)
        self.journal: list[JournalEntry] = []
        self.cases: list[Case] = []
        self.bank = dict.fromkeys(bought.payment_positions, 0)  # what our refunds brought, by payment
        self.disputed = dict.fromkeys(bought.payment_positions, 0)  # what buyers' banks took back

    @property
    def waiting(self) -> list[Case]:
        return [case for case in self.cases if not case.granted]

    @property
    def payable(self) -> list[tuple[Case, Source]]:
        return [(case, source) for case in self.cases if case.granted for source in case.unpaid]

    @property
    def settled(self) -> list[tuple[Case, Source]]:
        return [(case, source) for case in self.cases for source in case.paid]

    @property
    def claimable(self) -> list[ledgers.RefundableLine]:
        return [line for line in ledgers.still_refundable(self.order, self.ledger).lines if line.units]

    def post(self, kind: Callable[..., JournalEntry], amount: int) -> None:
        entry_id = str(len(self.journal) + 1)
        self.journal.append(kind(self.order, amount, entry_id=entry_id, at=AT, case_id="case_1", refund_no="rfd_1"))

    @rule(data=st.data())
    def file(self, data: st.DataObject) -> None:
        asks = []
        for line in self.claimable:
            units, amount = line.units, line.amount
            for _ in range(data.draw(st.integers(0, 2))):  # a line may be asked about in parts
                part = data.draw(st.one_of(st.integers(0, min(units, 5)), st.just(units)))
                if part:
                    most = amount * part // units
                    asked = data.draw(st.one_of(st.none(), st.integers(0, most)))
                    asks.append(Ask(line_id=line.line_id, quantity=part, amount=asked))
                    units, amount = units - part, amount - most
        try:
            claim = ledgers.quote(self.order, self.ledger, asks, freight=data.draw(st.booleans()))
        except InvalidRequest:  # nothing was asked, or it is worth nothing
            return
        except PaymentChargedBack:
            assert sum(self.disputed.values()) > 0
            return
        assert claim.total == explain(self.order, claim).total
        self.ledger = ledgers.reserve(self.order, self.ledger, claim)
        self.cases.append(Case(claim))

    @precondition(some("claimable"))
    @rule(data=st.data())
    def ask_for_more_money_than_the_units_are_worth(self, data: st.DataObject) -> None:
        line = data.draw(st.sampled_from(self.claimable))
        units = data.draw(st.integers(1, line.units))
        most = line.amount * units // line.units
        with pytest.raises(RefundExceedsPaid) as caught:
            ask = Ask(line_id=line.line_id, quantity=units, amount=most + 1)
            ledgers.quote(self.order, self.ledger, [ask])
        assert {"maximum": most} == caught.value.errors[0].limits

    @rule(data=st.data())
    def ask_for_more_units_than_are_left(self, data: st.DataObject) -> None:
        line = data.draw(st.sampled_from(ledgers.still_refundable(self.order, self.ledger).lines))
        with pytest.raises(QuantityExceedsPurchased):
            ask = Ask(line_id=line.line_id, quantity=line.units + 1)
            ledgers.quote(self.order, self.ledger, [ask])

    @precondition(some("waiting"))
    @rule(data=st.data())
    def reject(self, data: st.DataObject) -> None:
        case = data.draw(st.sampled_from(self.waiting))
        self.ledger = ledgers.release(self.order, self.ledger, case.claim)
        self.cases = [other for other in self.cases if other is not case]

    @precondition(some("waiting"))
    @rule(data=st.data(), reduced=st.booleans())
    def grant(self, data: st.DataObject, reduced: bool) -> None:
        case = data.draw(st.sampled_from(self.waiting))
        if reduced:
            granted = data.draw(st.integers(1, case.claim.total))
            self.ledger, case.claim = ledgers.reduce(self.order, self.ledger, case.claim, granted)
            assert granted == case.claim.total
        for source in case.claim.sources:
            self.post(journals.granted, source.amount)
        case.granted = True

    @precondition(some("payable"))
    @rule(data=st.data())
    def settle(self, data: st.DataObject) -> None:
        case, source = data.draw(st.sampled_from(self.payable))
        if not ledgers.can_pay(self.order, self.ledger, source):
            assert self.disputed[source.payment_id] > 0
            return
        self.ledger = ledgers.settle(self.order, self.ledger, case.claim, source)
        self.post(journals.settled, source.amount)
        case.settled.add(source.payment_id)
        self.bank[source.payment_id] += source.amount
        paid = self.order.payments[self.order.payment_positions[source.payment_id]].amount
        assert self.bank[source.payment_id] + self.disputed[source.payment_id] <= paid, "nobody is paid twice"

    @precondition(some("settled"))
    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        case, source = data.draw(st.sampled_from(self.settled))
        self.ledger = ledgers.reverse(self.order, self.ledger, case.claim, source)
        self.post(journals.reversed_, source.amount)
        case.settled.remove(source.payment_id)
        self.bank[source.payment_id] -= source.amount

    @precondition(some("payable"))
    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        case, source = data.draw(st.sampled_from(self.payable))
        self.ledger, case.claim = ledgers.release_source(self.order, self.ledger, case.claim, source)
        self.post(journals.released, source.amount)

    @rule(data=st.data())
    def charge_back(self, data: st.DataObject) -> None:
        left = {p.payment_id: p.amount - self.disputed[p.payment_id] for p in self.order.payments}
        payment_id = data.draw(st.sampled_from(sorted(left)))
        if left[payment_id]:
            amount = data.draw(st.integers(1, left[payment_id]))
            self.ledger = ledgers.charge_back(self.order, self.ledger, payment_id, amount)
            self.post(journals.charged_back, amount)
            self.disputed[payment_id] += amount

    @invariant()
    def the_ledger_keeps_its_promises(self) -> None:
        ledgers.check(self.order, self.ledger)

    @invariant()
    def the_ledger_reads_back_as_it_was_written(self) -> None:
        assert self.ledger == Ledger.model_validate_json(self.ledger.model_dump_json())

    @invariant()
    def the_ledger_is_the_sum_of_the_cases(self) -> None:
        for i, line in enumerate(self.order.lines):
            claimed = [each for case in self.cases for each in case.claim.lines if each.line_id == line.line_id]
            row = self.ledger.lines[i]
            assert (row.units_taken, row.value_taken) == (
                sum(each.quantity for each in claimed),
                sum(each.value for each in claimed),
            )
            assert row.reserved + row.settled == sum(each.amount for each in claimed)

    @invariant()
    def settled_is_what_the_journal_paid_out_and_the_bank_received(self) -> None:
        settled = sum(row.settled for row in self.ledger.payments)
        assert settled == journals.paid_out(self.journal) == sum(self.bank.values())

    @invariant()
    def the_journal_sums_to_zero(self) -> None:
        assert 0 == sum(journals.balance(self.journal).values())

    @invariant()
    def a_buyer_has_what_was_settled_and_what_the_bank_took_back(self) -> None:
        balance = journals.balance(self.journal).get(journals.buyer(self.order), 0)
        assert balance == sum(self.bank.values()) + sum(self.disputed.values())

    @invariant()
    def what_is_granted_and_unpaid_lies_in_clearing_and_is_reserved(self) -> None:
        clearing = journals.balance(self.journal).get(journals.PAYMENT_CLEARING, 0)
        assert clearing == sum(source.amount for _, source in self.payable)
        filed = sum(case.claim.total for case in self.waiting)
        assert clearing + filed == sum(row.reserved for row in self.ledger.payments)

    @invariant()
    def no_payment_gives_back_more_than_it_brought(self) -> None:
        assert all(self.bank[payment.payment_id] <= payment.amount for payment in self.order.payments)


TestLedgerMachine = LedgerMachine.TestCase
TestLedgerMachine.settings = settings(max_examples=120, stateful_step_count=30)
