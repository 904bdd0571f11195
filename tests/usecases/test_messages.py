"""Webhooks out and in, and what buyers are told: at least once to shops, once to buyers, never to the wrong one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.domain import refs
from chalicelib.domain.notifications import Preferences
from chalicelib.errors import (
    CaseNotFound,
    InvalidRequest,
    KeyReused,
    MerchantFrozen,
    MerchantNotFound,
    SignatureInvalid,
)
from chalicelib.ports import WebhookResponse
from chalicelib.schemas.events import text_of
from chalicelib.schemas.merchants import FreezeMerchant, PutWebhook
from chalicelib.schemas.notifications import PreferencesBody
from chalicelib.usecases import freezes, merchants, notifications, webhooks
from chalicelib.usecases.steps import Request
from tests.standins import returns
from tests.standins.shops import BUYER, MERCHANT, OPERATOR, RIVAL, STRANGER, decide, file, sell
from tests.standins.world import World


def event(world: World, case_id: str, at: int = 0) -> dict[str, Any]:
    published: dict[str, Any] = json.loads(text_of(world.listings.timeline(case_id, 10, None).rows[at]))
    return published


def call_back(world: World, case_id: str, message_id: str = "msg_1", signed_by: str = "m1/1", **more: Any) -> Any:
    return answered(world, case_id, message_id, signed_by, **{"type": "decision", "decision": "approve", **more})


def answered(world: World, case_id: str, message_id: str, signed_by: str = "m1/1", **said: Any) -> Any:
    raw = json.dumps({"case_id": case_id, **said}).encode()
    return merchants.call_back(world, "m1", raw, {"webhook-id": message_id, "webhook-signature": signed_by})


def test_a_shop_hears_of_its_case_once(world: World) -> None:
    told = event(world, file(world))
    for _ in range(2):
        webhooks.notify(world, told)
    [(merchant_id, message_id, payload, _)] = world.webhooks.sent
    assert ("m1", told["id"], told) == (merchant_id, message_id, json.loads(payload))


def test_what_was_not_heard_is_said_again_soon_and_then_less_often(world: World) -> None:
    told = event(world, file(world))
    world.webhooks.responses.extend([WebhookResponse(500), WebhookResponse(None, "timeout"), WebhookResponse(503)])
    webhooks.notify(world, told)
    for seconds in (5, 300, 1800):
        world.clock.pass_by(seconds=seconds)
        webhooks.retry(world, "m1", told["id"])
    assert [5, 300] == [delay for _, _, delay in world.webhooks.delayed]  # half an hour stands in the due index
    assert "delivered" == world.records.one(refs.webhook_delivery("m1", told["id"])).state


def test_an_endpoint_that_is_gone_hears_nothing_more(world: World) -> None:
    world.webhooks.responses.append(WebhookResponse(410))
    case_id = file(world)
    webhooks.notify(world, event(world, case_id))
    webhooks.notify(world, {**event(world, case_id), "id": "another"})
    assert 1 == len(world.webhooks.sent)


def test_after_a_rotation_both_secrets_are_good_for_a_day(world: World) -> None:
    body = PutWebhook(url="https://shop.example", rotate=True)
    shown = merchants.put_webhook(world, MERCHANT, "m1", body).body["secret"]
    assert "whsec_m1_2" == shown
    assert 200 == call_back(world, file(world), signed_by="m1/1").status
    world.clock.pass_by(days=2)
    with pytest.raises(SignatureInvalid):
        call_back(world, "case_x", signed_by="m1/1")


def test_a_signed_callback_decides_and_its_repetition_changes_nothing(world: World) -> None:
    case_id = file(world)
    first, second = call_back(world, case_id), call_back(world, case_id)
    assert ("approved", False, True) == (world.case(case_id).status, first.replayed, second.replayed)


def test_a_shops_system_receives_and_inspects_like_its_people() -> None:
    world = returns.return_shop()
    case_id = returns.in_transit(world)
    for _ in range(2):
        answered(world, case_id, "msg-receipt", type="receipt")
    assert ("received", "inspection") == returns.standing(world, case_id)
    reply = answered(world, case_id, "msg-inspection", type="inspection", outcome="passed")
    assert ("inspected", False) == (world.case(case_id).status, reply.replayed)
    assert answered(world, case_id, "msg-inspection", type="inspection", outcome="passed").replayed
    assert "webhook@m1" == world.listings.timeline(case_id, 100, None).rows[-1].actor.id


def test_a_shops_system_says_that_nothing_came() -> None:
    world = returns.return_shop()
    case_id = returns.in_transit(world)
    with pytest.raises(InvalidRequest):
        answered(world, case_id, "msg-1", type="receipt", received=False)
    answered(world, case_id, "msg-2", type="receipt", received=False, note="the box was empty")
    assert ("in_dispute", "evidence") == returns.standing(world, case_id)


def test_a_shops_system_leaves_the_goods_with_the_buyer() -> None:
    world = returns.return_shop()
    case_id = returns.filed(world)
    answered(world, case_id, "msg-1", type="decision", decision="approve", keep_item=True)
    assert "approved" == world.case(case_id).status


@pytest.mark.parametrize(
    "said",
    [{"type": "receipt", "outcome": "passed"}, {"type": "inspection"}, {"type": "refund"}, {"decision": "approve"}],
)
def test_a_callback_says_one_thing_that_we_know(said: dict[str, Any]) -> None:
    world = returns.return_shop()
    with pytest.raises(InvalidRequest):
        answered(world, returns.in_transit(world), "msg-1", **said)


def test_a_frozen_shops_system_decides_nothing(world: World) -> None:
    case_id = file(world)
    freezes.freeze(world, Request(OPERATOR), "m1", FreezeMerchant(frozen=True, reason="stolen keys"))
    with pytest.raises(MerchantFrozen):
        call_back(world, case_id)
    assert "in_review" == world.case(case_id).status


def test_a_message_id_that_comes_with_other_words_is_refused(world: World) -> None:
    case_id = file(world)
    call_back(world, case_id)
    with pytest.raises(KeyReused):
        call_back(world, case_id, decision="reject", reason="no")


def test_a_shop_cannot_sign_for_another_shops_case(world: World) -> None:
    sell(world, "o2", merchant_id="m2")
    with pytest.raises(CaseNotFound):
        call_back(world, file(world, order_id="o2"))


def test_a_forged_callback_changes_nothing(world: World) -> None:
    case_id = file(world)
    with pytest.raises(SignatureInvalid):
        call_back(world, case_id, signed_by="m2/1")
    assert "in_review" == world.case(case_id).status


def test_a_signed_callback_that_says_nothing_we_know_is_refused(world: World) -> None:
    with pytest.raises(InvalidRequest):
        call_back(world, file(world), decision="maybe")


def test_no_shop_reads_or_moves_another_shops_endpoint(world: World) -> None:
    with pytest.raises(MerchantNotFound):
        merchants.read_webhook(world, RIVAL, "m1")
    with pytest.raises(MerchantNotFound):
        merchants.put_webhook(world, RIVAL, "m1", PutWebhook(url="https://rita.example"))


def test_a_buyer_is_told_once_in_his_language_on_the_channels_he_chose(world: World) -> None:
    world.records.put(Preferences(buyer_id="b1", language="en", channels=frozenset({"inbox", "sms"})))
    told = event(world, file(world))
    for _ in range(2):
        notifications.tell_buyer(world, told)
    [message] = notifications.inbox(world, BUYER, 20, None).body["items"]
    assert "Your request for CNY 307.89 has been received." == message["text"]
    assert ["sms"] == [channel for channel, _ in world.courier.sent]


@pytest.mark.parametrize(
    ("wish", "money", "clock"),
    [
        ({}, "¥307.89", "2026-11-09 17:00（北京时间）前"),
        ({"time_zone": "Asia/Urumqi"}, "¥307.89", "2026-11-09 15:00（UTC+06:00）前"),
        ({"language": "en", "time_zone": "America/New_York"}, "CNY 307.89", "Until 2026-11-09 04:00 (UTC-05:00)"),
    ],
)
def test_a_buyer_is_told_money_and_times_as_they_are_written_where_the_buyer_lives(
    world: World, wish: dict[str, Any], money: str, clock: str
) -> None:
    notifications.prefer(world, BUYER, PreferencesBody(**wish))
    case_id = file(world)
    notifications.tell_buyer(world, event(world, case_id))
    decide(world, case_id, "reject", reason="worn")
    notifications.tell_buyer(world, event(world, case_id, -1))
    [refused, received] = notifications.inbox(world, BUYER, 20, None).body["items"]
    assert (money in received["text"], clock in refused["text"]) == (True, True), (received, refused)


@pytest.mark.parametrize("zone", ["Beijing", "../../etc/passwd", "America", "", "北京"])
def test_a_clock_that_nobody_knows_is_refused(zone: str) -> None:
    with pytest.raises(ValidationError):
        PreferencesBody(time_zone=zone)


def test_an_inbox_is_its_buyers_alone(world: World) -> None:
    notifications.tell_buyer(world, event(world, file(world)))
    assert [] == notifications.inbox(world, STRANGER, 20, None).body["items"]
