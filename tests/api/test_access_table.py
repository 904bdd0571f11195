"""The access table is what its page and the contract say: a change of a right is a change that somebody sees."""

from __future__ import annotations

import dataclasses
from typing import get_args

import pytest

from chalicelib.api.access import ACCESS, KIB, Ownership, Rule, methods_of
from tests.api.gateway import contract
from tests.security.authorization import PAGE, page


def test_who_may_do_what_is_what_the_page_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("route", ACCESS, ids=" ".join)
def test_a_key_is_asked_for_where_the_contract_says_so(route: tuple[str, str]) -> None:
    method, path = route
    named = {each["name"] for each in contract()["paths"][path][method.lower()].get("parameters", [])}
    assert ("Idempotency-Key" in named) == ACCESS[route].key


def test_only_what_speaks_of_many_lines_may_be_long() -> None:
    long = {
        ("POST", "/orders"),
        ("POST", "/cases/{case_id}/inspection"),  # a finding for each line of an order
        ("PUT", "/merchants/{merchant_id}/return-addresses"),  # by sku
        ("POST", "/logistics/callbacks/{carrier_system}"),  # a parcel's whole story in one push
    }
    assert dict.fromkeys(long, 262_144) == {
        route: rule.largest for route, rule in ACCESS.items() if rule.largest != 65_536
    }


@pytest.mark.parametrize("route", ACCESS, ids=" ".join)
def test_only_public_pages_and_signed_bytes_need_no_token(route: tuple[str, str]) -> None:
    assert ACCESS[route].is_open == (ACCESS[route].of in ("anybody", "signature")) == (not ACCESS[route].roles)


def test_a_rule_that_says_nothing_more_admits_nobody_and_no_long_body() -> None:
    rule = Rule("none")
    assert (frozenset(), False, 65_536, False) == (rule.roles, rule.key, rule.largest, rule.is_open)


def test_a_right_does_not_change_while_we_run() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ACCESS["GET", "/due"].key = True  # type: ignore[misc]


def test_sizes_are_binary() -> None:
    assert 1024 == KIB


@pytest.mark.parametrize("of", ["anybody", "signature", "none", "case", "order", "merchant", "policy"])
def test_every_kind_of_ownership_is_one_that_rules_may_name(of: str) -> None:
    assert of in get_args(Ownership)
    assert len(get_args(Ownership)) == len({rule.of for rule in ACCESS.values()})


def test_what_may_be_asked_of_a_path_is_told_in_order() -> None:
    assert ["GET", "POST"] == methods_of("/cases")
    assert [] == methods_of("/nowhere")
