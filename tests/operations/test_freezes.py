"""Freezing a shop from the command line: for the version that was seen, until nothing waits for the shop."""

from __future__ import annotations

from typing import Any

import pytest

from operations import freezes
from operations.errors import Refused
from operations.places import Place
from tests.operations.shops import FakeApi

PATH = "/merchants/m1"
TURN = {"frozen": True, "by": "operator:op1", "at": "2026-11-02T09:00:00Z", "reason": "its parcels hold stones"}


def shop(*, frozen: bool, version: int = 3, **more: Any) -> dict[str, Any]:
    turns = [TURN] if frozen else []
    return {"merchant_id": "m1", "kind": "marketplace", "frozen": frozen, "freezes": turns, "version": version, **more}


def turned(*, more: bool = False, handed_over: int = 0, **shown: Any) -> dict[str, Any]:
    return shop(more=more, handed_over=handed_over, **{"frozen": True, "version": 4, **shown})


def test_a_shop_is_frozen_for_the_version_that_was_seen(place: Place, api: FakeApi) -> None:
    api.will("GET", PATH, shop(frozen=False))
    api.will("PUT", f"{PATH}/freeze", turned(handed_over=2))
    assert 2 == freezes.turn(place, "m1", "stones", frozen=True)
    [act] = api.acts()
    assert ({"frozen": True, "reason": "stones"}, 3) == (act["body"], act["version"])


def test_it_is_asked_again_until_nothing_waits_for_the_shop(place: Place, api: FakeApi) -> None:
    api.will("GET", PATH, shop(frozen=False))
    api.will("PUT", f"{PATH}/freeze", turned(more=True, handed_over=100), turned(handed_over=7))
    assert 107 == freezes.turn(place, "m1", "stones", frozen=True)
    assert [3, 4] == [act["version"] for act in api.acts()]


def test_a_shop_that_is_frozen_can_be_frozen_again_for_what_came_meanwhile(place: Place, api: FakeApi) -> None:
    api.will("GET", PATH, shop(frozen=True))
    api.will("PUT", f"{PATH}/freeze", turned(handed_over=1))
    assert 1 == freezes.turn(place, "m1", "stones", frozen=True)


def test_letting_go_of_a_free_shop_asks_nothing(place: Place, api: FakeApi) -> None:
    api.will("GET", PATH, shop(frozen=False))
    assert 0 == freezes.turn(place, "m1", "sorry", frozen=False)
    assert [] == api.acts()


def test_somebody_who_was_faster_is_said_so(place: Place, api: FakeApi) -> None:
    api.will("GET", PATH, shop(frozen=False))
    api.will("PUT", f"{PATH}/freeze", {"code": "VersionMismatch", "detail": "it has changed"}, status=412)
    with pytest.raises(Refused, match="VersionMismatch"):
        freezes.turn(place, "m1", "stones", frozen=True)


def test_our_own_request_that_was_sent_twice_is_no_stranger(place: Place, api: FakeApi) -> None:
    api.will("GET", PATH, shop(frozen=False), shop(frozen=True, version=4))
    api.will("PUT", f"{PATH}/freeze", {"code": "VersionMismatch"}, status=412)
    api.will("PUT", f"{PATH}/freeze", turned(handed_over=3))
    assert 3 == freezes.turn(place, "m1", "stones", frozen=True)


def test_a_shop_that_is_not_there_is_said_so(place: Place) -> None:
    with pytest.raises(Refused, match="no merchant m1"):
        freezes.turn(place, "m1", "stones", frozen=True)


def test_the_reason_stays_with_the_shop(place: Place, api: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    api.will("GET", PATH, shop(frozen=True))
    freezes.show(place, "m1")
    out = capsys.readouterr().out
    assert "FROZEN" in out
    assert "stones" not in out
