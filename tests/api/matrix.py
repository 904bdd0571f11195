"""For each route a world in which the act is possible: where it is asked, with what body, and of which thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from chalicelib.domain.deposits import Deposit
from chalicelib.domain.policies import Policy, PolicyIndex, VersionRef
from chalicelib.domain.reconciliations import BilledFact
from chalicelib.ports import CarrierAnswer, WebhookResponse
from chalicelib.schemas.merchants import PutWebhook
from chalicelib.usecases import merchants, webhooks
from tests.adapters.dynamodb import things
from tests.standins import debts, exchanges, repairs, returns, stages
from tests.standins.parcels import SENDER, SLOT, announce
from tests.standins.shops import MERCHANT, PLACED, sell
from tests.standins.world import World

ABSENT_CASE = "case_" + "9" * 26
Ask = tuple[str, Any]  # the path, the body
Scene = Callable[[World], Ask]

_FILING = {"order_id": "o1", "reason": "not_wanted", "lines": [{"line_id": "coat"}]}
_ORDER = {
    "order_id": "new",
    "buyer_id": "b1",
    "merchant_id": "m1",
    "currency": "CNY",
    "placed_at": PLACED.isoformat(),
    "lines": [{"line_id": "1", "sku": "s", "title": "a hat", "quantity": 1, "unit_price": 500}],
    "payments": [{"payment_id": "p", "method": "card", "amount": 500}],
}


def of_case(stage: Callable[[World], str], rest: str = "", body: Any = None) -> Scene:
    return lambda world: (f"/cases/{stage(world)}{rest}", body)


def plain(path: str, body: Any = None) -> Scene:
    return lambda world: (path, body)


def redo(world: World) -> Ask:
    case_id = stages.failed(world)
    body = {"refund_no": world.refund(case_id).refund_no, "action": "regrant", "note": "another try"}
    return f"/cases/{case_id}/refunds", body


def move(world: World) -> Ask:
    case_id = stages.in_review(world)
    later = world.gate(case_id).due_at + timedelta(days=1)
    return f"/cases/{case_id}/deadlines/decision", {"due_at": later.isoformat(), "reason": "a holiday"}


def more_time(world: World) -> Ask:
    """The buyer is awaited to ship, so it is the buyer who may ask."""
    sell(world, delivery=returns.DELIVERED)
    return f"/cases/{returns.addressed(world)}/extension", {"reason": "away on business"}


def courier(world: World) -> Ask:
    sell(world, delivery=returns.DELIVERED)
    case_id = returns.addressed(world)
    slot = SLOT.after(world.clock.now())
    return f"/cases/{case_id}/pickup", {"slot": slot.model_dump(mode="json"), "sender": SENDER.model_dump(mode="json")}


def parcel(world: World) -> Ask:
    announced = announce(world, stages.in_review(world))
    return f"/cases/{announced.case_id}/parcels/{announced.parcel_id}", None


def own_policy(world: World) -> Ask:
    version = VersionRef(version=1, effective_from=PLACED)
    draft = {"name": "m1's", "effective_from": PLACED, "published_at": PLACED, "published_by": "operator:op1"}
    world.records.put(Policy(policy_id="m1", version=1, **draft), PolicyIndex(policy_id="m1", versions=(version,)))
    return "/policies/m1", None


def decide_own_shop(world: World) -> Ask:
    """A case of one of the platform's own shops, where agents decide."""
    sell(world, merchant_id="own")
    return f"/cases/{stages.in_review(world)}/decision", {"decision": "approve"}


def of_delivery(rest: str = "", body: Any = None) -> Scene:
    """An event of m1's that was given up."""

    def scene(world: World) -> Ask:
        event = {"id": f"{ABSENT_CASE}-1", "case_id": ABSENT_CASE, "type": "CaseSubmitted", "sequence": 1}
        world.webhooks.responses.append(WebhookResponse(410))
        webhooks.notify(world, {**event, "data": {"merchant_id": "m1"}})
        merchants.put_webhook(world, MERCHANT, "m1", PutWebhook(url="https://anna.example"))
        return f"/merchants/m1/{rest.format(event_id=event['id'])}", body

    return scene


