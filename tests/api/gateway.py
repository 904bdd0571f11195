"""API Gateway in process: matches the route, asks the authorizer, calls the app, holds every answer to the contract."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml
from jsonschema import Draft202012Validator

from app import app
from chalicelib.api.authorizer import Refused, authorize
from local import templates

ROOT = Path(__file__).resolve().parents[2]
ARN = "arn:aws:execute-api:eu-west-1:123456789012:api1/api"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)


def call(
    method: str,
    path: str,
    body: Any = None,
    *,
    token: str | None = None,
    key: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request. `body`: bytes and text are sent as they are, everything else as JSON."""
    split = urlsplit(path)
    resource, ids = matched(split.path)
    sent = {"host": "api.test", **({"authorization": f"Bearer {token}"} if token else {})}
    if key is not None:
        sent["Idempotency-Key"] = key
    if body is not None:
        sent["Content-Type"] = "application/json"
    sent |= headers or {}
    context: dict[str, Any] = {"httpMethod": method, "resourcePath": resource, "requestId": "req-1"}
    entry = app.routes.get(resource, {}).get(method)
    if entry is not None and entry.authorizer is not None:
        refused = _authorized(method, split.path, sent, context)
        if refused is not None:
            return refused
    text = body if body is None or isinstance(body, str) else None
    if text is None and body is not None:
        text = body.decode() if isinstance(body, bytes) else json.dumps(body)
    event = {
        "headers": sent,
        "multiValueQueryStringParameters": parse_qs(split.query, keep_blank_values=True) or None,
        "pathParameters": ids or None,
        "requestContext": context,
        "body": text,
        "stageVariables": None,
        "isBase64Encoded": False,
    }
    raw = app(event, None)
    answer = Answer(raw["statusCode"], {name.lower(): value for name, value in raw["headers"].items()}, raw["body"])
    if method != "OPTIONS" and entry is not None:
        hold_to_contract(method, resource, answer)
    return answer


def _authorized(method: str, path: str, sent: Mapping[str, str], context: dict[str, Any]) -> Answer | None:
    """What API Gateway does with an authorizer's answer: no header and `Unauthorized` are 401."""
    header = sent.get("authorization")
    gateways = Answer(401, {"content-type": "application/problem+json"}, refusal("UNAUTHORIZED"))
    if not header:
        return gateways
    event = {"type": "TOKEN", "authorizationToken": header, "methodArn": f"{ARN}/{method}{path}"}
    try:
        policy = authorize(event, None)
    except Refused as refused:
        assert str(refused) == "Unauthorized"
        return gateways
    context["authorizer"] = {**policy["context"], "principalId": policy["principalId"]}
    return None


@cache
def refusal(kind: str) -> str:
    """API Gateway's own words, from the template that is deployed."""
    overlay = yaml.load((ROOT / "infra" / "app" / "api.yaml").read_text(encoding="utf-8"), templates.Loader)
    said = overlay["Resources"]["RestAPI"]["Properties"]["GatewayResponses"][kind]["ResponseTemplates"]
    return str(said["application/json"]).replace("$context.requestId", "req-1")


def matched(path: str) -> tuple[str, dict[str, str]]:
    """The route of a path, fixed parts before blanks, and the values of its blanks."""
    for resource in sorted(app.routes, key=lambda route: ("{" in route, route)):
        if found := _pattern(resource).fullmatch(path):
            return resource, found.groupdict()
    return path, {}


@cache
def _pattern(resource: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", resource))


@cache
def contract() -> Any:
    return json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))


def hold_to_contract(method: str, resource: str, answer: Answer) -> None:
    """The status is one of the documented ones, and the body is what the document says of it."""
    described = contract()["paths"][resource][method.lower()]["responses"]
    assert str(answer.status) in described, f"{method} {resource} answered {answer.status}: {answer.text[:300]}"
    content = described[str(answer.status)]["content"]
    media = answer.headers["content-type"]
    assert media.partition(";")[0] in content, f"{media} is not one of {list(content)}"
    if "json" in media:
        wrong = next(_validator(method, resource, answer.status, media).iter_errors(answer.body), None)
        assert wrong is None, f"{method} {resource} {answer.status}: {wrong}"


@cache
def _validator(method: str, resource: str, status: int, media: str) -> Draft202012Validator:
    schema = contract()["paths"][resource][method.lower()]["responses"][str(status)]["content"][media]["schema"]
    return Draft202012Validator({**schema, "components": contract()["components"]})
