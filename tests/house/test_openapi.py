"""The contract: what is checked in is what the schemas say, it is valid OpenAPI, and nothing is missing from it."""

from __future__ import annotations

import json
import re
from typing import Any, get_args

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import BaseModel, RootModel

from app import app
from chalicelib.api.access import ACCESS
from local.openapi.__main__ import files
from local.openapi.document import document
from local.openapi.operations import OPERATIONS, ListOf
from local.openapi.page import page

DOCUMENT = document()
EVERY = [pytest.param(method, path, id=f"{method} {path}") for method, path in ACCESS]
every_operation = pytest.mark.parametrize(("method", "path"), EVERY)


def operation(method: str, path: str) -> Any:
    return DOCUMENT["paths"][path][method.lower()]


def test_what_is_checked_in_and_what_ships_are_what_the_schemas_say() -> None:
    stale = [path.name for path, text in files().items() if path.read_text(encoding="utf-8") != text]
    assert [] == stale, "run `make openapi`"


def test_it_is_valid_openapi() -> None:
    assert [] == list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors())


def test_every_route_of_the_app_is_in_it_and_the_reverse() -> None:
    routes = {(method, path) for path, methods in app.routes.items() for method in methods if method != "OPTIONS"}
    described = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert routes == described == set(OPERATIONS)


def test_no_schema_s_name_tells_of_a_module() -> None:
    """Two schemas of one name would be called by their modules, and readers know no modules."""
    assert [] == [name for name in DOCUMENT["components"]["schemas"] if "__" in name]


@every_operation
def test_every_operation_says_who_may_call_it(method: str, path: str) -> None:
    rule = ACCESS[method, path]
    assert ([] if rule.is_open else [{"token": []}]) == operation(method, path)["security"]
    assert all(role in operation(method, path)["description"] for role in rule.roles)


@every_operation
def test_every_operation_names_its_key_and_the_values_of_its_path(method: str, path: str) -> None:
    parameters = {each["name"]: each["in"] for each in operation(method, path).get("parameters", [])}
    assert set(re.findall(r"{(\w+)}", path)) == {name for name, place in parameters.items() if place == "path"}
    assert ACCESS[method, path].key == (parameters.get("Idempotency-Key") == "header")


@every_operation
def test_every_operation_has_its_refusals(method: str, path: str) -> None:
    statuses = set(operation(method, path)["responses"])
    rule = ACCESS[method, path]
    assert {"500", "503", "429"} <= statuses
    assert rule.is_open or {"401", "403"} <= statuses
    assert "requestBody" not in operation(method, path) or {"400", "413", "415"} <= statuses


def _objects(body: type[BaseModel] | None) -> tuple[type[BaseModel], ...]:
    """What may stand there: of a choice between several, each."""
    if body is None:
        return ()
    return get_args(body.model_fields["root"].annotation) if issubclass(body, RootModel) else (body,)


def test_a_list_s_filter_has_the_name_of_the_field_that_it_filters() -> None:
    """But for what is no field: a page's own parameters, and what is late."""
    strange = {}
    for (method, path), each in OPERATIONS.items():
        rows = each.answers.get(200)
        if isinstance(each.query, tuple) and isinstance(rows, ListOf):
            asked = {part["name"] for part in operation(method, path).get("parameters", []) if part["in"] == "query"}
            strange[method, path] = asked - {"limit", "cursor", "late"} - rows.model.model_fields.keys()
    assert {("GET", "/cases"), ("GET", "/recoveries")} <= strange.keys()
    assert {} == {of: names for of, names in strange.items() if names}


def test_no_object_that_is_sent_to_us_takes_unknown_fields() -> None:
    open_ones = {
        body.__name__
        for each in OPERATIONS.values()
        for body in _objects(each.body)
        if body.model_config.get("extra") != "forbid"
    }
    assert {"PaymentNotice", "CarrierPush"} == open_ones  # partners may add fields of their own


def test_every_reference_leads_somewhere() -> None:
    known = DOCUMENT["components"]["schemas"]
    assert set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT))) == set(known)


def test_every_chapter_has_routes_and_every_link_of_the_page_leads_somewhere() -> None:
    told = {tag for methods in DOCUMENT["paths"].values() for each in methods.values() for tag in each["tags"]}
    assert told == {tag["name"] for tag in DOCUMENT["tags"]}
    shown = page(DOCUMENT)
    assert set(re.findall(r'href="#([^"]+)"', shown)) <= set(re.findall(r' id="([^"]+)"', shown))


def test_the_acts_of_a_case_stand_with_their_noun() -> None:
    chapters = {path: each["tags"] for path, methods in DOCUMENT["paths"].items() for each in methods.values()}
    assert [["Returns"], ["Exchanges"], ["Repairs"], ["Disputes"]] == [
        chapters[f"/cases/{{case_id}}/{act}"] for act in ("pickup/cancel", "replacement", "repair", "appeal")
    ]
