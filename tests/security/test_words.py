"""At every place of every route where somebody may write, a person is written of; nothing that leaves the house tells.

The places are the contract's own, so a route that is made tomorrow is looked at tomorrow. `test_canaries.py` beside it
tells one long story, with its pages, its faults and its partners.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import get_args
from urllib.parse import parse_qs

import pytest

from chalicelib.adapters.dynamodb.codec import item_of
from chalicelib.adapters.dynamodb.indexes import BESIDE
from chalicelib.api.access import ACCESS
from chalicelib.domain.carriers import System
from chalicelib.schemas.events import text_of
from chalicelib.schemas.merchants import PutWebhook
from chalicelib.usecases import merchants, notifications, webhooks
from local.standins import carrier_formats
from local.standins.carrier_formats import Event
from tests.api.gateway import call
from tests.security.authorization import CALLERS, outcome
from tests.security.canaries import found_in
from tests.security.doors import behind
from tests.security.words import (
    CALLED_BACK,
    NOTICED,
    NOTICES,
    asking,
    called_back,
    calling_back,
    named,
    noticing,
    places,
    words,
)
from tests.standins import stages
from tests.standins.parcels import announce
from tests.standins.shops import MERCHANT, sell, shop
from tests.standins.world import World

WRITTEN_AT = [route for route, rule in ACCESS.items() if not rule.is_open and places(route)]
KEEPS_NOTHING = {("POST", "/cases/preview"), ("POST", "/policies/simulate")}
every_callback = pytest.mark.parametrize("type", sorted(type for type in CALLED_BACK if called_back(type)))
every_route = pytest.mark.parametrize("route", WRITTEN_AT, ids=" ".join)


@pytest.fixture
def world() -> World:
    world = shop()
    sell(world)
    merchants.put_webhook(world, MERCHANT, "m1", PutWebhook(url="https://shop.example"))
    return world


def told_by(world: World) -> str:
    """All that leaves: events, what merchants and buyers hear of them, and what stands in indexes and streams."""
    world.pump()
    events = [text_of(entry) for entry in world.events.published]
    for event in events:
        webhooks.notify(world, json.loads(event))
        notifications.tell_buyer(world, json.loads(event))
    heard = [payload for _, _, payload, _ in world.webhooks.sent]
    heard += [notice.model_dump_json() for _, notice in world.courier.sent]
    things = [thing for thing in world.records.things.values() if type(thing).__name__ in BESIDE]
    beside = [{name: value for name, value in item_of(thing).items() if name != "body"} for thing in things]
    assert beside
    return "".join((*events, *heard, json.dumps(beside, ensure_ascii=False)))


def kept_by(world: World) -> str:
    things = [thing.model_dump(mode="json") for thing in world.records.things.values()]
    return json.dumps(things, ensure_ascii=False)


@every_route
def test_words_are_written_at_every_place_of_a_route(world: World, route: tuple[str, str]) -> None:
    """Else a field that is new would be looked for by nobody."""
    with behind(world):
        _, body = asking(route, world)
    assert places(route) == named(body)


@every_route
def test_what_is_written_at_a_route_leaves_by_no_log_event_message_or_index(
    world: World, written: Callable[[], str], route: tuple[str, str]
) -> None:
    who = next(who for who in CALLERS if outcome(ACCESS[route], route, who, there=True) == 200)
    with behind(world):
        path, body = asking(route, world)
        answer = call(route[0], path, body, token=CALLERS[who], key="key-1")
        assert answer.status in (200, 201), answer.text
        left = told_by(world)
    assert route in KEEPS_NOTHING or found_in(kept_by(world)), "nothing was written at all"
    assert [] == found_in(left)
    assert '"answered"' in (logged := written())
    assert [] == found_in(logged)


@every_callback
def test_words_are_written_at_every_place_of_a_shop_s_signed_answer(world: World, type: str) -> None:
    with behind(world):
        assert called_back(type) == named(calling_back(type, world))


@every_callback
@pytest.mark.parametrize("signature", ["m1/1", "m1/2"], ids=["good", "bad"])
def test_what_a_shop_calls_back_leaves_by_no_log_event_message_or_index(
    world: World, written: Callable[[], str], type: str, signature: str
) -> None:
    with behind(world):
        body = calling_back(type, world)
        headers = {"webhook-id": "msg_1", "webhook-signature": signature}
        answer = call("POST", "/merchants/m1/callbacks", body, headers=headers)
        left = told_by(world)
    good = signature == "m1/1"
    assert (200 if good else 401, good) == (answer.status, bool(found_in(kept_by(world)))), answer.text
    assert [] == found_in(left + written())


def test_a_payment_notice_has_words_in_its_reason_alone() -> None:
    assert {"reason"} == places(NOTICES)


@pytest.mark.parametrize("type", NOTICED)
@pytest.mark.parametrize("signature", ["good", "bad"])
def test_what_a_payment_system_says_of_a_person_leaves_by_no_log_event_message_or_index(
    world: World, written: Callable[[], str], type: str, signature: str
) -> None:
    with behind(world):
        body = noticing(type, world)
        assert {"reason", "remark"} == named(body)
        answer = call("POST", "/payments/notifications", body, headers={"signature": signature})
        left = told_by(world)
    good = signature == "good"
    kept = good and type in ("refund.failed", "refund.reversed")  # why a refund came to nothing, a person must read
    assert (200 if good else 401, kept) == (answer.status, bool(found_in(kept_by(world)))), answer.text
    assert [] == found_in(left + written())


@pytest.mark.parametrize("system", get_args(System))
@pytest.mark.parametrize("signature", ["good", "bad"])
def test_what_a_carrier_says_of_a_person_leaves_by_no_log_event_message_or_index(
    world: World, written: Callable[[], str], system: System, signature: str
) -> None:
    announce(world, stages.in_review(world))
    at = world.clock.now()
    scans = [Event(str(n), at, code, words(), words()) for n, code in enumerate(("picked_up", "damaged"))]
    told = carrier_formats.push(system, "whsec_" + "c2VjcmV0" * 4, "sf", "SF100", scans, at).body.decode()
    body = parse_qs(told)["param"][0] if system == "kuaidi100" else told
    with behind(world):
        answer = call("POST", f"/logistics/callbacks/{system}", body, headers={"signature": signature})
        left = told_by(world)
    good = signature == "good"
    assert (200 if good else 401, good) == (answer.status, bool(found_in(kept_by(world))))
    assert [] == found_in(left + written())
