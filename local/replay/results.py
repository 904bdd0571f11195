"""What came of a replay so far: written by many hands, read at the end."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from local.importers.online_retail import Filing

SHOWN = 50


@dataclass(frozen=True)
class Filed:
    """A filing that became a case. `left_out`: how many amounts its second form was without. Amounts in pence."""

    filing: Filing
    case_id: str
    amount: int
    left_out: int = 0


@dataclass(frozen=True)
class Refused:
    """An attempt that was refused, as it must be."""

    filing: Filing
    code: str
    detail: str


@dataclass
class Results:
    """Safe for threads as long as only its methods are called. `problems` is what must not happen."""

    filed: dict[str, Filed] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # of each first request of a filing
    requests: int = 0  # orders and filings that were sent, each of both times, with what had to be tried again
    orders: int = 0
    sent_back: set[str] = field(default_factory=set)  # the cases whose goods are on their way, or were
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def sent(self, tries: int) -> None:
        with self._lock:
            self.requests += tries

    def registered(self) -> None:
        with self._lock:
            self.orders += 1

    def took(self, seconds: float) -> None:
        with self._lock:
            self.seconds.append(seconds)

    def file(self, filed: Filed) -> None:
        with self._lock:
            self.filed[filed.case_id] = filed

    def refuse(self, refused: Refused) -> None:
        with self._lock:
            self.refused.append(refused)

    def problem(self, words: str) -> None:
        with self._lock:
            self.problems.append(words)

    @property
    def filed_again(self) -> list[Filed]:
        return [filed for filed in self.filed.values() if filed.left_out]

    @property
    def left_out(self) -> int:
        """How many lines asked for more than their units were worth."""
        return sum(filed.left_out for filed in self.filed.values())
