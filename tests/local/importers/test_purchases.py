"""What of the published lines is a purchase, and what is left out with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.importers import purchases
from local.importers.places import Skipped
from local.importers.purchases import Invoice
from tests.local.importers.files import line, write


def read(folder: Path, *lines: str) -> tuple[dict[str, Invoice], Skipped]:
    skipped = Skipped()
    write(folder, list(lines), [])
    return purchases.invoices(folder, lambda number, customer: True, skipped), skipped


def test_repeated_lines_stay_separate_lines(tmp_path: Path) -> None:
    found, _ = read(tmp_path, line(), line(), line(stock="85123A"))
    assert [1, 2, 3] == [each.position for each in found["500001"].lines]


def test_a_customer_s_number_is_the_same_with_and_without_its_decimal(tmp_path: Path) -> None:
    found, _ = read(tmp_path, line(customer="17850.0"), line(invoice="500002", customer="17850"))
    assert {"17850"} == {invoice.customer for invoice in found.values()}


def test_an_invoice_is_as_old_as_its_first_line(tmp_path: Path) -> None:
    found, _ = read(tmp_path, line(at="2010-12-01 08:27:00"), line(at="2010-12-01 08:26:00"))
    assert 26 == found["500001"].at.minute


def test_goods_given_for_nothing_are_lines(tmp_path: Path) -> None:
    found, skipped = read(tmp_path, line(price="0.0", words=""))
    assert 1 == len(found["500001"].lines)
    assert not skipped.reasons


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (line(invoice="C500001", quantity=-6), "cancellation lines (returns.csv pairs them)"),
        (line(invoice="A563185", price="11062.06"), "adjustments of the books"),
        (line(quantity=-20), "lines without units"),
        (line(price="-11062.06"), "lines below zero"),
    ],
)
def test_what_is_no_purchase_is_counted_by_its_reason(tmp_path: Path, row: str, reason: str) -> None:
    found, skipped = read(tmp_path, row)
    assert {} == found
    assert {reason: 1} == dict(skipped.reasons)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (line(quantity="many"), "Quantity is 'many', not a number"),
        (line(quantity="1.5"), "Quantity is '1.5', not a whole number"),
        (line(price="NaN"), "UnitPrice is 'NaN', which no shop has"),
        (line(at="yesterday"), "InvoiceDate is 'yesterday', not a time"),
        (line(stock=""), "StockCode is empty"),
        ("500001,22960", "InvoiceDate is '', not a time"),
    ],
)
def test_a_malformed_row_is_named_and_costs_only_itself(tmp_path: Path, row: str, said: str) -> None:
    found, skipped = read(tmp_path, line(), row)
    assert 1 == len(found["500001"].lines)
    assert [f"lines-2010-12.csv.gz row 3: {said}"] == skipped.malformed


def test_a_line_keeps_its_place_when_one_before_it_is_left_out(tmp_path: Path) -> None:
    found, _ = read(tmp_path, line(quantity=-1), line(price="2.50"))
    assert [2] == [each.position for each in found["500001"].lines]