def of_return(stage: Callable[[World], str], rest: str, body: Any) -> Scene:
    """A case whose goods come back: the same order, delivered."""

    def scene(world: World) -> Ask:
        sell(world, delivery=returns.DELIVERED)
        return f"/cases/{stage(world)}{rest}", body

    return scene


def of_repair(stage: Callable[[World], str], rest: str, body: Any, delivery: Any = returns.DELIVERED) -> Scene:
    """A case whose goods are repaired, at the door or sent in."""

    def scene(world: World) -> Ask:
        sell(world, delivery=delivery)
        return f"/cases/{stage(world)}{rest}", body

    return scene


_VISIT = {
    "starts_at": (PLACED + timedelta(days=8)).isoformat(),
    "ends_at": (PLACED + timedelta(days=8, hours=2)).isoformat(),
    "engineer": repairs.ENGINEER,
}


_PRICES = {"prices": [{"sku": "coat", "price": {"amount": 20000, "currency": "CNY"}, "at": PLACED.isoformat()}]}
_ADDRESSES = {"entries": [{"address_id": "main", "address": returns.ADDRESS}]}


def of_debt(rest: str, body: Any = None) -> Scene:
    """A case that the fund has paid in the shop's place."""

    def scene(world: World) -> Ask:
        world.records.put(Deposit(merchant_id="m1", balances={"CNY": 50000}))
        sell(world, delivery=returns.DELIVERED)
        case_id = debts.advanced(world)
        return f"/cases/{case_id}/recoveries{rest.format(debts.debt(world, case_id).recovery_id)}", body

    return scene


def of_refused_claim(world: World) -> Ask:
    """A carrier's damage, for which it will not pay."""
    sell(world, delivery={**returns.DELIVERED, "parcels": (debts.PARCEL,)})
    case_id = debts.damaged(world)
    debts.claimed(world, case_id, CarrierAnswer("failed", "claim_unfounded"))
    return f"/cases/{case_id}/recoveries/{debts.debt(world, case_id).recovery_id}/filing", None


def of_reconciliation(rest: str = "", body: Any = None) -> Scene:
    """A day whose bill has a payment that we do not know of."""

    def scene(world: World) -> Ask:
        refund_no = world.refund(stages.submitted(world)).refund_no
        world.records.put(things.reconciliation(facts=(BilledFact(refund_no=refund_no, state="settled"),)))
        return f"/reconciliations{rest}", {"refund_no": refund_no} if body else None

    return scene


