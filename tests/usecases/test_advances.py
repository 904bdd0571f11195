"""先行赔付: when the fund pays in the shop's place, by the policy's promise or after a ruling, and when not."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import refs
from chalicelib.schemas.cases import EscalateCase
from chalicelib.schemas.merchants import FreezeMerchant
from chalicelib.usecases import decisions, freezes
from tests.standins import stages
from tests.standins.debts import debt, debt_shop, paid, shows
from tests.standins.shops import BUYER, OPERATOR, asking, decide, file
from tests.standins.world import World

OWED = 30789


def bad(world: World) -> str:
    return file(world, reason="quality_defect")


def stands(world: World, case_id: str) -> tuple[str, bool]:
    return world.case(case_id).status, world.case(case_id).advanced


def freeze(world: World) -> None:
    body = FreezeMerchant(frozen=True, reason="its parcels hold stones")
    freezes.freeze(world, asking(None, OPERATOR), "m1", body)


def test_what_was_shown_is_approved_by_the_policy_as_an_advance() -> None:
    world = debt_shop()
    case_id = bad(world)
    shows(world, case_id)
    assert ("approved", True) == stands(world, case_id)
    [entry] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "CaseApproved"]
    assert ("advance", "policy") == (entry.data["because"], entry.actor.role)


def test_in_a_frozen_shop_a_person_decides() -> None:
    world = debt_shop()
    case_id = bad(world)
    freeze(world)
    shows(world, case_id)
    assert ("in_review", False) == stands(world, case_id)


def test_a_shop_that_was_silent_has_answered_by_that() -> None:
    world = debt_shop()
    case_id = bad(world)
    world.clock.reach(world.gate(case_id).due_at)
    shows(world, case_id)
    assert ("in_review", False) == stands(world, case_id)


def test_what_the_platform_looks_into_first_waits_for_its_finding() -> None:
    world = debt_shop()
    case_id = file(world, reason="unsafe")
    shows(world, case_id)
    assert ("inquiry", "in_review", False) == (world.gate(case_id).name, *stands(world, case_id))


def disputed(world: World) -> str:
    """The shop refused, the buyer asked for a ruling, and nobody has anything to show."""
    case_id = bad(world)
    decide(world, case_id, "reject", reason="worn_out")
    decisions.escalate(world, asking(None, BUYER), case_id, EscalateCase())
    return case_id


@pytest.mark.parametrize(
    ("deposit", "policy", "advance"),
    [(50000, {}, True), (OWED - 1, {}, False), (50000, {"advance": {"reasons": ["counterfeit"]}}, False)],
)
def test_after_a_ruling_the_fund_pays_where_the_promise_covers_it(
    deposit: int, policy: dict[str, Any], advance: bool
) -> None:
    world = debt_shop(deposit, **policy)
    case_id = disputed(world)
    stages.rule_for_good(world, case_id, liability="merchant")
    assert ("approved", advance) == stands(world, case_id)
    paid(world, case_id)
    assert advance == (world.refund(case_id).bearer == "platform_fund")
    assert ([OWED] if advance else []) == [one.open for one in world.listings.recoveries_of(case_id)]


def test_a_photo_of_a_case_that_is_disputed_waits_for_the_ruling() -> None:
    world = debt_shop()
    case_id = disputed(world)
    shows(world, case_id)
    assert ("in_dispute", False) == stands(world, case_id)


def test_it_is_owed_until_the_policy_says() -> None:
    world = debt_shop()
    case_id = bad(world)
    shows(world, case_id)
    paid(world, case_id)
    policy = world.policies.get("platform", 1)
    opened = debt(world, case_id)
    assert policy.calendar.after(opened.opened_at, policy.deadlines.recovery) == opened.due_at
    assert world.records.one(refs.deposit("m1")).held("CNY") == 50000
