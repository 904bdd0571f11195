"""The carriers' stand-in: journeys on a clock that a test holds, and pushes until somebody has taken them."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.standins import carrier_formats
from local.standins.carrier import CarrierStandIn, written
from local.standins.carrier_desk import JOURNEYS, OVER, Desk, Due
from local.standins.carrier_formats import Event
from tests.adapters.servers import serving
from tests.adapters.test_carrier_pushes import SECRETS

NOW = datetime.now(UTC)


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 2, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def booked(desk: Desk, number: str = "cmd_1") -> str:
    return str(desk.carry_out({"command_no": number, "kind": "book_pickup"}).body["waybill_no"])


@pytest.mark.parametrize("journey", JOURNEYS)
def test_a_parcel_travels_by_itself_to_where_its_journey_ends(journey: str) -> None:
    clock = Clock()
    desk = Desk(clock.now, step=60, journey=journey)
    waybill_no = booked(desk)
    for _ in JOURNEYS[journey]:
        clock.pass_by(60)
        desk.due()
    assert list(JOURNEYS[journey]) == [one.code for one in desk.parcels[waybill_no].events]


def test_journeys_that_end_do_end() -> None:
    assert {"silent", "never"} == {name for name, codes in JOURNEYS.items() if not codes or codes[-1] not in OVER}


def test_without_a_step_nothing_moves_by_itself() -> None:
    clock = Clock()
    desk = Desk(clock.now)
    booked(desk)
    clock.pass_by(1_000_000)
    assert [] == desk.due()


def test_a_courier_who_rings_in_vain_takes_nothing_with_him() -> None:
    clock = Clock()
    desk = Desk(clock.now, step=60)
    desk.script({"rule": "book_pickup", "outcome": "visit_fails"})
    waybill_no = booked(desk)
    [due] = desk.due()
    assert ("command.failed", "nobody_home") == (due.document["type"], due.document["reason"])
    clock.pass_by(1000)
    assert [] == desk.parcels[waybill_no].events


def test_an_intercepted_parcel_turns_round() -> None:
    clock = Clock()
    desk = Desk(clock.now, step=60)
    waybill_no = booked(desk)
    clock.pass_by(120)
    desk.due()
    desk.carry_out({"command_no": "cmd_2", "kind": "intercept", "waybill_no": waybill_no})
    clock.pass_by(600)
    desk.due()
    codes = [one.code for one in desk.parcels[waybill_no].events]
    assert ["picked_up", "in_transit", "returning", "returned_to_sender"] == codes


def test_another_s_number_is_refused() -> None:
    desk = Desk()
    booked(desk)
    assert 409 == desk.carry_out({"command_no": "cmd_1", "kind": "track"}).status


@pytest.mark.parametrize("given", [{}, {"rule": "eat"}, {"journey": "moon"}, {"scan": "signed"}, {"told": "done"}])
def test_a_script_that_makes_no_sense_is_refused(given: dict[str, Any]) -> None:
    assert 400 == Desk().script(given).status


class Told(Desk):
    """Says when a push was taken."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = threading.Event()

    def delivered(self, due: Due) -> None:
        super().delivered(due)
        self.taken.set()


def test_a_push_comes_again_until_somebody_has_taken_it() -> None:
    desk = Told()
    with serving((503, {}, b""), (200, {}, b"")) as server:
        with CarrierStandIn(desk, api_key="k", signing=SECRETS, push=f"{server.url}/callbacks"):
            desk.script({"scan": "picked_up", "waybill_no": "SF1234567890", "system": "aftership"})
            assert desk.taken.wait(10)
        assert ["/callbacks/aftership"] * 2 == [asked.path for asked in server.asked]
        assert all(b"SF1234567890" in asked.body for asked in server.asked)


def test_the_stand_in_opens_to_its_key_alone() -> None:
    import urllib3

    with CarrierStandIn(Desk(), api_key="k") as standin:
        assert 401 == urllib3.request("GET", f"{standin.url}/book").status
        assert 200 == urllib3.request("GET", f"{standin.url}/book", headers={"authorization": "Bearer k"}).status
    with pytest.raises(ValueError, match="empty"):
        CarrierStandIn(Desk(), api_key="")


def test_the_push_is_written_when_it_is_sent() -> None:
    desk = Desk()
    desk.script({"scan": "picked_up", "waybill_no": "SF1234567890"})
    [due] = desk.due()
    desk.script({"scan": "signed", "waybill_no": "SF1234567890"})
    assert b"signed" in written(due, SECRETS["standard"], datetime.now(UTC)).body
    with pytest.raises(ValueError, match="no word"):
        carrier_formats.push("kuaidi100", "s", "sf", "SF1", [Event("1", NOW, "lost")], NOW)
