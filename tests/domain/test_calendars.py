"""When deadlines fall due: in calendar time and in working time, wherever clocks are changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.calendars import Calendar, Duration, Shift, Unit
from chalicelib.domain.policies import PolicyDraft

SHANGHAI = Calendar()
MORNING, AFTERNOON = Shift(begins=time(9), ends=time(12)), Shift(begins=time(13, 30), ends=time(18))
OFFICE = Calendar(shifts=(MORNING, AFTERNOON))
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo")
STEADY = ("Asia/Shanghai", "Asia/Kathmandu", "UTC")  # whose clocks are not changed any more


def local(day: str, at: str = "00:00", zone: Calendar = SHANGHAI) -> datetime:
    return datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=zone._zone)


def after(calendar: Calendar, start: datetime, amount: int, unit: Unit) -> datetime:
    return calendar.after(start, Duration(amount=amount, unit=unit))


def passed(calendar: Calendar, day: str, at: str, amount: int, unit: Unit) -> str:
    due = after(calendar, local(day, at, calendar), amount, unit)
    return due.astimezone(calendar._zone).strftime("%Y-%m-%d %H:%M")


# --- working hours

HOURS = [
    ("2026-11-02", "09:00", 1, "2026-11-02 10:00"),  # a Monday
    ("2026-11-02", "07:12", 1, "2026-11-02 10:00"),  # before the first shift
    ("2026-11-02", "11:00", 2, "2026-11-02 14:30"),  # over lunch
    ("2026-11-02", "12:30", 1, "2026-11-02 14:30"),  # at lunch
    ("2026-11-02", "09:00", 3, "2026-11-02 12:00"),  # exactly to the end of a shift
    ("2026-11-02", "17:00", 2, "2026-11-03 10:00"),  # over night
    ("2026-11-06", "17:30", 1, "2026-11-09 09:30"),  # over the weekend
    ("2026-11-07", "10:00", 2, "2026-11-09 11:00"),  # from a Saturday
    ("2026-11-02", "09:00", 15, "2026-11-03 18:00"),  # two whole days
]


@pytest.mark.parametrize(("day", "at", "amount", "due"), HOURS)
def test_working_hours_run_in_shifts_only(day: str, at: str, amount: int, due: str) -> None:
    assert due == passed(OFFICE, day, at, amount, "working_hours")


def test_two_working_hours_of_a_complaint_desk_in_two_shifts() -> None:
    desk = Calendar(shifts=(Shift(begins=time(8), ends=time(14)), Shift(begins=time(14), ends=time(0))))
    assert "2026-11-03 09:00" == passed(desk, "2026-11-02", "23:00", 2, "working_hours")


def test_minutes_are_as_exact() -> None:
    assert "2026-11-02 13:45" == passed(OFFICE, "2026-11-02", "11:45", 30, "working_minutes")


# --- national holidays and 调休: 2026's National Day, as a platform would publish it

NATIONAL_DAY = Calendar(
    shifts=(MORNING, AFTERNOON),
    holidays=frozenset(date(2026, 10, day) for day in range(1, 8)),
    extra_working_days=frozenset({date(2026, 9, 27), date(2026, 10, 10)}),  # a Sunday and a Saturday
)
OVER_HOLIDAYS: list[tuple[str, str, int, Unit, str]] = [
    ("2026-09-30", "17:00", 1, "working_hours", "2026-09-30 18:00"),
    ("2026-09-30", "17:00", 2, "working_hours", "2026-10-08 10:00"),
    ("2026-09-26", "12:00", 1, "working_hours", "2026-09-27 10:00"),  # to the Sunday that is worked on
    ("2026-10-09", "17:00", 2, "working_hours", "2026-10-10 10:00"),
    ("2026-09-30", "10:00", 1, "working_days", "2026-10-08 10:00"),
    ("2026-10-09", "10:00", 2, "working_days", "2026-10-12 10:00"),
    ("2026-10-03", "23:00", 1, "working_days", "2026-10-09 09:00"),
    ("2026-09-30", "17:00", 48, "hours", "2026-10-02 17:00"),  # calendar time knows no holidays
]


@pytest.mark.parametrize(("day", "at", "amount", "unit", "due"), OVER_HOLIDAYS)
def test_holidays_are_free_and_extra_days_are_worked(day: str, at: str, amount: int, unit: Unit, due: str) -> None:
    assert due == passed(NATIONAL_DAY, day, at, amount, unit)


def test_an_extra_working_day_wins_over_a_holiday() -> None:
    day = date(2026, 10, 1)
    assert Calendar(holidays=frozenset({day}), extra_working_days=frozenset({day})).works_on(day)


def test_weekends_are_where_the_calendar_says() -> None:
    riyadh = Calendar(zone="Asia/Riyadh", weekdays=frozenset({6, 0, 1, 2, 3}))
    assert "2026-11-08 10:00" == passed(riyadh, "2026-11-05", "10:00", 1, "working_days")  # Thursday to Sunday


# --- clocks that are changed

BERLIN = Calendar(zone="Europe/Berlin", weekdays=frozenset(range(7)))


def test_a_night_shift_lasts_as_long_as_it_lasts() -> None:
    nights = BERLIN.but(shifts=(Shift(begins=time(0), ends=time(6)),))
    # On 29 March 2026 the hour from two to three does not happen; on 25 October it happens twice.
    assert "2026-03-30 01:00" == passed(nights, "2026-03-29", "00:00", 6, "working_hours")
    assert "2026-10-25 05:00" == passed(nights, "2026-10-25", "00:00", 6, "working_hours")


def test_a_working_day_later_is_the_same_time_of_the_day() -> None:
    assert "2026-03-30 09:00" == passed(BERLIN, "2026-03-28", "09:00", 2, "working_days")


def test_a_time_that_is_leapt_over_is_the_moment_of_the_leap() -> None:
    assert "2026-03-29 03:00" == passed(BERLIN, "2026-03-28", "02:30", 1, "working_days")


def test_the_same_hour_twice_gives_nobody_an_earlier_deadline() -> None:
    first = local("2026-10-25", "02:40", BERLIN)
    second = local("2026-10-25", "02:10", BERLIN).replace(fold=1)
    assert first.astimezone(UTC) < second.astimezone(UTC)
    assert after(BERLIN, first, 1, "working_days") <= after(BERLIN, second, 1, "working_days")


# --- for every calendar

hours = st.integers(0, 23)


@st.composite
def shift_plans(draw: st.DrawFn) -> tuple[Shift, ...]:
    bounds = sorted(draw(st.lists(st.integers(0, 95), min_size=2, max_size=6, unique=True)))
    times = [time(quarter // 4, quarter % 4 * 15) for quarter in bounds[: len(bounds) // 2 * 2]]
    shifts = [Shift(begins=one, ends=two) for one, two in zip(times[::2], times[1::2], strict=True)]
    if draw(st.booleans()):
        shifts[-1] = shifts[-1].but(ends=time(0))
    return tuple(shifts)


def calendars(zones: tuple[str, ...] = ZONES) -> st.SearchStrategy[Calendar]:
    days = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=20)
    weekdays = st.frozensets(st.integers(0, 6), min_size=1)
    return st.builds(
        Calendar,
        zone=st.sampled_from(zones),
        weekdays=weekdays,
        shifts=shift_plans(),
        holidays=days,
        extra_working_days=days,
    )


# Around the days on which clocks are changed somewhere, and around a year's end.
starts = st.builds(
    lambda day, ms: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(milliseconds=ms),
    st.one_of(
        st.dates(date(2026, 3, 5), date(2026, 4, 10)),
        st.dates(date(2026, 9, 25), date(2026, 11, 5)),
        st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    ),
    st.integers(0, 86_399_999),
)
# Quarters of working days would take a calendar of one short shift a week out of its bounds.
AMOUNTS: dict[Unit, int] = {"hours": 400, "days": 30, "working_minutes": 240, "working_hours": 4, "working_days": 30}
units: st.SearchStrategy[Unit] = st.sampled_from(sorted(AMOUNTS))


@given(calendars(), starts, units, st.data())
def test_a_later_start_and_a_longer_duration_are_due_no_earlier(
    calendar: Calendar, start: datetime, unit: Unit, data: Any
) -> None:
    gap = data.draw(st.one_of(st.integers(0, 7_200), st.integers(0, 200_000)))
    amount, more = sorted((data.draw(st.integers(0, AMOUNTS[unit])), data.draw(st.integers(0, AMOUNTS[unit]))))
    due = after(calendar, start, amount, unit)
    assert start <= due
    assert due <= after(calendar, start + timedelta(seconds=gap), amount, unit)
    assert due <= after(calendar, start, more, unit)


@given(calendars(), starts, st.sampled_from(sorted(set(AMOUNTS) - {"working_days"})), st.data())
def test_time_is_additive_wherever_clocks_are_changed(
    calendar: Calendar, start: datetime, unit: Unit, data: Any
) -> None:
    one, two = (data.draw(st.integers(0, AMOUNTS[unit] // 2)) for _ in range(2))
    assert after(calendar, start, one + two, unit) == after(calendar, after(calendar, start, one, unit), two, unit)


@given(calendars(STEADY), starts, st.integers(0, 15), st.integers(0, 15))
def test_working_days_are_additive_where_clocks_are_left_alone(
    calendar: Calendar, start: datetime, one: int, two: int
) -> None:
    first = after(calendar, start, one, "working_days")
    assert after(calendar, start, one + two, "working_days") == after(calendar, first, two, "working_days")


@given(calendars(), starts, st.integers(1, 240))
def test_working_time_ends_in_a_shift_of_a_working_day(calendar: Calendar, start: datetime, minutes: int) -> None:
    due = after(calendar, start, minutes, "working_minutes")
    moment = (due - timedelta(milliseconds=1)).astimezone(calendar._zone)
    assert calendar.works_on(moment.date())
    assert any(_holds(calendar, begins, ends, due) for begins, ends in _of(calendar, moment.date()))


def _of(calendar: Calendar, day: date) -> list[tuple[datetime, datetime]]:
    start = datetime.combine(day, time(), calendar._zone)
    found = []
    for begins, ends in calendar._stretches(start):
        if begins.astimezone(calendar._zone).date() != day:
            break
        found.append((begins, ends))
    return found


def _holds(calendar: Calendar, begins: datetime, ends: datetime, due: datetime) -> bool:
    return begins < due <= ends


@given(calendars(), starts)
def test_shifts_as_instants_never_overlap(calendar: Calendar, start: datetime) -> None:
    found = [stretch for stretch, _ in zip(calendar._stretches(start), range(40), strict=False)]
    assert all(before[1] <= later[0] and later[0] <= later[1] for before, later in pairwise(found))


# --- what no calendar can be

SENSELESS: dict[str, dict[str, Any]] = {
    "no shift": {"shifts": ()},
    "a shift over midnight": {"shifts": ({"begins": "22:00", "ends": "06:00"},)},
    "a shift of no length": {"shifts": ({"begins": "09:00", "ends": "09:00"},)},
    "shifts that overlap": {"shifts": ({"begins": "09:00", "ends": "12:00"}, {"begins": "11:00", "ends": "13:00"})},
    "shifts out of order": {"shifts": ({"begins": "13:00", "ends": "18:00"}, {"begins": "09:00", "ends": "12:00"})},
    "a shift after midnight's": {
        "shifts": ({"begins": "09:00", "ends": "00:00"}, {"begins": "10:00", "ends": "11:00"})
    },
    "a shift with a zone": {"shifts": ({"begins": "09:00+08:00", "ends": "12:00+08:00"},)},
    "no weekday": {"weekdays": []},
    "an eighth weekday": {"weekdays": [7]},
    "a zone of nowhere": {"zone": "Asia/Nowhere"},
    "a zone that is a file": {"zone": "../../etc/passwd"},
}


@pytest.mark.parametrize("what", SENSELESS)
def test_a_calendar_that_makes_no_sense_is_refused(what: str) -> None:
    with pytest.raises(ValidationError):
        Calendar.model_validate(SENSELESS[what])


def test_work_that_never_ends_is_said_to() -> None:
    once_a_week = Calendar(weekdays=frozenset({0}), shifts=(Shift(begins=time(9), ends=time(10)),))
    with pytest.raises(ValueError, match="days of work"):
        after(once_a_week, local("2026-11-02"), 100, "working_hours")


@pytest.mark.parametrize(("unit", "most"), [("working_hours", 2_000), ("working_minutes", 120_000)])
def test_nobody_waits_longer_than_a_year(unit: Unit, most: int) -> None:
    with pytest.raises(ValidationError):
        Duration(amount=most + 1, unit=unit)


def test_a_calendar_reads_back_as_it_was_written() -> None:
    assert NATIONAL_DAY == Calendar.model_validate_json(NATIONAL_DAY.model_dump_json())


def test_speed_divides_working_time_too() -> None:
    start = local("2026-11-06", "17:30")
    real = after(OFFICE, start, 1, "working_hours") - start
    assert abs((after(OFFICE.but(speed=60), start, 1, "working_hours") - start) - real / 60) < timedelta(milliseconds=2)


def test_a_policy_whose_deadlines_never_come_is_refused() -> None:
    an_hour_a_week = {"weekdays": [0], "shifts": [{"begins": "09:00", "ends": "10:00"}]}
    draft = {"name": "slow", "effective_from": "2026-01-01T00:00:00Z", "calendar": an_hour_a_week}
    PolicyDraft.model_validate(draft)
    with pytest.raises(ValidationError, match="days of work"):
        PolicyDraft.model_validate({**draft, "deadlines": {"person": {"amount": 100, "unit": "working_hours"}}})


@pytest.mark.parametrize(
    "told", [32400, 9.5, "32400", "09:00Z", "09:00+08:00", "24:00", "9:00", "09:00:00.5", "", None]
)
def test_a_shift_is_told_as_a_clock_on_a_wall_shows_it(told: object) -> None:
    with pytest.raises(ValidationError, match="HH:MM"):
        Shift.model_validate({"begins": told, "ends": "18:00"})


def test_a_shift_comes_back_as_it_was_told() -> None:
    shift = Shift.model_validate_json('{"begins": "09:00", "ends": "18:30:00"}')
    assert Shift(begins=time(9), ends=time(18, 30)) == shift == Shift.model_validate_json(shift.model_dump_json())
