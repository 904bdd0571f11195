"""A real retailer's orders and cancellations go through allocation, quotes and ledgers to the penny."""

from __future__ import annotations

import pytest

from chalicelib.domain.balances import Ledger
from chalicelib.domain.ledgers import Ask, open_ledger, quote, reserve, still_refundable
from chalicelib.domain.orders import Order, OrderDraft, Payment
from chalicelib.errors import QuantityExceedsPurchased, RefundExceedsPaid
from tests.domain import retail
from tests.domain.drafts import coupon, kept
from tests.domain.retail import Row, cancellations, draft_of, pence, purchases

pytestmark = pytest.mark.skipif(
    not retail.FOLDER.is_dir(), reason=f"the real orders are not here: {retail.FOLDER} (set SHARED_DATA)"
)


@pytest.fixture(scope="module")
def invoices() -> dict[str, list[Row]]:
    return purchases()


def made_harder(draft: OrderDraft) -> OrderDraft:
    """The same order with a coupon of a ninth, freight, tax and three payments; nothing divides evenly."""
    goods = sum(line.gross or 0 for line in draft.lines)
    less, freight, tax = goods // 9, 495, goods // 7
    due = goods - less + freight + tax
    amounts = {"card": due - due // 3 - due // 11, "points": due // 11, "balance": due // 3}
    payments = tuple(Payment(payment_id=m, method=m, amount=amount) for m, amount in amounts.items())
    return draft.but(promotions=(coupon(less),), freight=freight, tax=tax, payments=payments)


def test_every_real_order_adds_up(invoices: dict[str, list[Row]]) -> None:
    for invoice, lines in invoices.items():
        order = kept(made_harder(draft_of(invoice, lines)))
        assert sum(line.paid + line.freight for line in order.lines) == order.paid_total


class Book:
    """The orders that were asked about, and their ledgers."""

    def __init__(self, invoices: dict[str, list[Row]]) -> None:
        self.invoices = invoices
        self.orders: dict[str, Order] = {}
        self.ledgers: dict[str, Ledger] = {}

    def order(self, invoice: str) -> Order:
        if invoice not in self.orders:
            self.orders[invoice] = kept(draft_of(invoice, self.invoices[invoice]))
            self.ledgers[invoice] = open_ledger(self.orders[invoice])
        return self.orders[invoice]

    def asks(self, invoice: str, returned: list[Row]) -> list[Ask]:
        """A return names stock code, quantity and price; the first such line with units left is meant."""
        order = self.order(invoice)
        left = {line.line_id: line.units for line in still_refundable(order, self.ledgers[invoice]).lines}
        asks = []
        for row in returned:
            units, meant = int(row["qty"]), (row["stock"], int(row["orig_qty"]), pence(row["orig_price"]))
            line_id = next(
                line.line_id
                for line in order.lines
                if (line.sku, line.quantity, line.unit_price) == meant and left[line.line_id] >= units
            )
            left[line_id] -= units
            asks.append(Ask(line_id=line_id, quantity=units, amount=pence(row["as_credited"])))
        return asks

    def refuses(self, row: Row, at: str) -> bool:
        """Whether an attempt at more units than are left is refused."""
        units = int(row["qty"])
        invoice, line_id = max(
            (
                (invoice, line.line_id)
                for invoice, lines in self.invoices.items()
                if lines[0]["CustomerID"] == row["customer"] + ".0" and lines[0]["InvoiceDate"] < at
                for line in self.order(invoice).lines
                if line.sku == row["stock"] and line.quantity >= units
            ),
            key=lambda found: self.invoices[found[0]][0]["InvoiceDate"],
        )
        with pytest.raises(QuantityExceedsPurchased):
            quote(self.order(invoice), self.ledgers[invoice], [Ask(line_id=line_id, quantity=units)])
        return True

    def refund(self, invoice: str, asks: list[Ask]) -> int:
        order = self.order(invoice)
        claim = quote(order, self.ledgers[invoice], asks)
        self.ledgers[invoice] = reserve(order, self.ledgers[invoice], claim)
        return claim.total


def test_the_real_cancellations_refund_203856_85_pounds(invoices: dict[str, list[Row]]) -> None:
    book, refunded, refused, offending = Book(invoices), 0, 0, 0
    for (_, invoice), returned in cancellations().items():
        asks = book.asks(invoice, returned)
        try:
            refunded += book.refund(invoice, asks)
        except RefundExceedsPaid as error:
            wrong = {int(each.field.split("[")[1].split("]")[0]) for each in error.errors}
            refused, offending = refused + 1, offending + len(wrong)
            again = [ask.but(amount=None) if i in wrong else ask for i, ask in enumerate(asks)]
            refunded += book.refund(invoice, again)
    assert (20_385_685, 120, 134) == (refunded, refused, offending)


def test_none_of_the_real_over_refund_attempts_is_paid(invoices: dict[str, list[Row]]) -> None:
    """Filed at its place in time, against the newest earlier purchase that was once large enough."""
    book, refused = Book(invoices), 0
    returns, attempts = cancellations(), list(retail.rows("over-refund-attempts.csv"))
    for at, pair, row in sorted(
        [(rows[0]["cancel_date"], pair, None) for pair, rows in returns.items()]
        + [(row["cancel_date"], ("~", ""), row) for row in attempts],
        key=lambda event: event[:2],
    ):
        if row is None:
            book.refund(pair[1], [ask.but(amount=None) for ask in book.asks(pair[1], returns[pair])])
        else:
            refused += book.refuses(row, at)
    assert (24, 24) == (refused, len(attempts))
