"""Section 4: cases per second on the local stack, through the public API with real tokens, by 1 and by 8 clients."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from benchmarks.basket import LINES, basket
from benchmarks.numbers import percentile
from local.api import Api
from local.stack import Stack
from local.users import User

CLIENTS = (1, 8)
SHOP, OWNER, OPERATOR, ORDERS = "benchmark-shop", "benchmark-owner", "operator-1", "orders"
PATIENCE = 120.0  # seconds for the last refund to settle


@dataclass
class Rate:
    """Filing is what a client waits for; settling goes on behind its back."""

    clients: int
    cases: int
    filing: float  # seconds that all filings took
    settling: float  # seconds until the last of them was completed
    requests: dict[str, list[float]] = field(default_factory=dict)


def measure(stack: Stack, cases: int, progress: Callable[[str], None]) -> list[Rate]:
    """`cases` automatic cases for each number of clients."""
    api = Api(stack.api_url, stack.directory.token)
    buyers = [f"benchmark-buyer-{i}" for i in range(max(CLIENTS))]
    stack.directory.add(User(OWNER, "merchant", SHOP))
    stack.directory.add_all(User(buyer, "buyer") for buyer in buyers)
    _open_shop(api)
    _file(api, buyers[0])  # the functions' containers are warm from here on
    rates = []
    for clients in CLIENTS:
        progress(f"{cases} cases by {clients} at once")
        rates.append(_rate(api, buyers[:clients], cases))
    return rates


def _open_shop(api: Api) -> None:
    api.call("PUT", f"/merchants/{SHOP}", user=OPERATOR, body={"name": "Benchmark"}).expect(200, 201)
    policy = {"name": "benchmark", "effective_from": "2026-01-01T00:00:00Z"}
    api.call("POST", f"/policies/{SHOP}", user=OPERATOR, body=policy, key=str(uuid.uuid4())).expect(201)


def _file(api: Api, buyer: str) -> tuple[str, dict[str, float]]:
    """An order, a case, and how long each request took."""
    order_id = f"benchmark-{uuid.uuid4()}"
    order = api.call("POST", "/orders", user=ORDERS, body=basket(order_id, buyer, SHOP), key=str(uuid.uuid4()))
    order.expect(201)
    asked = {"order_id": order_id, "reason": "not_wanted", "lines": [{"line_id": LINES["automatic"], "quantity": 1}]}
    filed = api.call("POST", "/cases", user=buyer, body=asked, key=str(uuid.uuid4()))
    case_id = str(filed.expect(201)["case_id"])
    seen = api.call("GET", f"/cases/{case_id}", user=buyer)
    seen.expect(200)
    return case_id, {"POST /orders": order.seconds, "POST /cases": filed.seconds, "GET /cases/{case_id}": seen.seconds}


def _rate(api: Api, buyers: list[str], cases: int) -> Rate:
    def work(i: int) -> tuple[str, dict[str, float], str]:
        buyer = buyers[i % len(buyers)]
        return *_file(api, buyer), buyer

    began = time.monotonic()
    with ThreadPoolExecutor(len(buyers)) as pool:
        done = list(pool.map(work, range(cases)))
    filing = time.monotonic() - began
    for case_id, _, buyer in done:
        _settled(api, case_id, buyer, began + PATIENCE + filing)
    rate = Rate(len(buyers), cases, filing, time.monotonic() - began)
    for _, took, _ in done:
        for what, seconds in took.items():
            rate.requests.setdefault(what, []).append(seconds)
    return rate


def _settled(api: Api, case_id: str, buyer: str, deadline: float) -> None:
    while api.get(f"/cases/{case_id}", buyer)["status"]["code"] != "completed":
        if time.monotonic() > deadline:
            raise RuntimeError(f"{case_id} was not completed in time")
        time.sleep(0.1)


HEAD = ("clients", "cases", "filed/s", "completed/s", "request", "p50 ms", "p95 ms")


def rows(rates: list[Rate]) -> list[tuple[str, ...]]:
    return [
        (
            str(rate.clients),
            str(rate.cases),
            f"{rate.cases / rate.filing:.1f}",
            f"{rate.cases / rate.settling:.1f}",
            what,
            f"{percentile(seconds, 0.5) * 1000:.0f}",
            f"{percentile(seconds, 0.95) * 1000:.0f}",
        )
        for rate in rates
        for what, seconds in rate.requests.items()
    ]
