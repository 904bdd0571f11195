"""The provider's bill of a day: every time that money moved, a JSON line each, in pages.

    {"refund_no", "reference", "payment_id", "amount", "currency", "state": "settled" | "reversed", "settled_at"}
    …
    {"page": {"day", "zone", "rows": 1000, "next": "17" | null}}

Whole minor units, never negative: `state` says which way the money went. The last line closes its page, so that one
that was cut off is not taken for a short one. A day is the provider's, in its own time zone, and has a bill when it is
over; before that the answer is 409 `bill_not_ready`.

A test may have it printed wrong (`Misprints`): what is left out, changed or made up stands on the bill alone, the book
still knows what happened.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from local.standins.payment_book import Book

ZONE = "Asia/Shanghai"
MOST = 10_000  # lines of a page
Line = dict[str, Any]


class Misprints:
    """`lines`: by refund number what its lines say otherwise, or None when they are left out. `made_up`: by day."""

    def __init__(self) -> None:
        self.lines: dict[str, Line | None] = {}
        self.made_up: dict[date, list[str]] = {}

    def take(self, given: dict[str, Any]) -> None:
        """{"refund_no", "left_out": true} · {"refund_no", "says": {…}} · {"day", "made_up": "<line>"}. Raises KeyError,
        ValueError."""
        if "made_up" in given:
            self.made_up.setdefault(date.fromisoformat(given["day"]), []).append(str(given["made_up"]))
        elif given.get("left_out"):
            self.lines[str(given["refund_no"])] = None
        else:
            self.lines[str(given["refund_no"])] = dict(given["says"])


def is_ready(day: date, zone: str, now: datetime) -> bool:
    """A day that is not over has no bill yet."""
    return now >= midnight(day + timedelta(days=1), zone)


def page(book: Book, misprints: Misprints, day: date, zone: str, cursor: str | None = None, limit: int = MOST) -> str:
    """One page as text. Raises ValueError for a cursor that is none."""
    after = int(cursor or 0)
    begins, ends = midnight(day, zone).timestamp(), midnight(day + timedelta(days=1), zone).timestamp()
    with book.page() as db:
        rows = db.execute(
            "SELECT id, refund_no, payment_id, amount, currency, at FROM movements"
            " WHERE at >= ? AND at < ? AND id > ? ORDER BY id LIMIT ?",
            (begins, ends, after, limit + 1),
        ).fetchall()
        odd = _moved_here(db, misprints, begins, ends)
    texts = [
        json.dumps(line, separators=(",", ":")) for row in rows[:limit] if (line := _line(row, misprints)) is not None
    ]
    if len(rows) <= limit:
        texts += [json.dumps(line) for line in odd]
        texts += misprints.made_up.get(day, [])
    further = str(rows[limit - 1][0]) if len(rows) > limit else None
    texts.append(json.dumps({"page": {"day": str(day), "zone": zone, "rows": len(texts), "next": further}}))
    return "\n".join(texts) + "\n"


def _moved_here(db: Any, misprints: Misprints, begins: float, ends: float) -> Iterator[Line]:
    """Lines that a misprint has put on this day."""
    found = []
    for refund_no, says in misprints.lines.items():
        if says and "settled_at" in says and begins <= datetime.fromisoformat(says["settled_at"]).timestamp() < ends:
            rows = db.execute(
                "SELECT id, refund_no, payment_id, amount, currency, at FROM movements WHERE refund_no = ?",
                (refund_no,),
            )
            found += [{**line_of(row), **says} for row in rows.fetchall()]
    return iter(found)


def _line(row: Any, misprints: Misprints) -> Line | None:
    if row[1] not in misprints.lines:
        return line_of(row)
    says = misprints.lines[row[1]]
    return None if says is None or "settled_at" in says else {**line_of(row), **says}


def line_of(row: tuple[int, str, str, int, str, float]) -> Line:
    """A line of the bill for a movement of the book."""
    number, refund_no, payment_id, amount, currency, at = row
    return {
        "refund_no": refund_no,
        "reference": f"mv_{number}",
        "payment_id": payment_id,
        "amount": abs(amount),
        "currency": currency,
        "state": "settled" if amount > 0 else "reversed",
        "settled_at": datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


def midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
