"""Who may see and do what, decided without a door: the last word is the use case's own."""

from __future__ import annotations

from typing import Any, cast

import pytest

from chalicelib.domain import refs
from chalicelib.domain.actors import Actor
from chalicelib.domain.cases import Case
from chalicelib.domain.freezes import FrozenShops
from chalicelib.domain.gates import GateRef
from chalicelib.domain.orders import Order
from chalicelib.errors import CaseNotFound, Forbidden, MerchantFrozen, MerchantNotFound, OrderNotFound
from chalicelib.usecases.access import (
    act_as,
    act_as_decider,
    act_for_merchant,
    act_unfrozen,
    is_frozen,
    see_case,
    see_merchant,
    see_order,
)
from tests.refusals import refused

ANNA = Actor(role="merchant", id="anna", merchant_id="m1")
RITA = Actor(role="merchant", id="rita", merchant_id="m2")
STAFF = ("agent", "supervisor", "operator", "auditor")
SYSTEMS = ("orders", "payments", "logistics", "stock")


def actor(role: str, name: str = "x") -> Actor:
    return Actor(role=cast(Any, role), id=name)


CASE = Case.model_construct(case_id="case_1", buyer_id="b1", merchant_id="m1", merchant_kind="marketplace", gate=None)
OWN = Case.model_construct(case_id="case_2", buyer_id="b1", merchant_id="own", merchant_kind="self_run", gate=None)
ORDER = Order.model_construct(order_id="o1", buyer_id="b1", merchant_id="m1")


@pytest.mark.parametrize("who", [actor("buyer", "b1"), ANNA, *map(actor, STAFF)], ids=lambda who: who.key)
def test_the_parties_and_staff_see_a_case(who: Actor) -> None:
    assert CASE is see_case(who, CASE)


@pytest.mark.parametrize(
    "who",
    [actor("buyer", "b2"), actor("buyer", "m1"), RITA, Actor(role="merchant", id="b1", merchant_id="b1"),
     *map(actor, SYSTEMS), actor("policy")],
    ids=lambda who: who.key,
)  # fmt: skip
def test_to_everybody_else_it_is_not_there(who: Actor) -> None:
    assert ("there is no such case", []) == refused(CaseNotFound, lambda: see_case(who, CASE))


@pytest.mark.parametrize("who", [actor("buyer", "b1"), actor("operator")], ids=lambda who: who.key)
def test_a_case_that_is_not_there_is_not_seen_by_anybody(who: Actor) -> None:
    assert ("there is no such case", []) == refused(CaseNotFound, lambda: see_case(who, None))


@pytest.mark.parametrize(
    "who", [actor("buyer", "b1"), ANNA, *map(actor, STAFF), actor("orders"), actor("payments")], ids=lambda who: who.key
)
def test_the_parties_staff_and_the_systems_of_orders_and_payments_see_an_order(who: Actor) -> None:
    assert ORDER is see_order(who, ORDER)


@pytest.mark.parametrize("who", [actor("buyer", "b2"), RITA, actor("logistics"), actor("stock")], ids=lambda w: w.key)
def test_to_other_people_and_systems_an_order_is_not_there(who: Actor) -> None:
    assert ("there is no such order", []) == refused(OrderNotFound, lambda: see_order(who, ORDER))


@pytest.mark.parametrize("who", [actor("orders"), actor("operator")], ids=lambda who: who.key)
def test_an_order_that_is_not_there_is_not_seen_by_anybody(who: Actor) -> None:
    assert ("there is no such order", []) == refused(OrderNotFound, lambda: see_order(who, None))


def test_an_act_is_for_the_roles_that_are_named() -> None:
    act_as(actor("agent"), "agent", "supervisor")
    act_as(actor("supervisor"), "agent", "supervisor")
    assert ("not for the role buyer", []) == refused(Forbidden, lambda: act_as(actor("buyer"), "agent", "supervisor"))


def test_an_act_for_no_role_is_for_nobody() -> None:
    with pytest.raises(Forbidden):
        act_as(actor("operator"))


