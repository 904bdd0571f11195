"""The document: every route, parameter, body, answer and error, put together from the tables."""

from __future__ import annotations

import re
from typing import Any, get_args

from pydantic.json_schema import models_json_schema

from chalicelib import errors as e
from chalicelib.api.access import ACCESS, Rule
from chalicelib.api.asked import LIMIT, MOST
from chalicelib.domain.carriers import System
from chalicelib.domain.gates import GateName
from chalicelib.domain.lifecycles import CaseStatus, RecoveryState
from chalicelib.domain.webhooks import DeliveryState
from chalicelib.schemas.problems import Problem, status_of, title_of
from local.openapi import tags
from local.openapi.operations import OPERATIONS, ListOf, Operation

Json = dict[str, Any]
REF = "#/components/schemas/"
VERSION = "1.0.0"

_IDENTIFIER = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._:@-]*$", "maxLength": 128}
_PATH: dict[str, Json] = {
    "case_id": {"type": "string", "pattern": "^case_[0-9A-Z]{26}$"},
    "day": {"type": "string", "format": "date", "description": "in the provider's time zone"},
    "gate": {"type": "string", "enum": list(get_args(GateName))},
    "waybill_no": {"type": "string", "pattern": "^[A-Z0-9][A-Z0-9-]{3,39}$"},
    "carrier_system": {"type": "string", "enum": list(get_args(System))},
}
# By name; where the same name filters by other states, by name and noun.
_QUERY: dict[str, tuple[str, Json]] = {
    "limit": ("how many lines", {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}),
    "cursor": ("the `cursor` of the page before, opaque", {"type": "string", "minLength": 1, "maxLength": 600}),
    "status": ("only cases in this status", {"type": "string", "enum": list(get_args(CaseStatus))}),
    "state:delivery": ("only deliveries in this state", {"type": "string", "enum": list(get_args(DeliveryState))}),
    "state:recovery": ("only recoveries in this state", {"type": "string", "enum": list(get_args(RecoveryState))}),
    "late": ("only recoveries that are late, in whatever state, those that were due first", {"enum": ["true"]}),
    "version": ("which version; without it the newest", {"type": "integer", "minimum": 1, "maximum": 999_999}),
}
_OWNERS = {"case": e.CaseNotFound, "order": e.OrderNotFound}


def document() -> Json:
    """OpenAPI 3.1."""
    names, schemas = _schemas()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "After-sales 售后",
            "version": VERSION,
            "description": (
                "After-sales of an e-commerce platform: refunds, returns, exchanges, repairs, reshipments, "
                "compensation, price protection and disputes. Money is `{amount, currency}` in minor units; times are "
                "RFC 3339 UTC; codes come with their names in Chinese and English. Whoever may not see a thing is told "
                "that it is not there (404); a forbidden act on what one may see is 403."
            ),
        },
        "servers": [{"url": ".", "description": "where this document is"}],
        "tags": [{"name": tag} for tag in tags.tags()],
        "paths": _paths(names),
        "components": {
            "schemas": schemas,
            "headers": _HEADERS,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "An OIDC token; its group is the role, `custom:merchant_id` the shop.",
                },
            },
        },
    }


def _schemas() -> tuple[dict[Any, str], Json]:
    """The name of each model by (model, mode), and all schemas by name."""
    wanted: list[Any] = [(Problem, "serialization")]
    for operation in OPERATIONS.values():
        if operation.body is not None:
            wanted.append((operation.body, "validation"))
        for answer in operation.answers.values():
            if not isinstance(answer, str):
                wanted.append((answer.model if isinstance(answer, ListOf) else answer, "serialization"))
    refs, definitions = models_json_schema(list(dict.fromkeys(wanted)), ref_template=REF + "{model}")
    names = {key: ref["$ref"].removeprefix(REF) for key, ref in refs.items()}
    return names, _tidy(dict(sorted(definitions["$defs"].items())))


def _tidy(node: Any) -> Any:
    """Without pydantic's titles, which only repeat the names; defaults that are sets in an order of their own.

    And without `uniqueItems`: a set that names a member twice is taken for the same set.
    """
    if isinstance(node, list):
        return [_tidy(part) for part in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if not (key == "title" and isinstance(value, str))}
    kept.pop("uniqueItems", None)
    return {key: _sorted(value) if key == "default" else _tidy(value) for key, value in kept.items()}


def _sorted(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _sorted(value) for key, value in node.items()}
    if not isinstance(node, list):
        return node
    return sorted(node) if all(isinstance(part, str) for part in node) else [_sorted(part) for part in node]


def _paths(names: dict[Any, str]) -> Json:
    paths: Json = {}
    for (method, path), rule in ACCESS.items():
        operation = OPERATIONS[method, path]
        described: Json = {
            "operationId": operation_id(method, path),
            "tags": [tags.tag(method, path)],
            "summary": operation.summary,
            "description": _who(rule),
            "security": [] if rule.is_open else [{"token": []}],
        }
        parameters = _parameters(path, rule, operation)
        if parameters:
            described["parameters"] = parameters
        if operation.body is not None:
            schema = {"$ref": REF + names[operation.body, "validation"]}
            content = {media: {"schema": schema} for media in operation.media}
            described["requestBody"] = {"required": True, "content": content}
        described["responses"] = {**_answers(rule, operation, names), **_problems(method, path, rule, operation)}
        paths.setdefault(path, {})[method.lower()] = described
    return paths


def operation_id(method: str, path: str) -> str:
    words = re.sub(r"[{}]", "", path).replace("/", "_").replace(".", "_").strip("_")
    return f"{method.lower()}_{words}"


