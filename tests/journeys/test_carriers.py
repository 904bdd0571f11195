"""Goods on their way out, told by their carriers: over HTTP in each system's own words, and over the bus."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import urllib3

from local.stack import Stack
from tests.journeys.carriers import Carriers
from tests.journeys.partners import tell
from tests.journeys.patience import until
from tests.journeys.shops import ORDERS, Shop


@pytest.fixture(scope="session")
def carriers(stack: Stack) -> Carriers:
    return Carriers(stack)


def sent(shop: Shop) -> tuple[str, str]:
    """An order whose goods have left under a waybill of their own: (order, waybill)."""
    order_id, waybill_no = shop.sells(state="unshipped"), f"SF{uuid4().int % 10**12:012}"
    body = {"carrier": "sf", "at": datetime.now(UTC).isoformat()}
    shop.api.call("PUT", f"/orders/{order_id}/parcels/{waybill_no}", user=ORDERS, body=body).expect(200)
    return order_id, waybill_no


def order(shop: Shop, order_id: str) -> dict[str, Any]:
    return shop.api.call("GET", f"/orders/{order_id}", user=shop.buyer).body


def test_an_order_s_waybill_is_followed_by_the_worker(shop: Shop, carriers: Carriers) -> None:
    _, waybill_no = sent(shop)
    assert until(lambda: carriers.follow(waybill_no), bool)


@pytest.mark.parametrize("system", ["standard", "kuaidi100", "aftership", "seventeen_track"])
def test_a_carrier_s_signature_opens_the_buyer_s_window(shop: Shop, carriers: Carriers, system: str) -> None:
    order_id, waybill_no = sent(shop)
    carriers.scan(waybill_no, "picked_up", system)
    carriers.scan(waybill_no, "signed", system, text="本人签收")
    seen = until(lambda: order(shop, order_id), lambda seen: seen["delivery"]["code"] == "delivered")
    assert ("signed", None) == (seen["parcels"][0]["state"]["code"], seen["trouble"])
    assert seen["lines"][0]["window_ends_at"] > datetime.now(UTC).isoformat()


@pytest.mark.parametrize(
    ("codes", "trouble"),
    [
        (("picked_up", "delayed"), "delayed"),
        (("picked_up", "out_for_delivery", "refused"), "refused"),
        (("picked_up", "returning", "returned_to_sender"), "returned"),
        (("picked_up", "lost"), "lost"),
    ],
)
def test_goods_that_do_not_arrive_are_seen_not_to(
    shop: Shop, carriers: Carriers, codes: tuple[str, ...], trouble: str
) -> None:
    order_id, waybill_no = sent(shop)
    for code in codes:
        carriers.scan(waybill_no, code, "aftership")
    seen = until(lambda: order(shop, order_id), lambda seen: (seen["trouble"] or {}).get("code") == trouble)
    assert ("shipped", None) == (seen["delivery"]["code"], seen["lines"][0]["window_ends_at"])


def test_a_carrier_on_the_bus_is_as_good_as_one_over_http(shop: Shop, stack: Stack) -> None:
    order_id, waybill_no = sent(shop)
    fact = {"carrier": "sf", "waybill_no": waybill_no, "at": datetime.now(UTC).isoformat(), "event_id": "1"}
    for _ in range(2):
        tell(stack, "logistics", "parcel.signed", **fact)
    assert until(lambda: order(shop, order_id), lambda seen: seen["delivery"]["code"] == "delivered")


def test_what_no_carrier_signed_is_refused(shop: Shop, stack: Stack) -> None:
    order_id, waybill_no = sent(shop)
    fact = {"type": "parcel.signed", "carrier": "sf", "waybill_no": waybill_no, "at": datetime.now(UTC).isoformat()}
    for system in ("standard", "kuaidi100", "aftership", "seventeen_track"):
        url = f"{stack.api_url}/logistics/callbacks/{system}"
        assert 401 == urllib3.request("POST", url, json=fact).status
    assert "shipped" == order(shop, order_id)["delivery"]["code"]
