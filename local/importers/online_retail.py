"""UCI "Online Retail" (Daqing Chen, 2015, doi 10.24432/C5BW33, CC BY 4.0): what is filed, in time order.

A pair of cancellation and invoice becomes a `Filing`, an attempt at more units than there are another one that must be
refused. Every returned line is matched to its order line here, so that whoever files need not know the data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from local.importers.matching import Shelf, once_large_enough
from local.importers.places import Skipped
from local.importers.purchases import Invoice, invoices
from local.importers.returns import Attempt, Pair, attempts, pairs


class Asked(NamedTuple):
    """One line of a filing; `amount` in pence is what the shop credited."""

    position: int
    quantity: int
    amount: int


@dataclass(frozen=True)
class Filing:
    """What one customer asks of one invoice at one time.

    `owed` is what must be paid, in pence: nothing to an attempt. `unmatched` names rows that could be read but fit no
    purchase; they stay owed, so that a sum that cannot be reached is never quietly made smaller.
    """

    name: str
    invoice: str
    customer: str
    at: datetime
    asks: tuple[Asked, ...]
    owed: int
    must_be_refused: bool = False
    unmatched: tuple[str, ...] = ()


@dataclass(frozen=True)
class Retail:
    """The invoices behind the filings, the filings in time order, and what was left out."""

    invoices: Mapping[str, Invoice]
    filings: tuple[Filing, ...]
    skipped: Skipped

    @property
    def cases(self) -> list[Filing]:
        return [filing for filing in self.filings if not filing.must_be_refused]

    @property
    def attempts(self) -> list[Filing]:
        return [filing for filing in self.filings if filing.must_be_refused]

    @property
    def owed(self) -> int:
        """What all refunds must add up to, in pence."""
        return sum(filing.owed for filing in self.filings)

    def first(self, cases: int | None) -> Retail:
        """The first so many cases and the attempts that lie before the last of them; None is all."""
        if cases is None or cases >= len(self.cases):
            return self
        last = self.cases[:cases][-1]
        filings = self.filings[: self.filings.index(last) + 1]
        return Retail(_needed(self.invoices, filings), filings, self.skipped)


def read(folder: Path) -> Retail:
    """Reads the three files of a folder. Raises DataMissing."""
    skipped = Skipped()
    returned, attempted = pairs(folder, skipped), attempts(folder, skipped)
    numbers = {pair.invoice for pair in returned}
    suspects = {attempt.customer for attempt in attempted}
    known = invoices(folder, lambda number, customer: number in numbers or customer in suspects, skipped)
    shelf = Shelf()
    made = [_filing(pair, known.get(pair.invoice), shelf) for pair in returned if _is_worth_something(pair, skipped)]
    made += [_attempt(attempt, known.values()) for attempt in attempted]
    # At one time the attempts come last: what the customer did have went back first.
    filings = tuple(sorted(made, key=lambda filing: (filing.at, filing.must_be_refused)))
    return Retail(_needed(known, filings), filings, skipped)


def _is_worth_something(pair: Pair, skipped: Skipped) -> bool:
    if pair.owed == 0:
        skipped.because("cancellations worth nothing")
    return pair.owed > 0


def _filing(pair: Pair, invoice: Invoice | None, shelf: Shelf) -> Filing:
    bought = invoice if invoice and invoice.customer == pair.customer else None
    asks: list[Asked] = []
    unmatched: list[str] = []
    for returned in pair.lines:
        line = shelf.take(bought, returned) if bought else None
        if line:
            asks.append(Asked(line.position, returned.quantity, returned.as_credited))
        else:
            unmatched.append(f"{returned.place}: invoice {pair.invoice} of {pair.customer} has no such line left")
    name = f"{pair.cancel_invoice}-{pair.invoice}"
    return Filing(name, pair.invoice, pair.customer, pair.at, tuple(asks), pair.owed, unmatched=tuple(unmatched))


def _attempt(attempt: Attempt, purchases: Iterable[Invoice]) -> Filing:
    name, found = f"{attempt.cancel_invoice}-{attempt.stock}", once_large_enough(attempt, purchases)
    if found is None:
        never = f"{attempt.place}: {attempt.customer} never bought {attempt.quantity} of {attempt.stock} at once"
        return Filing(name, "", attempt.customer, attempt.at, (), 0, must_be_refused=True, unmatched=(never,))
    invoice, line = found
    asks = (Asked(line.position, attempt.quantity, attempt.as_credited),)
    return Filing(name, invoice.number, attempt.customer, attempt.at, asks, 0, must_be_refused=True)


def _needed(known: Mapping[str, Invoice], filings: Iterable[Filing]) -> dict[str, Invoice]:
    """The invoices that are filed against, the oldest first."""
    numbers = {filing.invoice for filing in filings}
    needed = [invoice for number, invoice in known.items() if number in numbers]
    return {invoice.number: invoice for invoice in sorted(needed, key=lambda invoice: invoice.at)}
