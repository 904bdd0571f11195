"""The log of webhooks over HTTP: parameters, pages, and acts that need a key and no words."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.usecases import webhooks
from tests.api.gateway import Answer, call
from tests.standins.carriers import event
from tests.standins.world import World

MERCHANT = "merchant:anna:m1"
LOG = "/merchants/m1/deliveries"
REPLAY = f"{LOG}/case_x-1/replay"


@pytest.fixture(autouse=True)
def heard(world: World) -> None:
    for sequence in (1, 2, 3):
        webhooks.notify(world, event(sequence))


def ask(path: str) -> Answer:
    return call("GET", path, token=MERCHANT)


def act(path: str, body: Any = None, key: str | None = "k1") -> Answer:
    return call("POST", path, body, token=MERCHANT, key=key)


def test_the_log_is_read_page_by_page() -> None:
    first = ask(f"{LOG}?limit=2").body
    second = ask(f"{LOG}?limit=2&cursor={first['cursor']}").body
    assert [3, 2, 1] == [row["sequence"] for row in (*first["items"], *second["items"])]
    assert second["cursor"] is None


def test_a_state_comes_with_its_name_in_two_languages() -> None:
    assert {"code": "delivered", "zh": "已送达", "en": "Delivered"} == ask(LOG).body["items"][0]["state"]


@pytest.mark.parametrize(
    ("query", "field"), [("state=lost", "state"), ("limit=0", "limit"), ("limit=101", "limit"), ("cursor=x", "cursor")]
)
def test_a_parameter_that_makes_no_sense_is_named(query: str, field: str) -> None:
    answer = ask(f"{LOG}?{query}")
    assert (400, [field]) == (answer.status, [wrong["field"] for wrong in answer.body["errors"]])


def test_a_cursor_of_one_state_is_no_cursor_of_another() -> None:
    cursor = ask(f"{LOG}?limit=1&state=delivered").body["cursor"]
    assert 400 == ask(f"{LOG}?limit=1&cursor={cursor}").status


def test_a_delivery_is_read_by_its_events_id() -> None:
    view = ask(f"{LOG}/case_x-2").body
    assert ("case_x-2", [200]) == (view["event_id"], [each["status"] for each in view["attempts"]])
    assert (404, "DeliveryNotFound") == ((answer := ask(f"{LOG}/case_x-9")).status, answer.body["code"])


def test_a_replay_needs_a_key_and_no_words(world: World) -> None:
    assert (400, "IdempotencyKeyMissing") == ((refused := act(REPLAY, key=None)).status, refused.body["code"])
    first, second = act(REPLAY), act(REPLAY)
    assert (200, first.text, "true") == (second.status, second.text, second.headers["idempotent-replayed"])
    assert [("m1", "case_x-1", 0)] == world.webhooks.delayed


def test_one_key_is_one_replay() -> None:
    act(REPLAY)
    assert 422 == act(f"{LOG}/case_x-2/replay").status


def test_what_failed_since_an_instant_is_asked_for_by_that_instant() -> None:
    assert ["since"] == [wrong["field"] for wrong in act("/merchants/m1/replays", {}).body["errors"]]
    answer = act("/merchants/m1/replays", {"since": "2026-01-01T00:00:00Z"})
    assert (200, {"event_ids": [], "more": False}) == (answer.status, answer.body)


def test_an_endpoint_that_is_off_is_no_place_to_replay_to() -> None:
    call("PUT", "/merchants/m1/webhook", {"url": "https://anna.example", "enabled": False}, token=MERCHANT)
    assert (409, "WebhookDisabled") == ((answer := act(REPLAY)).status, answer.body["code"])
