"""What must hold in any world, whatever happened there. Each raises AssertionError, and says what it saw.

The journal is the oracle for the books, the provider's own book is the judge of what was paid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from itertools import pairwise

from chalicelib.domain import journals
from chalicelib.domain.balances import grown
from chalicelib.domain.cases import Case
from chalicelib.domain.entries import Entry
from chalicelib.domain.ledgers import check
from chalicelib.domain.refunds import Refund
from chalicelib.domain.tallies import change_of_all
from tests.standins.world import World

UNGRANTED = (
    *("withdrawn", "closed", "rejected", "in_review", "countered", "in_dispute"),
    *("awaiting_goods", "in_transit", "received", "inspected"),
)


def never_over_the_cap(world: World, order_id: str = "o1") -> None:
    ledger = world.ledger(order_id)
    check(grown(world.order(order_id), ledger), ledger)


def the_books_agree(world: World, order_id: str = "o1") -> None:
    entries = world.listings.journal_of(order_id)
    settled = sum(refund.amount for refund in world.records.all(Refund, order_id=order_id, state="settled"))
    ledger = world.ledger(order_id)
    assert settled == sum(line.settled for line in ledger.lines) + ledger.freight.settled, "refunds ≠ lines"
    assert settled == sum(payment.settled for payment in ledger.payments), "refunds ≠ payments"
    assert settled == journals.paid_out(entries), "refunds ≠ journal"
    assert 0 == sum(journals.balance(entries).values())


def the_provider_pays_only_what_was_granted(world: World) -> None:
    granted = {refund.refund_no: refund.amount for refund in world.records.all(Refund)}
    for refund_no, amount in world.payments.paid.items():
        assert granted.get(refund_no) == amount, f"{refund_no} was paid {amount}, granted {granted.get(refund_no)}"


def nobody_is_paid_twice(world: World, returned: Collection[str] = ()) -> None:
    """For what one case claims of one payment, at most one number has the money."""
    owners = {refund.refund_no: (refund.case_id, refund.payment_id) for refund in world.records.all(Refund)}
    times = Counter(owners.get(refund_no, refund_no) for refund_no in set(world.payments.paid) - set(returned))
    assert all(count == 1 for count in times.values()), times


def no_payment_without_a_grant(world: World) -> None:
    for case in world.records.all(Case):
        if case.status in UNGRANTED:
            assert () == case.refunds, f"{case.status} with {case.refunds}"


def a_completed_case_owes_nothing(world: World) -> None:
    for case in world.records.all(Case):
        assert case.status != "completed" or case.is_paid, f"{case.case_id} is completed and not paid"


def every_story_is_whole(world: World) -> None:
    for case in world.records.all(Case):
        entries = world.records.all(Entry, case_id=case.case_id)
        assert list(range(1, case.sequence + 1)) == [entry.sequence for entry in entries], "a line is missing"
        assert all(entry.before == before.after for before, entry in pairwise(entries)), "a line does not follow"


def the_tallies_count_every_case(world: World) -> None:
    """Once everything is published: each shop's numbers, and the platform's."""
    entries = world.records.all(Entry)
    for merchant_id in (None, *sorted({entry.merchant_id for entry in entries})):
        told = world.listings.tally_of(merchant_id).numbers
        counted = change_of_all(entry for entry in entries if merchant_id in (None, entry.merchant_id))
        assert counted == {name: number for name, number in told.items() if number}, f"tally of {merchant_id}"