@pytest.mark.parametrize("who", [ANNA, actor("operator")], ids=lambda who: who.key)
def test_members_and_operators_act_for_a_shop(who: Actor) -> None:
    act_for_merchant(who, "m1")
    see_merchant(who, "m1")


@pytest.mark.parametrize("act", [act_for_merchant, see_merchant])
def test_another_shop_is_not_there(act: Any) -> None:
    assert ("there is no such merchant", []) == refused(MerchantNotFound, lambda: act(RITA, "m1"))


@pytest.mark.parametrize("act", [act_for_merchant, see_merchant])
@pytest.mark.parametrize("role", ["buyer", "agent", "orders"])
def test_other_roles_have_no_say_in_shops(act: Any, role: str) -> None:
    assert (f"not for the role {role}", []) == refused(Forbidden, lambda: act(actor(role), "m1"))


@pytest.mark.parametrize("role", ["auditor", "supervisor"])
def test_auditors_and_supervisors_read_of_a_shop_and_do_nothing_for_it(role: str) -> None:
    see_merchant(actor(role), "m1")
    with pytest.raises(Forbidden):
        act_for_merchant(actor(role), "m1")


def frozen(*merchant_ids: str) -> Any:
    """What a use case has loaded when these shops are frozen."""
    return {refs.frozen(): FrozenShops(merchant_ids=merchant_ids)}


def test_a_shop_is_frozen_when_it_is_on_the_list() -> None:
    assert (True, False, False) == (is_frozen(frozen("m1"), "m1"), is_frozen(frozen("m2"), "m1"), is_frozen({}, "m1"))  # type: ignore[arg-type]


def test_the_people_of_a_frozen_shop_change_nothing_and_everybody_else_does() -> None:
    why = "the platform has frozen this shop; everything can be read and nothing changed"
    assert (why, []) == refused(MerchantFrozen, lambda: act_unfrozen(ANNA, frozen("m1")))
    for who in (RITA, actor("operator"), actor("buyer"), Actor(role="merchant", id="x")):
        act_unfrozen(who, frozen("m1"))


def test_a_merchant_without_a_shop_is_of_no_frozen_one() -> None:
    with pytest.raises(MerchantFrozen):
        act_unfrozen(Actor(role="merchant", id="x"), frozen(""))


def test_a_marketplace_shop_decides_over_its_cases_alone() -> None:
    act_as_decider(ANNA, CASE)
    for role in ("agent", "supervisor", "operator", "buyer"):
        with pytest.raises(Forbidden):
            act_as_decider(actor(role), CASE)


def test_over_the_cases_of_the_platform_s_own_shops_its_agents_decide() -> None:
    act_as_decider(actor("agent"), OWN)
    act_as_decider(actor("supervisor"), OWN)
    for who in (ANNA, actor("operator"), actor("auditor")):
        with pytest.raises(Forbidden):
            act_as_decider(who, OWN)


def awaited(case: Case, gate: str, owner: str) -> Case:
    at = GateRef.model_construct(name=gate, round=1, owner=owner)
    return case.model_copy(update={"gate": at})


@pytest.mark.parametrize(
    "gate", ["decision", "receipt", "inspection", "replacement", "appointment", "repair", "dispatch"]
)
def test_over_a_case_that_was_handed_to_them_the_platform_s_agents_decide(gate: str) -> None:
    handed = awaited(CASE, gate, "agent")
    act_as_decider(actor("agent"), handed)
    with pytest.raises(Forbidden):
        act_as_decider(ANNA, handed)


def test_who_is_awaited_at_another_gate_does_not_decide_by_that() -> None:
    act_as_decider(ANNA, awaited(CASE, "ruling", "agent"))
    with pytest.raises(Forbidden):
        act_as_decider(actor("agent"), awaited(CASE, "ruling", "agent"))


def test_a_shop_that_is_awaited_for_a_decision_decides() -> None:
    act_as_decider(ANNA, awaited(OWN, "decision", "merchant#m1"))
