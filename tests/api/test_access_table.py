"""The access table as it is meant, row by row: a change of a right is a change of two files, seen by two people."""

from __future__ import annotations

import dataclasses
from typing import get_args

import pytest

from chalicelib.api.access import ACCESS, KIB, Ownership, Rule

# Who (B buyer, M merchant, A agent, S supervisor, O operator, U auditor; o orders, p payments, l logistics, s stock),
# by what the ownership is judged, K where an Idempotency-Key is needed, and the largest body in KiB.
STATED = """
POST   /orders                                                o           none       K  256
GET    /orders/{order_id}                                     BMASOUop    order      -  64
POST   /cases/preview                                         B           order      -  64
POST   /cases                                                 B           order      K  64
GET    /cases                                                 BMASOU      none       -  64
GET    /cases/{case_id}                                       BMASOU      case       -  64
GET    /cases/{case_id}/timeline                              BMASOU      case       -  64
POST   /cases/{case_id}/withdraw                              B           case       K  64
POST   /cases/{case_id}/revise                                B           case       K  64
POST   /cases/{case_id}/escalate                              B           case       K  64
POST   /cases/{case_id}/answer                                B           case       K  64
POST   /cases/{case_id}/decision                              MAS         case       K  64
POST   /cases/{case_id}/ruling                                AS          case       K  64
POST   /cases/{case_id}/refunds                               SO          case       K  64
POST   /cases/{case_id}/evidence                              BMAS        case       K  64
GET    /cases/{case_id}/evidence                              BMASOU      case       -  64
PATCH  /cases/{case_id}/deadlines/{gate}                      SO          case       -  64
GET    /due                                                   BMASOU      none       -  64
GET    /monitor                                               MASOU       none       -  64
GET    /policies/{policy_id}                                  BMASOUopls  policy     -  64
POST   /policies/simulate                                     OU          none       -  64
POST   /policies/{policy_id}                                  O           none       K  64
PUT    /merchants/{merchant_id}                               O           none       -  64
PUT    /merchants/{merchant_id}/webhook                       MO          merchant   -  64
GET    /merchants/{merchant_id}/webhook                       MO          merchant   -  64
GET    /merchants/{merchant_id}/deliveries                    MOU         merchant   -  64
GET    /merchants/{merchant_id}/deliveries/{event_id}         MOU         merchant   -  64
POST   /merchants/{merchant_id}/deliveries/{event_id}/replay  MO          merchant   K  64
POST   /merchants/{merchant_id}/replays                       MO          merchant   K  64
POST   /merchants/{merchant_id}/callbacks                     -           signature  -  64
POST   /payments/notifications                                -           signature  -  64
PUT    /buyers/{buyer_id}/credit                              O           none       -  64
GET    /notifications                                         B           none       -  64
PUT    /notifications/preferences                             B           none       -  64
GET    /openapi.json                                          -           anybody    -  64
GET    /docs                                                  -           anybody    -  64
GET    /health                                                -           anybody    -  64
"""
LETTERS = {
    "B": "buyer", "M": "merchant", "A": "agent", "S": "supervisor", "O": "operator", "U": "auditor",
    "o": "orders", "p": "payments", "l": "logistics", "s": "stock",
}  # fmt: skip


def stated() -> dict[tuple[str, str], Rule]:
    rows = (row.split() for row in STATED.strip().splitlines())
    return {
        (method, path): Rule(
            of=of,  # type: ignore[arg-type]
            roles=frozenset(LETTERS[letter] for letter in who if letter != "-"),
            key=key == "K",
            largest=int(kib) * 1024,
        )
        for method, path, who, of, key, kib in rows
    }


@pytest.mark.parametrize("route", sorted({*ACCESS, *stated()}), ids=" ".join)
def test_a_route_admits_whom_it_is_meant_for(route: tuple[str, str]) -> None:
    assert stated().get(route) == ACCESS.get(route)


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
