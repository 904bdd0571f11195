"""Seeded disorder: messages shuffled, doubled and lost, endpoints that fail, hang and recover. The promises hold.

A seed that fails replays exactly: `pytest -k 'disorder and 17'`.
"""

from __future__ import annotations

import json
from random import Random

import pytest

from chalicelib.domain.webhooks import WebhookDelivery
from chalicelib.ports import WebhookResponse
from chalicelib.schemas.events import text_of
from chalicelib.usecases import webhooks
from tests.adapters.dynamodb import things
from tests.standins.carriers import Carrier, sent
from tests.standins.time import MONDAY
from tests.standins.world import World

CASES, EVENTS = 4, 6
ANSWERS = (
    *[WebhookResponse(200, took=0.1)] * 5,
    WebhookResponse(200, took=7.0),
    WebhookResponse(500, took=0.1),
    WebhookResponse(503, retry_after=90, took=0.1),
    WebhookResponse(None, "connection", took=0.1),
    WebhookResponse(None, "timeout", took=10.0),
)


def disorder(world: World, dice: Random) -> None:
    """Every case's story happens over some hours, and reaches us as it likes; only a story's last word is not lost."""
    entries = [
        things.entry(f"case_{case:026}", sequence, at=MONDAY)
        for case in range(CASES)
        for sequence in range(1, EVENTS + 1)
    ]
    world.records.put(*entries)
    told = [json.loads(text_of(entry)) for entry in entries]
    told = [one for one in told if one["sequence"] == EVENTS or dice.random() > 0.1]
    told += dice.sample(told, 6)
    dice.shuffle(told)
    world.webhooks.responses.extend(dice.choice(ANSWERS) for _ in range(400))
    carrier = Carrier(world)
    for each in told:
        webhooks.notify(world, each)
        if dice.random() < 0.5:
            carrier.run(seconds=dice.choice((1, 5, 60, 600)))
        if dice.random() < 0.05:
            carrier.lose()
    world.webhooks.responses.clear()  # in the end it is healthy
    carrier.run(days=2)


@pytest.mark.parametrize("seed", range(60))
def test_after_any_disorder_everything_arrived_and_first_tries_were_in_order(world: World, seed: int) -> None:
    disorder(world, Random(seed))
    deliveries = world.records.all(WebhookDelivery)
    assert CASES * EVENTS == len(deliveries), "also those whose message was lost"
    assert {"delivered"} == {each.state for each in deliveries}
    for case in range(CASES):
        mine = [one for one in dict.fromkeys(sent(world)) if one.startswith(f"case_{case:026}")]
        assert [f"case_{case:026}-{sequence}" for sequence in range(1, EVENTS + 1)] == mine
