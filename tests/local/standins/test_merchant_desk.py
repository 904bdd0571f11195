"""A merchant's desk believes only us, takes every event once, and answers as its rule says."""

import json
from typing import Any

import pytest

from local.standins.merchant_desk import Callback, Desk
from local.standins.signatures import SignatureRefused, verified
from local.standins.web import Reply
from tests.local.standins.events import CASE, OTHER_SECRET, SECRET, event, message

API = "http://127.0.0.1:1/api"


def desk(**rule: Any) -> Desk:
    made = Desk()
    made.register({"merchant_id": "m_1", "secret": SECRET, "api_url": f"{API}/", "rule": rule})
    return made


def receive(desk: Desk, content: dict[str, Any], secret: str = SECRET) -> tuple[Reply, Callback | None]:
    return desk.receive("m_1", *message(content, secret))


def answer(desk: Desk, content: dict[str, Any]) -> dict[str, Any] | None:
    callback = receive(desk, content)[1]
    return None if callback is None else json.loads(callback.body)


def said(desk: Desk) -> list[str]:
    return [entry["what"] for entry in desk.log()["entries"]]


def test_merchant_approves_unless_told_otherwise() -> None:
    assert {"type": "decision", "case_id": CASE, "decision": "approve"} == answer(desk(), event())


def test_answer_goes_to_the_merchants_own_address_and_carries_its_signature() -> None:
    callback = receive(desk(), event())[1]
    assert callback is not None
    headers, body = callback.write()
    assert f"{API}/merchants/m_1/callbacks" == callback.url
    assert callback.message_id == verified(SECRET, headers, body.encode())


@pytest.mark.parametrize("type", ["CaseSubmitted", "CaseRevised", "OfferDeclined"])
def test_every_event_that_asks_for_a_decision_gets_one(type: str) -> None:
    assert answer(desk(), event(type)) is not None


@pytest.mark.parametrize(
    "content", [event(awaiting=None), event(awaiting="buyer_answer"), event("RefundSettled"), event("DeadlineMoved")]
)
def test_event_that_asks_nothing_gets_no_answer(content: dict[str, Any]) -> None:
    assert answer(desk(), content) is None


def test_refusal_has_a_reason_that_can_be_read() -> None:
    refusal = answer(desk(kind="reject", reason="worn"), event())
    assert refusal is not None and ("reject", "worn") == (refusal["decision"], refusal["reason"])
    assert (answer(desk(kind="reject"), event()) or {})["reason"]


def test_silent_merchant_leaves_the_answer_to_the_deadline() -> None:
    assert answer(desk(kind="silent"), event()) is None


def test_counter_offer_is_a_share_of_the_amount_rounded_down_and_made_once() -> None:
    shop = desk(kind="counter", percent=33, then="reject")
    offer = answer(shop, event())
    assert offer is not None and {"amount": 2937, "currency": "CNY"} == offer["amount"]
    assert "reject" == (answer(shop, event("OfferDeclined", 3)) or {})["decision"]


def test_script_answers_one_after_the_other_and_then_falls_silent() -> None:
    shop = desk(kind="script", decisions=[{"decision": "reject", "reason": "worn"}, None, {"decision": "approve"}])
    answers = [answer(shop, event("CaseRevised", sequence)) for sequence in (1, 2, 3, 4)]
    assert ["reject", None, "approve", None] == [one and one["decision"] for one in answers]


def test_event_that_comes_twice_is_answered_once() -> None:
    shop = desk()
    assert [True, False] == [receive(shop, event())[1] is not None for _ in range(2)]
    assert ["received", "duplicate"] == said(shop)


def test_event_that_was_overtaken_needs_no_answer_any_more() -> None:
    shop = desk()
    receive(shop, event("CaseWithdrawn", 2))
    assert answer(shop, event("CaseSubmitted", 1)) is None
    assert ["received", "late"] == said(shop)


def test_signature_of_another_is_refused() -> None:
    reply, callback = receive(desk(), event(), OTHER_SECRET)
    assert (401, None) == (reply.status, callback)


