"""The authorizer's own function: who comes in, and what API Gateway is told of him."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from chalicelib.api.authorizer import Refused, authorize
from chalicelib.errors import TransientFault
from tests.standins.world import World

ARN = "arn:aws:execute-api:eu-west-1:123456789012:api1/api/GET/cases"


def asked(token: str) -> Any:
    return authorize({"type": "TOKEN", "authorizationToken": token, "methodArn": ARN}, None)


def test_a_merchant_is_let_in_with_role_name_and_shop(world: World) -> None:
    policy = asked("Bearer merchant:anna:m1")
    assert {"role": "merchant", "id": "anna", "merchant_id": "m1"} == policy["context"]
    assert "merchant:anna" == policy["principalId"]


def test_the_remembered_answer_is_good_for_every_route_and_for_this_api_only(world: World) -> None:
    [statement] = asked("Bearer buyer:b1")["policyDocument"]["Statement"]
    assert ("Allow", ["arn:aws:execute-api:eu-west-1:123456789012:api1/api/*/*"]) == (
        statement["Effect"],
        statement["Resource"],
    )


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer ", "buyer:b1", "Basic buyer:b1", "Bearer forged"])
def test_others_are_refused_with_the_one_word_that_means_401(world: World, token: str) -> None:
    with pytest.raises(Refused, match=r"^Unauthorized$"):
        asked(token)


def test_when_the_keys_cannot_be_had_nobody_is_called_unauthorized(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def actor(_: str) -> Any:
        raise TransientFault("the issuer does not answer")

    monkeypatch.setattr(world.tokens, "actor", actor)
    with pytest.raises(TransientFault):
        asked("Bearer buyer:b1")


def test_the_authorizer_is_imported_without_the_app_and_the_use_cases() -> None:
    loaded = (
        "import sys; import chalicelib.api.authorizer; print([m for m in sys.modules if 'usecases' in m or m == 'app'])"
    )
    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert "[]" == told.stdout.strip()
