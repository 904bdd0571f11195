"""The page on scale says what the benchmark counted, and its sums are right."""

from __future__ import annotations

import re

import pytest

from benchmarks import remedies, sale_day
from benchmarks.quotas import quotas
from tests.house.documents import DOCS

SCALE, COUNTED = (DOCS / "scale.md").read_text(), (DOCS / "benchmarks.md").read_text()
PEAK = 86_400 / 10
_SUM = re.compile(r"^([\d.,]+) ÷ ([\d.,]+) = ([\d.,]+)$")


def rows(text: str, head: str) -> list[list[str]]:
    """The cells of the table whose first head this is."""
    _, _, after = text.partition(f"\n| {head}")
    lines = after.split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def number(text: str) -> float:
    return float(text.replace(",", ""))


@pytest.mark.parametrize("row", rows(SCALE, "per case"), ids=lambda row: row[0])
def test_what_a_case_asks_is_what_was_counted(row: list[str]) -> None:
    name, automatic, _, reviewed, _ = row
    [counted] = [other for other in rows(COUNTED, "per case") if other[0] == name]
    assert [automatic, reviewed] == counted[1:3]


@pytest.mark.parametrize("row", rows(SCALE, "per case"), ids=lambda row: row[0])
def test_what_it_costs_is_what_was_priced(row: list[str]) -> None:
    name, _, automatic, _, reviewed = row
    [priced] = [other for other in rows(COUNTED, "dollars per million cases") if other[0] == name]
    assert [automatic, reviewed] == priced[1:3]


def test_the_page_carries_what_the_remedies_ask_for_today() -> None:
    assert SCALE == remedies.renewed(SCALE), "run `python -m benchmarks.remedies --write`"


@pytest.mark.parametrize(("story", "column"), [("automatic", 1), ("reviewed", 2)])
def test_the_campaign_and_the_benchmark_count_the_same_transitions(story: str, column: int) -> None:
    [counted] = [row for row in rows(COUNTED, "per case") if row[0] == "Step Functions transitions"]
    assert number(counted[column]) == remedies.count(story).transitions


def test_a_story_that_does_not_end_is_not_counted() -> None:
    with pytest.raises(RuntimeError, match="does not come to an end"):
        remedies.ended("nobody's", [None])


LIMITS = rows(SCALE, "limit")


@pytest.mark.parametrize("row", LIMITS, ids=lambda row: row[0])
def test_a_limit_s_sum_is_right(row: list[str]) -> None:
    found = _SUM.match(row[2])
    assert found, row[2]
    limit, each, cases = map(number, found.groups())
    assert cases == pytest.approx(limit / each, rel=0.01)
    assert number(row[3]) == pytest.approx(cases * PEAK, rel=0.005)


def test_the_limit_that_is_met_first_stands_first() -> None:
    days = [number(row[3]) for row in LIMITS]
    assert len(days) > 10
    assert sorted(days) == days


@pytest.mark.parametrize(
    ("place", "limit"),
    [("`by_due`", "`by_due`"), ("`by_merchant`", "one shop in"), ("tally of the shop", "one shop's tally")],
)
def test_the_units_of_a_limit_are_those_of_its_place(place: str, limit: str) -> None:
    [reviewed] = [row[2] for row in rows(SCALE, "to") if row[0].startswith(place)]
    [told] = [row[0] for row in LIMITS if row[0].startswith(limit)]
    assert told.endswith(f", {reviewed} a case")


# --- the simulation


def test_the_page_carries_what_the_simulation_says_today() -> None:
    assert SCALE == sale_day.renewed(SCALE)


def test_one_seed_is_one_day() -> None:
    scene = sale_day.SCENES[0]
    sale_day.day_of.cache_clear()
    first = sale_day.day_of(scene)
    sale_day.day_of.cache_clear()
    assert first == sale_day.day_of(scene)


def test_as_many_cases_come_as_the_scene_says() -> None:
    scene = sale_day.Scene("plain", 3_000, 30_000, 1, 1)
    assert sum(sale_day.day_of(scene)["platform"]) == pytest.approx(30_000, rel=0.03)
    rush = sale_day.Scene("rush", 3_000, 30_000, 50, 1)
    hour = sale_day.HOURS[sale_day.SALE] / sum(sale_day.HOURS)
    assert sum(sale_day.day_of(rush)["shop"]) == pytest.approx(3_000 * (1 + 49 * hour), rel=0.05)


def test_what_is_over_a_quota_waits_until_there_is_room() -> None:
    quota = next(quota for quota in quotas() if quota.name == "StartExecution")
    came = [0, 900, *([0] * 10)]
    met = sale_day.meet(quota, came, 900)
    assert (2.0, 2 / 60) == (met.age, met.behind), "600 are left after the first second, and two seconds take them"
    assert 0 == sale_day.meet(quota, [300] * 12, 3600).age


def test_a_day_that_just_fits_uses_all_of_a_quota() -> None:
    quota = next(quota for quota in quotas() if quota.name == "StartExecution")
    met = sale_day.meet(quota, [150] * sale_day.DAY, 150 * sale_day.DAY)
    assert (0.5, 300 * sale_day.DAY) == (met.used, met.full_at)


def test_our_own_limits_are_those_that_are_deployed() -> None:
    told = {row[0].partition(":")[0]: row[0] for row in LIMITS if row[1] == "ours"}
    deployed = {quota.name: quota for quota in quotas()}
    assert f"API: {deployed['API: requests'].rate} requests" in told["API"]
    assert "webhooks: 25 at once" in told["webhooks"]
