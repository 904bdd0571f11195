"""The report: plain tables that are also Markdown, so that what is printed is what is committed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from unicodedata import east_asian_width

Row = Sequence[str]


def table(head: Row, rows: Iterable[Row]) -> str:
    """Aligned columns; the first is text, the others are figures when they look like some."""
    all_rows = [list(head), *(list(row) for row in rows)]
    widths = [max(_width(row[i]) for row in all_rows) for i in range(len(head))]
    lines = [_line(row, widths) for row in all_rows]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _line(row: Row, widths: Sequence[int]) -> str:
    cells = []
    for i, (text, width) in enumerate(zip(row, widths, strict=True)):
        space = " " * (width - _width(text))
        is_figure = i > 0 and text[:1].isdigit()
        cells.append(f" {space}{text} " if is_figure else f" {text}{space} ")
    return "|" + "|".join(cells) + "|"


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
