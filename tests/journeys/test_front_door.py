"""What a stranger, a guest and a member meet at the door of the deployed API."""

from __future__ import annotations

import pytest
import requests

from local import deployment, users
from local.stack import Stack

pytestmark = pytest.mark.journey
PROBLEM = {"type", "title", "status", "code", "detail", "errors", "request_id"}


def get(stack: Stack, path: str, **headers: str) -> requests.Response:
    return requests.get(f"{stack.api_url}{path}", headers=headers, timeout=30)


@pytest.mark.parametrize(
    ("path", "headers", "code"),
    [
        ("/cases", {}, "Unauthorized"),
        ("/cases", {"Authorization": "Bearer not.a.token"}, "Unauthorized"),
        ("/nothing/here", {}, "RouteNotFound"),
    ],
)
def test_who_may_not_enter_reads_why_in_our_own_words(
    stack: Stack, path: str, headers: dict[str, str], code: str
) -> None:
    answer = get(stack, path, **headers)
    problem = answer.json()
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert code == problem["code"]
    assert answer.status_code == problem["status"]
    assert set(problem) >= PROBLEM


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer not.a.token"}], ids=["none", "forged"])
def test_a_page_reads_that_its_token_is_no_good(stack: Stack, headers: dict[str, str]) -> None:
    """Without leave to read it a browser would show the page nothing but a broken connection."""
    [origin] = deployment.parameters("local")["app"]["WebOrigins"].split(",")
    answer = get(stack, "/cases", Origin=origin, **headers)
    assert (401, origin) == (answer.status_code, answer.headers["Access-Control-Allow-Origin"])


@pytest.mark.parametrize("user", [user for user in users.DEMO if user.role in {"buyer", "merchant", "agent"}])
def test_every_kind_of_person_is_let_in_with_a_real_token(stack: Stack, user: users.User) -> None:
    answer = get(stack, "/cases", **stack.headers(user.name))
    assert 200 == answer.status_code
    assert {"items", "cursor"} == set(answer.json())


def test_the_contract_is_served_to_everybody(stack: Stack) -> None:
    assert get(stack, "/openapi.json").json()["openapi"].startswith("3.1")
