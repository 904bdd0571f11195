"""What was made: a line for each story, for people and for the file that describes the stack."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rich.table import Table


class Told(NamedTuple):
    """A story and where its case stands. `trouble` says why it stands elsewhere than it should."""

    case_id: str
    buyer: str
    zh: str
    en: str
    status: str
    refund: str | None
    trouble: str = ""

    @property
    def state(self) -> str:
        return f"{self.status}, refund {self.refund}" if self.refund else self.status


def table(told: Iterable[Told]) -> Table:
    """As `make run` prints it."""
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    made.add_column("case", no_wrap=True, min_width=31)  # a case's id is there to be copied
    made.add_column("buyer", no_wrap=True, min_width=7)
    made.add_column("故事 story", overflow="fold")  # Chinese has no blanks to break at: folded, not cut off
    made.add_column("state", overflow="fold")
    for one in told:
        made.add_row(one.case_id, one.buyer, f"{one.zh} · {one.en}", f"{one.state} {one.trouble}".strip())
    return made
