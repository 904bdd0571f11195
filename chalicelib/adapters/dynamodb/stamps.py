"""Instants as text in keys: RFC 3339, UTC, milliseconds, `Z`. Text order is time order."""

from __future__ import annotations

from datetime import UTC, datetime


def stamp(at: datetime) -> str:
    """`2026-11-22T13:27:54.123Z`. Smaller fractions are cut off: a stamp is never later than its instant."""
    return f"{at.astimezone(UTC).isoformat(timespec='milliseconds')[:-6]}Z"


def instant(text: str) -> datetime:
    """The instant of a stamp."""
    return datetime.fromisoformat(text)
