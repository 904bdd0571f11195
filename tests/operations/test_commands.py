"""The command line, where it leads to, and what an operator is told when it leads nowhere."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import NoRegionError

from chalicelib.adapters.dynamodb.rows import row_of, summary
from chalicelib.domain.rows import RecoveryRow
from chalicelib.schemas.recoveries import RecoveryRowView
from operations import due, places, sweeper
from operations.__main__ import main, parser
from operations.errors import PlaceUnknown, Refused
from operations.places import Place
from tests.adapters.dynamodb import things
from tests.operations.shops import FakeApi

STACK = {
    "endpoint": "http://127.0.0.1:4566",
    "api_url": "http://127.0.0.1:4566/api",
    "table": "aftersales-local",
    "refund_flow_arn": "arn",
    "return_flow_arn": "another",
    "exchange_flow_arn": "a third",
    "repair_flow_arn": "another",
    "dispute_flow_arn": "a third",
    "search_url": "",
    "tokens": {"operator-1": "from-the-file"},
}


def test_the_local_place_is_read_from_what_make_run_wrote(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps(STACK))
    found = places.find("local", {}, tmp_path / "run.json")
    assert ("local", "aftersales-local", "aftersales-local-webhooks") == (
        found.stage,
        found.table,
        found.named("webhooks"),
    )


def test_without_a_running_stack_the_operator_is_told_what_to_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(PlaceUnknown, match="make run"):
        places.find("local", {}, tmp_path / "none.json")


def test_a_cloud_stage_asks_for_a_token_before_anything_else() -> None:
    with pytest.raises(PlaceUnknown, match="AFTERSALES_TOKEN"):
        places.find("prod", {})


def test_a_stage_that_is_not_deployed_is_said_so(place: Place) -> None:
    with pytest.raises(PlaceUnknown, match="no stack of the stage prod"):
        places.outputs_of(place.session, "prod")


def test_an_instant_without_its_offset_is_refused() -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["holiday", "2026-10-01", "--to", "2026-10-09T10:00:00"])


def test_a_refusal_is_one_line_and_status_1(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(places, "find", lambda stage: place)
    assert 1 == main(["case", "case_x"])
    assert "there is no case case_x on the stage test\n" == capsys.readouterr().out


def test_what_aws_refuses_is_one_line_too(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(stage: str) -> Place:
        raise NoRegionError

    monkeypatch.setattr(places, "find", refused)
    assert 1 == main(["unknown"])
    assert "AWS: You must specify a region.\n" == capsys.readouterr().out


def test_what_got_stuck_is_found_whoever_it_waits_for(place: Place) -> None:
    late = things.gate(remind_at=None)
    later = things.gate(case_id="case_later", remind_at=None, due_at=late.due_at + timedelta(days=9))
    place.records.save([late, later])
    [[kind, about, due_at]] = due.stuck(place, late.due_at + timedelta(minutes=6))
    assert ("gate", f"case {late.case_id}, gate decision, round 1", late.due_at) == (kind, about, due_at)


def test_what_got_stuck_is_named_in_nouns_and_not_by_its_key(place: Place) -> None:
    entry, delivery = things.entry(), things.delivery()
    place.records.save([entry, delivery])
    told = {kind: about for kind, about, _ in due.stuck(place, entry.watch_at + timedelta(days=1))}
    assert f"case {entry.case_id}, entry {entry.sequence}" == told["entry"]
    assert f"merchant {delivery.merchant_id}, event {delivery.event_id}" == told["webhook"]


def test_what_is_due_names_nobody(place: Place, api: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    word = {"code": "ruling", "en": "r", "zh": "r"}
    line = {"case_id": "case_1", "gate": word, "who": word, "who_id": "m1", "silence": word}
    line["due_at"] = "2026-10-01T00:00:00Z"
    api.will("GET", "/monitor", {"overdue": [line], "due_soon": [{**line, "case_id": "case_2"}]})
    due.show(place, overdue=False)
    out = capsys.readouterr().out
    assert "case_1" in out
    assert "case_2" in out
    assert "m1" not in out


def test_what_others_owe_too_long_is_shown_with_who_owes_it(
    place: Place, api: FakeApi, capsys: pytest.CaptureFixture[str]
) -> None:
    debts = [
        things.recovery(debtor="insurer", debtor_id="picc", because="freight_insurance"),
        things.recovery(debtor="buyer", debtor_id="b1", because="reduced", recovered=900),
    ]
    page = [RecoveryRowView.of(row_of(RecoveryRow, summary(RecoveryRow, debt))) for debt in debts]
    api.will("GET", "/monitor", {"overdue": [], "due_soon": []})
    api.lists["/recoveries?late=true"] = [row.model_dump(mode="json") for row in page]
    due.show(place, overdue=True)
    lines = capsys.readouterr().out.splitlines()
    for debt, owed in zip(debts, ("8900 CNY", "8000 CNY"), strict=True):
        [line] = [line for line in lines if f"{debt.debtor} {debt.debtor_id}" in line]
        assert all(word in line for word in (owed, debt.recovery_id, debt.case_id, debt.because))


class Lambda:
    """The sweeper, answering what a test says."""

    exceptions = SimpleNamespace(TooManyRequestsException=KeyError)

    def __init__(self, content: object, **answer: str) -> None:
        self.content, self.answer = content, answer

    def describe_stack_resource(self, **asked: str) -> dict[str, Any]:
        assert {"StackName": "aftersales-test-app", "LogicalResourceId": "OnMinute"} == asked
        return {"StackResourceDetail": {"PhysicalResourceId": "on-minute"}}

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        assert "on-minute" == FunctionName
        payload = SimpleNamespace(read=lambda: json.dumps(self.content).encode())
        return {"Payload": payload, **self.answer}


def swept(place: Place, monkeypatch: pytest.MonkeyPatch, answering: Lambda) -> dict[str, int]:
    monkeypatch.setattr(type(place.session), "client", lambda *_: answering)
    return sweeper.sweep(place)


def test_a_sweep_tells_what_it_repaired(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {"published": 2} == swept(place, monkeypatch, Lambda({"published": 2}))


def test_a_sweep_that_fails_is_no_success(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="TransientFault"):
        swept(place, monkeypatch, Lambda({"errorType": "TransientFault"}, FunctionError="Unhandled"))
