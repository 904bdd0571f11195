"""Reconciliation 对账: reads a day's bill, compares it with our refunds, keeps a report. It moves no money.

A run reads everything and writes at its end, first the file, then the summary that names it. So one that breaks off
leaves nothing behind that counts, and is begun again; one that finds what the last one found changes nothing. What a
list tells is only where to look: every verdict is about an item that was read consistently.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from chalicelib.domain import reconciliations as domain
from chalicelib.domain import refs
from chalicelib.domain.bills import ONE_DAY, BillRow, Unreadable, day_of, span
from chalicelib.domain.reconciliations import BilledFact, Reconciliation, Recorded, Report, Total, Totals
from chalicelib.domain.refunds import case_of
from chalicelib.errors import FieldError, InvalidRequest, ReconciliationNotFound, RefundNotFound
from chalicelib.ports import ProviderAnswer
from chalicelib.schemas.lists import ListView
from chalicelib.schemas.reconciliations import ReconciliationRowView, ReconciliationView, RecordedView
from chalicelib.schemas.reports import report_of
from chalicelib.usecases import settlements, steps
from chalicelib.usecases.access import act_as
from chalicelib.usecases.steps import Found, Reply

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.bills import BillLine
    from chalicelib.domain.reconciliations import Difference
    from chalicelib.domain.refunds import Refund
    from chalicelib.ports import Ports
    from chalicelib.schemas.reconciliations import RecordFact
    from chalicelib.usecases.steps import Decision, Request

AT_ONCE = 100  # refunds in one read: what BatchGetItem takes
SETTLING = timedelta(hours=3)  # after a day's end: by then the last payment's news has come, or was asked for
DAYS_BACK = 7  # that are made up for, when the provider or we were down
DAYS_AT_ONCE = 3  # in one run of the clock: each is minutes at most, and a function has fifteen
LONGEST_SEARCH = 31  # days before ours on which the bill may have a payment that we learned of late
ASKED = 200  # missing numbers that the provider is asked about; what is beyond that is no single mistake
FACTS = 2000  # that the summary keeps; the report has all of them
REPORTS = 20  # that the summary remembers; the files of all of them stay

T = TypeVar("T")


def catch_up(ports: Ports) -> Exception | None:
    """Every day of the last week that has no report yet, or one that waited for the bill of the day after.

    A day that breaks does not stop the others: the first error is answered, to be raised when all else is done.
    """
    done, broken = 0, None
    for day in _due(ports):
        # Only what was done counts: days that break or have no bill must not stand before the others for ever.
        if done == DAYS_AT_ONCE:
            break
        try:
            done += reconcile(ports, day) is not None
        except Exception as error:  # whatever it is, the next day may be well
            broken = broken or error
    return broken


def news(ports: Ports, day: date | None = None) -> Sequence[Reconciliation]:
    """What was not told yet, of one day or of the last week."""
    wanted = [refs.reconciliation(each) for each in ([day] if day else _last_week(ports))]
    known: Mapping[Any, Any] = ports.records.load(wanted)
    return [known[ref] for ref in wanted if ref in known and known[ref].is_news]


def told(ports: Ports, reports: Iterable[Reconciliation]) -> None:
    """Notes what was counted, after it was: what breaks in between is counted twice."""
    for each in reports:
        ref, number = refs.reconciliation(each.day), each.newest.number

        def once(found: Found, ref: Any = ref, number: int = number) -> Decision[None]:
            known = found.need(ref, ReconciliationNotFound)
            return ([known.next(told=number)] if known.told < number else []), None

        steps.change(ports, [ref], once)


def _last_week(ports: Ports) -> list[date]:
    today = day_of(ports.clock.now() - SETTLING, ports.bills.zone)
    return [today - timedelta(days=back) for back in range(DAYS_BACK, 0, -1)]


def _due(ports: Ports) -> Iterator[date]:
    days = _last_week(ports)
    known: Mapping[Any, Any] = ports.records.load([refs.reconciliation(day) for day in days])
    for day in days:
        stands = known.get(refs.reconciliation(day))
        if stands is None or (not stands.newest.closed and day < days[-1]):
            yield day


def reconcile(ports: Ports, day: date) -> Reconciliation | None:
    """Runs one day. Answers what stands now when this run found something else than the last one, else None.

    None also while the provider has no bill of the day. Raises TransientFault (provider or table do not answer),
    InvalidRequest for a day that is not over.
    """
    zone = ports.bills.zone
    if day >= day_of(ports.clock.now(), zone):
        raise InvalidRequest("the day is not over", errors=[FieldError("day", f"must be over, in {zone}")])
    lines = ports.bills.read(day)
    if lines is None:
        return None
    rows, unreadable = _by_number(lines)
    before, after = _other_day(ports, day - ONE_DAY), _other_day(ports, day + ONE_DAY)
    found = [*domain.of_unreadable(unreadable), *_on_the_bill(ports, rows, before.settled if before else set())]
    billed = {number for number, of in rows.items() if any(row.state == "settled" for row in of)}
    there = [billed, {line.refund_no for line in unreadable}, *(bill.there for bill in (before, after) if bill)]
    ours: defaultdict[str, Counter[str]] = defaultdict(Counter)
    absent = _absent(ports, day, there, ours)
    if after is not None:
        found += _missing(ports, day, absent)
    found.sort(key=lambda difference: difference.order)
    totals = Totals(
        paid=_sums(_money(rows, "settled")), returned=_sums(_money(rows, "reversed")), ours=_as_totals(ours)
    )
    count = sum(map(len, rows.values())) + len(unreadable)
    return _keep(ports, day, found, totals, rows=count, closed=after is not None)


def _by_number(lines: Iterable[BillLine]) -> tuple[dict[str, list[BillRow]], list[Unreadable]]:
    rows: dict[str, list[BillRow]] = {}
    unreadable: list[Unreadable] = []
    for line in lines:
        if isinstance(line, BillRow):
            rows.setdefault(line.refund_no, []).append(line)
        else:
            unreadable.append(line)
    return rows, unreadable


class OtherDay(NamedTuple):
    """The numbers that another day's bill has as settled; and with those of lines that cannot be read."""

    settled: set[str]
    there: set[str]


