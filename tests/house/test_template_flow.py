"""Each machine in the template is the one in state_machines/, and its role calls its tasks and nothing else."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pytest

from local.packaging import ROOT
from tests.flows.definitions import stems
from tests.house.names import of_type

# What executions of an earlier definition still call: they live for a year at most.
FORMER: Mapping[str, tuple[str, ...]] = defaultdict(tuple, RefundFlow=("ExpireRuling",), ReturnFlow=("ExpireRuling",))


@pytest.fixture(scope="module", params=stems())
def stem(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def resource(stem: str) -> str:
    """`return_flow` → `ReturnFlow`"""
    return "".join(part.title() for part in stem.split("_"))


@pytest.fixture(scope="module")
def machine(resource: str, resources: Mapping[str, Any]) -> Mapping[str, Any]:
    return dict(of_type(resources, "AWS::StepFunctions::StateMachine")[resource])


def test_every_machine_of_the_template_has_its_definition(resources: Mapping[str, Any]) -> None:
    assert len(stems()) == len(of_type(resources, "AWS::StepFunctions::StateMachine"))


def test_the_deployed_definition_is_the_file_word_for_word(stem: str, machine: Mapping[str, Any]) -> None:
    written = json.loads((ROOT / "state_machines" / f"{stem}.asl.json").read_text())
    assert written == json.loads(machine["DefinitionString"])


def test_every_name_in_the_definition_is_filled_with_that_very_function(machine: Mapping[str, Any]) -> None:
    asked = set(re.findall(r"\$\{(\w+)\}", machine["DefinitionString"]))
    assert {name: {"Fn::GetAtt": [name.removesuffix("Arn"), "Arn"]} for name in asked} == machine[
        "DefinitionSubstitutions"
    ]


def test_its_role_calls_its_tasks_and_nothing_else(
    resource: str, machine: Mapping[str, Any], resources: Mapping[str, Any]
) -> None:
    statements = resources[f"{resource}Role"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    [calls] = [each for each in statements if each["Action"] == "lambda:InvokeFunction"]
    arns = [*machine["DefinitionSubstitutions"].values(), *({"Fn::GetAtt": [one, "Arn"]} for one in FORMER[resource])]
    wanted = sorted(json.dumps(arn) for arn in arns)
    assert wanted == sorted(json.dumps(arn) for arn in calls["Resource"])


def test_a_fault_of_the_machine_is_logged_and_traced(machine: Mapping[str, Any]) -> None:
    assert machine["LoggingConfiguration"]["Level"] in {"ERROR", "ALL"}
    assert machine["TracingConfiguration"]["Enabled"] is True


@pytest.mark.parametrize("metric", ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"])
def test_a_bad_end_of_an_execution_wakes_somebody(resource: str, resources: Mapping[str, Any], metric: str) -> None:
    alarms = of_type(resources, "AWS::CloudWatch::Alarm").values()
    of_machine = [{"Name": "StateMachineArn", "Value": {"Ref": resource}}]
    watched = [alarm for alarm in alarms if alarm["MetricName"] == metric and alarm["Dimensions"] == of_machine]
    assert [0] == [alarm["Threshold"] for alarm in watched]
