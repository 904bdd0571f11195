"""Reconciliations on the wire: what a day came to, its reports, and what is recorded of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from chalicelib.domain.base import Instant
from chalicelib.domain.reconciliations import BilledFact, Recorded
from chalicelib.domain.values import Identifier, Value
from chalicelib.schemas import names
from chalicelib.schemas.names import Name, name

if TYPE_CHECKING:
    from chalicelib.domain.reconciliations import Reconciliation, Report, Total
    from chalicelib.domain.refunds import Refund


class CountView(Value):
    """How many differences of a kind."""

    kind: Name
    count: int


class DaySumView(Value):
    """A day's money in minor units: more than any one amount may be."""

    amount: int
    currency: str


class DayTotalView(Value):
    """How many movements, and their sum."""

    count: int
    amount: DaySumView

    @staticmethod
    def of(totals: Mapping[str, Total]) -> tuple[DayTotalView, ...]:
        return tuple(
            DayTotalView(count=total.count, amount=DaySumView(amount=total.amount, currency=currency))
            for currency, total in sorted(totals.items())
        )


class ReconciliationRowView(Value):
    """A day in a list. `closed`: the bill of the day after was there; until then nothing is called missing."""

    day: date
    reports: int
    closed: bool
    rows: int
    differences: int
    reconciled_at: Instant

    @staticmethod
    def of(known: Reconciliation) -> ReconciliationRowView:
        newest = known.newest
        return ReconciliationRowView(
            day=known.day,
            reports=newest.number,
            closed=newest.closed,
            rows=newest.rows,
            differences=newest.total,
            reconciled_at=newest.at,
        )


class ReportView(Value):
    """One outcome of the day: counts by kind, money by currency, and the file with every difference.

    `paid` and `returned` are the bill's, `ours` is what we settled on the same day. `sha256` is the file's.
    """

    number: int
    at: Instant
    closed: bool
    rows: int
    differences: tuple[CountView, ...]
    paid: tuple[DayTotalView, ...]
    returned: tuple[DayTotalView, ...]
    ours: tuple[DayTotalView, ...]
    sha256: str
    url: str

    @staticmethod
    def of(report: Report, url: str) -> ReportView:
        return ReportView(
            number=report.number,
            at=report.at,
            closed=report.closed,
            rows=report.rows,
            differences=tuple(
                CountView(kind=name(names.DIFFERENCES, kind), count=count)
                for kind, count in sorted(report.differences.items())
            ),
            paid=DayTotalView.of(report.totals.paid),
            returned=DayTotalView.of(report.totals.returned),
            ours=DayTotalView.of(report.totals.ours),
            sha256=report.digest,
            url=url,
        )


class ReconciliationView(Value):
    """A day with its reports, the newest first. `facts` may be recorded, `recorded` was, by whom and when."""

    day: date
    zone: str
    reports: tuple[ReportView, ...]
    facts: tuple[BilledFact, ...]
    recorded: tuple[Recorded, ...]

    @staticmethod
    def of(known: Reconciliation, links: Mapping[str, str]) -> ReconciliationView:
        noted = {(each.refund_no, each.state) for each in known.recorded}
        return ReconciliationView(
            day=known.day,
            zone=known.zone,
            reports=tuple(ReportView.of(report, links[report.object_key]) for report in reversed(known.reports)),
            facts=tuple(fact for fact in known.facts if (fact.refund_no, fact.state) not in noted),
            recorded=known.recorded,
        )


class RecordFact(Value):
    """Which refund's fact, of those that the day's report has."""

    refund_no: Identifier


class RecordedView(Value):
    """What was recorded, and how the refund stands now: `failed` stays failed, and its case waits for a person."""

    refund_no: str
    facts: tuple[BilledFact, ...]
    state: Name

    @staticmethod
    def of(facts: Sequence[BilledFact], refund: Refund) -> RecordedView:
        state = name(names.REFUND_STATES, refund.state)
        return RecordedView(refund_no=refund.refund_no, facts=tuple(facts), state=state)
