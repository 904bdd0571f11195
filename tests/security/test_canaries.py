"""Personal data stay where they belong: planted at every place where somebody may write, looked for in all that leaves.

Logs, metrics, events of the bus, webhooks, notifications and the indexes' summaries hold none of them. The answers to
those who may see them do: otherwise nothing would have been planted.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.adapters.dynamodb.codec import item_of
from chalicelib.adapters.dynamodb.indexes import BESIDE
from chalicelib.domain.logistics import CarrierCommand, Contact
from chalicelib.domain.notifications import Preferences
from chalicelib.listeners import logistics, notifications, payments, stock, webhooks
from chalicelib.schemas.events import text_of
from chalicelib.usecases import logistics as commands
from tests.api.gateway import Answer, call
from tests.api.matrix import SCENES
from tests.security.canaries import MARKS, PHONE, canary, found_in, plain
from tests.standins import returns
from tests.standins.parcels import SLOT, announce, turn
from tests.standins.shops import sell, shop
from tests.standins.world import World

BUYER, MERCHANT, AGENT, OPERATOR = "buyer:b1", "merchant:anna:m1", "agent:a1", "operator:op1"
PUSHES = "/logistics/callbacks/standard"
FUNCTIONS = (
    webhooks.on_webhook_due, notifications.on_notification_due, payments.on_payment_event, stock.on_stock_event,
    logistics.on_logistics_event, logistics.on_logistics_command,
)  # fmt: skip


class Stage:
    """People who write a canary wherever they may, over the real door."""

    def __init__(self, world: World) -> None:
        self.world, self._keys, self.answers = world, 0, ""

    def ask(self, method: str, path: str, body: Any = None, token: str = BUYER, **headers: str) -> Answer:
        self._keys += 1
        sent = {"user-agent": canary("agent"), "accept-language": canary("language"), **headers}
        sent = {name: value.encode("ascii", "replace").decode() for name, value in sent.items()}
        answer = call(method, path, body, token=token, key=f"{plain('key')}-{self._keys}", headers=sent)
        self.answers += answer.text
        return answer

    def tells(self) -> None:
        """What follows: events go out, and are brought to merchants and buyers."""
        self.world.pump()


def told(stage: Stage) -> str:
    """A case from its filing to its money, with everybody's words."""
    ask, world = stage.ask, stage.world
    ask("PUT", "/merchants/m1", {"name": canary("shop")}, OPERATOR)
    ask("PUT", "/merchants/m1/webhook", {"url": "https://shop.example/" + plain("path")}, MERCHANT)
    line = {
        "line_id": "1",
        "sku": "s",
        "title": canary("title"),
        "specification": canary("specification"),
        "picture": f"https://pictures.example/{plain('picture')}.jpg",
        "quantity": 1,
        "unit_price": 30000,
    }
    order = {**SCENES["POST", "/orders"](world)[1], "order_id": "o9", "lines": [line]}
    order["payments"] = [{**order["payments"][0], "amount": 30000}]
    assert 201 == ask("POST", "/orders", order, "orders:orders").status
    filed = {
        "order_id": "o9",
        "reason": "not_wanted",
        "lines": [{"line_id": "1"}],
        "description": canary("description"),
    }
    case_id = str(ask("POST", "/cases", filed).body["case_id"])

    def act(what: str, body: Any, token: str) -> Answer:
        answer = ask("POST", f"/cases/{case_id}/{what}", body, token)
        stage.tells()
        return answer

    act("evidence", {"content_type": "image/png", "size": 10, "note": canary("evidence")}, BUYER)
    later = world.gate(case_id).due_at.replace(hour=23).isoformat()
    ask("PATCH", f"/cases/{case_id}/deadlines/decision", {"due_at": later, "reason": canary("deadline")}, OPERATOR)
    act(
        "decision",
        {"decision": "counter", "amount": {"amount": 9000, "currency": "CNY"}, "reason": canary("offer")},
        MERCHANT,
    )
    act("answer", {"answer": "decline", "note": canary("answer")}, BUYER)
    act("decision", {"decision": "reject", "reason": canary("reason")}, MERCHANT)
    act("revise", {"description": canary("revision")}, BUYER)
    act("decision", {"decision": "reject", "reason": canary("reason")}, MERCHANT)
    act("escalate", {"note": canary("escalation")}, BUYER)
    for what, body, token in (
        ("statements", {"text": canary("statement")}, MERCHANT),
        ("done", {}, BUYER),
        ("done", {"note": canary("rest")}, MERCHANT),
        ("ruling", {"ruling": "approve", "reason": canary("ruling")}, AGENT),
        ("done", {}, BUYER),
        ("done", {}, MERCHANT),
    ):
        assert 200 == act(what, body, token).status, what
    ask("GET", f"/cases/{case_id}/dispute", token=AGENT)
    other = {**filed, "order_id": "o1", "lines": [{"line_id": "coat"}]}
    other_id = str(ask("POST", "/cases", other).body["case_id"])
    sent(stage, other_id)
    assert 200 == ask("POST", f"/cases/{other_id}/withdraw", {"note": canary("withdrawal")}).status
    stage.tells()
    for path in (f"/cases/{case_id}", f"/cases/{case_id}/timeline", "/orders/o9", f"/cases/{case_id}/evidence"):
        ask("GET", path)
    ask("GET", f"/cases/{other_id}/timeline")
    came_back(stage)
    return case_id


