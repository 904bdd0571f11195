"""A person carries on what went wrong, and no way of doing so pays twice."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import journals, refs
from chalicelib.domain.actors import Actor
from chalicelib.domain.buyers import Credit
from chalicelib.errors import SecondPersonNeeded, TransitionRefused
from chalicelib.ports import ProviderAnswer
from chalicelib.schemas.cases import RedoRefund
from chalicelib.usecases import grants, redos, settlements, sweeper
from tests.standins import stages
from tests.standins.shops import OPERATOR, OTHER_OPERATOR, asking, file, sell, shop
from tests.standins.world import World


def redo(world: World, case_id: str, action: str, count: int = 1, actor: Actor = OPERATOR) -> None:
    body: dict[str, Any] = {"refund_no": world.refund(case_id, count).refund_no, "action": action, "note": "seen to"}
    redos.redo(world, asking(None, actor), case_id, RedoRefund.model_validate(body))


def reversed_case(world: World) -> str:
    case_id = stages.settled(world)
    settlements.reverse(world, world.refund(case_id).refund_no, "account closed")
    return case_id


def pay(world: World, case_id: str, count: int) -> None:
    grants.submit(world, case_id)
    settlements.see_to(world, world.refund(case_id, count).refund_no)


@pytest.mark.parametrize("stage", [stages.failed, reversed_case])
def test_a_dead_refund_is_granted_again_under_another_number_and_once(world: World, stage: Any) -> None:
    case_id = stage(world)
    redo(world, case_id, "regrant")
    with pytest.raises(TransitionRefused):
        redo(world, case_id, "regrant")
    pay(world, case_id, 2)
    assert "completed" == world.case(case_id).status
    assert 30789 == journals.paid_out(world.listings.journal_of("o1")) == world.ledger().payments[0].settled


@pytest.mark.parametrize("stage", [stages.failed, reversed_case])
def test_a_refund_that_is_given_up_frees_its_money_and_ends_the_case(world: World, stage: Any) -> None:
    case_id = stage(world)
    redo(world, case_id, "release")
    assert ("completed", (0, 0, 0)) == (world.case(case_id).status, world.ledger().payments[0])
    with pytest.raises(TransitionRefused):
        redo(world, case_id, "regrant")


def test_a_refund_that_may_still_be_paid_keeps_its_number(world: World) -> None:
    case_id = stages.submitted(world)
    for action in ("regrant", "release"):
        with pytest.raises(TransitionRefused):
            redo(world, case_id, action)


def test_a_settled_refund_is_neither_asked_about_nor_paid_again(world: World) -> None:
    case_id = stages.settled(world)
    for action in ("retry", "regrant", "release"):
        with pytest.raises(TransitionRefused):
            redo(world, case_id, action)


def test_an_unknown_refund_is_asked_about_under_the_same_number(world: World) -> None:
    case_id = stages.submitted(world)
    world.payments.deeds.append("pay_silently")
    settlements.see_to(world, world.refund(case_id).refund_no)
    redo(world, case_id, "retry")
    settlements.see_to(world, world.refund(case_id).refund_no)
    assert ("completed", 1) == (world.case(case_id).status, len(world.payments.paid))


def test_another_execution_begins_with_it(world: World) -> None:
    case_id = stages.failed(world)
    redo(world, case_id, "regrant")
    world.pump()
    assert [(case_id, 1), (case_id, 2)] == world.flows.started


def test_asking_again_begins_no_second_execution_while_one_waits_for_the_answer(world: World) -> None:
    case_id = stages.submitted(world)
    redo(world, case_id, "retry")
    world.pump()
    assert [(case_id, 1)] == world.flows.started


def test_what_is_granted_anew_is_submitted_while_another_refund_is_on_its_way() -> None:
    world = shop()
    sell(world, payments={"card": 20000, "wallet": 19000})
    case_id = stages.submitted(world)
    settlements.record(world, world.refund(case_id, 1).refund_no, ProviderAnswer("failed", "account_closed"))
    redo(world, case_id, "regrant", count=1)
    assert "granted" == grants.assess(world, case_id)["outcome"]
    grants.submit(world, case_id)
    assert "submitted" == world.refund(case_id, 3).state


def test_whoever_agreed_to_give_up_has_not_agreed_to_pay() -> None:
    world = shop(second_person_above={"CNY": 10000})
    sell(world)
    case_id = stages.failed(world)
    redo(world, case_id, "release")
    redo(world, case_id, "regrant", actor=OTHER_OPERATOR)
    assert 1 == len(world.listings.refunds_of(case_id))
    with pytest.raises(SecondPersonNeeded):
        redo(world, case_id, "regrant", actor=OTHER_OPERATOR)


def instant(world: World) -> str:
    world.records.put(Credit(buyer_id="b1", limits={"CNY": 50000}))
    case_id = file(world)
    grants.grant(world, case_id)
    grants.submit(world, case_id)
    return case_id


def used(world: World) -> int:
    return world.records.one(refs.credit("b1")).used["CNY"]


def test_credit_comes_back_when_the_money_is_out(world: World) -> None:
    case_id = instant(world)
    assert 30789 == used(world)
    settlements.see_to(world, world.refund(case_id).refund_no)
    assert 0 == used(world)


def test_credit_comes_back_when_the_refund_is_given_up(world: World) -> None:
    case_id = instant(world)
    world.payments.deeds.append("decline")
    settlements.see_to(world, world.refund(case_id).refund_no)
    redo(world, case_id, "release")
    assert 0 == used(world)


def test_credit_comes_back_once_and_never_that_of_another_case(world: World) -> None:
    case_id = instant(world)
    settlements.see_to(world, world.refund(case_id).refund_no)
    credit = world.records.one(refs.credit("b1"))
    world.records.put(credit.but(used={"CNY": 20000}))  # another case leans on it meanwhile
    settlements.reverse(world, world.refund(case_id).refund_no, None)
    redo(world, case_id, "regrant")
    pay(world, case_id, 2)
    assert ("completed", 20000) == (world.case(case_id).status, used(world))


def test_a_persons_answer_leaves_the_sweeper_nothing_to_do(world: World) -> None:
    case_id = stages.failed(world)
    redo(world, case_id, "release")
    world.pump()
    world.flows.running.clear()
    world.clock.pass_by(days=2)
    assert {} == dict(sweeper.sweep(world))
