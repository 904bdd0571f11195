"""What the authorizer makes of a header, and what it hands on of who came."""

from __future__ import annotations

import pytest
from chalice.app import AuthRequest

from chalicelib.api import authorizer
from chalicelib.api.authorizer import REMEMBERED, Refused, authorize, facts_of, identify
from chalicelib.domain.actors import Actor
from tests.standins.world import World


@pytest.mark.parametrize("header", ["Bearer buyer:b1", "bearer buyer:b1", "BEARER buyer:b1", "Bearer   buyer:b1"])
def test_the_scheme_is_known_in_any_case_and_spaces_do_not_matter(world: World, header: str) -> None:
    assert Actor(role="buyer", id="b1") == identify(header)


@pytest.mark.parametrize("header", ["Bearer", "Token buyer:b1", "buyer:b1", "", " Bearer buyer:b1", "Bearer forged"])
def test_the_refusal_is_the_one_word_that_api_gateway_knows(world: World, header: str) -> None:
    with pytest.raises(Refused) as caught:
        identify(header)
    assert "Unauthorized" == str(caught.value)


def test_of_who_belongs_to_no_shop_no_shop_is_told() -> None:
    assert {"role": "buyer", "id": "b1"} == facts_of(Actor(role="buyer", id="b1"))


def test_of_a_shop_s_member_the_shop_is_told() -> None:
    told = {"role": "merchant", "id": "anna", "merchant_id": "m1"}
    assert told == facts_of(Actor(role="merchant", id="anna", merchant_id="m1"))


def test_who_was_withdrawn_comes_in_for_a_minute_at_most() -> None:
    assert 60 == REMEMBERED


def test_api_gateway_is_told_the_name_and_how_long_to_remember() -> None:
    from app import app

    [registered] = [each for each in app.builtin_auth_handlers if each.name == "authorize"]
    assert 60 == registered.ttl_seconds
    assert "chalicelib.api.authorizer.authorize" == registered.handler_string
    assert authorize is authorizer.authorize


def test_the_answer_names_who_came(world: World) -> None:
    request = AuthRequest("TOKEN", "Bearer buyer:b1", "arn:aws:execute-api:eu-west-1:1:a/api/GET/cases")
    answer = authorize.func(request)
    assert ("buyer:b1", {"role": "buyer", "id": "b1"}, ["*"]) == (answer.principal_id, answer.context, answer.routes)


def test_a_token_is_taken_as_it_stands_behind_the_spaces(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def actor(token: str) -> Actor:
        seen.append(token)
        return Actor(role="buyer", id="b1")

    monkeypatch.setattr(world.tokens, "actor", actor)
    for header in ("Bearer  \tX", "Bearer X ", "Bearer  Xx"):
        identify(header)
    assert ["\tX", "X ", "Xx"] == seen
