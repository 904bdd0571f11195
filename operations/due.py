"""`due [--overdue]`: what waits for the platform's people; and what should have happened and did not: debts, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.adapters.dynamodb.keys import PATTERNS
from chalicelib.domain.refs import Ref
from chalicelib.domain.tallies import SHARDS
from operations.places import Place
from operations.printing import amount, instant, table

DEBTS = ("debt", "of", "open", "because", "case", "due", "state")
HEADS = ("case", "gate", "waits for", "due", "then")
# The sweeper sees to everything that is due within a minute or two. What is older got stuck.
PATIENCE = timedelta(minutes=5)
SHOWN = 100  # of one shard
# What keys call otherwise than people do; elsewhere a key's field is the noun and `_id` or `_no`.
NOUNS = {"name": "gate", "sequence": "entry"}


def show(place: Place, *, overdue: bool) -> None:
    """What operators, agents and supervisors owe within a day; with `overdue` only what is late, what others owe the
    fund too long, and what is stuck."""
    monitor = place.get("/monitor")
    table("Overdue, of the platform's people", HEADS, map(_row, monitor["overdue"]))
    if not overdue:
        table("Due within a day", HEADS, map(_row, monitor["due_soon"]))
        return
    table("Owed to the platform's fund, and late", DEBTS, map(_debt, place.listed("/recoveries?late=true")))
    before = datetime.now(UTC) - PATIENCE
    table(f"Stuck: due before {instant(before)}, and not acted on", ("kind", "about", "due"), stuck(place, before))


def stuck(place: Place, before: datetime) -> Iterator[tuple[object, ...]]:
    """What the sweeper should long have seen to, of all parties. It stands in the due index until it is done."""
    for shard in range(SHARDS):
        for row in place.listings.due(shard, before, SHOWN):
            yield row.kind, _about(row.ref), row.due_at


def _debt(row: Mapping[str, Any]) -> tuple[object, ...]:
    debtor = f"{row['debtor']['code']} {row['debtor_id']}"
    return (
        row["recovery_id"],
        debtor,
        amount(row["open"]),
        row["because"],
        row["case_id"],
        instant(row["due_at"]),
        row["state"]["en"],
    )


def _row(due: Mapping[str, Any]) -> tuple[object, ...]:
    return due["case_id"], due["gate"]["code"], due["who"]["en"], instant(due["due_at"]), due["silence"]["en"]


def _about(ref: Ref[Any]) -> str:
    """What a key names, in nouns: `case case_1, gate decision, round 1`."""
    fields = PATTERNS[ref.kind].fields
    nouns = (NOUNS.get(field) or field.removesuffix("_id").removesuffix("_no") for field in fields)
    return ", ".join(f"{noun} {part}" for noun, part in zip(nouns, ref.parts, strict=True))
