"""What everybody's books say was refunded, order by order, in pence: the provider's, the ledgers', the journal's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import urllib3

from chalicelib.adapters.dynamodb.listings import DynamoListings
from chalicelib.adapters.dynamodb.records import DynamoRecords
from chalicelib.domain import refs
from chalicelib.domain.journals import paid_out
from local.importers.drafts import payment_of
from local.stack import Stack

AT_ONCE = 50  # ledgers in one read
READERS = 4

ByOrder = dict[str, int]


@dataclass(frozen=True)
class Books:
    """Pence by order id. `paid_twice` names refund numbers for which the provider moved money more than once."""

    provider: ByOrder
    ledger: ByOrder
    journal: ByOrder
    paid_twice: Sequence[str] = ()

    def disagreements(self) -> list[str]:
        """The orders about which the three do not say the same."""
        orders = sorted({*self.provider, *self.ledger, *self.journal})
        said = (
            (order, [book.get(order, 0) for book in (self.provider, self.ledger, self.journal)]) for order in orders
        )
        return [
            f"{order}: the provider paid {amounts[0]}, the ledger says {amounts[1]}, the journal {amounts[2]}"
            for order, amounts in said
            if len(set(amounts)) > 1
        ]


def read(stack: Stack, order_ids: Sequence[str]) -> Books:
    """Reads all three: the provider over HTTP, ledgers and journal from the table."""
    table = DynamoRecords(stack.client("dynamodb"), stack.table)
    listings = DynamoListings(stack.client("dynamodb"), stack.table)
    book = _providers_book(stack)
    with ThreadPoolExecutor(READERS) as pool:
        ledgers = list(pool.map(lambda some: _ledgers(table, some), _chunks(order_ids)))
        journals = list(pool.map(lambda order_id: paid_out(listings.journal_of(order_id)), order_ids))
    return Books(
        provider=paid_by_provider(book, order_ids),
        ledger={order_id: amount for some in ledgers for order_id, amount in some.items()},
        journal=dict(zip(order_ids, journals, strict=True)),
        paid_twice=[number for number, refund in book["refunds"].items() if refund["moved"] > 1],
    )


def paid_by_provider(book: dict[str, Any], order_ids: Iterable[str]) -> ByOrder:
    """What went out less what came back, of these orders alone: other shops have refunds in the same book."""
    payments = book["payments"]
    return {order_id: int(payments.get(payment_of(order_id), 0)) for order_id in order_ids}


def _providers_book(stack: Stack) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {stack.payment_key}"}
    reply = urllib3.request("GET", f"{stack.payment_url}/book", headers=headers)
    if reply.status != 200:
        raise RuntimeError(f"the payment stand-in does not show its book: {reply.status} {reply.data[:300]!r}")
    book: dict[str, Any] = reply.json()
    return book


def _ledgers(table: DynamoRecords, order_ids: Sequence[str]) -> ByOrder:
    """What each order's ledger has as settled; an order without one is loud."""
    wanted = {order_id: refs.ledger(order_id) for order_id in order_ids}
    loaded: Any = table.load(list(wanted.values()))
    return {order_id: sum(row.settled for row in loaded[ref].payments) for order_id, ref in wanted.items()}


def _chunks(order_ids: Sequence[str]) -> list[Sequence[str]]:
    return [order_ids[i : i + AT_ONCE] for i in range(0, len(order_ids), AT_ONCE)]
