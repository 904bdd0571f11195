"""Every function has its own role, and that role has what it uses and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.settings import Settings
from local.packaging import ROOT
from tests.house.names import CONFIG, FUNCTIONS, of_type, resource_of

# What AWS gives no resource for.
ANYTHING = {"xray:PutTraceSegments", "xray:PutTelemetryRecords", "dynamodb:ListStreams"}


def statements(resources: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement


def test_every_configured_function_is_deployed_and_the_reverse(functions: Mapping[str, Any]) -> None:
    assert {resource_of(name) for name in FUNCTIONS} == set(functions)


def test_no_overlay_resource_has_taken_the_place_of_a_function(resources: Mapping[str, Any]) -> None:
    kinds = {resource_of(name): resources[resource_of(name)]["Type"] for name in FUNCTIONS}
    assert set(kinds.values()) == {"AWS::Serverless::Function"}, kinds


def test_every_function_has_a_role_of_its_own(functions: Mapping[str, Any]) -> None:
    roles = [json.dumps(properties["Role"]) for properties in functions.values()]
    assert sorted(set(roles)) == sorted(roles)


def test_every_function_has_a_policy_file_and_no_file_is_left_over() -> None:
    files = {path.name for path in (ROOT / ".chalice").glob("policy-*.json")}
    assert {f"policy-{name}.json" for name in FUNCTIONS} == files
    assert all(settings["iam_policy_file"] == f"policy-{name}.json" for name, settings in FUNCTIONS.items())


def test_chalice_guesses_no_rights() -> None:
    assert CONFIG["autogen_policy"] is False


def test_no_role_may_do_everything_of_a_service(resources: Mapping[str, Any]) -> None:
    wild = [(role, action) for role, each in statements(resources) for action in each["Action"] if "*" in action]
    assert wild == []


def test_no_function_may_touch_everything(resources: Mapping[str, Any]) -> None:
    for role, each in statements(resources):
        if each["Resource"] == "*" and not role.endswith("FlowRole"):
            assert set(each["Action"]) <= ANYTHING, role


def test_statements_of_a_role_have_names_of_their_own(resources: Mapping[str, Any]) -> None:
    names = [(role, each["Sid"]) for role, each in statements(resources)]
    assert sorted(set(names)) == sorted(names)


def test_nobody_deletes_or_scans(resources: Mapping[str, Any]) -> None:
    """But for who listens live, which is no fact: that table, and no other, is deleted from."""
    asked = {action for _, each in statements(resources) if not is_live(each) for action in each["Action"]}
    assert not asked & {"dynamodb:DeleteItem", "dynamodb:Scan", "dynamodb:DeleteTable", "s3:DeleteObject"}
    of_live = {action for _, each in statements(resources) if is_live(each) for action in each["Action"]}
    assert of_live == {f"dynamodb:{verb}Item" for verb in ("Put", "Update", "Delete")} | {"dynamodb:Query"}


def is_live(statement: Mapping[str, Any]) -> bool:
    """The statement is about the table of connections alone."""
    return str(statement["Resource"]).endswith("table/aftersales-${Stage}-live'}")


def test_only_listeners_speak_to_connections_and_only_to_those_of_this_api(resources: Mapping[str, Any]) -> None:
    found = {
        role: json.dumps(each["Resource"])
        for role, each in statements(resources)
        if "execute-api:ManageConnections" in each["Action"]
    }
    assert {"OnLiveConnectedRole", "OnLiveMessageRole", "OnLiveEventRole"} == set(found)
    for spoken_to in found.values():
        assert spoken_to.count("${LiveApi}/live/") == spoken_to.count("/@connections/*") == spoken_to.count("Fn::Sub")


def test_only_who_speaks_to_the_provider_reads_its_secret(resources: Mapping[str, Any]) -> None:
    readers = {role for role, each in statements(resources) if "secret:aftersales/${Stage}/payment" in json.dumps(each)}
    assert readers == {"OnPaymentCommandRole"}


def test_only_who_reads_the_bill_has_the_key_that_only_reads_and_no_other(resources: Mapping[str, Any]) -> None:
    secrets = {
        (role, json.dumps(each["Resource"]).partition("secret:aftersales/${Stage}/")[2].partition("-")[0])
        for role, each in statements(resources)
        if "secretsmanager:GetSecretValue" in each["Action"]
    }
    assert [("OnBillDueRole", "bills")] == [pair for pair in secrets if "bills" in pair or "OnBillDueRole" in pair]


def test_who_reads_the_bill_writes_its_own_items_and_files_and_nothing_else(resources: Mapping[str, Any]) -> None:
    mine = {each["Sid"]: each for role, each in statements(resources) if role == "OnBillDueRole"}
    writing = {sid for sid, each in mine.items() if any("Put" in action for action in each["Action"])}
    assert {"Trace", "WriteItsLog", "WriteReconciliationsOnly", "KeepReports"} == writing
    only = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["bills#*"]}}
    assert only == mine["WriteReconciliationsOnly"]["Condition"]
    assert json.dumps(mine["KeepReports"]["Resource"]).endswith('/reconciliations/*"}')


def test_the_api_shows_reports_and_changes_none(resources: Mapping[str, Any]) -> None:
    writing = [
        json.dumps(each["Resource"])
        for role, each in statements(resources)
        if role == "ApiHandlerRole" and "s3:PutObject" in each["Action"]
    ]
    assert [True] == [resource.endswith('/evidence/*"}') for resource in writing]


def test_only_the_api_verifies_the_provider_s_notifications(resources: Mapping[str, Any]) -> None:
    readers = {role for role, each in statements(resources) if "secret:aftersales/${Stage}/notices" in json.dumps(each)}
    assert readers == {"ApiHandlerRole"}


def test_only_who_speaks_to_carriers_reads_their_keys(resources: Mapping[str, Any]) -> None:
    named = "secret:aftersales/${Stage}/logistics"
    assert {"OnLogisticsCommandRole"} == {role for role, each in statements(resources) if named in json.dumps(each)}


def test_only_the_api_verifies_what_carriers_push(resources: Mapping[str, Any]) -> None:
    named = "secret:aftersales/${Stage}/tracking"
    assert {"ApiHandlerRole"} == {role for role, each in statements(resources) if named in json.dumps(each)}


def test_the_environment_is_exactly_what_settings_read(template: Mapping[str, Any]) -> None:
    given = set(template["Globals"]["Function"]["Environment"]["Variables"])
    assert {name.upper() for name in Settings.model_fields} == given


def test_every_function_keeps_its_log_for_a_while(resources: Mapping[str, Any], functions: Mapping[str, Any]) -> None:
    logs = of_type(resources, "AWS::Logs::LogGroup")
    kept = {json.dumps(log["LogGroupName"]): log["RetentionInDays"] for log in logs.values()}
    for name in functions:
        assert kept[json.dumps({"Fn::Sub": f"/aws/lambda/${{{name}}}"})] == 90


def test_every_function_has_an_alarm_for_its_errors(resources: Mapping[str, Any], functions: Mapping[str, Any]) -> None:
    alarms = of_type(resources, "AWS::CloudWatch::Alarm").values()
    watched = {
        alarm["Dimensions"][0]["Value"]["Ref"]
        for alarm in alarms
        if alarm["Namespace"] == "AWS/Lambda" and alarm["MetricName"] == "Errors"
    }
    assert set(functions) == watched
