"""Carriers' pushes at the front door: recorded when they are signed, answered as each system wants."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from chalicelib.domain import refs
from chalicelib.domain.carriers import System
from chalicelib.domain.parcels import Parcel
from tests.api.gateway import call
from tests.standins.parcels import announce
from tests.standins.stages import in_review
from tests.standins.world import World

GOOD = {"signature": "good"}
FACT = {"type": "parcel.signed", "carrier": "sf", "waybill_no": "SF100", "at": "2026-11-03T09:00:00Z"}


def push(body: Any, system: str = "standard", **headers: str) -> Any:
    return call("POST", f"/logistics/callbacks/{system}", body, headers={**GOOD, **headers})


def test_a_signed_push_moves_its_parcel(world: World) -> None:
    parcel = announce(world, in_review(world))
    answer = push(FACT)
    assert (200, {"received": True}) == (answer.status, answer.body)
    stands: Parcel = world.records.one(refs.parcel(parcel.case_id, parcel.parcel_id))
    assert "signed" == stands.state


def test_kuaidi100_hears_what_it_wants_to_hear(world: World) -> None:
    entry = {"time": "2026-11-03 17:00:00", "context": "已签收", "statusCode": "301"}
    result = {"nu": "SF100", "com": "shunfeng", "state": "3", "data": [entry]}
    answer = push({"status": "shutdown", "lastResult": result}, "kuaidi100")
    assert (200, True, "200") == (answer.status, answer.body["result"], answer.body["returnCode"])


def test_scans_of_nobody_s_parcel_are_taken_and_kept(world: World) -> None:
    assert 200 == push(FACT).status
    assert ["standard"] == world.logistics_notices.nobody_s
    assert "signed" == world.records.one(refs.waybill("sf", "SF100")).course.state


def test_what_a_carrier_takes_back_is_known(world: World) -> None:
    announce(world, in_review(world))
    push(FACT)
    push({**FACT, "type": "parcel.lost", "at": "2026-11-04T09:00:00Z"})
    assert ["standard"] == world.logistics_notices.contradictions


@pytest.mark.parametrize("system", get_args(System))
def test_an_unsigned_push_is_refused_and_writes_nothing(world: World, system: str) -> None:
    assert 401 == push(FACT, system, signature="bad").status
    assert [] == world.records.saves


def test_a_system_that_nobody_knows_has_no_address(world: World) -> None:
    answer = push(FACT, "pigeons")
    assert (400, "carrier_system") == (answer.status, answer.body["errors"][0]["field"])


@pytest.mark.parametrize(
    "body", [{"type": "parcel.signed"}, {"type": 7}, {"type": "command.done", "command_no": "c" * 200}]
)
def test_a_signed_push_that_makes_no_sense_is_400(world: World, body: Any) -> None:
    assert 400 == push(body).status


def test_news_of_a_command_that_is_not_ours_is_404(world: World) -> None:
    assert 404 == push({"type": "command.done", "command_no": "cmd_x"}).status


def test_a_push_may_be_large_and_not_endless(world: World) -> None:
    assert 200 == push({**FACT, "more": "x" * 200_000}).status
    assert 413 == push({**FACT, "more": "x" * 300_000}).status


def test_parties_see_where_a_parcel_is_and_what_its_carrier_said(world: World) -> None:
    parcel = announce(world, in_review(world))
    push({**FACT, "text": "signed by the warehouse", "place": "Hangzhou"})
    for path in (f"/cases/{parcel.case_id}/parcels", f"/cases/{parcel.case_id}/parcels/{parcel.parcel_id}"):
        answer = call("GET", path, token="buyer:b1")
        seen = answer.body["items"][0] if "items" in answer.body else answer.body
        assert ("signed", "SF100", "return") == (seen["state"]["code"], seen["waybill_no"], seen["purpose"]["code"])
        assert ["signed by the warehouse"] == [scan["text"] for scan in seen["scans"]]


def test_a_parcel_that_is_not_there_is_404(world: World) -> None:
    path = f"/cases/{in_review(world)}/parcels/prc_none"
    assert (404, "ParcelNotFound") == ((one := call("GET", path, token="buyer:b1")).status, one.body["code"])


def test_the_order_system_says_what_goods_travel_under_and_everybody_sees_where_they_are(world: World) -> None:
    body = {"carrier": "sf", "at": "2026-11-02T10:00:00Z"}
    for _ in range(2):
        assert 200 == call("PUT", "/orders/o1/parcels/SF100", body, token="orders:orders").status
    push({**FACT, "type": "parcel.refused"})
    seen = call("GET", "/orders/o1", token="buyer:b1").body
    states = [parcel["state"]["code"] for parcel in seen["parcels"]]
    assert ("shipped", "refused", ["refused"]) == (seen["delivery"]["code"], seen["trouble"]["code"], states)
    assert 1 == len(world.logistics_commands.asked)


def test_a_number_of_other_goods_is_a_conflict(world: World) -> None:
    announce(world, in_review(world))
    answer = call("PUT", "/orders/o1/parcels/SF100", {"carrier": "sf"}, token="orders:orders")
    assert (409, "WaybillTaken") == (answer.status, answer.body["code"])
