"""`make reconcile-check`: a seeded day with planted differences, reconciled as it is in production. Exit 1 for any
difference that was not found, for any that was made up, and when it needs more than a function has.

ROWS=N lines of the bill (100,000), PLANTED=N differences among them (ROWS / 100), SEED=N. The bill comes over HTTP from
the payment stand-in, page by page; our refunds are read through the real adapter from a table in memory; the report is
the file that an accountant gets, and it is that file that is judged. Time and memory are those of the run alone, on
this machine. build/reconcile-check.json has what was tried and what got through.
"""

from __future__ import annotations

import csv
import gc
import io
import json
import os
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from chalicelib.adapters.dynamodb.listings import DynamoListings
from chalicelib.adapters.dynamodb.records import DynamoRecords
from chalicelib.adapters.payments.bills import StandardBills
from chalicelib.domain import refs
from chalicelib.domain.bills import BillRow
from chalicelib.domain.reconciliations import Reconciliation
from chalicelib.schemas import names
from chalicelib.usecases import reconciliations
from local.packaging import ROOT
from local.standins.payment import PaymentStandIn
from local.standins.payment_provider import Provider
from tests.adapters.held import Held
from tests.reconciliation import days
from tests.reconciliation.days import DAY, ENDS, ZONE, Day
from tests.reconciliation.table import Table
from tests.standins.bills import StandInReports
from tests.standins.time import CountingIds, HandClock

PROCESS = Path("/proc/self")
REPORT = ROOT / "build" / "reconcile-check.json"
MINUTES, MEMORY = 15, 1024  # what the function has: .chalice/config.json
SHOWN = 20
console = Console(stderr=True, highlight=False)


class Ports:
    """Those that a reconciliation uses: the real adapters over HTTP and a table in memory."""

    def __init__(self, table: Table, bills: StandardBills) -> None:
        self.clock, self.ids, self.reports = HandClock(ENDS + 30 * days.HOUR), CountingIds(), StandInReports()
        self.records = DynamoRecords(table, "table")  # type: ignore[arg-type]
        self.listings, self.bills = Listings(table), bills


class Listings(DynamoListings):
    def __init__(self, table: Table) -> None:
        super().__init__(table, "table")  # type: ignore[arg-type]


def printed(day: Day) -> Provider:
    """The provider's book as the bill has it; a line that is no row is printed as it is."""
    provider = Provider(now=lambda: datetime.now(UTC).replace(year=2030))
    with provider.book.page() as db:
        for on, lines in day.bills.items():
            for line in lines:
                if isinstance(line, str):
                    provider.misprints.take({"day": str(on), "made_up": line})
            db.executemany(
                "INSERT INTO movements (refund_no, payment_id, amount, currency, at) VALUES (?, ?, ?, ?, ?)",
                [_movement(line) for line in lines if isinstance(line, BillRow)],
            )
    return provider


def _movement(row: BillRow) -> tuple[str, str, int, str, float]:
    amount = row.amount if row.state == "settled" else -row.amount
    return row.refund_no, row.payment_id, amount, row.currency, row.settled_at.timestamp()


def judged(day: Day, content: bytes) -> tuple[Counter[Any], Counter[Any]]:
    """(not found, made up), by kind and number, of what stands in the file."""
    codes = {f"{zh} {en}": code for code, (zh, en) in names.DIFFERENCES.items()}
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]
    found = Counter((codes[row[1]], row[4]) for row in rows)
    planted = Counter((plant.kind, plant.refund_no) for plant in day.planted)
    return planted - found, found - planted


def run(day: Day) -> tuple[Reconciliation, bytes, dict[str, Any]]:
    """One run, and what it took."""
    with PaymentStandIn(printed(day), api_key="pays", reader_key="reads") as bank:
        held = Held({"api_key": "reads"})
        table = Table(day.refunds)
        ports: Any = Ports(table, StandardBills(bank.url, held.secrets(), ZONE))
        peak, began, cpu = Peak(), time.monotonic(), time.process_time()
        with console.status("reading the bill and comparing"):
            found = reconciliations.reconcile(ports, DAY)
        took, cpu = time.monotonic() - began, time.process_time() - cpu
        megabytes = peak.megabytes()
        table.calls["PutObject"] += len(ports.reports.files)
    assert found is not None and found == ports.records.load([refs.reconciliation(DAY)])[refs.reconciliation(DAY)]
    cost = {"seconds": round(took, 1), "cpu_seconds": round(cpu, 1), "megabytes": megabytes, "calls": dict(table.calls)}
    return found, ports.reports.files[found.newest.object_key], cost


def main() -> int:
    rows = int(os.environ.get("ROWS") or 100_000)
    planted = int(os.environ.get("PLANTED") or max(len(days.PLANTS), rows // 100))
    seed = int(os.environ.get("SEED") or 0)
    with console.status(f"making {rows} lines with {planted} differences"):
        day = days.day(rows, planted, seed, odd=max(60, rows // 100))
    found, content, cost = run(day)
    lost, made_up = judged(day, content)
    kinds = Counter(plant.because for plant in day.planted)
    document = {
        "rows": found.newest.rows, "refunds": len(day.refunds), "planted": len(day.planted),
        "planted_by_kind": dict(sorted(kinds.items())), "found": found.newest.total,
        "not_found": sum(lost.values()), "made_up": sum(made_up.values()), "seed": seed, **cost,
        "report_bytes": len(content),
        "violations": [
            {"of": of, "kind": kind, "refund_no": number}
            for of, which in (("not_found", lost), ("made_up", made_up))
            for kind, number in list(which)[:SHOWN]
        ],
    }  # fmt: skip
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for one in document["violations"]:  # type: ignore[attr-defined]
        console.print(f"[red]{one['of']}[/] {one['kind']} {one['refund_no']}")
    print(
        f"{document['rows']} lines, {document['planted']} differences planted: {document['not_found']} not found, "
        f"{document['made_up']} made up, {cost['seconds']} s, {cost['megabytes']} MB ({REPORT.relative_to(ROOT)})"
    )
    too_much = cost["seconds"] > MINUTES * 60 or (cost["megabytes"] or 0) > MEMORY / 2
    return 1 if lost or made_up or too_much else 0


class Peak:
    """The most memory that this process takes from here on, beyond what it has here; Linux says, others do not.

    The function's own beginning (interpreter, SDK) is not in it: about 90 MB.
    """

    def __init__(self) -> None:
        gc.collect()
        if PROCESS.exists():
            (PROCESS / "clear_refs").write_text("5")  # forgets the peak so far
        self._before = _kilobytes("VmRSS")

    def megabytes(self) -> int | None:
        peak = _kilobytes("VmHWM")
        return None if peak is None or self._before is None else (peak - self._before) // 1024


def _kilobytes(name: str) -> int | None:
    if not PROCESS.exists():
        return None
    lines = (PROCESS / "status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


if __name__ == "__main__":
    sys.exit(main())