def _other_day(ports: Ports, day: date) -> OtherDay | None:
    """None where there is no bill."""
    lines = ports.bills.read(day)
    if lines is None:
        return None
    settled: set[str] = set()
    unreadable: set[str] = set()
    for line in lines:
        if isinstance(line, Unreadable):
            unreadable.add(line.refund_no)
        elif line.state == "settled":
            settled.add(line.refund_no)
    return OtherDay(settled, settled | unreadable if unreadable else settled)


def _on_the_bill(ports: Ports, rows: Mapping[str, list[BillRow]], before: set[str]) -> Iterator[Difference]:
    for numbers in _batches(rows):
        known = _refunds(ports, numbers)
        for number in numbers:
            yield from domain.of_number(
                rows[number], known.get(number), ports.bills.zone, settled_before=number in before
            )


def _absent(ports: Ports, day: date, bills: Sequence[set[str]], ours: defaultdict[str, Counter[str]]) -> list[Refund]:
    """What we settled on the day and none of the bills has; `ours` is told the money of all of it."""
    begins, ends = span(day, ports.bills.zone)
    looked_for: list[str] = []
    for row in ports.listings.settled(begins, ends):
        if row.voucher:
            continue  # no provider ever had it
        ours[row.currency].update(count=1, amount=row.amount)
        if not any(row.refund_no in bill for bill in bills):
            looked_for.append(row.refund_no)
    # The index may lag: what it says is asked of the items themselves.
    found = [refund for numbers in _batches(looked_for) for refund in _refunds(ports, numbers).values()]
    return [
        refund
        for refund in found
        if refund.state == "settled" and refund.settled_at is not None and begins <= refund.settled_at < ends
    ]


def _missing(ports: Ports, day: date, absent: list[Refund]) -> Iterator[Difference]:
    """Whoever learned of a payment days later finds it on an earlier bill; only what none has is missing."""
    for back in range(2, LONGEST_SEARCH + 1):
        earlier = day - timedelta(days=back)
        if not any(day_of(refund.granted_at, ports.bills.zone) <= earlier for refund in absent):
            break
        bill = _other_day(ports, earlier)
        absent = [refund for refund in absent if bill is None or refund.refund_no not in bill.there]
    for place, refund in enumerate(sorted(absent, key=lambda refund: refund.refund_no)):
        asked = ports.bills.find(refund).settlement if place < ASKED else None
        yield domain.missing(refund, asked)


def _refunds(ports: Ports, numbers: Sequence[str]) -> dict[str, Refund]:
    """Our refunds of these numbers, read consistently; what is no number of ours is not asked for."""
    wanted = {}
    for number in numbers:
        try:
            wanted[number] = refs.refund(case_of(number), number)
        except RefundNotFound:
            continue
    if not wanted:
        return {}
    found: Mapping[Any, Any] = ports.records.load(list(wanted.values()))
    return {number: found[ref] for number, ref in wanted.items() if ref in found}


