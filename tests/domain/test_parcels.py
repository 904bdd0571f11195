"""A parcel is where its carrier's scans say, in whatever order and however often they come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.lifecycles import PARCEL, PARCEL_ENDS, PICKUP, ParcelState, PickupState
from chalicelib.domain.parcels import (
    CONTRADICTS,
    MOST_HOLDERS,
    MOST_SCANS,
    TOLD,
    Course,
    Holder,
    Parcel,
    Pickup,
    Scan,
    Slot,
    Waybill,
    tidy,
)
from chalicelib.errors import TransitionRefused, WaybillTaken
from tests.standins.time import MONDAY

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
STATES: tuple[ParcelState, ...] = get_args(ParcelState)


def at(hour: float) -> datetime:
    return START + timedelta(hours=hour)


def seen(state: ParcelState | None, hour: float, **more: Any) -> Scan:
    return Scan(**{"event": f"{state}-{hour}", "at": at(hour), "state": state, "code": str(state), **more})


def course(*scans: Scan) -> Course:
    return Course().heard(scans)


scans = st.builds(
    seen,
    st.one_of(st.none(), st.sampled_from(STATES)),
    st.integers(0, 40),
    detail=st.sampled_from([None, "delayed", "by_proxy"]),
)


@st.composite
def travels(draw: st.DrawFn) -> list[Scan]:
    """A course that a carrier could tell without contradicting itself: one scan an hour, each possible after the
    other."""
    state: ParcelState = "announced"
    told: list[Scan] = []
    for hour in range(1, draw(st.integers(1, 12)) + 1):
        following = sorted(PARCEL[state] - ({"cancelled"} if told else set()))
        if not following or state in PARCEL_ENDS:
            break
        state = draw(st.sampled_from(following))  # type: ignore[assignment]
        told.append(seen(state, hour))
    return told


@given(st.lists(scans, max_size=20), st.randoms(use_true_random=False), st.lists(st.integers(0, 40), max_size=12))
def test_any_order_and_any_repetition_of_scans_is_the_same_course(
    told: list[Scan], dice: Any, again: list[int]
) -> None:
    shuffled = [*told, *(told[i % len(told)] for i in again if told)]
    dice.shuffle(shuffled)
    one_by_one = Course()
    for scan in shuffled:
        one_by_one = one_by_one.heard([scan])
    assert course(*told) == one_by_one


@given(st.lists(scans, max_size=20))
def test_what_was_heard_before_is_no_news(told: list[Scan]) -> None:
    heard = course(*told)
    assert heard is heard.heard(told)


@given(travels(), st.randoms(use_true_random=False))
def test_a_late_scan_never_moves_a_parcel_back(told: list[Scan], dice: Any) -> None:
    """The moment of its state only ever moves on, and in the end it is that of the last scan."""
    shuffled = list(told)
    dice.shuffle(shuffled)
    known, moments = Course(), [START]
    for scan in shuffled:
        known = known.heard([scan])
        moments.append(known.at or START)
    assert (told[-1].state, told[-1].at) == (known.state, known.at)
    assert all(before <= after for before, after in pairwise(moments))


@given(travels())
def test_a_course_that_makes_sense_is_no_contradiction(told: list[Scan]) -> None:
    assert course(*told).contradiction is None


@given(st.lists(st.sampled_from(["in_transit", "out_for_delivery"]), min_size=200, max_size=400))
def test_a_talkative_carrier_is_not_kept_for_ever_and_milestones_are(states: list[ParcelState]) -> None:
    many = [seen(state, hour + 1) for hour, state in enumerate(states)]
    told = course(seen("picked_up", 0), *many, seen("signed", 900))
    assert MOST_SCANS == len(told.scans)
    assert {"picked_up", "signed"} <= {scan.state for scan in told.scans}
    assert ("signed", at(0)) == (told.state, told.reached["picked_up"])


def test_scans_that_were_missed_are_not_missed() -> None:
    assert "signed" == course(seen("signed", 3)).state


def test_an_unknown_code_is_kept_and_moves_nothing() -> None:
    told = course(seen("picked_up", 1), seen(None, 2, code="999"))
    assert ("picked_up", ["picked_up", "999"]) == (told.state, [scan.code for scan in told.scans])


def test_who_signs_for_what_was_on_its_way_back_is_its_sender() -> None:
    assert "returned_to_sender" == course(seen("refused", 1), seen("returning", 2), seen("signed", 3)).state


def test_a_buyer_who_thought_better_of_it_signs_after_refusing() -> None:
    assert "signed" == course(seen("refused", 1), seen("out_for_delivery", 20), seen("signed", 21)).state


def test_what_was_lost_and_is_found_is_told_to_somebody() -> None:
    told = course(seen("lost", 1), seen("signed", 2))
    assert ("signed", "lost") == (told.state, told.contradiction and told.contradiction.before)


@pytest.mark.parametrize(
    ("end", "other"), [(end, other) for end in sorted(CONTRADICTS) for other in sorted(CONTRADICTS[end])]
)
def test_what_cannot_be_after_the_end_changes_nothing_and_is_loud(end: ParcelState, other: ParcelState) -> None:
    told = course(seen("picked_up", 1), seen(end, 2), seen(other, 3))
    assert end == told.state
    assert told.contradiction is not None
    assert (end, other) == (told.contradiction.before, told.contradiction.said)


def test_a_scan_on_the_road_after_the_signature_is_only_late_paperwork() -> None:
    told = course(seen("signed", 2), seen("in_transit", 3))
    assert ("signed", None) == (told.state, told.contradiction)


@pytest.mark.parametrize("state", STATES)
def test_from_everywhere_a_parcel_can_still_come_to_an_end(state: ParcelState) -> None:
    reachable, frontier = {state}, [state]
    while frontier:
        for following in PARCEL[frontier.pop()] - reachable:
            reachable.add(following)  # type: ignore[arg-type]
            frontier.append(following)  # type: ignore[arg-type]
    assert reachable & PARCEL_ENDS


def test_only_signatures_have_no_way_out() -> None:
    assert {"signed", "returned_to_sender"} == {state for state, follows in PARCEL.items() if not follows}


def test_everything_that_ends_or_troubles_is_told() -> None:
    assert set(PARCEL) - TOLD == {"announced", "in_transit", "out_for_delivery"}


# Waybills

HOLDER = Holder(buyer_id="b1", merchant_id="m1", goes_back=True, order_id="o1", case_id="c1", parcel_id="p1")


def waybill() -> Waybill:
    return Waybill(carrier="sf", number="SF1")


def test_one_parcel_may_bring_goods_of_several_cases() -> None:
    held = waybill().held_by(HOLDER).held_by(HOLDER.but(case_id="c2", parcel_id="p2"))
    assert ["c1", "c2"] == [holder.case_id for holder in held.holders]


def test_who_holds_already_holds_once() -> None:
    held = waybill().held_by(HOLDER)
    assert held is held.held_by(HOLDER)


@pytest.mark.parametrize("other", [{"buyer_id": "b2"}, {"merchant_id": "m2"}, {"goes_back": False}])
def test_somebody_else_s_number_and_that_of_the_way_out_prove_nothing(other: dict[str, Any]) -> None:
    with pytest.raises(WaybillTaken):
        waybill().held_by(HOLDER).held_by(HOLDER.but(case_id="c2", **other))


def test_a_parcel_has_as_many_holders_as_a_transaction_can_tell() -> None:
    held = waybill()
    for number in range(MOST_HOLDERS):
        held = held.held_by(HOLDER.but(case_id=f"c{number}"))
    with pytest.raises(WaybillTaken):
        held.held_by(HOLDER.but(case_id="one more"))


def test_a_number_is_kept_as_carriers_write_it() -> None:
    assert "SF1234567890" == tidy(" sf 1234 567890\n")


# Pickups

SLOT = Slot(begins_at=at(24), ends_at=at(26))


def fetched(state: PickupState) -> Parcel:
    pickup = Pickup(booking_no="cmd_1", system="standard", slot=SLOT, state=state)
    return Parcel(case_id="c1", parcel_id="p1", purpose="pickup", announced_at=START, pickup=pickup)


@pytest.mark.parametrize("state", get_args(PickupState))
def test_whatever_was_agreed_a_parcel_that_moves_was_fetched(state: PickupState) -> None:
    moved = fetched(state).told(course(seen("picked_up", 25)))
    assert moved.pickup is not None
    assert "done" == moved.pickup.state


def test_a_waybill_that_is_cancelled_fetches_nothing() -> None:
    moved = fetched("booked").told(course(seen("cancelled", 2)))
    assert moved.pickup is not None
    assert "booked" == moved.pickup.state


def test_a_courier_who_has_been_is_not_asked_again() -> None:
    with pytest.raises(TransitionRefused):
        fetched("done").visited("rebooking")


def test_a_visit_that_came_to_nothing_ends_otherwise_only_when_the_courier_came_after_all() -> None:
    assert {"done"} == PICKUP["failed"] == PICKUP["cancelled"]


@pytest.mark.parametrize(("hours", "days"), [(-30, 0), (-1, 0), (0, 1), (1, 1), (24, 2), (49, 3)])
def test_another_visit_comes_at_the_same_hours_on_the_first_day_that_lies_ahead(hours: int, days: int) -> None:
    slot = Slot(begins_at=MONDAY, ends_at=MONDAY + timedelta(hours=2))
    later = slot.after(MONDAY + timedelta(hours=hours))
    assert timedelta(days=days) == later.begins_at - slot.begins_at == later.ends_at - slot.ends_at
