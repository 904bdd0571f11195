"""Where an order's goods are: what the order system says, and what the carriers of its parcels say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.deliveries import Delivery, Trouble
from chalicelib.domain.lifecycles import ParcelState
from chalicelib.domain.parcels import Scan
from tests.domain.test_parcels import at, course, scans, seen


def sent(*numbers: str) -> Delivery:
    delivery = Delivery(order_id="o1")
    for number in numbers:
        delivery = delivery.sent("sf", number)
    return delivery


def moved(*told: Scan, delivery: Delivery | None = None, number: str = "SF1") -> Delivery:
    return (delivery or sent("SF1")).moved("sf", number, course(*told))


def test_an_announced_waybill_is_no_shipment() -> None:
    assert "unshipped" == sent("SF1").state


def test_the_carrier_s_first_scan_is_the_shipment() -> None:
    assert ("shipped", at(1)) == ((one := moved(seen("picked_up", 1))).state, one.shipped_at)


def test_the_carrier_s_signature_opens_the_window() -> None:
    assert ("delivered", at(5)) == ((one := moved(seen("in_transit", 2), seen("signed", 5))).state, one.signed_at)


def test_an_order_in_two_parcels_is_delivered_with_the_last() -> None:
    first = moved(seen("signed", 5), delivery=sent("SF1", "SF2"))
    second = first.moved("sf", "SF2", course(seen("signed", 9)))
    assert ("shipped", "delivered", at(9)) == (first.state, second.state, second.signed_at)


TROUBLES: dict[ParcelState, Trouble | None] = {
    "lost": "lost",
    "refused": "refused",
    "returning": "returned",
    "returned_to_sender": "returned",
    "damaged": "damaged",
    "in_transit": None,
    "signed": None,
}


@pytest.mark.parametrize(("state", "trouble"), TROUBLES.items())
def test_what_keeps_goods_from_their_buyer_has_a_name(state: ParcelState, trouble: Trouble | None) -> None:
    assert trouble == moved(seen("picked_up", 1), seen(state, 5)).trouble


@pytest.mark.parametrize("state", ["lost", "refused", "returning", "returned_to_sender", "damaged"])
def test_goods_that_never_reached_their_buyer_open_no_window(state: ParcelState) -> None:
    delivery = moved(seen("picked_up", 1), seen(state, 5))
    assert ("shipped", None) == (delivery.state, delivery.signed_at)


def test_a_delay_is_remembered_until_the_goods_are_there() -> None:
    late = moved(seen("picked_up", 1), seen("exception", 5, detail="delayed"), seen("in_transit", 30))
    assert ("delayed", at(5)) == (late.trouble, late.parcels[0].delayed_at)
    assert moved(seen("signed", 40), delivery=late).trouble is None


def test_goods_that_were_stopped_are_stopped_and_not_merely_sent_back() -> None:
    stopped = sent("SF1").intercepted(at(3))
    assert "intercepted" == stopped.trouble
    assert "intercepted" == moved(seen("returned_to_sender", 9), delivery=stopped).trouble


@given(st.lists(scans, max_size=12), st.randoms(use_true_random=False))
def test_a_delivery_never_goes_back_and_ends_where_its_parcel_is(told: list[Scan], dice: Any) -> None:
    order = ("unshipped", "shipped", "delivered")
    shuffled, delivery = list(told), sent("SF1")
    dice.shuffle(shuffled)
    heard = course()
    for scan in shuffled:
        heard = heard.heard([scan])
        after = delivery.moved("sf", "SF1", heard)
        assert order.index(after.state) >= order.index(delivery.state)
        assert after.version == delivery.version + (after is not delivery)
        delivery = after
    assert course(*told).state == delivery.parcels[0].state


def test_what_changes_nothing_is_not_written() -> None:
    delivery = moved(seen("picked_up", 1))
    assert delivery is delivery.moved("sf", "SF1", course(seen("picked_up", 1)))
    assert delivery is delivery.sent("sf", "SF1")
