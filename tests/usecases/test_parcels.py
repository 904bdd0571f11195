"""Parcels: what carriers say reaches every case and order whose goods it is about, once, in any order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import refs
from chalicelib.domain.cases import Case
from chalicelib.domain.deliveries import Delivery
from chalicelib.domain.parcels import Parcel, Scan
from chalicelib.errors import WaybillTaken
from chalicelib.usecases import orders
from tests.domain.test_parcels import travels
from tests.standins.parcels import Notes, announce, parcel_of, seen, tell, turn, waybill_of
from tests.standins.shops import STRANGER, ask, asking, case_id_of, file, filing, sell, shop
from tests.standins.stages import in_review
from tests.standins.world import World


def delivery(world: World) -> Delivery:
    return world.records.one(refs.delivery("o1"))


def test_a_parcel_that_is_announced_stands_on_the_timeline(world: World) -> None:
    case_id = in_review(world)
    parcel = announce(world, case_id)
    assert ("announced", "SF100") == (parcel_of(world, parcel).state, parcel.waybill_no)
    assert "ParcelAnnounced" == world.told(case_id)[-1]


def test_the_same_number_again_is_the_same_parcel(world: World) -> None:
    case_id = in_review(world)
    first, second = announce(world, case_id, "SF 100"), announce(world, case_id, "sf100")
    assert first.parcel_id == second.parcel_id
    assert ["ParcelAnnounced"] == [told for told in world.told(case_id) if told.startswith("Parcel")]


def test_a_signature_is_told_to_the_case_and_to_who_waits(world: World) -> None:
    notes, case_id = Notes(), in_review(world)
    parcel = announce(world, case_id)
    heard = tell(world, seen("picked_up", 1), seen("in_transit", 2), seen("signed", 30), hooks=notes.table())
    assert (True, True, False) == (heard.news, heard.claimed, heard.contradiction)
    assert "signed" == parcel_of(world, parcel).state
    assert [("goods_signed", case_id, "signed")] == notes.told
    assert "ParcelMoved" == world.told(case_id)[-1]


def test_a_parcel_on_the_road_troubles_no_case(world: World) -> None:
    case_id = in_review(world)
    parcel, version = announce(world, case_id), world.case(case_id).version
    tell(world, seen("in_transit", 2), seen("out_for_delivery", 3))
    assert ("out_for_delivery", version) == (parcel_of(world, parcel).state, world.case(case_id).version)


HOOKED = {
    "picked_up": "goods_handed_over",
    "signed": "goods_signed",
    "refused": "goods_refused",
    "damaged": "goods_damaged",
    "lost": "goods_lost",
    "returned_to_sender": "goods_back",
}


@pytest.mark.parametrize(("state", "hook"), HOOKED.items())
def test_each_end_and_trouble_of_a_parcel_has_an_outcome(world: World, state: Any, hook: str) -> None:
    notes = Notes()
    announce(world, in_review(world))
    tell(world, seen(state, 5), hooks=notes.table())
    assert [hook] == notes.names


def test_scans_that_come_before_their_parcel_are_kept_for_it(world: World) -> None:
    notes, case_id = Notes(), in_review(world)
    heard = tell(world, seen("picked_up", 1))
    assert (True, False) == (heard.news, heard.claimed)
    parcel = announce(world, case_id, hooks=notes.table())
    assert "picked_up" == parcel_of(world, parcel).state
    assert ["goods_handed_over"] == notes.names


def test_one_parcel_that_brings_goods_of_two_cases_is_told_to_both(world: World) -> None:
    notes = Notes()
    first = file(world, key="1")
    second = file(world, ask("scarf"), key="2")
    announce(world, first)
    announce(world, second)
    tell(world, seen("signed", 9), hooks=notes.table())
    assert [("goods_signed", first, "signed"), ("goods_signed", second, "signed")] == notes.told


def test_a_number_of_somebody_else_s_goods_is_refused(world: World) -> None:
    announce(world, in_review(world))
    sell(world, "o2", buyer_id="b2")
    other = case_id_of(_file(world, "o2"))
    with pytest.raises(WaybillTaken):
        announce(world, other)


def _file(world: World, order_id: str) -> Any:
    from chalicelib.usecases import filings

    return filings.file(world, asking("other", STRANGER), filing(order_id=order_id))


def test_the_number_that_the_goods_came_under_brings_nothing_back(world: World) -> None:
    """It was signed for long ago: taken for the way back, everything would look as if it had arrived."""
    orders.ship(world, "o1", "sf", "SF100")
    tell(world, seen("signed", 1))
    with pytest.raises(WaybillTaken):
        announce(world, in_review(world))


def test_a_parcel_that_arrived_before_the_case_was_filed_is_none_of_it(world: World) -> None:
    tell(world, seen("signed", -50))
    with pytest.raises(WaybillTaken):
        announce(world, in_review(world))


def test_news_for_the_carrier_s_other_name_reaches_the_parcel(world: World) -> None:
    """快递100 corrects a carrier that was guessed wrongly; the buyer's guess is what stands here."""
    parcel = announce(world, in_review(world), carrier="yto")
    tell(world, seen("signed", 9), carriers=("ems", "yto"))
    assert "signed" == parcel_of(world, parcel).state


