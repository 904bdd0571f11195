"""A replay on a running stack: the shop opens, orders come in, cases are filed in time order, the money arrives."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from rich.console import Console

from local.api import Api
from local.importers.online_retail import Filing, Retail
from local.importers.purchases import Invoice
from local.replay import books, dates, lanes, parcels, shelves, shop, standing, transitions
from local.replay.filing import Clerk
from local.replay.gauge import Gauge, Stalled
from local.replay.names import Names
from local.replay.options import Mode
from local.replay.progress import Bar
from local.replay.results import Results
from local.stack import Stack

MOST_OPEN = 32  # cases on their way at once: more would only wait for each other, and look stuck
LAG = 30.0  # seconds that a list may lag behind what was written


class Replay:
    """One run. `results` and `seconds` (from the first filing to the last settlement) are there to be read after it."""

    def __init__(
        self, stack: Stack, retail: Retail, console: Console, hands: int, now: datetime, mode: Mode = "refunds"
    ) -> None:
        self._stack, self._retail, self._console, self._hands = stack, retail, console, hands
        self._names = Names.of(now)
        self._api = Api(stack.api_url, stack.directory.token)
        self._moved = dates.move(retail, now)
        self._window = dates.window_days(retail, self._moved, now)
        self.results = Results()
        self.seconds = 0.0
        self._mode: Mode = mode
        remedy = "return_and_refund" if mode == "returns" else "refund_only"
        self._clerk = Clerk(self._api, self._names, self.results, remedy)

    def everything(self) -> None:
        """Raises Unexpected when the shop cannot open or an order is refused."""
        self._open_shop()
        self._import_orders()
        began = time.monotonic()
        self._file_cases()
        self.seconds = time.monotonic() - began

    def standing(self) -> standing.Standing:
        """The shop's lists, when they have caught up with what was filed."""
        deadline = time.monotonic() + LAG
        while True:
            found = standing.Standing.of(self._api, self._names.owner)
            settled = found.count == len(self.results.filed) and not found.open
            if settled or time.monotonic() > deadline:
                return found
            time.sleep(1)

    def books(self) -> books.Books:
        order_ids = [self._names.order_id(number) for number in self._retail.invoices]
        with self._console.status("comparing the books of provider, ledgers and journal …"):
            return books.read(self._stack, order_ids)

    def _open_shop(self) -> None:
        began = time.monotonic()
        first = min(invoice.at for invoice in self._retail.invoices.values()) + self._moved
        with self._console.status("opening the shop, making its customers …"):
            about = {"first_order": first, "window_days": self._window, "mode": self._mode}
            shop.open_shop(self._stack, self._api, self._names, **about)
            made = shop.make_customers(self._stack, self._names, (filing.customer for filing in self._retail.filings))
        moved = f"all dates moved by {self._moved.days} days"
        self._console.print(
            f"shop {self._names.merchant_id}, {made} customers in {time.monotonic() - began:.1f} s, {moved}"
        )

    def _import_orders(self) -> None:
        invoices = list(self._retail.invoices.values())
        with Bar(self._console, "importing orders", len(invoices)) as bar:

            def register(invoice: Invoice) -> None:
                self._clerk.register(invoice, self._moved)
                bar.one()

            lanes.work(invoices, lambda invoice: invoice.number, register, self._hands)

    def _file_cases(self) -> None:
        filings = self._retail.filings
        with Bar(self._console, "filing cases", len(filings)) as bar:
            gauge = Gauge(
                lambda: standing.counts(self._api, self._names.owner),
                lambda ended: bar.note(f"· {len(self.results.filed) - ended} open, {ended} settled"),
            )

            def file(filing: Filing) -> None:
                gauge.wait_for_room(MOST_OPEN)
                if self._clerk.file(filing):
                    gauge.filed()
                bar.one()

            try:
                with self._parcels():
                    lanes.work(filings, lambda filing: filing.invoice, file, self._hands)
                    gauge.wait_for_all()
            except Stalled as stalled:
                self.results.problem(f"stalled: {stalled}")

    def _parcels(self) -> AbstractContextManager[object]:
        """Customers who send back what they were asked for, while cases are filed."""
        if self._mode == "refunds":
            return nullcontext()
        return parcels.Senders(self._stack, self._api, self._names, self.results, self._hands)

    def shelves(self) -> shelves.Shelves:
        """What became of the goods that came back; of money alone, nothing."""
        if self._mode == "refunds":
            return shelves.Shelves()
        with self._console.status("looking at the shelves …"):
            return shelves.read(self._stack, sorted(self.results.filed))

    def transitions(self) -> transitions.Transitions:
        """What the flows of all cases cost."""
        with self._console.status("counting the transitions of every execution …"):
            return transitions.count(self._stack, self._mode, sorted(self.results.filed))
