"""Queues: nothing is lost silently, nothing lies around unencrypted, nobody else may fill them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.house.names import of_type

FOURTEEN_DAYS = 14 * 24 * 3600


@pytest.fixture(scope="module")
def queues(resources: Mapping[str, Any]) -> Mapping[str, Any]:
    return of_type(resources, "AWS::SQS::Queue")


def test_every_queue_has_a_dead_letter_queue_of_its_own(queues: Mapping[str, Any]) -> None:
    for name, queue in queues.items():
        if not name.endswith("Dead"):
            assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": [f"{name}Dead", "Arn"]}
            assert 3 <= queue["RedrivePolicy"]["maxReceiveCount"] <= 10


def test_every_queue_is_encrypted(queues: Mapping[str, Any]) -> None:
    assert all(queue["SqsManagedSseEnabled"] for queue in queues.values())


def test_what_died_is_kept_for_fourteen_days(queues: Mapping[str, Any]) -> None:
    dead = {name: queue["MessageRetentionPeriod"] for name, queue in queues.items() if name.endswith("Dead")}
    assert set(dead.values()) == {FOURTEEN_DAYS}, dead


def test_every_dead_letter_queue_wakes_somebody_at_the_first_message(
    queues: Mapping[str, Any], resources: Mapping[str, Any]
) -> None:
    watched = {
        alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for alarm in of_type(resources, "AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible" and alarm["Threshold"] == 0
    }
    assert {name for name in queues if name.endswith("Dead")} == watched


def test_every_alarm_tells_somebody(resources: Mapping[str, Any]) -> None:
    for name, alarm in of_type(resources, "AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmActions"] == [{"Ref": "Alarms"}], name


def test_every_rule_of_the_bus_has_a_place_for_what_it_could_not_deliver(resources: Mapping[str, Any]) -> None:
    for rule in of_type(resources, "AWS::Events::Rule").values():
        if "EventBusName" in rule:
            [target] = rule["Targets"]
            assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0] == f"{target['Arn']['Fn::GetAtt'][0]}Dead"


def test_only_rules_of_our_bus_may_fill_queues(resources: Mapping[str, Any]) -> None:
    [policy] = of_type(resources, "AWS::SQS::QueuePolicy").values()
    [statement] = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    rules = [arn["Fn::Sub"].rpartition(":")[2] for arn in statement["Condition"]["ArnLike"]["aws:SourceArn"]]
    # The bucket speaks on the account's own bus, so its one rule is named.
    assert ["rule/${Bus}/*", "rule/aftersales-${Stage}-evidence-stored"] == rules
