"""The client of our API: what passes is tried again under the same key, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
import urllib3

from local.api import Api, Stopped, Unexpected
from local.standins.web import Reply, Request, WebServer

LONG = 60.0  # seconds: who waited for them would fail the test
BUSY = Reply(409, {"code": "OrderBusy"})
DONE = Reply(201, {"case_id": "c1"})


class Door:
    """Answers in turn; the last answer stays."""

    def __init__(self, *replies: Reply) -> None:
        self.replies, self.seen = list(replies), []

    def __call__(self, request: Request) -> Reply:
        self.seen.append(request)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def called(door: Door, act: Callable[[Api], object]) -> object:
    with WebServer(door) as server:
        return act(Api(server.url, lambda user: f"token-of-{user}", pause=0.001))


def post(api: Api, key: str | None = "k1") -> object:
    return api.call("POST", "/cases", user="b1", body={"order_id": "o1"}, key=key)


@pytest.mark.parametrize("passing", [BUSY, Reply(503), Reply(429), Reply(0, lost=True)])
def test_what_passes_is_sent_again_with_the_same_key(passing: Reply) -> None:
    door = Door(passing, passing, DONE)
    answer = called(door, post)
    assert (201, 3) == (answer.status, answer.tries)
    assert ["k1"] * 3 == [request.headers["idempotency-key"] for request in door.seen]


def test_a_busy_order_is_given_up_after_eight_tries() -> None:
    door = Door(BUSY)
    assert "OrderBusy" == called(door, post).code
    assert 8 == len(door.seen)


@pytest.mark.parametrize("final", [Reply(409, {"code": "OrderExists"}), Reply(422), Reply(500), DONE])
def test_what_would_be_answered_the_same_is_sent_once(final: Reply) -> None:
    door = Door(final)
    called(door, post)
    assert 1 == len(door.seen)


def test_a_client_that_is_stopped_sends_nothing_more() -> None:
    door = Door(DONE)

    def stopped(api: Api) -> object:
        api.stop()
        return post(api)

    with pytest.raises(Stopped):
        called(door, stopped)
    assert [] == door.seen


def test_who_waits_to_ask_again_hears_at_once_that_the_client_was_stopped() -> None:
    asked = Event()

    def busy(request: Request) -> Reply:
        asked.set()
        return BUSY

    with WebServer(busy) as server, ThreadPoolExecutor(1) as pool:
        api = Api(server.url, lambda user: user, pause=LONG)
        waiting = pool.submit(post, api)
        assert asked.wait(LONG / 2)
        api.stop()
        assert isinstance(waiting.exception(timeout=LONG / 2), Stopped)


def test_a_post_without_a_key_is_never_sent_again() -> None:
    door = Door(Reply(0, lost=True))
    with pytest.raises(urllib3.exceptions.HTTPError):
        called(door, lambda api: post(api, None))
    assert 1 == len(door.seen)


def test_each_request_carries_its_own_user_s_token() -> None:
    door = Door(DONE)
    called(door, post)
    assert "Bearer token-of-b1" == door.seen[0].headers["authorization"]


def test_a_list_is_read_to_its_end() -> None:
    door = Door(Reply(200, {"items": [1, 2], "cursor": "a=="}), Reply(200, {"items": [3], "cursor": None}))
    assert [1, 2, 3] == called(door, lambda api: api.listed("/cases?status=closed", "m1"))
    assert {"status": "closed", "limit": "100", "cursor": "a=="} == dict(door.seen[1].query)


def test_an_unexpected_answer_says_what_was_asked_and_what_came() -> None:
    with pytest.raises(Unexpected, match=r"POST /cases was answered 422, not 201: .*NotEligible"):
        called(Door(Reply(422, {"code": "NotEligible"})), lambda api: post(api).expect(201))


def test_a_page_that_is_no_json_is_an_empty_body() -> None:
    assert {} == called(Door(Reply(500, "<html>")), post).body
