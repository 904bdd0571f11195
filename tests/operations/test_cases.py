"""`case`: the whole story, and not a word that anybody wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.actors import Actor
from chalicelib.domain.cases import Case, Parking
from operations import cases
from operations.errors import Refused
from operations.places import Place
from tests.adapters.dynamodb import things
from tests.operations.shops import FakeApi, line, view

MERCHANT = Actor(role="merchant", id="secret-name", merchant_id="m1")
PRIVATE = "my name is Zhang San, 13800138000"


@pytest.fixture
def told(place: Place, api: FakeApi, capsys: pytest.CaptureFixture[str]) -> str:
    """What is printed of a case with everything in it, people's words included."""
    case = things.case(
        description=PRIVATE, attempt=2, status="approved", parking=Parking(because="FlowKeepsFailing", detail=PRIVATE)
    )
    gate = things.gate(moved_because=PRIVATE).answered("approved", MERCHANT, things.AT).but(version=1)
    buyers = things.gate(name="buyer_answer", owner="buyer#secret-name", silence="closed")
    place.records.save([case, gate, buyers, things.refund(reason=PRIVATE)])
    api.will("GET", f"/cases/{case.case_id}", view(case))
    entry = things.entry(note=PRIVATE, data={"because": PRIVATE, "refund_no": "rfd_1"})
    api.lists[f"/cases/{case.case_id}/timeline"] = [line(entry)]
    cases.show(place, case.case_id)
    return capsys.readouterr().out


def test_it_says_where_the_case_stands(told: str) -> None:
    assert all(word in told for word in (things.CASE_ID, "Approved", "PARKED for a person: FlowKeepsFailing"))


def test_it_shows_gates_refunds_timeline_and_queues(told: str) -> None:
    for expected in ("decision", "buyer_answer", "CaseSubmitted", things.refund().refund_no, "payment-commands"):
        assert expected in told


def test_it_shows_an_attempt_for_each_execution_also_where_none_was_started(told: str) -> None:
    assert 2 == told.count("not there")


@pytest.mark.parametrize("secret", ["Zhang", "13800138000", "secret-name"])
def test_it_shows_nothing_personal(secret: str, told: str) -> None:
    assert secret not in told


def test_a_case_that_is_not_there_is_said_so(place: Place) -> None:
    with pytest.raises(Refused, match="no case case_x on the stage test"):
        cases.show(place, "case_x")


def test_an_id_that_is_none_is_said_so(place: Place, api: FakeApi) -> None:
    api.will("GET", "/cases/nonsense", {"code": "InvalidRequest"}, status=400)
    with pytest.raises(Refused, match="no case nonsense"):
        cases.show(place, "nonsense")


def test_where_an_execution_stands_is_its_last_state(place: Place, monkeypatch: pytest.MonkeyPatch, api: Any) -> None:
    from operations import executions

    class StepFunctions:
        def describe_execution(self, executionArn: str) -> dict[str, Any]:
            assert executionArn.endswith(":execution:aftersales-test-refund-flow:case_1-1")
            return {"status": "RUNNING", "startDate": datetime(2026, 11, 1, tzinfo=UTC)}

        def get_execution_history(self, **asked: Any) -> dict[str, Any]:
            assert asked["reverseOrder"]
            assert not asked["includeExecutionData"]
            entered = {"stateEnteredEventDetails": {"name": "AwaitDecision"}}
            return {"events": [{"type": "TaskScheduled"}, entered, {"stateEnteredEventDetails": {"name": "Before"}}]}

    monkeypatch.setattr(type(place.session), "client", lambda *_: StepFunctions())
    [[attempt, status, _, ended, state]] = executions.of(place, things.case(case_id="case_1"))
    assert (1, "RUNNING", None, "AwaitDecision") == (attempt, status, ended, state)


def test_every_case_has_an_attempt_to_look_for() -> None:
    assert "attempt" in Case.model_fields
