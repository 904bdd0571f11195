"""七日: seven full days, 168 hours, from 00:00 of the day after signing, where the platform is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.calendars import Calendar
from chalicelib.domain.eligibility import window_end
from chalicelib.domain.policies import Policy

SHANGHAI, LONDON = "Asia/Shanghai", "Europe/London"
HOURS = timedelta(hours=168)
WINDOWS = [
    # where the platform is, when it was signed there, when the window is over there
    (SHANGHAI, "2026-11-03T23:59:00", "2026-11-11T00:00:00"),
    (SHANGHAI, "2026-11-03T23:59:59", "2026-11-11T00:00:00"),
    (SHANGHAI, "2026-11-04T00:00:00", "2026-11-12T00:00:00"),
    (SHANGHAI, "2026-12-25T23:59:00", "2027-01-02T00:00:00"),
    (SHANGHAI, "2028-02-22T23:59:00", "2028-03-01T00:00:00"),  # a leap year
    (LONDON, "2026-11-03T23:59:00", "2026-11-11T00:00:00"),
    (LONDON, "2026-10-20T23:59:00", "2026-10-28T00:00:00"),  # clocks are put back: an hour more
    (LONDON, "2026-03-24T23:59:00", "2026-04-01T01:00:00"),  # put forward: the 168 hours are full all the same
]


def at(zone: str, local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def over(zone: str, signed_at: datetime, days: int = 7) -> datetime:
    return Calendar(zone=zone).window_end(signed_at, days)


@pytest.mark.parametrize(("zone", "signed", "ends"), WINDOWS)
def test_signed_on_a_known_day_the_window_is_over_at_a_known_midnight(zone: str, signed: str, ends: str) -> None:
    assert at(zone, ends) == over(zone, at(zone, signed))


def test_signed_at_23_59_in_shanghai_it_ends_168_hours_after_the_next_midnight_there() -> None:
    signed_at = datetime(2026, 11, 3, 15, 59, tzinfo=UTC)
    assert datetime(2026, 11, 10, 16, 0, tzinfo=UTC) == over(SHANGHAI, signed_at)
    assert timedelta(minutes=1) + HOURS == over(SHANGHAI, signed_at) - signed_at


def test_the_same_instant_is_another_day_elsewhere_and_so_another_window() -> None:
    signed_at = datetime(2026, 11, 3, 23, 59, tzinfo=UTC)  # 07:59 of the 4th in Shanghai
    assert datetime(2026, 11, 11, 0, 0, tzinfo=UTC) == over(LONDON, signed_at)
    assert datetime(2026, 11, 11, 16, 0, tzinfo=UTC) == over(SHANGHAI, signed_at)


def test_the_offset_in_which_a_carrier_writes_the_time_changes_nothing() -> None:
    written = [datetime.fromisoformat(text) for text in ("2026-11-03T23:59:00+08:00", "2026-11-03T15:59:00+00:00")]
    assert 1 == len({over(SHANGHAI, one) for one in written})


def test_a_defect_has_a_window_of_its_own() -> None:
    about = {"policy_id": "p", "version": 1, "name": "standard", "published_by": "operator:op1"}
    signed_at = at(SHANGHAI, "2026-11-03T23:59:00")
    policy = Policy.model_validate({**about, "effective_from": signed_at, "published_at": signed_at})
    assert timedelta(days=23) == (
        window_end(policy, "coats", "quality_defect", signed_at) - window_end(policy, "coats", "not_wanted", signed_at)
    )


@given(
    signed_at=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(lambda one: one.replace(tzinfo=UTC)),
    zone=st.sampled_from([SHANGHAI, LONDON, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_nobody_has_less_than_168_hours_or_loses_the_day_of_signing(signed_at: datetime, zone: str) -> None:
    ends_at = over(zone, signed_at)
    assert HOURS < ends_at - signed_at <= HOURS + timedelta(days=1, hours=2)
    there = ends_at.astimezone(ZoneInfo(zone))
    assert there.date() >= signed_at.astimezone(ZoneInfo(zone)).date() + timedelta(days=8)
