"""The public pages: they need no token, no port and nothing from elsewhere."""

from __future__ import annotations

import re

import pytest

from chalicelib import wiring
from tests.api.gateway import call, contract


@pytest.fixture(autouse=True)
def no_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    def ports() -> None:
        raise AssertionError("a public page asked for a port")

    monkeypatch.setattr(wiring, "ports", ports)


def test_the_contract_that_is_served_is_the_one_that_is_checked_in() -> None:
    assert contract() == call("GET", "/openapi.json").body


def test_the_page_shows_every_route_and_loads_nothing() -> None:
    answer = call("GET", "/docs")
    assert all(f"<code>{path}</code>" in answer.text for path in contract()["paths"])
    assert [] == re.findall(r"<script|<link|<img|src=|@import|url\(|https?://", answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_sign_of_life() -> None:
    assert {"status": "ok"} == call("GET", "/health").body
