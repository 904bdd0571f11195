"""The page on scale says what the benchmark counted, and its sums are right."""

from __future__ import annotations

import re

import pytest

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