def sent(stage: Stage, case_id: str) -> None:
    """A parcel, its carrier's words, and a courier who comes to a door."""
    announce(stage.world, case_id)
    contact = Contact(name="王小明", phone="+86 138 0013 8000", address=canary("contact"))
    turn(
        stage.world,
        case_id,
        lambda made, _: commands.book_pickup(stage.world, made, slot=SLOT, sender=contact, receiver=contact),
    )
    [command] = stage.world.records.all(CarrierCommand)
    logistics.on_logistics_command(_records({"command_no": command.command_no}), None)
    said = {"type": "parcel.picked_up", "carrier": "sf", "waybill_no": "SF100", "at": "2026-11-03T09:00:00Z"}
    said |= {"text": canary("scan"), "place": canary("scan")}
    for type in ("parcel.picked_up", "parcel.lost", "parcel.signed", "parcel." + "x" * 9):
        assert 200 == stage.ask("POST", PUSHES, {**said, "type": type}, signature="good").status
    stage.tells()
    stage.ask("GET", f"/cases/{case_id}/parcels")


def _records(*bodies: Any) -> dict[str, Any]:
    return {"Records": [{"messageId": "m", "body": json.dumps(body)} for body in bodies]}


def _carried_out(stage: Stage) -> None:
    """The worker does what carriers were asked for."""
    open_ones = [one.command_no for one in stage.world.records.all(CarrierCommand) if one.is_open]
    logistics.on_logistics_command(_records(*({"command_no": number} for number in open_ones)), None)
    stage.tells()


