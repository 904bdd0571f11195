"""Whatever is sent: never a 5xx, always an answer that the contract knows (`gateway` holds each one to it)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import wiring
from chalicelib.api.access import ACCESS
from tests.api.gateway import call
from tests.api.matrix import SCENES
from tests.standins.shops import sell, shop

TOKENS = {
    "buyer": "buyer:b1",
    "merchant": "merchant:anna:m1",
    **{role: f"{role}:x" for role in ("agent", "supervisor", "operator", "orders", "auditor")},
}
BODIES = [route for route in SCENES if route[0] != "GET"]
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([2**53, 10**30, -1, 0, 1.5, 1e308, "", " ", "\x00", "o1", "CNY", "coat", "9999-12-31T23:59:59Z"]),
    st.text(max_size=20),
)
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner))


@st.composite
def altered(draw: st.DrawFn, body: Any) -> Any:
    """The body with one place of it changed, left out or doubled."""
    if isinstance(body, dict) and body and draw(st.integers(0, 3)):
        name = draw(st.sampled_from(sorted(body)))
        if draw(st.integers(0, 4)) == 0:
            return {key: value for key, value in body.items() if key != name}
        return {**body, name: draw(altered(body[name]))}
    if isinstance(body, list) and body and draw(st.booleans()):
        return [*body, draw(altered(body[0]))]
    return draw(values)


@pytest.mark.parametrize("route", BODIES, ids=" ".join)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_body_makes_it_stumble(route: tuple[str, str], data: st.DataObject, monkeypatch: pytest.MonkeyPatch) -> None:
    world = shop()
    sell(world)
    monkeypatch.setattr(wiring, "ports", lambda: world)
    path, body = SCENES[route](world)
    role = sorted(ACCESS[route].roles & TOKENS.keys())[-1]
    sent = json.dumps(data.draw(altered(body)))
    answer = call(route[0], path, sent, token=TOKENS[role], key="k1")
    assert answer.status < 500, f"{sent}: {answer.text}"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode)))
def test_no_bytes_make_it_stumble(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    world = shop()
    monkeypatch.setattr(wiring, "ports", lambda: world)
    text = raw.decode(errors="replace")
    for path, headers in (("/payments/notifications", {"signature": "good"}), ("/cases", {})):
        assert call("POST", path, text, token="buyer:b1", key="k1", headers=headers).status < 500


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=st.text(max_size=20),
    match=st.text(max_size=20),
    language=st.text(max_size=30),
    query=st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), max_size=20),
)
def test_no_header_and_no_query_makes_it_stumble(
    key: str, match: str, language: str, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = shop()
    sell(world)
    monkeypatch.setattr(wiring, "ports", lambda: world)
    headers = {"If-Match": match, "Accept-Language": language, "Origin": language}
    path, body = SCENES["POST", "/cases/{case_id}/decision"](world)
    assert call("POST", path, body, token=TOKENS["merchant"], key=key, headers=headers).status < 500
    safe = query.replace("#", "").replace("?", "")
    for listed in ("limit", "cursor", "status", safe or "x"):
        assert call("GET", f"/cases?{listed}={safe}", token=TOKENS["buyer"]).status < 500
