"""What starts each listener, and how a failure of it is contained."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.adapters.dynamodb.codec import item_of
from chalicelib.adapters.opensearch.mappings import SETTINGS
from chalicelib.domain.cases import Case
from tests.adapters.dynamodb import things
from tests.house.names import FUNCTIONS, of_type, resource_of
from tests.usecases.test_slow_merchants import WORKERS

LISTENERS = {resource_of(name) for name in FUNCTIONS if name.startswith("on_")}


@pytest.fixture(scope="module")
def mappings(resources: Mapping[str, Any]) -> Mapping[str, Any]:
    return of_type(resources, "AWS::Lambda::EventSourceMapping")


def test_every_listener_has_exactly_one_trigger(resources: Mapping[str, Any], mappings: Mapping[str, Any]) -> None:
    by_mapping = [mapping["FunctionName"]["Ref"] for mapping in mappings.values()]
    by_clock = [
        target["Arn"]["Fn::GetAtt"][0]
        for rule in of_type(resources, "AWS::Events::Rule").values()
        if "ScheduleExpression" in rule
        for target in rule["Targets"]
    ]
    by_socket = [
        re.findall(r"functions/\$\{(\w+)\.Arn\}", each["IntegrationUri"]["Fn::Sub"])[0]
        for each in of_type(resources, "AWS::ApiGatewayV2::Integration").values()
    ]
    assert sorted(LISTENERS) == sorted(by_mapping + by_clock + by_socket)


def test_one_bad_message_does_not_bring_back_the_good_ones_of_its_batch(mappings: Mapping[str, Any]) -> None:
    assert all(mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for mapping in mappings.values())


def test_a_message_stays_hidden_for_six_times_what_its_function_may_take(
    resources: Mapping[str, Any], mappings: Mapping[str, Any], functions: Mapping[str, Any]
) -> None:
    queues = of_type(resources, "AWS::SQS::Queue")
    for mapping in mappings.values():
        source = mapping["EventSourceArn"].get("Fn::GetAtt", [None])[0]
        if source in queues:
            timeout = functions[mapping["FunctionName"]["Ref"]]["Timeout"]
            assert queues[source]["VisibilityTimeout"] >= 6 * timeout, source


def test_no_event_stands_behind_a_slow_merchants_in_its_batch(mappings: Mapping[str, Any]) -> None:
    """And there are as many workers as tests/usecases/test_slow_merchants.py reckons with."""
    sender = mappings["WebhooksToSender"]
    assert (1, WORKERS) == (sender["BatchSize"], sender["ScalingConfig"]["MaximumConcurrency"])


@pytest.mark.parametrize(("name", "dead"), [("CaseChanges", "ChangesDead"), ("CasesWritten", "SearchesDead")])
def test_a_reader_of_the_stream_gives_up_at_some_point_and_says_where_it_was(
    mappings: Mapping[str, Any], name: str, dead: str
) -> None:
    stream = mappings[name]
    assert stream["BisectBatchOnFunctionError"] is True
    assert 0 < stream["MaximumRetryAttempts"] <= 100
    assert 0 < stream["MaximumRecordAgeInSeconds"] <= 24 * 3600
    assert stream["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": [dead, "Arn"]}


def test_tombstones_outlive_what_the_stream_may_repeat(mappings: Mapping[str, Any]) -> None:
    kept = int(SETTINGS["index"]["gc_deletes"].removesuffix("h")) * 3600
    assert kept > mappings["CasesWritten"]["MaximumRecordAgeInSeconds"]


def test_a_shard_of_the_stream_has_no_third_reader(mappings: Mapping[str, Any]) -> None:
    assert len([mapping for mapping in mappings.values() if "StartingPosition" in mapping]) <= 2


# ── the stream's filters, against items as the codec writes them


def matches(pattern: Any, value: Any) -> bool:
    """What Lambda's filters do, as far as ours go: equal text, `prefix`, `exists`."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(matches(inner, value.get(key)) for key, inner in pattern.items())
    for rule in pattern:
        if rule == value:
            return True
        if isinstance(rule, dict) and rule.get("exists") is True and value is not None:
            return True
        if isinstance(rule, dict) and "prefix" in rule and str(value).startswith(rule["prefix"]):
            return True
    return False


@pytest.fixture(scope="module")
def reader_sees(mappings: Mapping[str, Any]) -> Any:
    return lambda event, item: seen_by(mappings["CaseChanges"], event, item)


def seen_by(mapping: Mapping[str, Any], event: str, item: Mapping[str, Any]) -> bool:
    keys = {name: item[name] for name in ("pk", "sk")}
    images = {"OldImage": item} if event == "REMOVE" else {"NewImage": item}
    record = {"eventName": event, "dynamodb": {"Keys": keys, **images}}
    return any(matches(json.loads(each["Pattern"]), record) for each in mapping["FilterCriteria"]["Filters"])


@pytest.mark.parametrize("event", ["INSERT", "MODIFY", "REMOVE"])
def test_the_search_projection_sees_cases_come_change_and_go_and_nothing_else(
    mappings: Mapping[str, Any], event: str
) -> None:
    seen = {type(thing) for thing in things.one_of_each() if seen_by(mappings["CasesWritten"], event, item_of(thing))}
    assert {Case} == seen


def gate_item(**changes: Any) -> Mapping[str, Any]:
    from chalicelib.domain.gates import Gate

    at = datetime(2026, 11, 22, tzinfo=UTC)
    gate = Gate(
        case_id="case_1", name="decision", round=1, owner="merchant#m1", opened_at=at, due_at=at, silence="approved"
    )
    return item_of(gate.model_copy(update=changes))


def answered() -> Any:
    from chalicelib.domain.actors import CLOCK
    from chalicelib.domain.gates import Answer

    return Answer(outcome="approved", by=CLOCK, at=datetime(2026, 11, 22, tzinfo=UTC))


def test_a_gate_with_token_and_answer_is_seen_whichever_came_last(reader_sees: Any) -> None:
    assert reader_sees("MODIFY", gate_item(token="t", token_version=1, answer=answered()))


def test_a_gate_whose_deadline_moved_under_a_waiting_flow_is_seen(reader_sees: Any) -> None:
    assert reader_sees("MODIFY", gate_item(token="t", token_version=1, deadline_version=2))


@pytest.mark.parametrize(
    "changes", [{}, {"token": "t", "token_version": 1}, {"deadline_version": 2}], ids=["new", "waited on", "moved"]
)
def test_a_gate_that_nobody_needs_to_hear_of_is_not_seen(reader_sees: Any, changes: Any) -> None:
    assert not reader_sees("MODIFY", gate_item(**changes))


def test_an_answered_gate_without_a_waiting_flow_is_not_seen(reader_sees: Any) -> None:
    assert not reader_sees("MODIFY", gate_item(answer=answered()))


def test_a_new_entry_is_seen_and_its_acknowledgement_is_not(reader_sees: Any) -> None:
    entry = {"pk": {"S": "case#case_1"}, "sk": {"S": "entry#000001"}, "body": {"S": "{}"}}
    assert reader_sees("INSERT", entry)
    assert not reader_sees("MODIFY", entry)
