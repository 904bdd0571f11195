"""From three files to filings in time order, each line matched to the order line that it returns."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.importers import online_retail
from local.importers.places import DataMissing
from tests.local.importers.files import attempt, line, returned, write


def test_a_return_means_the_line_of_its_stock_code_quantity_and_price(tmp_path: Path) -> None:
    lines = [line(price="3.75"), line(quantity=12), line(stock="85123A"), line()]
    retail = online_retail.read(write(tmp_path, lines, [returned()]))
    assert [(4, 2, 850)] == [tuple(ask) for ask in retail.cases[0].asks]


def test_of_two_equal_lines_the_second_is_taken_when_the_first_is_used_up(tmp_path: Path) -> None:
    returns = [returned(quantity=4), returned(quantity=4, cancel="C500011"), returned(quantity=2, cancel="C500012")]
    retail = online_retail.read(write(tmp_path, [line(), line()], returns))
    assert [1, 2, 1] == [case.asks[0].position for case in retail.cases]


def test_one_cancellation_may_return_one_line_in_two_parts(tmp_path: Path) -> None:
    retail = online_retail.read(write(tmp_path, [line()], [returned(quantity=2), returned(quantity=4)]))
    assert [(1, 2), (1, 4)] == [ask[:2] for ask in retail.cases[0].asks]


def test_a_pair_of_cancellation_and_invoice_is_one_case(tmp_path: Path) -> None:
    lines = [line(), line(stock="A"), line(invoice="500002")]
    returns = [returned(), returned(invoice="500002"), returned(stock="A")]
    retail = online_retail.read(write(tmp_path, lines, returns))
    assert ["C500009-500001", "C500009-500002"] == [case.name for case in retail.cases]
    assert [2, 1] == [len(case.asks) for case in retail.cases]


def test_cases_are_filed_in_time_order_and_an_attempt_after_what_was_given_back_then(tmp_path: Path) -> None:
    early, late = "2010-12-02 10:00:00", "2010-12-03 10:00:00"
    returns = [returned(cancel="C3", at=late), returned(cancel="C1", at=early)]
    retail = online_retail.read(write(tmp_path, [line()], returns, [attempt(cancel="C2", at=early)]))
    assert ["C1-500001", "C2-22960", "C3-500001"] == [filing.name for filing in retail.filings]


def test_what_is_owed_is_what_was_credited_but_never_more_than_was_paid(tmp_path: Path) -> None:
    returns = [returned(credited="8.00"), returned(credited="99.99", quantity=1, worth="4.25")]
    assert 800 + 425 == online_retail.read(write(tmp_path, [line()], returns)).owed


def test_an_attempt_goes_to_the_newest_earlier_purchase_that_was_once_large_enough(tmp_path: Path) -> None:
    lines = [
        line(invoice="1", quantity=9, at="2010-12-01 08:00:00"),
        line(invoice="2", quantity=5, at="2010-12-01 09:00:00"),
        line(invoice="3", quantity=4, at="2010-12-01 10:00:00"),
        line(invoice="4", quantity=9, at="2010-12-04 10:00:00"),
        line(invoice="5", quantity=9, at="2010-12-01 11:00:00", customer="1.0"),
    ]
    retail = online_retail.read(write(tmp_path, lines, [], [attempt(quantity=5)]))
    assert ["2"] == [filing.invoice for filing in retail.attempts]


def test_with_a_limit_only_attempts_before_the_last_case_count(tmp_path: Path) -> None:
    days = [f"2010-12-{day:02} 10:00:00" for day in range(2, 7)]
    returns = [returned(cancel=f"C{day}", at=days[day]) for day in (0, 2, 4)]
    attempts = [attempt(cancel=f"C{day}", at=days[day]) for day in (1, 3)]
    retail = online_retail.read(write(tmp_path, [line()], returns, attempts))
    assert [0, 1, 2, 2] == [len(retail.first(limit).attempts) for limit in (1, 2, 3, None)]


def test_a_return_that_fits_no_purchase_stays_owed_and_is_named(tmp_path: Path) -> None:
    retail = online_retail.read(write(tmp_path, [line()], [returned(quantity=4), returned(quantity=4)]))
    assert 1700 == retail.owed
    assert ("returns.csv row 3: invoice 500001 of 17850 has no such line left",) == retail.cases[0].unmatched


def test_another_customer_s_invoice_is_not_matched(tmp_path: Path) -> None:
    retail = online_retail.read(write(tmp_path, [line(customer="1.0")], [returned()]))
    assert () == retail.cases[0].asks


def test_a_cancellation_worth_nothing_is_left_out_with_a_word(tmp_path: Path) -> None:
    retail = online_retail.read(write(tmp_path, [line()], [returned(credited="0")]))
    assert [] == retail.cases
    assert 1 == retail.skipped.reasons["cancellations worth nothing"]


@pytest.mark.parametrize("row", [returned(quantity=0), returned(credited="-1"), returned(at="?"), "C1,only,three"])
def test_a_malformed_return_is_named(tmp_path: Path, row: str) -> None:
    retail = online_retail.read(write(tmp_path, [line()], [returned(), row]))
    assert 1 == len(retail.cases)
    assert retail.skipped.malformed[0].startswith("returns.csv row 3: ")


@pytest.mark.parametrize("missing", ["returns.csv", "over-refund-attempts.csv", "lines-2010-12.csv.gz"])
def test_a_missing_file_is_said_in_plain_words(tmp_path: Path, missing: str) -> None:
    (write(tmp_path, [line()], [returned()]) / missing).unlink()
    with pytest.raises(DataMissing, match=f"the data is not there: looked for .*{tmp_path.name}"):
        online_retail.read(tmp_path)


def test_a_file_of_another_shape_is_said_in_plain_words(tmp_path: Path) -> None:
    (write(tmp_path, [line()], []) / "returns.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataMissing, match="of another shape: it has no column cancel_invoice"):
        online_retail.read(tmp_path)


def test_a_damaged_file_is_said_in_plain_words(tmp_path: Path) -> None:
    file = write(tmp_path, [line()] * 50, []) / "lines-2010-12.csv.gz"
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(DataMissing, match="cannot be read"):
        online_retail.read(tmp_path)
