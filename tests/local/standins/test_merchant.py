"""Merchants on the network: an event goes out, a signed answer comes back, and faults on the way are lived through."""

import http.client
import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.standins.merchant import MerchantStandIn
from local.standins.merchant_desk import Desk
from local.standins.postman import Backoff, Letter, Postman, PostmanBusy
from local.standins.signatures import verified
from local.standins.web import Reply, Request, WebServer
from tests.local.standins.events import CASE, SECRET, event, message
from tests.local.standins.payment_callers import API_KEY, SECONDS_TO_HEAR, call

AT_ONCE_AGAIN = Backoff(first=0.0)


class Platform:
    """Our API as a merchant sees it: takes callbacks, answering them with the given statuses and then 200."""

    def __init__(self, *statuses: int) -> None:
        self._statuses = iter(statuses)
        self.callbacks: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()

    def __call__(self, request: Request) -> Reply:
        assert "/merchants/m_1/callbacks" == request.path
        self.callbacks.put((verified(SECRET, request.headers, request.body), request.json()))
        return Reply(next(self._statuses, 200))


@pytest.fixture
def shop() -> Iterator[MerchantStandIn]:
    with MerchantStandIn(Desk(), api_key=API_KEY, backoff=AT_ONCE_AGAIN) as standin:
        yield standin


def register(shop: MerchantStandIn, api_url: str, **rule: Any) -> None:
    body = {"merchant_id": "m_1", "secret": SECRET, "api_url": api_url, "rule": rule}
    assert 200 == call(shop.url, "POST", "/merchants", body)[0]


def deliver(shop: MerchantStandIn, content: dict[str, Any]) -> int:
    headers, body = message(content)
    connection = http.client.HTTPConnection(urlsplit(shop.url).netloc, timeout=SECONDS_TO_HEAR)
    connection.request("POST", "/webhooks/m_1", body, headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_event_is_answered_by_a_signed_decision(shop: MerchantStandIn) -> None:
    platform = Platform()
    with WebServer(platform) as server:
        register(shop, server.url)
        assert 200 == deliver(shop, event())
        _, decision = platform.callbacks.get(timeout=SECONDS_TO_HEAR)
    assert {"type": "decision", "case_id": CASE, "decision": "approve"} == decision


def test_answer_that_found_no_ear_is_given_again_under_the_same_id(shop: MerchantStandIn) -> None:
    platform = Platform(503, 409, 429)
    with WebServer(platform) as server:
        register(shop, server.url)
        deliver(shop, event())
        callbacks = [platform.callbacks.get(timeout=SECONDS_TO_HEAR) for _ in range(4)]
    assert [callbacks[0]] * 4 == callbacks


def test_answer_that_was_refused_for_good_is_not_repeated(shop: MerchantStandIn) -> None:
    platform = Platform(422)
    with WebServer(platform) as server:
        register(shop, server.url)
        deliver(shop, event())
        deliver(shop, event("CaseRevised", 2))
        ids = [platform.callbacks.get(timeout=SECONDS_TO_HEAR)[0] for _ in range(2)]
    assert 2 == len(set(ids))
    assert platform.callbacks.empty()


def test_log_tells_what_was_received_and_what_was_answered(shop: MerchantStandIn) -> None:
    platform = Platform()
    with WebServer(platform) as server:
        register(shop, server.url)
        deliver(shop, event())
        platform.callbacks.get(timeout=SECONDS_TO_HEAR)
        shop.stop()  # after this every attempt has been written down
    log = shop.desk.log("m_1", CASE)
    assert {"received": 1, "answered": 1} == log["counts"]
    assert [("received", 1), ("answered", 200)] == [
        (entry["what"], entry.get("sequence") or entry.get("status")) for entry in log["entries"]
    ]


@pytest.mark.parametrize(("method", "path"), [("POST", "/merchants"), ("GET", "/merchants"), ("GET", "/log")])
def test_nobody_steers_the_stand_in_without_the_key(shop: MerchantStandIn, method: str, path: str) -> None:
    assert 401 == call(shop.url, method, path, key="key-of-another")[0]


def test_without_a_key_a_web_page_still_cannot_register_a_merchant() -> None:
    body = json.dumps({"merchant_id": "m_1", "secret": SECRET})
    with MerchantStandIn(Desk("http://127.0.0.1:9")) as shop:
        connection = http.client.HTTPConnection(urlsplit(shop.url).netloc, timeout=SECONDS_TO_HEAR)
        statuses = []
        for kind in ("text/plain", "application/json"):
            connection.request("POST", "/merchants", body, {"content-type": kind})
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        connection.close()
    assert [401, 200] == statuses


def test_name_under_localhost_is_this_machine(shop: MerchantStandIn) -> None:
    platform = Platform()
    with WebServer(platform) as server:
        register(shop, f"http://api1.execute-api.localhost:{urlsplit(server.url).port}")
        deliver(shop, event())
        assert platform.callbacks.get(timeout=SECONDS_TO_HEAR)


def test_postman_refuses_more_letters_than_he_can_carry() -> None:
    held, free = threading.Event(), threading.Event()

    def write() -> tuple[dict[str, str], str]:
        held.set()
        free.wait(SECONDS_TO_HEAR)
        return {}, ""

    postman = Postman(again=lambda status: False, threads=1, waiting=1)
    letter = Letter("http://127.0.0.1:9/", write)
    postman.post(letter)
    held.wait(SECONDS_TO_HEAR)
    postman.post(letter)
    with pytest.raises(PostmanBusy):
        postman.post(letter)
    free.set()
    postman.stop()


def test_letter_that_cannot_be_written_does_not_stop_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    heard: queue.Queue[int] = queue.Queue()

    def unwritable() -> tuple[dict[str, str], str]:
        raise ValueError("no ink")

    postman = Postman(again=lambda status: False, threads=1)
    postman.post(Letter("http://127.0.0.1:9/", unwritable))
    postman.post(Letter("http://127.0.0.1:9/", lambda: ({}, ""), heard.put))
    assert 0 == heard.get(timeout=SECONDS_TO_HEAR)
    postman.stop()
    assert "no ink" in capsys.readouterr().err


def test_pauses_double_and_end() -> None:
    backoff = Backoff(first=1, longest=8)
    for attempts, expected in ((1, 1), (2, 2), (4, 8), (30, 8)):
        assert expected * 0.75 <= backoff.after(attempts) <= expected * 1.25


@pytest.fixture
def process(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    file = tmp_path / "merchants.json"
    file.write_text(json.dumps([{"merchant_id": "m_1", "secret": SECRET, "api_url": "http://127.0.0.1:9"}]))
    command = [sys.executable, "-m", "local.standins.merchant", "--api-key-env", "TEST_KEY", "--merchants", str(file)]
    environment = {**os.environ, "TEST_KEY": API_KEY}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:
        yield running
        running.kill()


def test_process_says_where_it_is_and_stops_when_told(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    ready: Any = re.fullmatch(r"merchant ready at (http://127\.0\.0\.1:\d+)\n", process.stdout.readline())
    assert {"merchants": ["m_1"]} == call(ready[1], "GET", "/merchants")[1]
    process.send_signal(signal.SIGTERM)
    assert 0 == process.wait(SECONDS_TO_HEAR)