@pytest.mark.parametrize(
    "changed", [{"webhook-signature": "v1,not base64"}, {"webhook-timestamp": "1"}, {"webhook-id": "x"}]
)
def test_altered_message_is_refused(changed: dict[str, str]) -> None:
    headers, body = message(event())
    assert 401 == desk().receive("m_1", {**headers, **changed}, body)[0].status


def test_signature_without_a_version_is_refused() -> None:
    with pytest.raises(SignatureRefused):
        verified(SECRET, {**message(event())[0], "webhook-signature": "nonsense"}, b"{}")


def test_signed_nonsense_is_refused_as_unreadable() -> None:
    headers, body = message({"id": "evt_1", "type": "CaseSubmitted"})
    assert 400 == desk().receive("m_1", headers, body)[0].status


def test_endpoint_that_fails_takes_the_event_when_it_comes_again() -> None:
    shop = desk(fail=2)
    assert [500, 500, 200] == [receive(shop, event())[0].status for _ in range(3)]
    assert ["failed", "failed", "received"] == said(shop)


def test_endpoint_that_is_gone_says_so_every_time() -> None:
    shop = desk(gone=True)
    assert [410, 410] == [receive(shop, event())[0].status for _ in range(2)]


def test_slow_endpoint_lets_its_caller_wait() -> None:
    assert 12.5 == receive(desk(slow=12.5), event())[0].seconds


def test_merchants_do_not_share_secrets() -> None:
    shops = desk()
    shops.register({"merchant_id": "m_2", "secret": OTHER_SECRET, "api_url": API})
    assert 401 == shops.receive("m_2", *message(event()))[0].status
    assert 200 == shops.receive("m_2", *message(event(), OTHER_SECRET))[0].status
    assert 404 == shops.receive("m_3", *message(event()))[0].status


def test_changed_rule_keeps_what_was_received() -> None:
    shop = desk(kind="silent")
    receive(shop, event())
    shop.register({"merchant_id": "m_1", "secret": SECRET, "api_url": API})
    assert answer(shop, event()) is None


def test_event_that_could_not_be_taken_on_counts_as_never_received() -> None:
    shop = desk(kind="script", decisions=[{"decision": "approve"}])
    callback = receive(shop, event())[1]
    assert callback is not None
    shop.forget(callback)
    assert answer(shop, event()) is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": {"kind": "dance"}},
        {"rule": {"percent": 0}},
        {"rule": {"unheard": 1}},
        {"secret": None},
        {"secret": "whsec_"},
        {"secret": "whsec_%"},
    ],
)
def test_registration_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Desk().register({"merchant_id": "m_1", "secret": SECRET, "api_url": API, **wrong})


def test_secret_is_not_shown_in_anything_printed() -> None:
    callback = receive(desk(), event())[1]
    assert SECRET not in repr(callback)


WAREHOUSE = {"GoodsSigned": {"type": "receipt"}, "ReturnReceived": {"type": "inspection", "outcome": "passed"}}


@pytest.mark.parametrize(("type", "said"), WAREHOUSE.items())
def test_a_warehouse_receives_what_was_signed_for_and_passes_it(type: str, said: dict[str, Any]) -> None:
    assert {**said, "case_id": CASE} == answer(desk(warehouse=True), event(type))
    assert answer(desk(), event(type)) is None


LINES = [
    {"line_id": "1", "sku": "coat", "quantity": 2, "disposition": "restock"},
    {"line_id": "2", "sku": "hat", "quantity": 1, "disposition": "scrap"},
]


def test_a_warehouse_puts_away_what_is_sold_again_and_says_so_once() -> None:
    disposed = event("GoodsDisposed", 7, lines=LINES)
    said = answer(desk(warehouse=True), disposed)
    assert said is not None and ("put_away", [{"line_id": "1", "quantity": 2}]) == (said["type"], said["lines"])
    assert said["put_away_id"] == (answer(desk(warehouse=True), disposed) or {})["put_away_id"]
    assert answer(desk(warehouse=True), event("GoodsDisposed", lines=LINES[1:])) is None


def test_goods_stand_on_the_shelf_also_when_the_case_has_gone_on() -> None:
    shop = desk(warehouse=True)
    answer(shop, event("RefundGranted", 8))
    assert answer(shop, event("ReturnReceived", 6)) is None
    assert answer(shop, event("GoodsDisposed", 7, lines=LINES)) is not None
