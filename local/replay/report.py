"""The report that a person reads: sums side by side, the attempts one by one, how fast it went."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import quantiles

from rich.console import Console
from rich.table import Table

from local.importers.drafts import has_fractions
from local.importers.online_retail import Retail
from local.replay.outcome import Outcome
from local.replay.results import Results
from local.replay.standing import Standing

SHOWN = 30


def show(console: Console, retail: Retail, results: Results, standing: Standing, out: Outcome, filing: float) -> None:
    """Everything but the verdict. `filing`: the seconds from the first case to the last settled one."""
    console.print()
    console.print(_sums(out))
    console.print(_speed(results, standing, out, filing))
    console.print(_attempts(results))
    console.print(_again(results))
    for words in _left_out(retail):
        console.print(words, soft_wrap=True)


def _sums(out: Outcome) -> Table:
    table = Table("GBP", "", title="What was refunded", title_justify="left", show_header=False)
    for who, amount in (
        ("expected: min(as credited, at purchase price), line by line", out.expected_minor),
        ("completed cases, as the API shows them", out.refunded_minor),
        ("payment provider's book", out.provider_minor),
        ("ledgers: settled", out.ledger_minor),
        ("journal: settled less reversed", out.journal_minor),
    ):
        table.add_row(who, pounds(amount), "✓" if amount == out.expected_minor else "✗")
    return table


def _speed(results: Results, standing: Standing, out: Outcome, filing: float) -> Table:
    table = Table(title="How it went", title_justify="left", show_header=False)
    table.add_row("cases filed", f"{out.cases}, {out.cases / max(filing, 0.001):.2f} a second until settled")
    table.add_row("orders imported", str(results.orders))
    table.add_row("requests", f"{out.requests}, each sent twice with one key")
    table.add_row("a filing's answer", percentiles(results.seconds))
    table.add_row("from filing to the money", percentiles(standing.seconds_to_settle))
    table.add_row("open cases", str(out.open_cases))
    if out.mode == "returns":
        table.add_row("cases whose goods came back", str(out.sent_back))
        stock = f"{out.put_away} put away, {out.put_away_differently} differently, {out.not_put_away} missing"
        table.add_row("cases whose goods stand in the warehouse 入库", stock)
    table.add_row("transitions of a case", f"{out.transitions_max} at most, {out.transitions_median:g} the median")
    table.add_row("in all", f"{out.seconds:.1f} s")
    return table


def _attempts(results: Results) -> Table:
    table = Table("when", "who", "filed against", "units", "credited", "refused with", "because")
    table.title = f"Attempts to be refunded more than was bought: {len(results.refused)} refused"
    table.title_justify, table.min_width = "left", 80
    for refused in sorted(results.refused, key=lambda one: (one.filing.at, one.filing.name)):
        filing, ask = refused.filing, refused.filing.asks[0]
        table.add_row(
            *(f"{filing.at:%Y-%m-%d %H:%M}", filing.customer, f"{filing.invoice} line {ask.position}"),
            *(str(ask.quantity), pounds(ask.amount), refused.code, refused.detail),
        )
    return table


def _again(results: Results) -> Table:
    filed = results.filed_again
    table = Table("cancellation-invoice", "lines", "left out", "refunded")
    table.title = f"Refused with RefundExceedsPaid and filed again: {results.left_out} lines in {len(filed)} cases"
    table.title_justify, table.min_width = "left", 80
    for one in sorted(filed, key=lambda one: one.filing.at)[:SHOWN]:
        table.add_row(one.filing.name, str(len(one.filing.asks)), str(one.left_out), pounds(one.amount))
    if len(filed) > SHOWN:
        table.add_row(f"… and {len(filed) - SHOWN} more", "", "", "")
    return table


def _left_out(retail: Retail) -> list[str]:
    """What of the files was not used, and why; and where a price had to be rounded."""
    words = [f"left out of the files: {count} {reason}" for reason, count in sorted(retail.skipped.reasons.items())]
    words += [f"  {place}" for place in retail.skipped.malformed]
    rounded = sum(has_fractions(line) for invoice in retail.invoices.values() for line in invoice.lines)
    if rounded:
        words.append(f"{rounded} lines cost fractions of a penny a unit: each line was rounded half up")
    return words


def tell_verdict(console: Console, wrong: Sequence[str]) -> None:
    if not wrong:
        console.print("[bold green]All agree, to the penny.[/]")
        return
    console.print(f"[bold red]{len(wrong)} things are wrong:[/]")
    for words in wrong[:SHOWN]:
        console.print(f"  {words}", soft_wrap=True, markup=False)
    if len(wrong) > SHOWN:
        console.print(f"  … and {len(wrong) - SHOWN} more")


def pounds(pence: int) -> str:
    return f"{pence // 100:,}.{pence % 100:02}"


def percentiles(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return "–"
    cuts = quantiles(seconds, n=100, method="inclusive")
    return f"p50 {cuts[49] * 1000:,.0f} ms, p95 {cuts[94] * 1000:,.0f} ms"
