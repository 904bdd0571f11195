"""A world on the second day after a bill's, and that bill."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from chalicelib.adapters.payments.bills import read_line
from chalicelib.domain import refs
from chalicelib.domain.bills import BillLine, BillRow
from chalicelib.domain.reconciliations import Reconciliation
from chalicelib.usecases import reconciliations
from tests.reconciliation.days import DAY, ENDS, Day
from tests.standins.world import World

ONE = timedelta(days=1)


def read(lines: Sequence[BillRow | str]) -> list[BillLine]:
    """Text through the adapter's own reader."""
    return [read_line(line) if isinstance(line, str) else line for line in lines]


def world_of(day: Day) -> World:
    world = World(as_json=False)
    world.clock.at = ENDS + timedelta(days=1, hours=6)
    world.records.put(*day.refunds)
    for on, lines in day.bills.items():
        world.bills.bills[on] = read(lines)
    return world


def reconciled(world: World, day: date = DAY) -> Reconciliation:
    reconciliations.reconcile(world, day)
    return world.records.one(refs.reconciliation(day))


def caught_up(world: World) -> list[date]:
    """One run of the clock: the days that it did. Raises what broke, when the others are done."""
    before = {one.day: one for one in world.records.all(Reconciliation)}
    broken = reconciliations.catch_up(world)
    if broken is not None:
        raise broken
    return [one.day for one in world.records.all(Reconciliation) if before.get(one.day) != one]


def report(world: World, day: date = DAY) -> list[dict[str, str]]:
    """The newest report's lines, by the English words of their heads."""
    content = world.reports.files[world.records.one(refs.reconciliation(day)).newest.object_key]
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [{_english(head): cell for head, cell in row.items()} for row in rows]


def found(world: World, day: date = DAY) -> list[tuple[str, str]]:
    """(kind, refund number) of every difference in the report."""
    codes = {"Missing on the bill": "missing", "Extra on the bill": "extra", "Another amount": "other_amount"}
    codes |= {"Another state": "other_state", "Settled late": "settled_late", "Line cannot be read": "unreadable"}
    return [(codes[_english(row["kind"])], row["refund number"]) for row in report(world, day)]


def _english(text: Any) -> str:
    return str(text).partition(" ")[2]
