"""API Gateway's own refusals look like ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib import errors
from chalicelib.api.replies import GUARDS
from local import deployment

REFUSALS = ("UNAUTHORIZED", "ACCESS_DENIED", "MISSING_AUTHENTICATION_TOKEN", "THROTTLED", "DEFAULT_4XX", "DEFAULT_5XX")
OURS = {name for name in vars(errors) if isinstance(getattr(errors, name), type)}
GATEWAYS = {"TooManyRequests"}  # only API Gateway counts requests


@pytest.fixture(scope="module")
def refusals(resources: Mapping[str, Any]) -> Mapping[str, Any]:
    return dict(resources["RestAPI"]["Properties"]["GatewayResponses"])


@pytest.mark.parametrize("kind", REFUSALS)
def test_every_kind_of_refusal_is_a_problem_document(refusals: Mapping[str, Any], kind: str) -> None:
    refusal = refusals[kind]
    problem = json.loads(refusal["ResponseTemplates"]["application/json"])
    assert set(problem) == {"type", "title", "status", "code", "detail", "errors", "request_id"}
    assert refusal["ResponseParameters"]["Headers"]["Content-Type"] == "'application/problem+json'"


def test_a_refusal_s_status_is_the_one_it_speaks_of(refusals: Mapping[str, Any]) -> None:
    for kind, refusal in refusals.items():
        if "StatusCode" in refusal:
            assert json.loads(refusal["ResponseTemplates"]["application/json"])["status"] == refusal["StatusCode"], kind


def test_codes_of_refusals_are_names_of_our_errors(refusals: Mapping[str, Any]) -> None:
    codes = {json.loads(each["ResponseTemplates"]["application/json"])["code"] for each in refusals.values()}
    assert codes <= OURS | GATEWAYS


def test_a_page_may_read_every_refusal(refusals: Mapping[str, Any]) -> None:
    """One origin is named; for several there is no way but all, which is why this says nothing but that it refuses."""
    for kind, refusal in refusals.items():
        headers = refusal["ResponseParameters"]["Headers"]
        assert {"Fn::Sub": "'${RefusalOrigin}'"} == headers["Access-Control-Allow-Origin"], kind
        assert "Access-Control-Allow-Credentials" not in headers, kind


@pytest.mark.parametrize("stage", sorted(file.stem for file in deployment.PARAMETERS.glob("*.json")))
def test_where_pages_have_one_origin_no_other_may_read_a_refusal(stage: str) -> None:
    given = deployment.parameters(stage)["app"]
    assert given["RefusalOrigin"] == ("*" if "," in given["WebOrigins"] else given["WebOrigins"])


def test_a_refusal_carries_the_guards_of_every_answer(refusals: Mapping[str, Any]) -> None:
    # API Gateway takes a text in quotes, and nothing says how a quote would stand in it: the policy for pages has some.
    plain = {name: f"'{text}'" for name, text in GUARDS.items() if "'" not in text}
    for kind, refusal in refusals.items():
        assert plain.items() <= refusal["ResponseParameters"]["Headers"].items(), kind


def test_the_api_has_a_name_and_a_limit(resources: Mapping[str, Any]) -> None:
    api = resources["RestAPI"]["Properties"]
    assert api["Name"] == {"Fn::Sub": "aftersales-${Stage}"}
    assert api["MethodSettings"][0]["ThrottlingRateLimit"] > 0
