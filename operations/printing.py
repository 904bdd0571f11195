"""Lines and tables on the terminal; the same text without colours where the output is no terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table


def console() -> Console:
    # Wide enough that ids, which are there to be copied, are never cut in a pipe.
    found = Console(highlight=False, soft_wrap=True)
    return found if found.is_terminal else Console(highlight=False, soft_wrap=True, width=200)


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table under its title; the title says so where there is nothing to show."""
    lines = [[_text(cell) for cell in row] for row in rows]
    out = console()
    out.print(f"\n[bold]{title}[/]{'' if lines else ': none'}")
    if not lines:
        return
    shown = Table(*heads, box=None, pad_edge=False, header_style="dim")
    for line in lines:
        shown.add_row(*line)
    out.print(shown)


def say(line: str) -> None:
    console().print(line, markup=False)


def amount(money: Mapping[str, Any] | None) -> str:
    """`{"amount": 8900, "currency": "CNY"}` as `8900 CNY`: minor units, as everywhere."""
    return f"{money['amount']} {money['currency']}" if money else ""


def instant(at: object) -> str:
    """An instant in UTC to the second, from a datetime or from JSON's text."""
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(at, datetime) else ""


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return instant(cell) if isinstance(cell, datetime) else str(cell).replace("[", r"\[")
