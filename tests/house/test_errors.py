"""Errors: the tree that is drawn, the classes, their statuses, titles and documents say the same."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from chalicelib import errors
from chalicelib.errors import AftersalesError, VersionLost
from chalicelib.schemas.problems import STATUSES, TITLES, status_of
from local import templates
from local.openapi.document import document
from local.packaging import ROOT

GATEWAYS = templates.join(ROOT / "infra" / "app")["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]


def below(kind: type[AftersalesError]) -> list[type[AftersalesError]]:
    return [kind, *(lower for child in kind.__subclasses__() for lower in below(child))]


CLASSES = [kind for kind in below(AftersalesError)[1:] if kind.__module__ == errors.__name__]
every_class = pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)


def test_the_drawing_shows_every_class() -> None:
    drawn = set(re.findall(r"\b[A-Z]\w+", "\n".join(_drawing())))
    assert {kind.__name__ for kind in (AftersalesError, *CLASSES)} == drawn


def _drawing() -> list[str]:
    assert errors.__doc__ is not None
    lines = errors.__doc__.splitlines()[2:]  # after the sentence that introduces it
    return [re.sub(r"^([\s│├└─]*(\w+(, \w+)*)).*", r"\1", line) for line in lines]


@every_class
def test_every_class_says_when_it_is_raised(kind: type[AftersalesError]) -> None:
    assert kind.__doc__ is not None
    assert kind.__doc__.startswith("Raised when")


@every_class
def test_every_class_has_a_status_from_the_one_table(kind: type[AftersalesError]) -> None:
    assert 400 <= status_of(kind) < 600


@every_class
def test_what_is_not_the_callers_doing_is_a_5xx_and_nothing_else_is(kind: type[AftersalesError]) -> None:
    assert issubclass(kind, errors.Fault) == (status_of(kind) >= 500)


@every_class
def test_every_class_that_a_caller_sees_has_a_title_in_both_languages(kind: type[AftersalesError]) -> None:
    if (kind.__subclasses__() and kind not in TITLES) or kind is VersionLost:
        return  # only its children are raised, or it leaves as its parent
    zh, en = TITLES[kind]
    assert re.search(r"[\u4e00-\u9fff]", zh)
    assert en.isascii()


def test_the_tables_name_no_class_that_is_gone() -> None:
    assert {*STATUSES, *TITLES} <= set(CLASSES)


def test_every_error_is_documented_somewhere_and_nothing_else_is() -> None:
    documented = set(re.findall(r'"enum": \[("\w+"(?:, "\w+")*)\]', json.dumps(_codes())))
    codes = {code for codes in documented for code in re.findall(r"\w+", codes)}
    # These two are answered where no route is.
    assert {kind.__name__ for kind in TITLES} - {"RouteNotFound", "MethodNotAllowed"} == codes


def _codes() -> list[Any]:
    return [
        {"enum": media["schema"]["allOf"][1]["properties"]["code"]["enum"]}
        for methods in document()["paths"].values()
        for operation in methods.values()
        for answer in operation["responses"].values()
        for kind, media in answer["content"].items()
        if kind == "application/problem+json"
    ]


@pytest.mark.parametrize("name", sorted(GATEWAYS))
def test_api_gateways_own_refusals_speak_like_ours(name: str) -> None:
    template = GATEWAYS[name]["ResponseTemplates"]["application/json"]
    told = json.loads(template)
    kind = getattr(errors, told["code"])
    assert {"type", "title", "status", "code", "detail", "errors", "request_id"} == set(told)
    assert f"urn:aftersales:problem:{told['code']}" == told["type"]
    if not name.startswith("DEFAULT") and name not in ("INTEGRATION_TIMEOUT", "INTEGRATION_FAILURE"):
        assert status_of(kind) == told["status"] == GATEWAYS[name]["StatusCode"]
