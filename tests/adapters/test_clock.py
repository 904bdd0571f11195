"""The time to the millisecond, and ids that sort by it."""

from __future__ import annotations

import re
from datetime import UTC

import pytest
from ulid import ULID

from chalicelib.adapters import clock
from chalicelib.adapters.clock import SystemClock, SystemIds
from chalicelib.domain.refunds import case_of, number_of


def test_now_is_utc_to_the_millisecond() -> None:
    now = SystemClock().now()
    assert (UTC, 0) == (now.tzinfo, now.microsecond % 1000)


def test_a_pause_waits_that_long(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(clock.time, "sleep", waited.append)
    SystemClock().pause(0.25)
    assert [0.25] == waited


def test_an_id_says_its_kind_and_is_a_ulid() -> None:
    assert re.fullmatch(r"case_[0-9A-HJKMNP-TV-Z]{26}", SystemIds().new("case"))


def test_an_id_tells_when_it_was_made() -> None:
    before = SystemClock().now()
    made = ULID.from_str(SystemIds().new("case").removeprefix("case_")).datetime
    assert before <= made <= SystemClock().now()


def test_ids_of_later_milliseconds_sort_later(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(range(1_700_000_000_000, 1_700_000_000_100))
    monkeypatch.setattr(clock.time, "time_ns", lambda: next(times) * 1_000_000)
    made = [SystemIds().new("case") for _ in range(100)]
    assert sorted(made) == made


def test_ten_thousand_ids_are_different() -> None:
    ids = SystemIds()
    assert 10_000 == len({ids.new("case") for _ in range(10_000)})


def test_a_case_s_id_makes_refund_numbers() -> None:
    case_id = SystemIds().new("case")
    assert case_id == case_of(number_of(case_id, 1))


def test_jitter_is_a_part_of_one() -> None:
    assert all(0 <= SystemIds().jitter() < 1 for _ in range(1000))
