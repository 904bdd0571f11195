"""The provider's books and the bucket of reports, in memory; a test says what they hold and how they fail."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import date

from chalicelib.domain.bills import BillLine
from chalicelib.domain.refunds import Refund, Settlement
from chalicelib.errors import TransientFault
from chalicelib.ports import ProviderAnswer


class StandInBills:
    """`bills` by day; a day that is not among them has none. `breaks_after`: lines of the next bill that come through
    before the provider is gone."""

    zone = "Asia/Shanghai"

    def __init__(self) -> None:
        self.bills: dict[date, Sequence[BillLine]] = {}
        self.says: dict[str, Settlement] = {}
        self.reads: list[date] = []
        self.found: list[str] = []
        self.is_down = False
        self.breaks_after: deque[int] = deque()

    def read(self, day: date) -> Iterator[BillLine] | None:
        self.reads.append(day)
        if self.is_down:
            raise TransientFault("the provider does not answer")
        lines = self.bills.get(day)
        return None if lines is None else self._lines(lines)

    def _lines(self, lines: Sequence[BillLine]) -> Iterator[BillLine]:
        most = self.breaks_after.popleft() if self.breaks_after else None
        yield from lines[:most]
        if most is not None:
            raise TransientFault("the provider is gone")

    def find(self, refund: Refund) -> ProviderAnswer:
        self.found.append(refund.refund_no)
        return ProviderAnswer(self.says.get(refund.refund_no, "unknown"))


class StandInReports:
    """`files` by key: what was put there under one key is one file for ever."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.is_down = False

    def put(self, object_key: str, content: bytes) -> None:
        if self.is_down:
            raise TransientFault("the bucket does not answer")
        assert self.files.get(object_key, content) == content, "a report that somebody was told of was overwritten"
        self.files[object_key] = content

    def link(self, object_key: str) -> str:
        return f"https://reports.example/{object_key}?signed"