def _batches(things: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(things)
    while batch := list(islice(rest, AT_ONCE)):
        yield batch


def _money(rows: Mapping[str, list[BillRow]], state: str) -> Iterator[tuple[str, int]]:
    return ((row.currency, row.amount) for of in rows.values() for row in of if row.state == state)


def _sums(money: Iterable[tuple[str, int]]) -> dict[str, Total]:
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for currency, amount in money:
        sums[currency].update(count=1, amount=amount)
    return _as_totals(sums)


def _as_totals(sums: Mapping[str, Counter[str]]) -> dict[str, Total]:
    return {currency: Total(count=of["count"], amount=of["amount"]) for currency, of in sorted(sums.items())}


def _keep(
    ports: Ports, day: date, found: Sequence[Difference], totals: Totals, *, rows: int, closed: bool
) -> Reconciliation | None:
    """The file first: a summary never names one that is not there. A file is named by its bytes, so that two runs at
    once, or one that broke off in between, cannot put another under a name that somebody was told."""
    content = report_of(day, found)
    digest = hashlib.sha256(content).hexdigest()
    object_key = f"reconciliations/{day}-{digest[:16]}.csv"
    ref, now = refs.reconciliation(day), ports.clock.now()
    kinds = Counter(difference.kind for difference in found)
    facts = tuple(dict.fromkeys(_facts(found)))[:FACTS]

    def once(stored: Found) -> Decision[Reconciliation | None]:
        known = stored.get(ref)
        report = Report(
            number=known.newest.number + 1 if known else 1,
            at=now,
            closed=closed,
            digest=digest,
            object_key=object_key,
            rows=rows,
            differences=dict(kinds),
            totals=totals,
        )
        if known is not None and report == known.newest.but(number=report.number, at=now):
            return [], None
        if known is None:
            first = Reconciliation(day=day, zone=ports.bills.zone, reports=(report,), facts=facts)
            return [first], first
        after = known.next(reports=(*known.reports, report)[-REPORTS:], facts=facts)
        return [after], after

    ports.reports.put(object_key, content)
    return steps.change(ports, [ref], once)


def _facts(found: Iterable[Difference]) -> Iterator[BilledFact]:
    for difference in found:
        if difference.way_back == "record_fact" and difference.theirs is not None:
            yield BilledFact(refund_no=difference.refund_no, state=difference.theirs.state)


def listing(ports: Ports, actor: Actor, limit: int, cursor: str | None) -> Reply:
    """Every day that was reconciled, newest first."""
    act_as(actor, "operator", "supervisor", "auditor")
    page = ports.listings.reconciliations(limit, cursor)
    return Reply(200, ListView.body([ReconciliationRowView.of(row) for row in page.rows], page.cursor))


def read(ports: Ports, actor: Actor, day: date) -> Reply:
    """One day with its reports, each with an address that is good for minutes. Raises ReconciliationNotFound."""
    act_as(actor, "operator", "supervisor", "auditor")
    ref = refs.reconciliation(day)
    known = Found(ports, ports.records.load([ref]), [ref]).need(ref, ReconciliationNotFound)
    links = {report.object_key: ports.reports.link(report.object_key) for report in known.reports}
    return Reply(200, ReconciliationView.of(known, links))


def record_fact(ports: Ports, request: Request, day: date, body: RecordFact) -> Reply:
    """A way back: what the day's bill says of a refund is recorded, as the provider's notification would be.

    Only what the report has can be: nobody declares a refund paid. It pays nothing; where it shows that a refund was
    paid after it had failed, the case is parked for a person. Recording is safe to repeat, so it comes first, and the
    note of who asked for it second. Raises ReconciliationNotFound, RefundNotFound, TransientFault.
    """
    act_as(request.actor, "operator", "supervisor")
    ref = refs.reconciliation(day)
    key_ref = refs.answer(request.actor.key, request.key) if request.key else None
    wanted: list[refs.Ref[Any]] = [ref, key_ref] if key_ref else [ref]
    found = Found(ports, ports.records.load(wanted), wanted)
    stored = found.get(key_ref) if key_ref else None
    if stored is not None:
        return steps.replay(stored, request)
    facts = found.need(ref, ReconciliationNotFound).facts_of(body.refund_no)
    if not facts:
        raise RefundNotFound(f"the report of {day} has nothing to record about {body.refund_no}")
    for fact in facts:
        _record(ports, day, fact)
    after = _refunds(ports, [body.refund_no])[body.refund_no]
    now = ports.clock.now()

    def once(found: Found) -> Decision[Reply]:
        known = found.need(ref, ReconciliationNotFound)
        noted = {(each.refund_no, each.state) for each in known.recorded}
        news = tuple(
            Recorded(refund_no=fact.refund_no, state=fact.state, by=request.actor.key, at=now)
            for fact in facts
            if (fact.refund_no, fact.state) not in noted
        )
        view = RecordedView.of(facts, after)
        return [known.next(recorded=(*known.recorded, *news))], Reply(200, view)

    return steps.answer(ports, request, [ref], once, at=now)


def _record(ports: Ports, day: date, fact: BilledFact) -> None:
    if fact.state == "settled":
        settlements.record(ports, fact.refund_no, ProviderAnswer("settled"))
    else:
        settlements.reverse(ports, fact.refund_no, f"on the bill of {day}")
