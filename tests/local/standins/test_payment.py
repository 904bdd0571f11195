"""The payment provider as a partner on the network: who may call it, what it bills, what it tells, what it survives."""

import http.client
import json
import os
import queue
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.standins.payment import PaymentStandIn
from local.standins.payment_book import Book
from local.standins.payment_provider import Provider
from local.standins.payment_routes import routes
from local.standins.web import Reply, Request, WebServer
from tests.local.standins.clocks import FakeClock
from tests.local.standins.payment_callers import API_KEY, SECONDS_TO_HEAR, SIGNING_SECRET, call

REFUND = {"refund_no": "rfd_1", "payment_id": "pay_1", "amount": 8900, "currency": "CNY"}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def bank(clock: FakeClock) -> Iterator[PaymentStandIn]:
    with PaymentStandIn(Provider(now=clock), api_key=API_KEY) as standin:
        yield standin


@pytest.mark.parametrize("key", ["", "key-of-another"])
def test_nobody_is_paid_without_the_key(bank: PaymentStandIn, key: str) -> None:
    assert 401 == call(bank.url, "POST", "/refunds", REFUND, key=key)[0]
    assert 404 == call(bank.url, "GET", "/refunds/rfd_1")[0]


def test_key_that_everybody_has_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        routes(Provider(), "")


def test_page_whose_name_was_pointed_here_gets_nothing(bank: PaymentStandIn) -> None:
    connection = http.client.HTTPConnection(urlsplit(bank.url).netloc, timeout=SECONDS_TO_HEAR)
    connection.request("GET", "/health", headers={"host": "shop.example:80"})
    status = connection.getresponse().status
    connection.close()
    assert 421 == status


def test_signing_secret_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="not a signing secret"):
        PaymentStandIn(Provider(), api_key=API_KEY, notify="http://127.0.0.1:9/")


def test_health_needs_no_key(bank: PaymentStandIn) -> None:
    assert 200 == call(bank.url, "GET", "/health", key="")[0]


@pytest.mark.parametrize("body", ["rfd_1", [REFUND], None])
def test_body_that_is_no_object_is_refused(bank: PaymentStandIn, body: object) -> None:
    assert 400 == call(bank.url, "POST", "/refunds", body)[0]


def bill(bank: PaymentStandIn, query: str, key: str = API_KEY) -> tuple[int, list[dict[str, Any]]]:
    """A page of a bill, line by line."""
    connection = http.client.HTTPConnection(urlsplit(bank.url).netloc, timeout=SECONDS_TO_HEAR)
    connection.request("GET", f"/bill?{query}", headers={"authorization": f"Bearer {key}"})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, [json.loads(line) for line in text.splitlines()]


def test_bill_of_a_day_shows_what_moved_on_it(bank: PaymentStandIn, clock: FakeClock) -> None:
    call(bank.url, "POST", "/refunds", REFUND)
    clock.pass_(86_400)
    call(bank.url, "POST", "/faults", {"now": "reverse", "refund_no": "rfd_1"})
    clock.pass_(86_400)
    (_, [first, _]), (_, [second, closed]) = (bill(bank, f"day=2026-11-{day}") for day in (22, 23))
    assert {**REFUND, "reference": "mv_1", "state": "settled", "settled_at": "2026-11-22T12:00:00.000Z"} == first
    assert {**REFUND, "reference": "mv_2", "state": "reversed", "settled_at": "2026-11-23T12:00:00.000Z"} == second
    assert {"page": {"day": "2026-11-23", "zone": "Asia/Shanghai", "rows": 1, "next": None}} == closed


def test_bill_has_the_days_of_its_own_zone(bank: PaymentStandIn, clock: FakeClock) -> None:
    clock.pass_(4 * 3600)  # 16:00 in UTC is midnight in Shanghai
    call(bank.url, "POST", "/refunds", REFUND)
    clock.pass_(2 * 86_400)
    assert [1, 2] == [len(bill(bank, f"day=2026-11-{day}")[1]) for day in (22, 23)]


def test_day_that_is_not_over_has_no_bill(bank: PaymentStandIn) -> None:
    assert (409, [{"code": "bill_not_ready", "day": "2026-11-22"}]) == bill(bank, "day=2026-11-22")


def test_bill_comes_in_pages(bank: PaymentStandIn, clock: FakeClock) -> None:
    for number in range(5):
        call(bank.url, "POST", "/refunds", {**REFUND, "refund_no": f"rfd_{number}"})
    clock.pass_(86_400)
    seen, cursor = [], ""
    while cursor is not None:
        *lines, closed = bill(bank, f"day=2026-11-22&limit=2{cursor and f'&cursor={cursor}'}")[1]
        seen += [line["refund_no"] for line in lines]
        cursor = closed["page"]["next"]
    assert [f"rfd_{number}" for number in range(5)] == seen


