"""`reconcile DAY`: runs the product's function, shows what it came to, records one fact after the other."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from operations import places
from operations.__main__ import main
from operations.errors import Refused
from operations.places import Place
from operations.reconciliations import reconcile
from tests.operations.shops import FakeApi

DAY, PATH = date(2026, 11, 22), "/reconciliations/2026-11-22"
FACTS = [{"refund_no": f"rfd_{n}", "state": "settled"} for n in (1, 2)]


def view(facts: list[dict[str, str]], recorded: list[dict[str, str]] = []) -> dict[str, Any]:  # noqa: B006
    word = {"code": "other_state", "zh": "状态不符", "en": "Another state"}
    money = [{"count": 3, "amount": {"amount": 8900, "currency": "CNY"}}]
    report = {
        "number": 1, "at": "2026-11-23T00:00:00Z", "closed": True, "rows": 3, "sha256": "0", "url": "https://x/y.csv",
        "differences": [{"kind": word, "count": 2}], "paid": money, "returned": [], "ours": money,
    }  # fmt: skip
    return {"day": "2026-11-22", "zone": "Asia/Shanghai", "reports": [report], "facts": facts, "recorded": recorded}


class Lambda:
    """`on_bill_due`, answering what a test says."""

    exceptions = SimpleNamespace(TooManyRequestsException=KeyError)

    def __init__(self, content: object, **answer: str) -> None:
        self.content, self.answer = content, answer
        self.asked: list[bytes] = []

    def describe_stack_resource(self, **asked: str) -> dict[str, Any]:
        assert {"StackName": "aftersales-test-app", "LogicalResourceId": "OnBillDue"} == asked
        return {"StackResourceDetail": {"PhysicalResourceId": "on-bill-due"}}

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        assert "on-bill-due" == FunctionName
        self.asked.append(Payload)
        if isinstance(self.content, Exception):
            raise self.content
        return {"Payload": SimpleNamespace(read=lambda: json.dumps(self.content).encode()), **self.answer}


@pytest.fixture
def answering(place: Place, monkeypatch: pytest.MonkeyPatch) -> Any:
    def answer(content: object, **more: str) -> Lambda:
        function = Lambda(content, **more)
        monkeypatch.setattr(type(place.session), "client", lambda *_, **__: function)
        return function

    return answer


def test_a_day_is_run_and_shown(place: Place, api: FakeApi, answering: Any, capsys: pytest.CaptureFixture[str]) -> None:
    function = answering({"reconciled": 1})
    api.will("GET", PATH, view(FACTS))
    assert 2 == reconcile(place, DAY)
    assert ([b'{"day": "2026-11-22"}'], []) == (function.asked, api.acts())
    out = capsys.readouterr().out
    assert all(word in out for word in ("Another state", "8900 CNY", "rfd_1", "https://x/y.csv", "--record"))


def test_showing_runs_nothing(place: Place, api: FakeApi, answering: Any) -> None:
    function = answering({})
    api.will("GET", PATH, view([]))
    assert (0, []) == (reconcile(place, DAY, run=False), function.asked)


def test_every_fact_is_recorded_under_a_key_of_its_own_and_one_that_fails_stops_no_other(
    place: Place, api: FakeApi, answering: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    answering({"reconciled": 0})
    api.will("GET", PATH, view(FACTS), view(FACTS[:1]))
    api.will("POST", f"{PATH}/facts", {"code": "TransientFault"}, status=503)
    assert 1 == reconcile(place, DAY, record=True)
    assert [(f"record-2026-11-22-rfd_{n}-settled", {"refund_no": f"rfd_{n}"}) for n in (1, 2)] == [
        (asked["key"], asked["body"]) for asked in api.acts()
    ]
    assert "rfd_1: TransientFault" in capsys.readouterr().out


def test_a_day_without_a_bill_is_said_so(place: Place, answering: Any) -> None:
    answering({"reconciled": 0})
    with pytest.raises(Refused, match="no bill"):
        reconcile(place, DAY)


@pytest.mark.parametrize(
    ("content", "more", "words"),
    [
        (KeyError("busy"), {}, "only one at a time"),
        (
            {"errorType": "InvalidRequest", "errorMessage": "the day is not over"},
            {"FunctionError": "Unhandled"},
            "over",
        ),
    ],
)
def test_a_run_that_fails_is_no_success(
    place: Place, answering: Any, content: object, more: dict[str, str], words: str
) -> None:
    answering(content, **more)
    with pytest.raises(Refused, match=words):
        reconcile(place, DAY)


def test_what_is_left_to_record_is_status_2(
    place: Place, api: FakeApi, answering: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering({})
    monkeypatch.setattr(places, "find", lambda stage: place)
    api.will("GET", PATH, view(FACTS), view([]))
    assert (2, 0) == (main(["reconcile", "2026-11-22", "--show"]), main(["reconcile", "2026-11-22", "--show"]))
