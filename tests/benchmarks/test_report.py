"""What is printed, and what is kept of the page."""

from __future__ import annotations

import pytest

from benchmarks.numbers import Pairs, percentile
from benchmarks.page import MARK, renewed
from benchmarks.prices import MILLION, PRICES
from benchmarks.report import table


def test_a_table_is_aligned_markdown() -> None:
    lines = table(("what", "ms"), [("a", "1.5"), ("longer", "10.25")]).splitlines()
    assert ["| what   | ms    |", "|--------|-------|", "| a      |   1.5 |", "| longer | 10.25 |"] == lines


def test_the_page_keeps_what_was_written_by_hand() -> None:
    page = renewed(f"by hand\n{MARK}\nold", ["machine: fast"], ["new"])
    assert f"by hand\n{MARK}\n\n- machine: fast\n\nnew\n" == page


def test_a_page_without_its_mark_is_not_overwritten() -> None:
    with pytest.raises(ValueError, match="mark"):
        renewed("by hand", [], [])


def test_the_ratio_is_one_of_medians() -> None:
    pairs = Pairs()
    for ours, bare in ((2.0, 1.0), (3.0, 2.0), (90.0, 2.0)):
        pairs.add(ours, bare)
    assert 1.5 == pairs.ratio
    assert (1.75, 23.5) == pairs.spread


@pytest.mark.parametrize(("share", "expected"), [(0.5, 5), (0.95, 10), (0.0, 1)])
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: int) -> None:
    assert expected == percentile(list(range(10, 0, -1)), share)


def test_ten_million_transitions_cost_what_the_list_says() -> None:
    assert 250 == pytest.approx(PRICES["Step Functions transitions"][0] * 10 * MILLION)
