"""Whether everything agrees, and the one line of JSON that says so."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from local.importers.online_retail import Retail
from local.replay.books import Books
from local.replay.options import Mode
from local.replay.results import Results
from local.replay.shelves import Shelves
from local.replay.standing import Standing
from local.replay.transitions import Transitions


@dataclass(frozen=True)
class Outcome:
    """Amounts in pence. The order of the fields is the order of the line."""

    cases: int
    requests: int
    refunded_minor: int
    expected_minor: int
    provider_minor: int
    ledger_minor: int
    journal_minor: int
    refused_over_refunds: int
    expected_over_refunds: int
    open_cases: int
    mode: str
    sent_back: int
    put_away: int
    put_away_differently: int
    not_put_away: int
    transitions_max: int
    transitions_median: float
    seconds: float

    def line(self) -> str:
        return json.dumps(asdict(self))


def outcome(
    retail: Retail,
    results: Results,
    standing: Standing,
    books: Books,
    transitions: Transitions,
    seconds: float,
    *,
    mode: Mode = "refunds",
    shelves: Shelves,
) -> Outcome:
    """The sum of a replay."""
    return Outcome(
        cases=len(results.filed),
        requests=results.requests,
        refunded_minor=standing.refunded,
        expected_minor=retail.owed,
        provider_minor=sum(books.provider.values()),
        ledger_minor=sum(books.ledger.values()),
        journal_minor=sum(books.journal.values()),
        refused_over_refunds=len(results.refused),
        expected_over_refunds=len(retail.attempts),
        open_cases=len(standing.open),
        mode=mode,
        sent_back=len(results.sent_back),
        put_away=shelves.count("done"),
        put_away_differently=shelves.count("different"),
        not_put_away=shelves.count("awaited") + shelves.count("none"),
        transitions_max=transitions.most,
        transitions_median=transitions.median,
        seconds=round(seconds, 1),
    )


def disagreements(out: Outcome, retail: Retail, results: Results, standing: Standing, books: Books) -> list[str]:
    """Everything that keeps this replay from being right, in words; empty when all agree."""
    sums: dict[str, Any] = {
        "the completed cases": out.refunded_minor,
        "the payment provider's book": out.provider_minor,
        "the ledgers": out.ledger_minor,
        "the journal": out.journal_minor,
    }
    wrong = list(results.problems)
    wrong += [
        f"{who}: {amount}, {out.expected_minor} is expected"
        for who, amount in sums.items()
        if amount != out.expected_minor
    ]
    wrong += [f"{number} was paid more than once" for number in books.paid_twice]
    wrong += books.disagreements()
    if out.cases != len(retail.cases):
        wrong.append(f"{out.cases} cases were filed, {len(retail.cases)} were to be")
    if out.refused_over_refunds != out.expected_over_refunds:
        wrong.append(f"{out.refused_over_refunds} of {out.expected_over_refunds} over-refund attempts were refused")
    if out.mode == "returns" and out.sent_back != out.cases:
        wrong.append(f"the goods of {out.sent_back} cases were sent back, {out.cases} were filed")
    if standing.count != out.cases:
        wrong.append(f"the shop's lists show {standing.count} cases, {out.cases} were filed")
    wrong += [f"still open: {case}" for case in standing.stuck()]
    return wrong
