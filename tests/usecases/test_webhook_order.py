"""No event of a case is sent before the one before it was tried, whatever order the bus and the queue deliver in."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest

from chalicelib.ports import WebhookResponse
from chalicelib.schemas.events import text_of
from chalicelib.schemas.merchants import PutWebhook
from chalicelib.usecases import merchants, webhooks
from tests.standins import stages
from tests.standins.carriers import Carrier, delivery, sent
from tests.standins.shops import MERCHANT
from tests.standins.world import World


def story(world: World) -> list[dict[str, Any]]:
    """The events of a case that went all the way to its refund."""
    entries = world.listings.timeline(stages.settled(world), 100, None).rows
    world.records.unpublished.clear()
    return [json.loads(text_of(entry)) for entry in entries]


def firsts(world: World) -> list[str]:
    """Each event when it was first tried."""
    return list(dict.fromkeys(sent(world)))


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_whatever_order_they_come_in_each_is_first_tried_in_the_cases_own(world: World, order: Any) -> None:
    told = story(world)[:4]
    for at in order:
        webhooks.notify(world, told[at])
    Carrier(world).run(minutes=2)
    assert [each["id"] for each in told] == firsts(world) == sent(world)


def test_each_payload_carries_its_sequence(world: World) -> None:
    for each in story(world):
        webhooks.notify(world, each)
    sequences = [json.loads(payload)["sequence"] for _, _, payload, _ in world.webhooks.sent]
    assert list(range(1, len(sequences) + 1)) == sequences


def test_an_event_whose_message_was_lost_is_taken_from_the_timeline(world: World) -> None:
    told = story(world)
    webhooks.notify(world, told[0])
    webhooks.notify(world, told[3])  # the messages of the second and third never come
    Carrier(world).run(minutes=5)
    assert [each["id"] for each in told[:4]] == sent(world)
    payloads = [json.loads(payload) for _, _, payload, _ in world.webhooks.sent]
    assert told[:4] == payloads, "as the bus would have told it"


def test_a_later_event_waits_for_the_first_try_of_an_earlier_one_and_not_for_its_success(world: World) -> None:
    told = story(world)
    world.webhooks.responses.append(WebhookResponse(500))
    webhooks.notify(world, told[0])
    webhooks.notify(world, told[1])
    assert [told[0]["id"], told[1]["id"]] == sent(world)
    Carrier(world).run(minutes=1)
    assert [told[0]["id"], told[1]["id"], told[0]["id"]] == sent(world), "so a receiver orders by sequence"


def test_a_shop_that_begins_to_listen_late_waits_for_nothing_from_before(world: World) -> None:
    told = story(world)
    world.clock.pass_by(hours=1)
    merchants.put_webhook(world, MERCHANT, "m1", PutWebhook(url="https://anna.example"))
    webhooks.notify(world, told[3])
    assert [told[3]["id"]] == sent(world)


def test_what_was_skipped_holds_up_nothing(world: World) -> None:
    told = story(world)
    merchants.put_webhook(world, MERCHANT, "m1", PutWebhook(url="https://anna.example", enabled=False))
    webhooks.notify(world, told[0])
    merchants.put_webhook(world, MERCHANT, "m1", PutWebhook(url="https://anna.example"))
    webhooks.notify(world, told[1])
    assert [told[1]["id"]] == sent(world)


def test_other_cases_of_the_shop_wait_for_nobody(world: World) -> None:
    told = story(world)
    webhooks.notify(world, told[2])
    webhooks.notify(world, {**told[0], "id": "case_y-1", "case_id": "case_y"})
    assert ["case_y-1"] == sent(world)


def test_order_holds_through_a_rest(world: World) -> None:
    told = story(world)
    world.webhooks.responses.append(WebhookResponse(None, "timeout", took=10))
    webhooks.notify(world, {**told[0], "id": "case_y-1", "case_id": "case_y"})
    for each in reversed(told):
        webhooks.notify(world, each)
    Carrier(world).run(minutes=30)
    assert [each["id"] for each in told] == [one for one in firsts(world) if one != "case_y-1"]
    assert all("delivered" == delivery(world, each["id"]).state for each in told)
