"""The file for accountants: exact, readable in Excel, and never a program."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.bills import BillRow
from chalicelib.domain.money import EXPONENTS
from chalicelib.domain.reconciliations import Difference, missing
from chalicelib.schemas.reports import HEADS, decimal, report_of
from tests.adapters.payments_values import REFUND

DAY = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROW = BillRow(REFUND.refund_no, "mv_1", "pay_1", 8901, "CNY", "settled", AT)
OTHER = Difference("other_amount", "amount", "compare", REFUND.refund_no, REFUND.but(settled_at=AT), ROW)


def cells(*differences: Difference) -> list[list[str]]:
    return list(csv.reader(io.StringIO(report_of(DAY, differences).decode("utf-8-sig"), newline="")))


def test_excel_is_told_that_it_is_utf_8() -> None:
    content = report_of(DAY, [])
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")


def test_every_line_has_a_cell_for_every_head() -> None:
    rows = cells(OTHER, missing(REFUND, "settled"), missing(REFUND, None))
    assert [len(HEADS)] * 4 == [len(row) for row in rows]
    assert len(set(HEADS)) == len(HEADS)


def test_both_sides_stand_beside_each_other_with_their_money_exactly() -> None:
    [head, row] = cells(OTHER)
    told = dict(zip((name.partition(" ")[2] for name in head), row, strict=True))
    assert ("89.00", "CNY", "89.01", "CNY") == (
        told["our amount"], told["our currency"], told["bill's amount"], told["bill's currency"]
    )  # fmt: skip
    assert ("2026-11-22", REFUND.case_id, "mv_1", "2026-11-22 12:00:00") == (
        told["bill of"], told["case"], told["provider's reference"], told["settled by the bill (UTC)"]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (8900, "CNY", "89.00"),
        (5, "CNY", "0.05"),
        (0, "CNY", "0.00"),
        (8900, "JPY", "8900"),
        (1, "KWD", "0.001"),
        (123456, "CLF", "12.3456"),
        (9007199254740991, "CNY", "90071992547409.91"),
    ],
)
def test_an_amount_is_the_decimal_that_people_write(amount: int, currency: str, text: str) -> None:
    assert text == decimal(amount, currency)


@given(amount=st.integers(0, 2**53 - 1), currency=st.sampled_from(sorted(EXPONENTS)))
def test_no_amount_loses_anything(amount: int, currency: str) -> None:
    text = decimal(amount, currency)
    assert amount == int(text.replace(".", ""))
    assert EXPONENTS[currency] == len(text.partition(".")[2])


@given(text=st.one_of(st.text(max_size=30), st.sampled_from(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1"])))
def test_nothing_from_outside_is_a_formula(text: str) -> None:
    odd = Difference("unreadable", "unreadable", "read_by_hand", "", text=text)
    row = ROW._replace(reference=text or "x", payment_id=text or "x")
    for cell in (cell for line in cells(odd, OTHER._replace(theirs=row)) for cell in line):
        assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


def test_the_same_differences_are_the_same_bytes() -> None:
    assert report_of(DAY, [OTHER]) == report_of(DAY, [OTHER])
