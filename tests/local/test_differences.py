"""The local cloud runs the template that goes to AWS, but for what stands here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from local import differences, packaging

# This list may get shorter. Whatever makes it longer is something that is not tried before it reaches AWS.
ALLOWED_TO_BE_MISSING = {"Archive"}


@pytest.fixture(scope="module")
def template() -> Mapping[str, Any]:
    return dict(json.loads(packaging.package().template.read_text()))


@pytest.fixture(scope="module")
def local(template: Mapping[str, Any]) -> Mapping[str, Any]:
    return differences.applied(dict(template))


def test_nothing_else_is_missing(template: Mapping[str, Any], local: Mapping[str, Any]) -> None:
    assert set(template["Resources"]) - set(local["Resources"]) == ALLOWED_TO_BE_MISSING


def test_nothing_that_is_there_is_another_but_for_how_much_a_queue_s_listener_does_at_once(
    template: Mapping[str, Any], local: Mapping[str, Any]
) -> None:
    for name, each in template["Resources"].items():
        if name not in ALLOWED_TO_BE_MISSING:
            there = {**each, "Properties": dict(each["Properties"])}
            if "ScalingConfig" in there["Properties"]:
                there["Properties"]["ScalingConfig"] = {"MaximumConcurrency": 2}
            assert there == local["Resources"][name]
    assert all(template[section] == local[section] for section in template if section != "Resources")


def test_only_the_gateway_s_refusals_are_said_a_second_time(
    template: Mapping[str, Any], local: Mapping[str, Any]
) -> None:
    added = {name: local["Resources"][name] for name in set(local["Resources"]) - set(template["Resources"])}
    assert {each["Type"] for each in added.values()} == {"AWS::ApiGateway::GatewayResponse"}
    said = template["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]
    again = {each["Properties"]["ResponseType"]: each["Properties"]["ResponseTemplates"] for each in added.values()}
    assert {kind: response["ResponseTemplates"] for kind, response in said.items()} == again


def test_the_packaged_template_itself_is_left_alone(template: Mapping[str, Any]) -> None:
    before = json.dumps(template, sort_keys=True)
    differences.applied(dict(template))
    assert before == json.dumps(template, sort_keys=True)
