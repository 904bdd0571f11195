"""What differs between stages is a file of parameters, and no cloud stage can turn a local convenience on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from local.packaging import ROOT
from local.templates import read

FILES = sorted((ROOT / "infra" / "parameters").glob("*.json"))
ONLY_LOCAL = {"Speed", "WebhookAllow", "LiveGateway", "Issuer", "JwksUrl"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_stage_sets_parameters_that_exist(file: Any, template: Mapping[str, Any]) -> None:
    stage = json.loads(file.read_text())
    assert set(stage) == {"data", "app"}
    assert set(stage["app"]) <= set(template["Parameters"]) - {"Stage"}
    assert set(stage["data"]) <= set(read(ROOT / "infra" / "data.yaml")["Parameters"]) - {"Stage"}


@pytest.mark.parametrize("file", [file for file in FILES if file.stem != "local"], ids=lambda file: file.stem)
def test_no_cloud_stage_sets_what_only_a_local_one_may(file: Any) -> None:
    assert not ONLY_LOCAL & set(json.loads(file.read_text())["app"])


@pytest.mark.parametrize("file", [file for file in FILES if file.stem != "local"], ids=lambda file: file.stem)
def test_a_cloud_stage_protects_its_data(file: Any) -> None:
    assert json.loads(file.read_text())["data"].get("DeletionProtection", "true") == "true"


def test_cloudformation_itself_refuses_a_cloud_stage_that_cheats(template: Mapping[str, Any]) -> None:
    rule = template["Rules"]["OnlyLocalStagesCheat"]
    assert rule["RuleCondition"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "Stage"}, "local"]}]}
    asserted = json.dumps(rule["Assertions"])
    assert all(f'{{"Ref": "{name}"}}' in asserted for name in ("Speed", "WebhookAllow", "LiveGateway"))
