"""Customers send back what they were asked for, and the carriers' stand-in takes it to the shop, scan by scan.

Whose goods are awaited is read off the shop's own list, now and then; each is sent once, with one key, twice.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

import urllib3

from local.api import Api
from local.replay.names import Names
from local.replay.results import Results
from local.stack import Stack

EVERY = 0.5  # seconds between two looks at the list
STEP = 0.2  # seconds between two scans
PATIENCE = 120.0  # seconds until the carrier must have been asked to follow a parcel
CARRIER = "sf"


class Senders:
    """Work while they are held, and until every parcel of before is on its way."""

    def __init__(self, stack: Stack, api: Api, names: Names, results: Results, hands: int) -> None:
        self._stack, self._api, self._names, self._results = stack, api, names, results
        self._pool = ThreadPoolExecutor(hands)
        self._stopped = threading.Event()
        self._seen: set[str] = set()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stopped.set()
        self._thread.join()
        self._pool.shutdown(cancel_futures=kind is not None)

    def _look(self) -> None:
        while not self._stopped.wait(EVERY):
            try:
                rows = self._api.listed("/cases?status=awaiting_goods", self._names.owner)
            except Exception as error:  # the next look may well be answered
                self._results.problem(f"the list of awaited goods: {error}")
                continue
            for case_id in (row["case_id"] for row in rows):
                if case_id in self._results.filed and case_id not in self._seen:
                    self._seen.add(case_id)
                    self._pool.submit(self._send, case_id)

    def _send(self, case_id: str) -> None:
        """What goes wrong here is a problem of the results: the case would wait for its goods for ever."""
        try:
            self._ship(case_id)
            self._carry(case_id)
            self._results.sent_back.add(case_id)
        except Exception as error:
            self._results.problem(f"{case_id} was not sent back: {error}")

    def _ship(self, case_id: str) -> None:
        buyer = self._names.buyer_id(self._results.filed[case_id].filing.customer)
        body = {"carrier": CARRIER, "waybill_no": self._names.waybill_no(case_id)}
        for _ in range(2):
            key = self._names.key("shipment", case_id)
            answer = self._api.call("POST", f"/cases/{case_id}/shipment", user=buyer, body=body, key=key)
            answer.expect(200)
            self._results.sent(answer.tries)

    def _carry(self, case_id: str) -> None:
        """The parcel travels as soon as the carrier was asked to follow it: by its worker, in its own time."""
        journey = {"journey": "arrives", "step": STEP, "waybill_no": self._names.waybill_no(case_id)}
        deadline = time.monotonic() + PATIENCE
        while True:
            reply = urllib3.request(
                "POST",
                f"{self._stack.carrier_url}/script",
                json=journey,
                headers={"Authorization": f"Bearer {self._stack.carrier_key}"},
            )
            if reply.status == 201:
                return
            if time.monotonic() > deadline:
                raise RuntimeError(f"the carrier knows no such parcel: {reply.status} {reply.data[:200]!r}")
            time.sleep(EVERY)
