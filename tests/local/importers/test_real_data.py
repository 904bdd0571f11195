"""The retailer's whole nine months, counted by the importer."""

from __future__ import annotations

import os

import pytest

from chalicelib.domain.ledgers import Ask, open_ledger, quote, reserve
from chalicelib.domain.orders import Order, OrderDraft
from chalicelib.errors import QuantityExceedsPurchased, RefundExceedsPaid
from chalicelib.schemas.orders import RegisterOrder
from local.importers import online_retail
from local.importers.drafts import line_id, order_body
from local.importers.online_retail import Filing, Retail
from local.replay.dates import move
from local.replay.options import Options
from tests.domain.drafts import AT, kept

FOLDER = Options.of(os.environ | {"DATA": ""}).folder
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the real orders are not here: {FOLDER} (set SHARED_DATA)")


@pytest.fixture(scope="module")
def retail() -> Retail:
    return online_retail.read(FOLDER)


def test_2317_cases_on_2009_orders_are_owed_203856_85_pounds(retail: Retail) -> None:
    assert (2317, 2009, 20_385_685, 24) == (
        *(len(retail.cases), len(retail.invoices)),
        *(retail.owed, len(retail.attempts)),
    )


def test_every_row_finds_its_purchase_and_none_is_malformed(retail: Retail) -> None:
    assert [] == [filing.unmatched for filing in retail.filings if filing.unmatched]
    assert [] == retail.skipped.malformed


def test_the_first_forty_cases_are_the_first_in_time(retail: Retail) -> None:
    some = retail.first(40)
    assert (40, 221_760) == (len(some.cases), some.owed)
    assert [*some.filings] == [*retail.filings[: len(some.filings)]]
    assert {filing.invoice for filing in some.filings} == set(some.invoices)


class Desk:
    """Files against the domain alone, as the replay does against the API."""

    def __init__(self, retail: Retail) -> None:
        self.retail = retail
        self.orders: dict[str, Order] = {}
        self.ledgers = {}
        self.paid = self.refused = self.filed_again = self.left_out = 0

    def order(self, number: str) -> Order:
        if number not in self.orders:
            names = {"order_id": f"r-{number}", "buyer_id": "b", "merchant_id": "m"}
            body = order_body(self.retail.invoices[number], moved=move(self.retail, AT), **names)
            draft = RegisterOrder.model_validate(body, strict=False)
            plain = {name: getattr(draft, name) for name in OrderDraft.model_fields}
            self.orders[number] = kept(OrderDraft(**plain))
            self.ledgers[number] = open_ledger(self.orders[number])
        return self.orders[number]

    def file(self, filing: Filing) -> None:
        order = self.order(filing.invoice)
        asks = [Ask(line_id=line_id(a.position), quantity=a.quantity, amount=a.amount) for a in filing.asks]
        try:
            claim = quote(order, self.ledgers[filing.invoice], asks)
        except QuantityExceedsPurchased:
            assert filing.must_be_refused
            self.refused += 1
            return
        except RefundExceedsPaid as error:
            wrong = {int(each.field[6:].partition("]")[0]) for each in error.errors}
            self.filed_again, self.left_out = self.filed_again + 1, self.left_out + len(wrong)
            asks = [ask.but(amount=None) if i in wrong else ask for i, ask in enumerate(asks)]
            claim = quote(order, self.ledgers[filing.invoice], asks)
        assert filing.owed == claim.total, filing.name
        self.ledgers[filing.invoice] = reserve(order, self.ledgers[filing.invoice], claim)
        self.paid += claim.total


def test_filed_in_order_each_case_comes_to_what_is_owed_and_134_lines_are_filed_again(retail: Retail) -> None:
    desk = Desk(retail)
    for filing in retail.filings:
        desk.file(filing)
    assert (20_385_685, 120, 134, 24) == (desk.paid, desk.filed_again, desk.left_out, desk.refused)
