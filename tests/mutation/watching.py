"""What pytest is told and asked while mutants are tried: which tests pass by a line, in which order, who noticed."""

from __future__ import annotations

import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import FrameType
from typing import Any

import pytest

QUIET = ("-q", "-x", "--tb=no", "--no-header", "--no-summary", "-p", "no:cacheprovider", "-p", "no:xdist")


class Watch:
    """Notes the lines of one file that each test executes, and how long the test takes.

    What happens while fixtures are made counts for all tests of that test file: only the first of them makes a fixture
    that they share.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._lines: set[int] = set()
        self.passed_by: dict[str, set[int]] = defaultdict(set)  # by test
        self.shared: dict[str, set[int]] = defaultdict(set)  # by test file
        self.seconds: dict[str, float] = defaultdict(float)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        self._lines = self.shared[_file_of(item.nodeid)]
        yield from self._watched()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        self._lines = self.passed_by[item.nodeid]
        yield from self._watched()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration

    def passing(self, first: int, last: int) -> list[str]:
        """The tests that pass by any of these lines."""
        lines = set(range(first, last + 1))
        return [test for test in self.seconds if lines & self.passed_by[test] or lines & self.shared[_file_of(test)]]

    def _watched(self) -> Iterator[None]:
        sys.settrace(self._called)
        threading.settrace(self._called)
        try:
            yield
        finally:
            sys.settrace(None)
            threading.settrace(None)  # type: ignore[arg-type]

    def _called(self, frame: FrameType, event: str, _: Any) -> Any:
        return self._went_on if frame.f_code.co_filename == self._file else None

    def _went_on(self, frame: FrameType, event: str, _: Any) -> Any:
        self._lines.add(frame.f_lineno)
        return self._went_on


class Choice:
    """Runs only the chosen tests, the quickest first, and says at once which one fails."""

    def __init__(self, chosen: Iterable[str], seconds: Mapping[str, float], noticed: Callable[[str], None]) -> None:
        self._chosen, self._seconds, self._noticed = frozenset(chosen), seconds, noticed

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.nodeid in self._chosen]
        items.sort(key=lambda item: self._seconds.get(item.nodeid, 0.0))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._noticed(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._noticed(report.nodeid)


def _file_of(nodeid: str) -> str:
    return nodeid.partition("::")[0]