SCENES: Mapping[tuple[str, str], Scene] = {
    ("POST", "/orders"): plain("/orders", _ORDER),
    ("GET", "/orders/{order_id}"): plain("/orders/o1"),
    ("PUT", "/orders/{order_id}/parcels/{waybill_no}"): plain("/orders/o1/parcels/SF100", {"carrier": "sf"}),
    ("POST", "/cases/preview"): plain("/cases/preview", _FILING),
    ("POST", "/cases"): plain("/cases", _FILING),
    ("GET", "/cases"): plain("/cases"),
    ("GET", "/cases/search"): plain("/cases/search"),
    ("GET", "/cases/{case_id}"): of_case(stages.in_review),
    ("GET", "/cases/{case_id}/timeline"): of_case(stages.in_review, "/timeline"),
    ("GET", "/cases/{case_id}/parcels"): of_case(stages.in_review, "/parcels"),
    ("GET", "/cases/{case_id}/parcels/{parcel_id}"): parcel,
    ("POST", "/cases/{case_id}/withdraw"): of_case(stages.in_review, "/withdraw", {}),
    ("POST", "/cases/{case_id}/revise"): of_case(stages.rejected, "/revise", {"description": "never worn"}),
    ("POST", "/cases/{case_id}/escalate"): of_case(stages.rejected, "/escalate", {}),
    ("POST", "/cases/{case_id}/answer"): of_case(stages.countered, "/answer", {"answer": "accept"}),
    ("POST", "/cases/{case_id}/decision"): of_case(stages.in_review, "/decision", {"decision": "approve"}),
    ("POST", "/cases/{case_id}/freight"): of_return(
        returns.sent, "/freight", {"amount": {"amount": 1200, "currency": "CNY"}}
    ),
    ("POST", "/cases/{case_id}/shipment"): of_return(
        returns.addressed, "/shipment", {"carrier": "shunfeng", "waybill_no": "SF1234567890"}
    ),
    ("POST", "/cases/{case_id}/pickup"): courier,
    ("POST", "/cases/{case_id}/pickup/cancel"): of_return(returns.addressed_courier, "/pickup/cancel", {}),
    ("POST", "/cases/{case_id}/extension"): more_time,
    ("POST", "/cases/{case_id}/receipt"): of_return(returns.sent, "/receipt", {}),
    ("POST", "/cases/{case_id}/inspection"): of_return(returns.came, "/inspection", {"outcome": "passed"}),
    ("POST", "/cases/{case_id}/replacement"): of_return(
        exchanges.promised, "/replacement", {"carrier": "yto", "waybill_no": "YT1234567890"}
    ),
    ("POST", "/cases/{case_id}/replacement-receipt"): of_return(exchanges.on_their_way, "/replacement-receipt", {}),
    ("POST", "/cases/{case_id}/appointment"): of_repair(repairs.addressed, "/appointment", _VISIT),
    ("POST", "/cases/{case_id}/visit"): of_repair(repairs.at_the_door, "/visit", {"outcome": "cancelled"}),
    ("POST", "/cases/{case_id}/estimate"): of_repair(
        repairs.on_the_bench, "/estimate", {"parts": [repairs.PART]}, repairs.OLD
    ),
    ("POST", "/cases/{case_id}/repair"): of_repair(
        repairs.on_the_bench, "/repair", {"result": "repaired", "engineer": repairs.ENGINEER}
    ),
    ("POST", "/cases/{case_id}/dispatch"): of_repair(
        repairs.mended, "/dispatch", {"carrier": "sf", "waybill_no": "SF9876543210"}
    ),
    ("POST", "/cases/{case_id}/acceptance"): of_repair(repairs.handed_back, "/acceptance", {"fixed": True}),
    ("POST", "/cases/{case_id}/choice"): of_repair(repairs.choosable, "/choice", {"choice": "refund"}),
    ("POST", "/cases/{case_id}/ruling"): of_case(
        stages.in_dispute, "/ruling", {"ruling": "approve", "reason": "the photos show it"}
    ),
    ("POST", "/cases/{case_id}/inquiry"): of_case(
        stages.looked_into, "/inquiry", {"finding": "not_confirmed", "reason": "the tag is genuine"}
    ),
    ("GET", "/cases/{case_id}/dispute"): of_case(stages.in_dispute, "/dispute"),
    ("POST", "/cases/{case_id}/statements"): of_case(stages.escalated, "/statements", {"text": "it came torn"}),
    ("POST", "/cases/{case_id}/done"): of_case(stages.escalated, "/done", {}),
    ("POST", "/cases/{case_id}/appeal"): of_case(stages.ruled, "/appeal", {"reason": "look again"}),
    ("POST", "/cases/{case_id}/refunds"): redo,
    ("POST", "/cases/{case_id}/evidence"): of_case(
        stages.in_review, "/evidence", {"content_type": "image/png", "size": 1000}
    ),
    ("GET", "/cases/{case_id}/evidence"): of_case(stages.in_review, "/evidence"),
    ("PATCH", "/cases/{case_id}/deadlines/{gate}"): move,
    ("GET", "/due"): plain("/due"),
    ("GET", "/monitor"): plain("/monitor"),
    ("GET", "/monitor/returns"): plain("/monitor/returns"),
    ("GET", "/policies/{policy_id}"): own_policy,
    ("POST", "/policies/simulate"): plain(
        "/policies/simulate", {"draft": {"name": "kinder", "effective_from": PLACED.isoformat()}}
    ),
    ("POST", "/policies/{policy_id}"): plain(
        "/policies/platform", {"name": "next", "effective_from": PLACED.isoformat()}
    ),
    ("PUT", "/merchants/{merchant_id}"): plain("/merchants/m1", {"name": "Anna's coats and hats"}),
    ("GET", "/merchants/{merchant_id}"): plain("/merchants/m1"),
    ("PUT", "/merchants/{merchant_id}/freeze"): plain("/merchants/m1/freeze", {"frozen": True, "reason": "fraud"}),
    ("PUT", "/merchants/{merchant_id}/webhook"): plain("/merchants/m1/webhook", {"url": "https://anna.example"}),
    ("GET", "/merchants/{merchant_id}/webhook"): plain("/merchants/m1/webhook"),
    ("PUT", "/merchants/{merchant_id}/return-addresses"): plain("/merchants/m1/return-addresses", _ADDRESSES),
    ("GET", "/merchants/{merchant_id}/return-addresses"): plain("/merchants/m1/return-addresses"),
    ("PUT", "/merchants/{merchant_id}/prices"): plain("/merchants/m1/prices", _PRICES),
    ("GET", "/merchants/{merchant_id}/deliveries"): of_delivery("deliveries"),
    ("GET", "/merchants/{merchant_id}/deliveries/{event_id}"): of_delivery("deliveries/{event_id}"),
    ("POST", "/merchants/{merchant_id}/deliveries/{event_id}/replay"): of_delivery("deliveries/{event_id}/replay"),
    ("POST", "/merchants/{merchant_id}/replays"): of_delivery("replays", {"since": PLACED.isoformat()}),
    ("GET", "/reconciliations"): of_reconciliation(),
    ("GET", "/reconciliations/{day}"): of_reconciliation("/2026-11-22"),
    ("POST", "/reconciliations/{day}/facts"): of_reconciliation("/2026-11-22/facts", True),
    ("GET", "/recoveries"): plain("/recoveries"),
    ("GET", "/cases/{case_id}/recoveries"): of_debt(""),
    ("POST", "/cases/{case_id}/recoveries/{recovery_id}/write-off"): of_debt("/{}/write-off", {"reason": "gone"}),
    ("POST", "/cases/{case_id}/recoveries/{recovery_id}/filing"): of_refused_claim,
    ("POST", "/cases/{case_id}/recoveries/{recovery_id}/payments"): of_debt(
        "/{}/payments", {"amount": {"amount": 100, "currency": "CNY"}, "note": "by transfer"}
    ),
    ("GET", "/merchants/{merchant_id}/recoveries"): plain("/merchants/m1/recoveries"),
    ("GET", "/merchants/{merchant_id}/deposit"): plain("/merchants/m1/deposit"),
    ("POST", "/merchants/{merchant_id}/deposit"): plain(
        "/merchants/m1/deposit", {"kind": "deposited", "amount": {"amount": 100, "currency": "CNY"}}
    ),
    ("PUT", "/buyers/{buyer_id}/credit"): plain("/buyers/b1/credit", {"limits": {"CNY": 50000}}),
    ("GET", "/credit"): plain("/credit"),
    ("GET", "/buyers/{buyer_id}/credit"): plain("/buyers/b1/credit"),
    ("POST", "/buyers/{buyer_id}/credit/restore"): plain(
        "/buyers/b1/credit/restore", {"reason": "a carrier's mistake"}
    ),
    ("GET", "/notifications"): plain("/notifications"),
    ("POST", "/live/tickets"): plain("/live/tickets"),
    ("PUT", "/notifications/preferences"): plain("/notifications/preferences", {"language": "en"}),
}


def absent(of: str, path: str, body: Any) -> Ask:
    """The same request of a thing that is not there."""
    if of == "case":
        parts = path.split("/")
        return "/".join([*parts[:2], ABSENT_CASE, *parts[3:]]), body
    if path.startswith("/orders"):
        return path.replace("/o1", "/nowhere"), body
    if of == "order":
        return path, {**body, "order_id": "nowhere"}
    return path.replace("/m1", "/nobody"), body
