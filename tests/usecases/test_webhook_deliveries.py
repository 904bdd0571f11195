"""A shop reads what became of its webhooks, and has them sent again: one, or all that failed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.domain.webhooks import KEPT
from chalicelib.errors import DeliveryNotFound, Forbidden, MerchantNotFound, WebhookDisabled
from chalicelib.ports import WebhookResponse
from chalicelib.schemas.merchants import PutWebhook
from chalicelib.schemas.webhook_deliveries import MOST, ReplayFailed
from chalicelib.usecases import merchants, webhook_deliveries, webhooks
from chalicelib.usecases.steps import Reply
from tests.standins.carriers import Carrier, delivery, event, sent
from tests.standins.shops import AUDITOR, BUYER, MERCHANT, OPERATOR, RIVAL, asking
from tests.standins.time import MONDAY
from tests.standins.world import World


def switch(world: World, *, on: bool) -> None:
    merchants.put_webhook(world, MERCHANT, "m1", PutWebhook(url="https://anna.example", enabled=on))


def skip(world: World, events: int) -> list[str]:
    """So many events, a minute apart, while the webhook is off; it is on again afterwards."""
    switch(world, on=False)
    for number in range(events):
        world.clock.pass_by(minutes=1)
        webhooks.notify(world, event(case_id=f"case_{number:03}"))
    switch(world, on=True)
    return [f"case_{number:03}-1" for number in range(events)]


def listed(world: World, state: Any = None, limit: int = 100) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        body = webhook_deliveries.listing(world, MERCHANT, "m1", state, limit, cursor).body
        items, cursor = [*items, *body["items"]], body["cursor"]
        if cursor is None:
            return items


def replay(world: World, key: str | None = "k1", event_id: str = "case_x-1", actor: Any = MERCHANT) -> Reply:
    return webhook_deliveries.replay(world, asking(key, actor), "m1", event_id)


def replay_failed(world: World, key: str | None = None, since: Any = MONDAY) -> Reply:
    return webhook_deliveries.replay_failed(world, asking(key, MERCHANT), "m1", ReplayFailed(since=since))


def test_the_log_shows_the_newest_first_page_by_page(world: World) -> None:
    ids = skip(world, 7)
    assert ids[::-1] == [row["event_id"] for row in listed(world, limit=2)]


def test_the_log_can_be_read_by_state(world: World) -> None:
    skip(world, 3)
    webhooks.notify(world, event())
    assert ["case_x-1"] == [row["event_id"] for row in listed(world, "delivered")]
    assert [3, 0] == [len(listed(world, state)) for state in ("skipped", "waiting")]


def test_an_attempt_is_shown_with_its_time_and_what_came_back(world: World) -> None:
    world.webhooks.responses.extend([WebhookResponse(None, "tls"), WebhookResponse(503)])
    webhooks.notify(world, event())
    Carrier(world).run(seconds=10)
    view = webhook_deliveries.read(world, MERCHANT, "m1", "case_x-1").body
    assert [(None, "tls"), (503, None)] == [(each["status"], each["error"]) for each in view["attempts"]]
    assert ("waiting", 2) == (view["state"]["code"], view["tries"])
    assert (503, 2) == (listed(world)[0]["status"], listed(world)[0]["tries"])


def test_neither_payload_nor_secret_is_shown(world: World) -> None:
    webhooks.notify(world, {**event(), "data": {"merchant_id": "m1", "buyer_id": "b-secret"}})
    view = webhook_deliveries.read(world, MERCHANT, "m1", "case_x-1").body
    shown = json.dumps([listed(world), view])
    assert "b-secret" not in shown and "whsec_" not in shown


def test_shop_operator_and_auditor_read_and_nobody_else(world: World) -> None:
    webhooks.notify(world, event())
    for actor in (MERCHANT, OPERATOR, AUDITOR):
        assert 200 == webhook_deliveries.read(world, actor, "m1", "case_x-1").status
    for actor, refusal in ((RIVAL, MerchantNotFound), (BUYER, Forbidden)):
        with pytest.raises(refusal):
            webhook_deliveries.read(world, actor, "m1", "case_x-1")


def test_an_auditor_changes_nothing(world: World) -> None:
    webhooks.notify(world, event())
    with pytest.raises(Forbidden):
        replay(world, actor=AUDITOR)


def test_a_replay_sends_the_same_event_again_even_one_that_arrived(world: World) -> None:
    webhooks.notify(world, event())
    replay(world)
    Carrier(world).run(seconds=1)
    [(_, _, first, _), (_, _, second, _)] = world.webhooks.sent
    assert first == second
    assert 2 == len(delivery(world).attempts)


def test_a_replay_under_the_same_key_is_one_replay(world: World) -> None:
    webhooks.notify(world, event())
    answers = [replay(world) for _ in range(3)]
    Carrier(world).run(minutes=5)
    assert [False, True, True] == [answer.replayed for answer in answers]
    assert 2 == len(sent(world))


def test_a_replay_begins_the_schedule_anew_and_keeps_the_log(world: World) -> None:
    world.webhooks.responses.extend([WebhookResponse(500)] * 60)
    webhooks.notify(world, event())
    carrier = Carrier(world)
    for round in range(5):
        carrier.run(days=4)
        assert ("given_up", min(10 * (round + 1), KEPT)) == (delivery(world).state, len(delivery(world).attempts))
        switch(world, on=True)  # else it would be disabled for failing
        replay(world, None)


def test_a_replay_whose_message_is_lost_is_the_sweepers(world: World) -> None:
    webhooks.notify(world, event())
    replay(world)
    world.webhooks.delayed.clear()
    Carrier(world).run(minutes=3)
    assert 2 == len(sent(world))


def test_an_event_that_was_never_sent_cannot_be_replayed(world: World) -> None:
    with pytest.raises(DeliveryNotFound):
        replay(world, event_id="case_y-1")


def test_nothing_is_replayed_to_an_endpoint_that_is_off(world: World) -> None:
    webhooks.notify(world, event())
    switch(world, on=False)
    for act in (replay, replay_failed):
        with pytest.raises(WebhookDisabled):
            act(world)


def test_all_that_failed_since_an_instant_is_replayed_in_its_order(world: World) -> None:
    ids = skip(world, 6)
    since = delivery(world, ids[2]).created_at
    assert {"event_ids": ids[2:], "more": False} == replay_failed(world, since=since).body
    Carrier(world).run(seconds=1)
    assert ids[2:] == sent(world)


def test_what_arrived_is_not_among_what_failed(world: World) -> None:
    webhooks.notify(world, event())
    assert {"event_ids": [], "more": False} == replay_failed(world).body


def test_more_than_fit_into_one_wish_take_several(world: World) -> None:
    ids = skip(world, MOST + 5)
    first, second, third = replay_failed(world), replay_failed(world), replay_failed(world)
    assert (ids[:MOST], True) == (list(first.body["event_ids"]), first.body["more"])
    assert (ids[MOST:], False) == (list(second.body["event_ids"]), second.body["more"])
    assert [] == third.body["event_ids"]


def test_events_of_one_case_are_replayed_in_its_order(world: World) -> None:
    switch(world, on=False)
    for sequence in (3, 1, 2):
        webhooks.notify(world, event(sequence))
    switch(world, on=True)
    replay_failed(world)
    Carrier(world).run(minutes=2)
    assert ["case_x-1", "case_x-2", "case_x-3"] == sent(world)