def came_back(stage: Stage) -> None:
    """A return, first without an address, to a shop in somebody's home: shipped, taken in, inspected, ruled on."""
    ask, world = stage.ask, stage.world
    sell(world, "o8", delivery=returns.DELIVERED)
    filed = {"order_id": "o8", "reason": "not_wanted", "remedy": "return_and_refund", "lines": [{"line_id": "coat"}]}
    path = f"/cases/{ask('POST', '/cases', filed).body['case_id']}"
    assert 200 == ask("POST", f"{path}/decision", {"decision": "approve"}, MERCHANT).status
    home = {"name": canary("consignee"), "phone": PHONE, "address": canary("place"), "postcode": "100020"}
    book = {"entries": [{"address_id": plain("shelf"), "address": home}]}
    assert 201 == ask("PUT", "/merchants/m1/return-addresses", book, MERCHANT).status
    stage.tells()
    parcel = {"carrier": "shunfeng", "waybill_no": plain("waybill").upper()}
    seen = {"line_id": "coat", "grade": "worn", "findings": [{"note": canary("finding")}]}
    less = {"outcome": "reduced", "amount": {"amount": 9000, "currency": "CNY"}, "reason": canary("inspection")}
    slot = SLOT.after(world.clock.now()).model_dump(mode="json")
    door = {"name": canary("sender"), "phone": PHONE, "address": canary("door"), "region": canary("region")}
    assert 200 == ask("POST", f"{path}/pickup", {"slot": slot, "sender": door}, BUYER).status
    _carried_out(stage)
    assert 200 == ask("POST", f"{path}/pickup/cancel", {}, BUYER).status
    _carried_out(stage)
    ask("GET", f"{path}/parcels", token=MERCHANT)
    for what, body, token in (
        ("shipment", parcel, BUYER),
        ("receipt", {"note": canary("receipt")}, MERCHANT),
        ("inspection", {**less, "lines": [seen]}, MERCHANT),
        ("answer", {"answer": "decline", "note": canary("answer")}, BUYER),
        ("done", {}, BUYER),
        ("done", {}, MERCHANT),
        ("ruling", {"ruling": "approve", "reason": canary("ruling")}, AGENT),
        ("done", {}, BUYER),
        ("done", {}, MERCHANT),
    ):
        assert 200 == ask("POST", f"{path}/{what}", body, token).status, what
        stage.tells()
    ask("GET", path)
    ask("GET", f"{path}/timeline")
    ask("GET", "/merchants/m1/return-addresses", token=MERCHANT)


def stumbled(stage: Stage, case_id: str) -> None:
    """What goes wrong, with a canary in it: bad bodies, ids, headers, signatures, tokens, faults behind the door."""
    ask, world = stage.ask, stage.world
    ask("POST", "/cases", {plain("field"): canary("body"), "reason": canary("body")})
    ask("POST", "/cases", '{"order_id": "' + canary("body"))
    ask("POST", f"/cases/{case_id}/decision", {"decision": canary("body")}, MERCHANT, **{"if-match": plain("match")})
    wrong = {"name": canary("body"), "phone": canary("body"), "address": canary("body"), canary("field"): 1}
    ask("PUT", "/merchants/m1/return-addresses", {"entries": [{"address_id": "a", "address": wrong}]}, MERCHANT)
    ask("POST", f"/cases/{case_id}/shipment", {"carrier": canary("body"), "waybill_no": canary("body")})
    strange = {"name": canary("body"), "phone": canary("body"), "address": canary("body")}
    ask("POST", f"/cases/{case_id}/pickup", {"slot": canary("body"), "sender": strange})
    ask("POST", f"/cases/{case_id}/receipt", {"received": canary("body"), "note": canary("body")}, MERCHANT)
    ask("POST", f"/cases/{case_id}/inspection", {"outcome": canary("body"), "reason": canary("body")}, MERCHANT)
    ask("GET", f"/orders/{plain('path')}")
    ask("GET", f"/cases?status={plain('query')}&limit={plain('query')}")
    ask("GET", "/cases", token=f"{plain('token')}.{plain('token')}")
    for path in ("/merchants/m1/callbacks", "/payments/notifications", PUSHES):
        ask(
            "POST",
            path,
            {"reason": canary("body")},
            **{"webhook-signature": plain("signature"), "webhook-id": plain("message")},
        )
    ask("POST", "/payments/notifications", {"type": "refund.failed", "reason": canary("bank")}, signature="good")
    ask(
        "POST", PUSHES, {"type": canary("body"), "waybill_no": canary("scan"), "text": canary("scan")}, signature="good"
    )
    load = world.records.load

    def broken(*_: Any) -> Any:
        raise RuntimeError(canary("body"))

    world.records.load = broken  # type: ignore[method-assign]
    try:
        assert 500 == ask("GET", "/orders/o9").status
        for function in FUNCTIONS:
            for body in ({"note": canary("body")}, {"refund_no": plain("message"), "reason": canary("bank")}):
                failed = {"detail-type": "refund.failed", "source": "payments", "detail": body}
                put_away = {"detail-type": "goods.put_away", "source": "stock", "detail": body}
                texts = [json.dumps(text) for text in (body, failed, put_away)]
                function({"Records": [{"messageId": "m", "body": text} for text in texts]}, None)
    finally:
        world.records.load = load  # type: ignore[method-assign]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, written: Callable[[], str]) -> Stage:
    world = shop()
    sell(world)
    world.records.put(Preferences(buyer_id="b1", channels=frozenset({"inbox", "email", "sms"})))
    monkeypatch.setattr(wiring, "ports", lambda: world)
    stage = Stage(world)
    stumbled(stage, told(stage))
    return stage


