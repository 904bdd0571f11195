"""`holiday`: shown first, then moved through the API; nobody's time becomes shorter, nobody's answer is overwritten."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.domain.gates import GateName
from operations import holidays
from operations.errors import Refused
from operations.holidays import Holiday
from operations.places import Place
from tests.adapters.dynamodb import things
from tests.operations.shops import FakeApi, view

DAY = Holiday(date(2026, 10, 1), datetime(2026, 10, 9, 2, tzinfo=UTC), "Asia/Shanghai", "国庆节")
ON_THE_DAY = datetime(2026, 10, 1, 7, tzinfo=UTC)
CASE = f"/cases/{things.CASE_ID}"
PATCH = f"{CASE}/deadlines/decision"


def waiting(due_at: datetime = ON_THE_DAY, version: int = 3, **gate: Any) -> dict[str, Any]:
    return view(things.case(version=version, gate=things.gate(due_at=due_at, **gate).ref))


def laid(api: FakeApi, *cases: dict[str, Any]) -> None:
    """The list shows the first; asking for it shows them in turn."""
    api.lists["/cases?status=in_review"] = [cases[0]]
    api.will("GET", CASE, *cases)


def test_without_go_it_only_shows(place: Place, api: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    laid(api, waiting())
    assert 1 == holidays.move(place, DAY, go=False)
    assert [] == api.acts()
    assert things.CASE_ID in capsys.readouterr().out


def test_with_go_each_deadline_moves_with_its_reason_and_only_the_version_that_was_seen(
    place: Place, api: FakeApi
) -> None:
    laid(api, waiting(version=7))
    api.will("PATCH", PATCH, {})
    assert 0 == holidays.move(place, DAY, go=True)
    [asked] = api.acts()
    assert {"due_at": "2026-10-09T02:00:00+00:00", "reason": "国庆节"} == asked["body"]
    assert 7 == asked["version"]


@pytest.mark.parametrize("gate", ["decision", "shipment", "receipt", "inspection", "evidence", "appeal", "acceptance"])
def test_whoever_has_something_to_do_is_given_the_holiday(gate: GateName) -> None:
    assert DAY.holds(waiting(name=gate))


@pytest.mark.parametrize("gate", ["carrier", "settlement", "person"])
def test_banks_carriers_and_operators_are_not(gate: GateName) -> None:
    assert not DAY.holds(waiting(name=gate))


@pytest.mark.parametrize(
    "due_at",
    [datetime(2026, 9, 30, 15, 59, 59, tzinfo=UTC), datetime(2026, 10, 1, 16, tzinfo=UTC)],
    ids=["the evening before, there", "the next midnight, there"],
)
def test_the_day_is_the_platform_s_and_not_utc_s(due_at: datetime) -> None:
    assert not DAY.holds(waiting(due_at))
    assert DAY.holds(waiting(datetime(2026, 9, 30, 16, tzinfo=UTC)))


def test_banks_and_operators_keep_their_deadlines() -> None:
    assert not DAY.holds(waiting(name="settlement", owner="payment", silence="unknown"))
    assert not DAY.holds(waiting(name="person", owner="operator", silence="reminded"))


def test_one_shop_s_holiday_is_no_other_s() -> None:
    assert not Holiday(DAY.day, DAY.to, DAY.zone, DAY.reason, "m2").holds(waiting())
    assert Holiday(DAY.day, DAY.to, DAY.zone, DAY.reason, "m1").holds(waiting())


def test_a_holiday_never_makes_a_deadline_shorter(place: Place) -> None:
    early = Holiday(DAY.day, datetime(2026, 10, 1, 12, tzinfo=UTC), DAY.zone, DAY.reason)
    with pytest.raises(Refused, match="before the day is over"):
        holidays.move(place, early, go=True)


def test_who_answered_since_the_list_was_read_is_left_alone(place: Place, api: FakeApi) -> None:
    laid(api, waiting())
    api.answers.clear()
    api.will("GET", CASE, view(things.case(status="approved")))
    assert 0 == holidays.move(place, DAY, go=True)
    assert [] == api.acts()


def test_who_answers_in_the_very_moment_is_left_alone(place: Place, api: FakeApi) -> None:
    laid(api, waiting(), view(things.case(status="approved")))
    api.will("PATCH", PATCH, {"code": "AnswerTooLate"}, status=409)
    assert 0 == holidays.move(place, DAY, go=True)


def test_a_case_that_changed_in_between_is_left_for_the_next_time(place: Place, api: FakeApi) -> None:
    laid(api, waiting())
    api.will("PATCH", PATCH, {"code": "VersionMismatch"}, status=412)
    assert 1 == holidays.move(place, DAY, go=True)


def test_a_move_whose_answer_was_lost_counts_as_moved(place: Place, api: FakeApi) -> None:
    laid(api, waiting(), waiting(DAY.to, version=4))
    api.will("PATCH", PATCH, {"code": "VersionMismatch"}, status=412)
    assert 0 == holidays.move(place, DAY, go=True)
