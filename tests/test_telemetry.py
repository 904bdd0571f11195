"""What is written down about our own running, and what never is."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pydantic import BaseModel, ValidationError

from chalicelib import telemetry
from chalicelib.errors import Fault, FieldError, InvalidRequest
from chalicelib.telemetry import bound, count, facts, log


@pytest.fixture
def lines() -> Iterator[Any]:
    """Reads the lines that were written so far."""
    [handler] = [handler for handler in log.handlers if isinstance(handler, logging.StreamHandler)]
    kept, handler.stream = handler.stream, io.StringIO()
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    handler.stream = kept


def test_a_line_says_what_happened_where_and_to_which_case(lines: Any) -> None:
    with bound(case_id="case_1", function="open_gate", request_id="r1"):
        log.info("a flow was started", extra=facts(attempt=2))
    [line] = lines()
    assert ("case_1", "open_gate", "r1", 2) == (line["case_id"], line["function"], line["request_id"], line["attempt"])


@pytest.mark.parametrize(
    "key", ["token", "body", "note", "email", "phone", "address", "name_of_buyer", "description", "authorization"]
)
def test_what_is_not_on_the_list_does_not_come_through(key: str, lines: Any) -> None:
    log.info("something happened", extra={key: "hidden"})
    assert "hidden" not in json.dumps(lines())


def test_words_formatted_into_a_sentence_do_not_come_through(lines: Any) -> None:
    log.info("the buyer says %s", "hidden")
    assert lines()[0]["message"] == "the buyer says %s"


def test_an_error_is_told_by_name_and_place_but_not_by_its_words(lines: Any) -> None:
    try:
        raise InvalidRequest("hidden")
    except InvalidRequest:
        log.exception("refused")
    [line] = lines()
    assert line["error"] == "InvalidRequest"
    assert line["frames"][0].startswith("test_telemetry.py:")
    assert "hidden" not in json.dumps(line)


def test_our_own_faults_are_told_with_their_words(lines: Any) -> None:
    try:
        raise Fault("the ledger does not balance")
    except Fault:
        log.exception("stopped")
    assert lines()[0]["detail"] == "the ledger does not balance"


def test_what_was_malformed_is_told_by_its_fields(lines: Any) -> None:
    wrong = InvalidRequest("hidden", errors=[FieldError("lines[0].amount", "hidden")])
    log.error("refused", exc_info=wrong)
    try:
        Message.model_validate({"amount": "hidden", "more": {"hidden": 1}})
    except ValidationError as error:
        log.error("refused", exc_info=error)
    assert [["lines[0].amount"], ["amount", "more"]] == [line["fields"] for line in lines()]
    assert "hidden" not in json.dumps(lines())


class Message(BaseModel):
    amount: int
    more: dict[str, str]


def test_an_aws_error_is_told_with_its_code(lines: Any) -> None:
    error = ClientError({"Error": {"Code": "AccessDenied", "Message": "hidden"}}, "PutEvents")
    log.error("refused", exc_info=error)
    [line] = lines()
    assert ("AccessDenied", "PutEvents") == (line["error_code"], line["operation"])
    assert "hidden" not in json.dumps(line)


def test_context_ends_with_its_block(lines: Any) -> None:
    with bound(case_id="case_1"):
        with bound(case_id="case_2"):
            pass
        log.info("inside")
    log.info("outside")
    inside, outside = lines()
    assert inside["case_id"] == "case_1"
    assert "case_id" not in outside


def test_only_context_can_be_bound(lines: Any) -> None:
    with bound(token="hidden"):
        log.info("something happened")
    assert "hidden" not in json.dumps(lines())


def test_long_values_are_cut(lines: Any) -> None:
    log.info("something happened", extra=facts(reason="x", operation="y" * 10_000))
    assert len(lines()[0]["operation"]) == 200


def test_a_count_is_an_embedded_metric_by_stage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAGE", "test")
    count("WebhookSent", 3, outcome="delivered")
    written = json.loads(capsys.readouterr().out)
    [declared] = written["_aws"]["CloudWatchMetrics"]
    assert telemetry.NAMESPACE == declared["Namespace"]
    assert [["stage", "outcome"]] == declared["Dimensions"]
    assert ("test", "delivered", [3.0]) == (written["stage"], written["outcome"], written["WebhookSent"])