def test_bill_can_be_printed_wrong_and_the_book_stays_right(bank: PaymentStandIn, clock: FakeClock) -> None:
    for number in range(4):
        call(bank.url, "POST", "/refunds", {**REFUND, "refund_no": f"rfd_{number}"})
    clock.pass_(2 * 86_400)
    for misprint in (
        {"refund_no": "rfd_0", "left_out": True},
        {"refund_no": "rfd_1", "says": {"amount": 1}},
        {"refund_no": "rfd_2", "says": {"settled_at": "2026-11-23T12:00:00Z"}},
        {"day": "2026-11-22", "made_up": '{"refund_no": "rfd_x"}'},
    ):
        assert 201 == call(bank.url, "POST", "/faults", {"now": "misprint", **misprint})[0]
    (_, first), (_, second) = (bill(bank, f"day=2026-11-{day}") for day in (22, 23))
    assert [("rfd_1", 1), ("rfd_3", 8900), ("rfd_x", None)] == [(r["refund_no"], r.get("amount")) for r in first[:-1]]
    assert ["rfd_2"] == [row["refund_no"] for row in second[:-1]]
    assert {"CNY": 4 * 8900} == call(bank.url, "GET", "/book")[1]["settled"]


def test_key_that_only_reads_moves_no_money(clock: FakeClock) -> None:
    with PaymentStandIn(Provider(now=clock), api_key=API_KEY, reader_key="reads") as bank:
        refused = [
            call(bank.url, method, path, REFUND if method == "POST" else None, key="reads")[0]
            for method, path in (("POST", "/refunds"), ("POST", "/faults"), ("GET", "/book"))
        ]
        assert ([403] * 3, 404, 200) == (
            refused,
            call(bank.url, "GET", "/refunds/rfd_1", key="reads")[0],
            bill(bank, "day=2026-11-21", key="reads")[0],
        )


def test_bill_of_no_day_is_refused(bank: PaymentStandIn) -> None:
    assert 400 == call(bank.url, "GET", "/bill?day=yesterday")[0]


def test_faults_can_be_read_and_taken_back(bank: PaymentStandIn) -> None:
    call(bank.url, "POST", "/faults", {"outcome": "decline"})
    assert ["decline"] == [rule["outcome"] for rule in call(bank.url, "GET", "/faults")[1]["faults"]]
    call(bank.url, "DELETE", "/faults")
    assert 200 == call(bank.url, "POST", "/refunds", REFUND)[0]


def test_notification_that_was_refused_comes_again_with_the_same_id(clock: FakeClock) -> None:
    answers, heard = iter([500, 204]), queue.Queue[str]()

    def hear(request: Request) -> Reply:
        heard.put(request.headers["webhook-id"])
        return Reply(next(answers))

    with (
        WebServer(hear) as ear,
        PaymentStandIn(Provider(now=clock), api_key=API_KEY, signing_secret=SIGNING_SECRET, notify=ear.url) as standin,
    ):
        call(standin.url, "POST", "/refunds", REFUND)
        first = heard.get(timeout=SECONDS_TO_HEAR)
        second = _heard_later(heard, clock, standin)
    assert first == second == "msg_rfd_1_refund.settled"


def _heard_later(heard: "queue.Queue[str]", clock: FakeClock, standin: PaymentStandIn) -> str:
    """What is heard when time passes: the refusal may still be on its way into the book when the clock moves first."""
    for _ in range(100):
        clock.pass_(2)
        standin.wake()
        with suppress(queue.Empty):
            return heard.get(timeout=SECONDS_TO_HEAR / 100)
    raise AssertionError("it did not come again")


def test_what_nobody_was_told_yet_can_be_asked_for(bank: PaymentStandIn) -> None:
    call(bank.url, "POST", "/refunds", REFUND)
    assert (200, {"waiting": ["msg_rfd_1_refund.settled"]}) == call(bank.url, "GET", "/notices")


def test_terse_provider_does_not_notify_what_it_has_just_answered(clock: FakeClock) -> None:
    provider = Provider(now=clock, tells_what_it_answered=False)
    provider.pay(REFUND)
    assert [] == provider.notices()
    provider.script({"now": "reverse", "refund_no": "rfd_1"})
    assert ["refund.reversed"] == [json.loads(notice.body)["type"] for notice in provider.notices()]


def test_book_in_a_file_outlives_the_process(tmp_path: Path, clock: FakeClock) -> None:
    first = Provider(Book(tmp_path / "book"), clock)
    answer = first.pay(REFUND)
    first.book.close()
    second = Provider(Book(tmp_path / "book"), clock)
    assert (answer, 1) == (second.pay(REFUND), len(second.notices()))
    second.book.close()


@pytest.fixture
def process() -> Iterator["subprocess.Popen[str]"]:
    environment = {**os.environ, "TEST_KEY": API_KEY}
    command = [sys.executable, "-m", "local.standins.payment", "--api-key-env", "TEST_KEY"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:
        yield running
        running.kill()


def test_process_says_where_it_is_and_stops_when_told(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    ready: Any = re.fullmatch(r"payment ready at (http://127\.0\.0\.1:\d+)\n", process.stdout.readline())
    assert 200 == call(ready[1], "POST", "/refunds", REFUND)[0]
    process.send_signal(signal.SIGTERM)
    assert 0 == process.wait(SECONDS_TO_HEAR)