def test_what_cannot_be_is_told_loudly_and_changes_nothing(world: World) -> None:
    notes, case_id = Notes(), in_review(world)
    parcel = announce(world, case_id)
    tell(world, seen("signed", 9), hooks=notes.table())
    heard = tell(world, seen("lost", 20), hooks=notes.table())
    assert heard.contradiction
    assert "signed" == parcel_of(world, parcel).state
    assert ["goods_signed"] == notes.names
    told = world.listings.timeline(case_id, 100, None).rows[-1]
    assert ("ParcelMoved", "contradicted") == (told.type, told.data["because"])
    assert not tell(world, seen("lost", 20)).contradiction


def test_scans_are_recorded_once_however_often_they_come(world: World) -> None:
    announce(world, in_review(world))
    tell(world, seen("picked_up", 1))
    writes = len(world.records.saves)
    assert not tell(world, seen("picked_up", 1)).news
    assert writes == len(world.records.saves)


def test_a_write_whose_reply_is_lost_is_made_once(world: World) -> None:
    notes, case_id = Notes(), in_review(world)
    announce(world, case_id)
    world.records.fates.append("lost_reply")
    tell(world, seen("signed", 9), hooks=notes.table())
    assert 1 == world.told(case_id).count("ParcelMoved")


@given(travels(), st.randoms(use_true_random=False))
def test_whatever_order_scans_come_in_the_table_ends_the_same(told: list[Scan], dice: Any) -> None:
    def ending(scans: list[Scan], *, at_once: bool) -> tuple[Any, ...]:
        world = shop(as_json=False)
        sell(world)
        orders.ship(world, "o1", "sf", "OUT100")
        parcel = announce(world, in_review(world))
        for batch in [scans] if at_once else [[scan] for scan in scans]:
            tell(world, *batch)
            tell(world, *batch, number="OUT100")
        course = waybill_of(world).course
        assert course == parcel_of(world, parcel).course == waybill_of(world, "OUT100").course
        return course, delivery(world).state, delivery(world).trouble

    shuffled = [*told, *told[::2]]
    dice.shuffle(shuffled)
    assert ending(told, at_once=True) == ending(shuffled, at_once=False)


# The way out

TROUBLES: dict[Any, str] = {"refused": "refused", "lost": "lost", "returned_to_sender": "returned"}


def test_an_order_s_waybill_is_followed(world: World) -> None:
    orders.ship(world, "o1", "sf", "sf 100")
    [(command_no, _)] = world.logistics_commands.asked
    command = world.records.one(refs.command(command_no))
    assert ("track", "sf", "SF100") == (command.kind, command.carrier, command.waybill_no)


def test_the_carrier_tells_the_delivery(world: World) -> None:
    orders.ship(world, "o1", "sf", "SF100")
    tell(world, seen("picked_up", 1))
    assert ("shipped", None) == (delivery(world).state, delivery(world).trouble)
    tell(world, seen("signed", 30))
    assert ("delivered", seen("signed", 30).at) == (delivery(world).state, delivery(world).signed_at)


@pytest.mark.parametrize(("state", "trouble"), TROUBLES.items())
def test_goods_that_did_not_arrive_are_no_delivery(world: World, state: Any, trouble: str) -> None:
    orders.ship(world, "o1", "sf", "SF100")
    tell(world, seen("picked_up", 1), seen(state, 30))
    assert ("shipped", trouble) == (delivery(world).state, delivery(world).trouble)


def test_a_waybill_that_is_told_twice_is_shipped_once(world: World) -> None:
    orders.ship(world, "o1", "sf", "SF100")
    writes = len(world.records.saves)
    orders.ship(world, "o1", "sf", "SF100")
    assert (1, writes) == (len(delivery(world).parcels), len(world.records.saves))


def test_scans_that_came_before_the_shipment_count_for_it(world: World) -> None:
    tell(world, seen("picked_up", 1), seen("signed", 20))
    orders.ship(world, "o1", "sf", "SF100")
    assert "delivered" == delivery(world).state


def test_a_case_may_watch_the_way_out_of_its_order(world: World) -> None:
    """签收争议, 拦截: the case and the delivery hear of the same waybill."""
    notes, case_id = Notes(), in_review(world)
    orders.ship(world, "o1", "sf", "SF100")
    announce(world, case_id, purpose="outbound")
    tell(world, seen("refused", 5), hooks=notes.table())
    assert ([("goods_refused", case_id, "refused")], "refused") == (notes.told, delivery(world).trouble)


def test_nothing_of_a_case_that_ended_is_reopened_by_a_parcel(world: World) -> None:
    case_id = in_review(world)
    parcel = announce(world, case_id)
    turn(world, case_id, lambda made, _: made.tell("CaseWithdrawn", "withdrawn"))
    tell(world, seen("signed", 9))
    ended = world.records.one(refs.case(case_id))
    assert isinstance(ended, Case)
    assert ("withdrawn", "signed") == (ended.status, parcel_of(world, parcel).state)
    assert 1 == len(world.records.all(Parcel))
