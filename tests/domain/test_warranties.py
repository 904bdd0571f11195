"""Warranty arithmetic: calendar months, days of repair added once, goods of an exchange that have their own."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.calendars import Calendar
from chalicelib.domain.deliveries import Delivery
from chalicelib.domain.eligibility import Application, warranty_end
from chalicelib.domain.orders import Replaces
from chalicelib.domain.policies import Policy
from chalicelib.domain.warranties import (
    DAY,
    Days,
    LineWarranty,
    RepairTerms,
    ServiceTerm,
    Warranty,
    WarrantyTerm,
    covered_until,
    last_day,
    merged,
    months_later,
)
from tests.domain import drafts

CALENDAR = Calendar()  # Shanghai
dates = st.dates(date(2000, 1, 1), date(2100, 12, 31))
months = st.integers(1, 60)
runs = st.builds(lambda first, more: Days(first=first, last=first + DAY * more), dates, st.integers(0, 40))


def days(first: str, last: str) -> Days:
    return Days(first=date.fromisoformat(first), last=date.fromisoformat(last))


@pytest.mark.parametrize(
    ("day", "later", "expected"),
    [
        ("2026-01-15", 12, "2027-01-15"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2027-12-31", 2, "2028-02-29"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-01", 1, "2027-01-01"),
        ("2026-05-31", 0, "2026-05-31"),
    ],
)
def test_months_end_on_the_same_day_or_on_the_last_one_that_there_is(day: str, later: int, expected: str) -> None:
    assert date.fromisoformat(expected) == months_later(date.fromisoformat(day), later)


@given(dates, months)
def test_months_land_in_the_month_that_they_name(day: date, later: int) -> None:
    after = months_later(day, later)
    assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == later
    assert after.day == day.day or (after.day < day.day and (after + DAY).day == 1)


@given(dates, dates, months)
def test_who_signed_later_is_covered_no_shorter(one: date, other: date, later: int) -> None:
    first, second = sorted((one, other))
    assert months_later(first, later) <= months_later(second, later)


def test_the_last_day_is_covered_to_its_last_second() -> None:
    signed_at = datetime(2026, 1, 31, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Shanghai
    assert datetime(2026, 2, 28, 16, tzinfo=UTC) == covered_until(CALENDAR, signed_at, 1, LineWarranty(line_id="1"))


def test_a_second_later_it_was_signed_on_the_next_day() -> None:
    signed_at = datetime(2026, 1, 31, 16, tzinfo=UTC)  # 00:00 of 1 February in Shanghai
    assert datetime(2026, 3, 1, 16, tzinfo=UTC) == covered_until(CALENDAR, signed_at, 1, LineWarranty(line_id="1"))


def test_goods_without_warranty_are_never_covered() -> None:
    signed_at = datetime(2026, 1, 1, tzinfo=UTC)
    assert signed_at == covered_until(
        CALENDAR, signed_at, 0, LineWarranty(line_id="1", away=(days("2026-01-01", "2026-01-09"),))
    )


def test_days_of_repair_are_added_at_the_end() -> None:
    assert date(2027, 1, 23) == last_day(date(2026, 1, 15), 12, [days("2026-06-03", "2026-06-10")])


def test_a_repair_of_one_day_adds_that_day() -> None:
    assert date(2027, 1, 16) == last_day(date(2026, 1, 15), 12, [days("2026-06-03", "2026-06-03")])


def test_a_day_counts_once_however_many_repairs_it_belonged_to() -> None:
    away = [days("2026-06-01", "2026-06-10"), days("2026-06-10", "2026-06-12"), days("2026-06-05", "2026-06-06")]
    assert date(2027, 1, 27) == last_day(date(2026, 1, 15), 12, away)


def test_goods_that_left_on_the_last_day_still_had_their_warranty() -> None:
    assert date(2027, 1, 18) == last_day(date(2026, 1, 15), 12, [days("2027-01-15", "2027-01-17")])


def test_a_repair_after_the_end_lengthens_nothing() -> None:
    assert date(2027, 1, 15) == last_day(date(2026, 1, 15), 12, [days("2027-01-16", "2027-02-17")])


def test_a_second_repair_counts_when_it_began_in_the_time_that_the_first_one_added() -> None:
    away = [days("2026-06-01", "2026-06-10"), days("2027-01-20", "2027-01-21")]
    assert date(2027, 1, 27) == last_day(date(2026, 1, 15), 12, away)


def test_days_before_it_began_do_not_count() -> None:
    assert date(2027, 1, 17) == last_day(date(2026, 1, 15), 12, [days("2026-01-10", "2026-01-16")])


@given(dates, months, st.lists(runs, max_size=6), runs)
def test_a_repair_never_shortens_a_warranty(begins: date, later: int, away: list[Days], more: Days) -> None:
    assert last_day(begins, later, away) <= last_day(begins, later, [*away, more])


@given(dates, months, st.lists(runs, max_size=6), st.randoms())
def test_the_order_and_repetition_of_repairs_makes_no_difference(
    begins: date, later: int, away: list[Days], dice: object
) -> None:
    again = [*away, *away]
    dice.shuffle(again)  # type: ignore[attr-defined]
    assert last_day(begins, later, away) == last_day(begins, later, again)


@given(dates, months, st.lists(runs, max_size=6))
def test_no_more_is_added_than_the_days_that_goods_were_away(begins: date, later: int, away: list[Days]) -> None:
    added = (last_day(begins, later, away) - months_later(begins, later)).days
    assert 0 <= added <= sum(run.count for run in merged(away))


@given(st.lists(runs, max_size=8))
def test_merged_days_are_the_same_days_and_stand_apart(away: list[Days]) -> None:
    def each(runs: object) -> set[date]:
        return {run.first + DAY * i for run in runs for i in range(run.count)}  # type: ignore[attr-defined]

    kept = merged(away)
    assert each(away) == each(kept)
    assert all(before.last + DAY < after.first for before, after in itertools.pairwise(kept))


# Goods of an exchange

SIGNED = datetime(2026, 1, 15, 4, tzinfo=UTC)
CAME = datetime(2026, 9, 1, 4, tzinfo=UTC)
USUAL: Any = {"name": "usual", "effective_from": SIGNED}


def asked_about(warranty: Warranty | None) -> Application:
    """A repair of goods of an order whose first coat was exchanged in September."""
    bought = drafts.order(drafts.line("coat", 2, 30000))
    first = bought.lines[0]
    replaces = Replaces(case_id="case_1", line_id="coat", signed_at=CAME)
    new = first.but(line_id="coat.r1", quantity=1, gross=30000, paid=30000, replaces=replaces)
    return Application.model_construct(
        order=bought.with_more((new,), ()),
        delivery=Delivery(order_id=bought.order_id, state="delivered", signed_at=SIGNED),
        policy=Policy(policy_id="platform", version=1, published_at=SIGNED, published_by="op", **USUAL),
        warranty=warranty,
        at=CAME,
    )


def covered(line_id: str, warranty: Warranty | None = None) -> date:
    """The last day of it."""
    asked = asked_about(warranty)
    return CALENDAR.day_of(warranty_end(asked, asked.order.line(line_id)) - timedelta(seconds=1))


def test_a_replacement_has_a_whole_warranty_from_the_day_on_which_it_came() -> None:
    assert date(2027, 9, 1) == covered("coat.r1")


def test_what_was_bought_with_the_replaced_goods_keeps_its_own() -> None:
    assert date(2027, 1, 15) == covered("coat")


def test_days_of_repair_before_the_exchange_are_forgotten_with_the_old_goods() -> None:
    before = Warranty(order_id="o1").away(["coat"], days("2026-06-01", "2026-06-10"))
    assert [date(2027, 1, 25), date(2027, 9, 1)] == [covered(line, before) for line in ("coat", "coat.r1")]


def test_days_of_repair_of_a_replacement_are_its_own() -> None:
    after = Warranty(order_id="o1").away(["coat.r1"], days("2026-10-01", "2026-10-11"))
    assert [date(2027, 1, 15), date(2027, 9, 12)] == [covered(line, after) for line in ("coat", "coat.r1")]


def test_one_line_s_repair_does_not_lengthen_another_s() -> None:
    warranty = Warranty(order_id="o1").away(["1"], days("2026-06-01", "2026-06-10"))
    warranty = warranty.away(["2"], days("2026-07-01", "2026-07-01")).away(["1"], days("2026-08-01", "2026-08-01"))
    assert [11, 1] == [sum(run.count for run in warranty.line(line).away) for line in ("1", "2")]
    assert () == warranty.line("3").away


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), months, st.lists(runs, max_size=3))
def test_who_has_a_month_of_warranty_is_covered_on_the_day_of_signing(
    signed: datetime, later: int, away: list[Days]
) -> None:
    signed_at = signed.replace(tzinfo=UTC)
    ends_at = covered_until(CALENDAR, signed_at, later, LineWarranty(line_id="1", away=tuple(away)))
    assert ends_at >= signed_at + timedelta(days=28)
    assert 16 == ends_at.hour and 0 == ends_at.minute, "midnight in Shanghai"


def test_the_first_term_that_fits_says_where_goods_are_repaired() -> None:
    at_the_door = ServiceTerm(services=frozenset({"on_site"}), category="kitchen")
    terms = RepairTerms(services=(at_the_door, ServiceTerm(services=frozenset({"send_in"}), category="toys")))
    assert [{"on_site"}, {"send_in"}, set()] == [terms.offered(one) for one in ("kitchen", "toys", "books")]


def test_days_that_follow_each_other_are_one_run_and_a_day_between_makes_two() -> None:
    first, next_to_it = days("2026-06-01", "2026-06-10"), days("2026-06-11", "2026-06-12")
    assert (days("2026-06-01", "2026-06-12"),) == merged((next_to_it, first))
    apart = days("2026-06-12", "2026-06-12")
    assert (first, apart) == merged((apart, first))


# What a policy may promise


def test_a_policy_that_says_nothing_repairs_all_goods_at_the_door_or_in_the_workshop() -> None:
    [term] = RepairTerms().services
    assert (None, {"on_site", "send_in"}) == (term.category, term.services)
    assert {"on_site", "send_in"} == RepairTerms().offered("toys")


def test_a_policy_that_says_nothing_tries_twice_and_lets_the_buyer_choose_what_comes_then() -> None:
    terms = RepairTerms()
    assert (2, {"exchange", "refund"}, 10) == (terms.attempts, terms.unfixed, terms.visits)
    assert (True, True, "return_to_vendor") == (terms.paid, terms.goods_come_back, terms.unrepaired)


@pytest.mark.parametrize(
    "terms",
    [
        {"attempts": 1},
        {"attempts": 5},
        {"visits": 1},
        {"visits": 50},
        {"unfixed": ["refund"]},
        {"unfixed": ["exchange"]},
        {"services": [{"services": ["on_site"]}, {"services": ["send_in"]}] * 100},
        {"services": []},
    ],
)
def test_terms_at_their_bounds_are_taken_as_they_are(terms: dict[str, Any]) -> None:
    known = RepairTerms.model_validate(terms).model_dump(mode="json", exclude_unset=True)
    assert terms == known


@pytest.mark.parametrize(
    "terms",
    [
        {"attempts": 0},
        {"attempts": 6},
        {"attempts": None},
        {"visits": 0},
        {"visits": 51},
        {"visits": None},
        {"unfixed": []},
        {"unfixed": ["voucher"]},
        {"services": [{}] * 201},
        {"services": [{"services": ["by_phone"]}]},
    ],
)
def test_terms_beyond_their_bounds_are_refused(terms: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RepairTerms.model_validate(terms)


@pytest.mark.parametrize("months", [0, 240])
def test_goods_are_repaired_for_nothing_from_no_month_to_twenty_years(months: int) -> None:
    term = WarrantyTerm.model_validate({"months": months})
    assert (months, None) == (term.months, term.category)


@pytest.mark.parametrize("term", [{"months": -1}, {"months": 241}, {"months": None}, {}])
def test_no_longer_and_never_without_saying_how_long(term: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        WarrantyTerm.model_validate(term)
