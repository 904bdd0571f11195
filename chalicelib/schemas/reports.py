"""The report of a reconciled day, a file that an accountant opens: CSV as spreadsheets read it (RFC 4180).

UTF-8 with its mark, without which Excel takes Chinese for something else; every head and word in Chinese and English;
amounts as exact decimals with their currency beside them; instants in UTC. What comes from outside can be no formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from chalicelib.domain.money import EXPONENTS
from chalicelib.schemas import names

if TYPE_CHECKING:
    from chalicelib.domain.bills import BillRow
    from chalicelib.domain.reconciliations import Difference
    from chalicelib.domain.refunds import Refund
    from chalicelib.schemas.names import Names

HEADS = (
    "账单日 bill of", "种类 kind", "原因 because", "处理方法 way back", "退款单号 refund number", "售后单号 case",
    "订单号 order", "我方状态 our state", "我方金额 our amount", "我方币种 our currency", "我方支付单 our payment",
    "我方到账时间 settled by us (UTC)", "账单状态 bill's state", "账单金额 bill's amount", "账单币种 bill's currency",
    "账单支付单 bill's payment", "账单到账时间 settled by the bill (UTC)", "渠道流水号 provider's reference",
    "渠道现答复 provider's answer now", "账单原文 line of the bill",
)  # fmt: skip
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ANSWERS: Names = {**names.REFUND_STATES, "accepted": ("已受理", "Accepted"), "never_seen": ("无此单号", "Never seen")}


def report_of(day: date, differences: Iterable[Difference]) -> bytes:
    """The file. The same differences in the same order are the same bytes: nothing of the run itself is in it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADS)
    for difference in differences:
        writer.writerow([_plain(cell) for cell in (day.isoformat(), *_cells(difference))])
    return text.getvalue().encode("utf-8-sig", errors="backslashreplace")


def _cells(difference: Difference) -> tuple[str, ...]:
    ours, theirs = difference.ours, difference.theirs
    return (
        _both(names.DIFFERENCES, difference.kind),
        _both(names.BECAUSES, difference.because),
        _both(names.WAYS_BACK, difference.way_back),
        difference.refund_no,
        *(_ours(ours) if ours else [""] * 7),
        *(_theirs(theirs) if theirs else [""] * 6),
        _both(ANSWERS, difference.asked) if difference.asked else "",
        difference.text,
    )


def _ours(refund: Refund) -> tuple[str, ...]:
    money = decimal(refund.amount, refund.currency), refund.currency, refund.payment_id
    state = _both(names.REFUND_STATES, refund.state)
    return refund.case_id, refund.order_id, state, *money, _instant(refund.settled_at)


def _theirs(row: BillRow) -> tuple[str, ...]:
    money = decimal(row.amount, row.currency), row.currency, row.payment_id
    return _both(names.REFUND_STATES, row.state), *money, _instant(row.settled_at), row.reference


def decimal(amount: int, currency: str) -> str:
    """Minor units as the exact decimal that people write: 8900 CNY is `89.00`, 8900 JPY is `8900`.

    A currency that nobody knows keeps its minor units, and says so.
    """
    digits = EXPONENTS.get(currency)
    if digits is None:
        return f"{amount} (minor units)"
    if digits == 0:
        return str(amount)
    text = str(amount).rjust(digits + 1, "0")
    return f"{text[:-digits]}.{text[-digits:]}"


def _plain(cell: str) -> str:
    """A spreadsheet runs what begins like a formula; behind an apostrophe it is text."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULAS) else cell


def _both(of: Names, code: str) -> str:
    zh, en = of[code]
    return f"{zh} {en}"


def _instant(at: datetime | None) -> str:
    return at.isoformat(sep=" ", timespec="seconds").removesuffix("+00:00") if at else ""
