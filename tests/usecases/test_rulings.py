"""Rulings, and the second person that a large grant needs."""

from __future__ import annotations

import pytest

from chalicelib.domain.disputes import Dispute
from chalicelib.errors import Forbidden, GateNotFound, RefundExceedsPaid, SecondPersonNeeded
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.cases import RuleCase
from chalicelib.usecases import rulings
from tests.standins import stages
from tests.standins.shops import AGENT, MERCHANT, OTHER_AGENT, SUPERVISOR, asking, decide, file, sell, shop
from tests.standins.world import World


def rule(world: World, case_id: str, ruling: str = "approve", actor: object = AGENT, amount: int | None = None) -> None:
    money = None if amount is None else Amount(amount=amount, currency="CNY")
    body = RuleCase.model_validate({"ruling": ruling, "amount": money, "reason": "the photos show it"})
    rulings.rule(world, asking(None, actor), case_id, body)  # type: ignore[arg-type]


@pytest.fixture
def strict() -> World:
    """A shop whose staff needs a second person above 100.00."""
    world = shop(second_person_above={"CNY": 10000})
    sell(world)
    return world


def test_an_agent_approves_what_was_claimed(world: World) -> None:
    case_id = stages.in_dispute(world)
    rule(world, case_id)
    stages.pass_by(world, case_id)
    assert ("approved", 30789) == (world.case(case_id).status, world.case(case_id).amount)


def test_an_agent_approves_a_part_and_the_rest_is_free_again(world: World) -> None:
    case_id = stages.in_dispute(world)
    rule(world, case_id, amount=10000)
    assert 30789 == world.case(case_id).amount, "until it is final everything stays reserved"
    stages.pass_by(world, case_id)
    assert (10000, 10000) == (world.case(case_id).amount, world.ledger().payments[0].reserved)


def test_no_ruling_grants_more_than_was_claimed(world: World) -> None:
    case_id = stages.in_dispute(world)
    with pytest.raises(RefundExceedsPaid):
        rule(world, case_id, amount=30790)


def test_a_case_ruled_against_is_closed_and_gives_everything_back(world: World) -> None:
    case_id = stages.in_dispute(world)
    rule(world, case_id, "close")
    stages.pass_by(world, case_id)
    assert ("closed", "ruled") == (world.case(case_id).status, world.case(case_id).closed_because)
    assert (0, 0, 0, 0, 0, 0) == world.ledger().lines[0]


def test_nobody_rules_where_nobody_asked(world: World) -> None:
    with pytest.raises(GateNotFound):
        rule(world, stages.rejected(world))


def test_the_merchant_does_not_rule(world: World) -> None:
    with pytest.raises(Forbidden):
        rule(world, stages.in_dispute(world), actor=MERCHANT)


def test_a_late_ruling_is_the_supervisors_alone(world: World) -> None:
    case_id = stages.ruling_late(world)
    with pytest.raises(Forbidden):
        rule(world, case_id, actor=AGENT)
    rule(world, case_id, actor=SUPERVISOR)
    assert "RulingGiven" == world.told(case_id)[-1]


def test_a_large_grant_waits_for_a_second_person(strict: World) -> None:
    case_id = stages.in_dispute(strict)
    rule(strict, case_id)
    assert ("in_dispute", "RulingProposed") == (strict.case(case_id).status, strict.told(case_id)[-1])
    rule(strict, case_id, actor=OTHER_AGENT)
    assert "RulingGiven" == strict.told(case_id)[-1]
    [ruling] = strict.records.all(Dispute)[0].rulings
    assert (OTHER_AGENT, AGENT) == (ruling.by, ruling.seconded)


def test_the_same_person_twice_is_not_two_persons(strict: World) -> None:
    case_id = stages.in_dispute(strict)
    rule(strict, case_id)
    with pytest.raises(SecondPersonNeeded):
        rule(strict, case_id)


def test_a_second_person_with_another_amount_has_only_made_another_proposal(strict: World) -> None:
    case_id = stages.in_dispute(strict)
    rule(strict, case_id, amount=30000)
    rule(strict, case_id, actor=OTHER_AGENT, amount=20000)
    assert "in_dispute" == strict.case(case_id).status


def test_a_merchant_grants_its_own_money_alone(strict: World) -> None:
    case_id = file(strict)
    decide(strict, case_id, "approve")
    assert "approved" == strict.case(case_id).status


def test_in_the_platforms_own_shop_a_large_approval_needs_two_agents() -> None:
    world = shop(second_person_above={"CNY": 10000})
    sell(world, merchant_id="own")
    case_id = file(world)
    decide(world, case_id, "approve", AGENT)
    assert "in_review" == world.case(case_id).status
    decide(world, case_id, "approve", OTHER_AGENT)
    assert "approved" == world.case(case_id).status
