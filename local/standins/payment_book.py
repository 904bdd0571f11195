"""The provider's own book: what it was told, and every time that money moved. Whole minor units, never a float.

It is the other side of our ledger: the campaigns and the replay compare the two. A file outlives the process; without
one it lives in memory. Times are UTC, in seconds since 1970.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

State = Literal["accepted", "settled", "failed", "reversed"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS refunds (
    refund_no TEXT PRIMARY KEY, payment_id TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL,
    state TEXT NOT NULL, reason TEXT, seen_at REAL NOT NULL, answer INTEGER NOT NULL,
    turns_to TEXT, turns_at REAL, turn_reason TEXT, notices TEXT NOT NULL, held REAL NOT NULL,
    asked INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS turning ON refunds (turns_at) WHERE turns_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS movements (
    id INTEGER PRIMARY KEY, refund_no TEXT NOT NULL, payment_id TEXT NOT NULL, amount INTEGER NOT NULL,
    currency TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS moved_at ON movements (at);
CREATE TABLE IF NOT EXISTS notices (
    id INTEGER PRIMARY KEY, message_id TEXT NOT NULL, body TEXT NOT NULL, due_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS due ON notices (due_at, id);
"""


@dataclass(frozen=True)
class Entry:
    """A refund as the provider knows it. `answer` is the status that its first request got; it never changes."""

    refund_no: str
    payment_id: str
    amount: int
    currency: str
    state: State
    reason: str | None
    seen_at: float
    answer: int
    turns_to: State | None = None
    turns_at: float | None = None
    turn_reason: str | None = None
    notices: str = "once"
    held: float = 0.0
    asked: int = 1


@dataclass(frozen=True)
class Notice:
    """A notification that waits for delivery. Attempts and duplicates share the `message_id`."""

    id: int
    message_id: str
    body: str
    due_at: float
    attempts: int


class Book:
    """One caller at a time inside `with book.page():`, which is one transaction."""

    def __init__(self, file: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(file or ":memory:", check_same_thread=False, isolation_level=None)
        # The book must outlive this process, not a power cut: no waiting for the disk at every call.
        self._db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;" + SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def page(self) -> Iterator["sqlite3.Connection"]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def refund(self, refund_no: str) -> Entry | None:
        with self._lock:
            found = self._db.execute("SELECT * FROM refunds WHERE refund_no = ?", (refund_no,)).fetchone()
        return Entry(*found) if found else None

    def turning(self, now: float) -> list[Entry]:
        """Refunds whose state was to change by `now`, in that order."""
        with self._lock:
            found = self._db.execute("SELECT * FROM refunds WHERE turns_at <= ? ORDER BY turns_at, rowid", (now,))
            return [Entry(*row) for row in found]

    def waiting(self) -> list[str]:
        """The ids of all messages that nobody has taken yet, due or not."""
        with self._lock:
            return [row[0] for row in self._db.execute("SELECT message_id FROM notices ORDER BY id")]

    def notices(self, now: float, limit: int) -> list[Notice]:
        """Undelivered notices that are due, oldest first."""
        with self._lock:
            found = self._db.execute(
                "SELECT * FROM notices WHERE due_at <= ? ORDER BY due_at, id LIMIT ?", (now, limit)
            )
            return [Notice(*row) for row in found]

    def next_at(self) -> float | None:
        """When the next state changes or the next notice is due."""
        with self._lock:
            row = self._db.execute(
                "SELECT min(at) FROM (SELECT min(turns_at) at FROM refunds WHERE turns_at IS NOT NULL"
                " UNION ALL SELECT min(due_at) FROM notices)"
            ).fetchone()
        return None if row[0] is None else float(row[0])

    # What follows writes and belongs inside a page.

    def enter(self, entry: Entry) -> None:
        places = ", ".join("?" * len(vars(entry)))
        self._db.execute(f"INSERT INTO refunds VALUES ({places})", tuple(vars(entry).values()))

    def asked_again(self, refund_no: str) -> None:
        self._db.execute("UPDATE refunds SET asked = asked + 1 WHERE refund_no = ?", (refund_no,))

    def turn(self, refund_no: str, state: State, reason: str | None) -> None:
        self._db.execute(
            "UPDATE refunds SET state = ?, reason = ?, turns_to = NULL, turns_at = NULL, turn_reason = NULL"
            " WHERE refund_no = ?",
            (state, reason, refund_no),
        )

    def plan(self, refund_no: str, state: State, at: float, reason: str | None) -> None:
        self._db.execute(
            "UPDATE refunds SET turns_to = ?, turns_at = ?, turn_reason = ? WHERE refund_no = ?",
            (state, at, reason, refund_no),
        )

    def move(self, entry: Entry, amount: int, at: float) -> None:
        """Money moves: to the buyer when `amount` is positive, back from him when it is negative."""
        self._db.execute(
            "INSERT INTO movements (refund_no, payment_id, amount, currency, at) VALUES (?, ?, ?, ?, ?)",
            (entry.refund_no, entry.payment_id, amount, entry.currency, at),
        )

    def notify(self, message_id: str, body: dict[str, Any], due_at: float) -> None:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        self._db.execute("INSERT INTO notices (message_id, body, due_at) VALUES (?, ?, ?)", (message_id, text, due_at))

    def delivered(self, notice: Notice) -> None:
        self._db.execute("DELETE FROM notices WHERE id = ?", (notice.id,))

    def postpone(self, notice: Notice, due_at: float) -> None:
        self._db.execute("UPDATE notices SET attempts = attempts + 1, due_at = ? WHERE id = ?", (due_at, notice.id))