def _who(rule: Rule) -> str:
    if rule.of == "signature":
        return "Signed bytes, no token."
    return f"For: {', '.join(sorted(rule.roles))}." if rule.roles else "For everybody."


def _parameters(path: str, rule: Rule, operation: Operation) -> list[Json]:
    parameters: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": _PATH.get(name, _IDENTIFIER)}
        for name in re.findall(r"{(\w+)}", path)
    ]
    for name, told, schema in _query(operation):
        parameters.append({"name": name, "in": "query", "description": told, "schema": schema})
    if rule.key:
        parameters.append(_header("Idempotency-Key", True, _KEY, "^[!-~]{1,255}$"))
    if operation.if_match:
        parameters.append(_header("If-Match", False, "the ETag of what was seen", None))
    if rule.of == "signature":
        parameters.extend(_header(name, always, _signs(name), None) for name, always in operation.signed_in)
    return parameters


def _query(operation: Operation) -> list[tuple[str, str, Json]]:
    """(name, what it is, schema) of each query parameter, from the table above or from a model's fields."""
    if isinstance(operation.query, tuple):
        return [(name.partition(":")[0], *_QUERY[name]) for name in operation.query]
    found = []
    for name, schema in operation.query.model_json_schema()["properties"].items():
        told, known = _QUERY.get(name, ("", {}))
        plain = {key: value for key, value in _not_null(schema).items() if key not in ("title", "description")}
        found.append((name, schema.get("description") or told, plain | (known if name == "cursor" else {})))
    return found


def _not_null(schema: Json) -> Json:
    """A parameter that may be left out, as what it is when it is there."""
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    [kind] = [each for each in schema.get("anyOf", [{}]) if each.get("type") != "null"]
    default = {"default": schema["default"]} if schema.get("default") else {}
    return {**kind, **rest, **default}


_KEY = "new for each act, the same for each repetition of it"


def _signs(name: str) -> str:
    return {"aftership-hmac-sha256": "AfterShip", "sign": "17TRACK"}.get(name, "Standard Webhooks")


def _header(name: str, required: bool, told: str, pattern: str | None) -> Json:
    schema = {"type": "string", **({"pattern": pattern} if pattern else {})}
    return {"name": name, "in": "header", "required": required, "description": told, "schema": schema}


_HEADERS: Json = {
    "ETag": {"description": "the version, quoted", "schema": {"type": "string"}},
    "Idempotent-Replayed": {
        "description": "`true`: this key was answered before, with these same words",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Retry-After": {"description": "seconds", "schema": {"type": "string"}},
}


def _answers(rule: Rule, operation: Operation, names: dict[Any, str]) -> Json:
    answers: Json = {}
    for status, answer in sorted(operation.answers.items()):
        if isinstance(answer, str):
            content: Json = {answer: {"schema": {"type": "object" if "json" in answer else "string"}}}
            answers[str(status)] = {"description": "the document", "content": content}
            continue
        model = answer.model if isinstance(answer, ListOf) else answer
        schema: Json = {"$ref": REF + names[model, "serialization"]}
        if isinstance(answer, ListOf):
            schema = _page(schema)
        headers = ["Idempotent-Replayed"] if rule.key else []
        headers += ["ETag"] if "version" in model.model_fields and not isinstance(answer, ListOf) else []
        told = "made" if status == 201 else "done" if operation.body else "found"
        answers[str(status)] = {
            "description": told,
            **({"headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers}} if headers else {}),
            "content": {"application/json": {"schema": schema}},
        }
    return answers


def _page(schema: Json) -> Json:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["items", "cursor"],
        "properties": {
            "items": {"type": "array", "items": schema},
            "cursor": {"type": ["string", "null"], "description": "of the next page; null at the end"},
        },
    }


def errors_of(method: str, path: str, rule: Rule, operation: Operation) -> list[type[e.AftersalesError]]:
    """Every error that a caller of the route may be shown."""
    known: list[type[e.AftersalesError]] = [
        *operation.errors,
        e.Fault,
        e.TransientFault,
        e.PartnerUnavailable,
        e.TooManyRequests,
    ]
    if operation.body is not None:
        known += [e.InvalidRequest, e.BodyTooLarge, e.UnsupportedMediaType]
    if "{" in path or operation.query:
        known += [e.InvalidRequest]
    if not rule.is_open:
        known += [e.Unauthorized, e.Forbidden]
    if rule.of == "signature":
        known += [e.SignatureInvalid]
    if path.endswith("/callbacks") or (method != "GET" and "merchant" in rule.roles):
        known += [e.MerchantFrozen]
    if rule.key:
        known += [e.IdempotencyKeyMissing, e.KeyReused, e.OrderBusy]
    if rule.of in _OWNERS:
        known.append(_OWNERS[rule.of])
    return sorted(dict.fromkeys(known), key=lambda kind: (status_of(kind), kind.__name__))


def _problems(method: str, path: str, rule: Rule, operation: Operation) -> Json:
    by_status: dict[int, list[type[e.AftersalesError]]] = {}
    for kind in errors_of(method, path, rule, operation):
        by_status.setdefault(status_of(kind), []).append(kind)
    return {str(status): _problem(status, kinds) for status, kinds in by_status.items()}


def _problem(status: int, kinds: list[type[e.AftersalesError]]) -> Json:
    codes = [kind.__name__ for kind in kinds]
    told = "; ".join(f"`{kind.__name__}` {title_of(kind, 'en')}" for kind in kinds)
    narrowed = {"properties": {"status": {"const": status}, "code": {"enum": codes}}}
    retry = {"headers": {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}} if status == 503 else {}
    schema = {"allOf": [{"$ref": REF + "Problem"}, narrowed]}
    return {"description": told, **retry, "content": {"application/problem+json": {"schema": schema}}}