def test_what_was_planted_is_seen_by_who_may_see_it(stage: Stage) -> None:
    shown = {"description", "revision", "withdrawal", "reason", "offer", "answer", "escalation", "ruling", "deadline",
             "statement", "rest",
             "evidence", "scan", "title", "specification", "picture", "consignee", "place", "shelf", "receipt",
             "finding", "inspection", "capital waybill", "name", "mail", "phone", "address"}  # fmt: skip
    assert shown - set(found_in(stage.answers)) <= {"description"}, "the revision took the description's place"


def test_a_door_that_a_courier_comes_to_is_shown_to_nobody(stage: Stage) -> None:
    assert set() == {"sender", "door", "region"} & set(found_in(stage.answers))


def test_no_line_of_the_log_and_no_metric_holds_it(stage: Stage, written: Callable[[], str]) -> None:
    text = written()
    assert 40 < text.count('"answered"')
    assert [] == found_in(text)


def test_no_event_of_the_bus_holds_it(stage: Stage) -> None:
    texts = [text_of(entry) for entry in stage.world.events.published]
    assert len(texts) > 8
    assert [] == found_in("".join(texts))


def test_no_webhook_holds_it(stage: Stage) -> None:
    from chalicelib.usecases import webhooks as usecase

    for entry in stage.world.events.published:
        usecase.notify(stage.world, json.loads(text_of(entry)))
    sent = [payload for _, _, payload, _ in stage.world.webhooks.sent]
    assert len(sent) > 8
    assert [] == found_in("".join(sent))


def test_no_notification_holds_it(stage: Stage) -> None:
    from chalicelib.usecases import notifications as usecase

    for entry in stage.world.events.published:
        usecase.tell_buyer(stage.world, json.loads(text_of(entry)))
    sent = [notification.model_dump_json() for _, notification in stage.world.courier.sent]
    assert sent
    assert [] == found_in("".join(sent))


def test_no_key_and_no_summary_of_an_index_holds_it(stage: Stage) -> None:
    """What stands beside the body is copied into indexes and streams; of keys callers choose only an answer's."""
    things = [thing for thing in stage.world.records.things.values() if type(thing).__name__ in BESIDE]
    beside = [{name: value for name, value in item_of(thing).items() if name != "body"} for thing in things]
    assert len(beside) > 20
    assert [] == found_in(json.dumps(beside, ensure_ascii=False))


def test_a_mark_that_nobody_plants_is_found_out() -> None:
    assert list(MARKS) == [mark for mark in MARKS if found_in(canary(mark))]
    with pytest.raises(ValueError, match="no place"):
        canary("nowhere")


@pytest.mark.parametrize("text", ["\\u738b\\u5c0f\\u660e", "call +86 138 0013 8000", "x ada@canary.example y"])
def test_a_person_is_recognised_in_other_clothes(text: str) -> None:
    assert found_in(text)
