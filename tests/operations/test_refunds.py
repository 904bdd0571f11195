"""`unknown` and `redo`: a person's answer, given once."""

from __future__ import annotations

from typing import Any

import pytest

from operations import refunds
from operations.errors import Refused
from operations.places import Place
from tests.adapters.dynamodb import things
from tests.operations.shops import FakeApi, line, view

CASE = f"/cases/{things.CASE_ID}"


def laid(api: FakeApi, *states: str, last: str = "RefundSubmitted", status: int = 200, **body: Any) -> None:
    """A case with a refund in each of these states, and what the system answers to a redo."""
    some = [things.refund(state=state).but(refund_no=f"rfd_{n}").ref for n, state in enumerate(states)]
    case = view(things.case(version=5, refunds=tuple(some)))
    api.will("GET", CASE, case)
    api.will("POST", f"{CASE}/refunds", body or case, status=status)
    api.lists[f"{CASE}/timeline"] = [line(things.entry(type=last))]


def test_the_only_refund_that_fits_is_meant(place: Place, api: FakeApi) -> None:
    laid(api, "settled", "unknown")
    refunds.redo(place, things.CASE_ID, "retry", None, "the bank answers again")
    [asked] = api.acts()
    assert {"action": "retry", "note": "the bank answers again", "refund_no": "rfd_1"} == asked["body"]


def test_the_same_answer_about_the_same_state_has_the_same_key(place: Place, api: FakeApi) -> None:
    laid(api, "failed")
    for _ in range(2):
        refunds.redo(place, things.CASE_ID, "regrant", None, "another account")
    first, second = api.acts()
    assert first["key"] == second["key"] == f"redo-{things.CASE_ID}-rfd_0-regrant-5"


def test_a_case_that_was_parked_before_its_grant_needs_no_refund(place: Place, api: FakeApi) -> None:
    laid(api, last="CaseResumed")
    refunds.redo(place, things.CASE_ID, "retry", None, "mended")
    assert "refund_no" not in api.acts()[0]["body"]


@pytest.mark.parametrize("states", [("failed", "failed"), ("settled",)])
def test_where_it_is_not_clear_which_refund_is_meant_nothing_is_sent(
    states: tuple[str, ...], place: Place, api: FakeApi
) -> None:
    laid(api, *states)
    with pytest.raises(Refused, match="say which refund"):
        refunds.redo(place, things.CASE_ID, "release", None, "x")
    assert [] == api.acts()


def test_the_system_s_refusal_is_told_in_its_words(place: Place, api: FakeApi) -> None:
    laid(api, "failed", status=409, code="TransitionRefused", detail="a failed refund keeps its number")
    with pytest.raises(Refused, match="TransitionRefused: a failed refund keeps its number"):
        refunds.redo(place, things.CASE_ID, "regrant", "rfd_0", "x")


def test_a_large_amount_says_that_it_waits_for_a_second_person(
    place: Place, api: FakeApi, capsys: pytest.CaptureFixture[str]
) -> None:
    laid(api, "failed", last="RulingProposed")
    refunds.redo(place, things.CASE_ID, "regrant", None, "x")
    assert "another operator or supervisor" in capsys.readouterr().out


def test_unknown_refunds_are_listed_and_others_are_not(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    unknown = things.refund(state="unknown", unknown_since=things.AT)
    place.records.save([unknown, things.refund(state="settled").but(refund_no="rfd_01KAP0000000000000000000AA77")])
    assert 1 == refunds.unknown(place)
    out = capsys.readouterr().out
    assert unknown.refund_no in out
    assert "77" not in out
