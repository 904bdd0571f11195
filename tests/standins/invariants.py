"""What must hold in any world, whatever happened there. Each raises AssertionError, and says what it saw.

The journal is the oracle for the books, the provider's own book is the judge of what was paid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from itertools import pairwise

from chalicelib.domain import journals
from chalicelib.domain.balances import grown
from chalicelib.domain.buyers import Credit
from chalicelib.domain.cases import Case
from chalicelib.domain.deposits import Deposit, DepositEntry
from chalicelib.domain.entries import Entry
from chalicelib.domain.ledgers import check
from chalicelib.domain.recoveries import Recovery
from chalicelib.domain.refunds import Refund
from chalicelib.domain.replacements import Replacement
from chalicelib.domain.tallies import change_of_all
from tests.standins.world import World

UNGRANTED = (
    *("withdrawn", "closed", "rejected", "in_review", "countered", "in_dispute"),
    *("awaiting_goods", "in_transit", "received", "inspected", "repairing"),
)


def never_over_the_cap(world: World, order_id: str = "o1") -> None:
    ledger = world.ledger(order_id)
    check(grown(world.order(order_id), ledger), ledger)


def the_books_agree(world: World, order_id: str = "o1") -> None:
    entries = world.listings.journal_of(order_id)
    out = world.records.all(Refund, order_id=order_id, state="settled")
    settled = sum(refund.amount for refund in out if not refund.voucher)
    vouchers = sum(refund.amount for refund in out if refund.voucher)
    ledger, refunded = world.ledger(order_id), settled + kept_back(world, order_id)
    assert refunded == sum(line.settled for line in ledger.lines) + ledger.freight.settled, "refunds ≠ lines"
    assert refunded == sum(payment.settled for payment in ledger.payments), "refunds ≠ payments"
    cases = {ref.refund_no for case in world.records.all(Case, order_id=order_id) for ref in case.refunds}
    awards = sum(refund.amount for refund in out if refund.voucher and refund.refund_no in cases)
    assert awards == sum(award.settled for award in ledger.awards.values()), "awards ≠ ledger"
    multiples = {case.multiple.refund_no for case in world.records.all(Case, order_id=order_id) if case.multiple}
    damages = sum(refund.amount for refund in out if refund.refund_no in multiples)
    assert damages == sum(row.given for row in ledger.multiples.values()), "multiples ≠ ledger"
    assert settled + vouchers == journals.paid_out(entries), "refunds ≠ journal"
    assert 0 == sum(journals.balance(entries).values())
    what_is_owed_is_in_the_books(world, order_id)
    the_deposits_are_their_journals(world)


def kept_back(world: World, order_id: str) -> int:
    """What of this order's refunds never went out, because it paid a debt."""
    claims = [case.claim for case in world.records.all(Case, order_id=order_id)]
    return sum(source.amount for claim in claims for source in claim.sources if source.netted)


def a_debt_is_collected_once(world: World) -> None:
    """What was kept back from refunds for a debt is what the debt was paid with, and no more than was owed."""
    claims = [case.claim for case in world.records.all(Case)]
    kept = Counter[str]()
    for claim in claims:
        for source in claim.sources:
            kept[source.netted or ""] += source.amount
    for debt in world.records.all(Recovery, debtor="buyer"):
        assert kept[debt.recovery_id] <= debt.recovered <= debt.amount, f"{debt.recovery_id}: {kept}"


def credit_is_what_is_out(world: World) -> None:
    """Of each buyer: never more than the limit, and just what cases lean on."""
    for credit in world.records.all(Credit):
        out = Counter[str]()
        for case in world.records.all(Case, buyer_id=credit.buyer_id):
            out[case.currency] += case.credit_out
        for currency in {*out, *credit.used}:
            used = credit.used.get(currency, 0)
            assert used == out[currency], f"{credit.buyer_id}: used {used}, out {out[currency]}"
            assert used <= credit.limits.get(currency, 0), f"{credit.buyer_id}: {used} over the limit"


def what_is_owed_is_in_the_books(world: World, order_id: str = "o1") -> None:
    """Of each debt: opened, paid, given up and fallen away as posted; what is open is what the fund still waits for."""
    entries, owed = world.listings.journal_of(order_id), world.records.all(Recovery, order_id=order_id)
    for debt in owed:
        own = [entry for entry in entries if entry.recovery_id == debt.recovery_id]
        sums = Counter[str]()
        for entry in own:
            sums[entry.kind] += entry.amount
        number = debt.recovery_id
        # What was given up and paid after all was claimed twice.
        late = sums["claimed"] - debt.amount
        assert debt.recovered == sums["recovered"] - sums["given_back"], f"{number}: recovered ≠ journal"
        assert 0 <= late <= sums["written_off"], f"{number}: claimed ≠ journal"
        assert 0 <= debt.open <= debt.amount, f"{number}: {debt.open} is open"
        assert debt.recovered <= debt.amount, f"{number}: recovered twice"
        assert debt.open == journals.balance(own)[journals.RECEIVABLE], f"{number}: open ≠ journal"
    waiting = journals.balance(entries).get(journals.RECEIVABLE, 0)
    assert waiting == sum(debt.open for debt in owed), "debts ≠ receivable"


def the_deposits_are_their_journals(world: World) -> None:
    for deposit in world.records.all(Deposit):
        moves = world.records.all(DepositEntry, merchant_id=deposit.merchant_id)
        for currency, held in deposit.balances.items():
            told = journals.balance(move for move in moves if move.currency == currency)
            assert held == told[f"deposit#{deposit.merchant_id}"], f"deposit of {deposit.merchant_id} ≠ journal"
            assert held >= 0 == sum(told.values())
    for debt in world.records.all(Recovery):
        drawn = world.records.all(DepositEntry, recovery_id=debt.recovery_id, kind="drawn")
        assert sum(move.amount for move in drawn) <= debt.amount, f"{debt.recovery_id}: drawn twice"


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
        if case.status in UNGRANTED and case.instant is None:
            assert () == case.refunds, f"{case.status} with {case.refunds}"


def a_completed_case_owes_nothing(world: World) -> None:
    for case in world.records.all(Case):
        assert case.status != "completed" or case.is_paid, f"{case.case_id} is completed and not paid"


def goods_or_money_for_goods(world: World) -> None:
    """Of an exchange the buyer has the new goods, once, and of the money no more than they cost less; or the money, and
    no goods that anybody counts as the buyer's. Goods are asked for again only when they did not come."""
    for swap in world.records.all(Replacement):
        case, ledger = world.case(swap.case_id), world.ledger(swap.order_id)
        lines = [line for line in ledger.added_lines if line.replaces and line.replaces.case_id == swap.case_id]
        came = sum(line.quantity for line in lines if line.replaces and line.replaces.signed_at)
        granted = sum(ref.amount for ref in case.live_refunds)
        promised = sum(line.quantity for line in swap.lines)
        assert came == (promised if swap.received_at else 0), f"{case.case_id}: {came} of {promised} came"
        assert not swap.received_at or granted <= swap.owed, f"{case.case_id} has the goods, and {granted} too"
        assert not granted or swap.received_at or case.converted, f"{case.case_id} was paid, and is still an exchange"
        told = Counter(entry.type for entry in world.records.all(Entry, case_id=swap.case_id))
        again = told["ReplacementFailed"] + told["RulingExecuted"]
        assert swap.requests == told["ReplacementRequested"] <= 1 + again, f"{case.case_id}: {swap.requests} requests"
        assert told["ReplacementReceived"] == bool(swap.received_at)
        assert told["DifferencePaid"] <= 1


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
