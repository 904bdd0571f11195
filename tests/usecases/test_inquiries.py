"""假冒伪劣 and 安全隐患: the platform looks before anybody decides, and what it confirms is never sold again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.errors import Forbidden, GateNotFound
from chalicelib.schemas.cases import ReviseCase, WithdrawCase
from chalicelib.schemas.disputes import AnswerInquiry
from chalicelib.schemas.events import event_of
from chalicelib.usecases import decisions, grants, inquiries, settlements
from tests.standins import returns, stages
from tests.standins.shops import AGENT, BUYER, MERCHANT, OTHER_AGENT, SUPERVISOR, ask, asking, decide, sell, shop
from tests.standins.world import World


def answer(world: World, case_id: str, finding: str = "confirmed", actor: Any = AGENT, **more: Any) -> None:
    body = AnswerInquiry.model_validate({"finding": finding, "reason": "seen by the laboratory", **more})
    inquiries.answer(world, asking(None, actor), case_id, body)


@pytest.mark.parametrize("reason", ["unsafe", "counterfeit"])
def test_nothing_is_approved_unseen_however_small(reason: str) -> None:
    world = shop(auto_approve_below={"CNY": 10**9}, instant_up_to={"CNY": 10**9})
    sell(world)
    case_id = stages.looked_into(world, reason)
    case = world.case(case_id)
    assert ("in_review", "inquiry", "agent") == (case.status, world.gate(case_id).name, world.gate(case_id).owner)
    assert "dispute_flow" == case.flow
    with pytest.raises(GateNotFound):
        decide(world, case_id, "approve")


def test_danger_is_looked_at_within_two_hours_and_then_by_the_supervisor(world: World) -> None:
    case_id = stages.looked_into(world)
    assert world.clock.now() + timedelta(hours=2) == world.gate(case_id).due_at
    stages.pass_by(world, case_id)
    assert "supervisor" == world.gate(case_id).owner
    with pytest.raises(Forbidden):
        answer(world, case_id)
    answer(world, case_id, actor=SUPERVISOR)
    assert "approved" == world.case(case_id).status


def test_the_shop_says_nothing_to_it(world: World) -> None:
    with pytest.raises(Forbidden):
        answer(world, stages.looked_into(world), actor=MERCHANT)


def test_what_is_confirmed_is_paid_and_is_the_shop_s_doing(world: World) -> None:
    case_id = stages.looked_into(world, "counterfeit")
    answer(world, case_id)
    case = world.case(case_id)
    assert ("approved", "merchant", "refund_flow", 2) == (case.status, case.liability, case.flow, case.attempt)
    grants.grant(world, case_id)
    grants.submit(world, case_id)
    settlements.see_to(world, world.refund(case_id).refund_no)
    assert ("completed", 30789) == (world.case(case_id).status, sum(world.payments.paid.values()))


def test_what_is_not_confirmed_goes_the_normal_path(world: World) -> None:
    case_id = stages.looked_into(world, "counterfeit")
    answer(world, case_id, "not_confirmed")
    assert ("decision", "merchant#m1") == (world.gate(case_id).name, world.gate(case_id).owner)
    assert ("refund_flow", 2, False) == (
        world.case(case_id).flow,
        world.case(case_id).attempt,
        world.case(case_id).condemned,
    )
    decide(world, case_id, "approve")


@pytest.mark.parametrize(("reason", "kind"), [("unsafe", "safety"), ("counterfeit", "authenticity")])
def test_a_refused_buyer_who_calls_it_so_only_now_is_heard_by_the_platform_first(
    world: World, reason: str, kind: str
) -> None:
    case_id = stages.rejected(world)
    decisions.revise(world, asking(), case_id, ReviseCase(reason=reason))
    case, gate = world.case(case_id), world.gate(case_id)
    assert ("in_review", "inquiry", "agent") == (case.status, gate.name, gate.owner)
    assert (reason, kind, "dispute_flow", 2) == (case.reason, case.inquiry, case.flow, case.attempt)
    answer(world, case_id)
    assert ("approved", "refund_flow", 3, True) == (
        world.case(case_id).status,
        world.case(case_id).flow,
        world.case(case_id).attempt,
        world.case(case_id).condemned,
    )


def test_danger_that_a_revision_speaks_of_has_the_two_hours_of_any_danger(world: World) -> None:
    case_id = stages.rejected(world)
    decisions.revise(world, asking(), case_id, ReviseCase(reason="unsafe"))
    assert world.clock.now() + timedelta(hours=2) == world.gate(case_id).due_at


def test_a_revision_of_what_was_not_confirmed_is_looked_at_again(world: World) -> None:
    case_id = stages.looked_into(world, "counterfeit")
    answer(world, case_id, "not_confirmed")
    decide(world, case_id, "reject", reason="it is genuine")
    decisions.revise(world, asking(), case_id, ReviseCase(lines=(ask("scarf", 1),)))
    assert ("inquiry", 2) == (world.gate(case_id).name, world.gate(case_id).round)


def test_a_revision_to_another_reason_is_decided_by_the_shop_again(world: World) -> None:
    case_id = stages.looked_into(world, "counterfeit")
    answer(world, case_id, "not_confirmed")
    decide(world, case_id, "reject", reason="it is genuine")
    decisions.revise(world, asking(), case_id, ReviseCase(reason="not_wanted"))
    assert ("decision", "refund_flow") == (world.gate(case_id).name, world.case(case_id).flow)


def test_a_large_claim_is_confirmed_by_two_persons() -> None:
    world = shop(second_person_above={"CNY": 10000})
    sell(world)
    case_id = stages.looked_into(world)
    answer(world, case_id)
    assert "in_review" == world.case(case_id).status
    answer(world, case_id, actor=OTHER_AGENT)
    assert "approved" == world.case(case_id).status


def test_dangerous_goods_are_to_be_stopped_by_sku_and_batch(world: World) -> None:
    case_id = stages.looked_into(world)
    answer(world, case_id, batch="2026-11")
    [entry] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "StopSaleRequested"]
    told = event_of(entry).model_dump(exclude_none=True)["data"]
    assert ({"sku": world.order().line("coat").sku, "batch": "2026-11"},) == told["lines"]


@pytest.mark.parametrize(("reason", "more"), [("counterfeit", {}), ("unsafe", {"stop_sale": False})])
def test_nothing_else_is_stopped(world: World, reason: str, more: dict[str, Any]) -> None:
    case_id = stages.looked_into(world, reason)
    answer(world, case_id, **more)
    assert "StopSaleRequested" not in world.told(case_id)


def test_a_buyer_may_take_it_back_meanwhile(world: World) -> None:
    case_id = stages.looked_into(world)
    decisions.withdraw(world, asking(None, BUYER), case_id, WithdrawCase())
    assert "withdrawn" == world.case(case_id).status


@pytest.mark.parametrize(
    ("policy", "ends"), [({}, "scrap"), ({"condemned_goods": "return_to_vendor"}, "return_to_vendor")]
)
def test_condemned_goods_are_never_sold_again_whatever_the_shop_says(policy: dict[str, Any], ends: str) -> None:
    world = returns.return_shop(**policy)
    case_id = returns.filed(world, ask("coat"), reason="counterfeit")
    answer(world, case_id)
    returns.ship(world, case_id)
    returns.receive(world, case_id)
    returns.inspect(world, case_id)
    assert {ends} == {one.disposition for one in returns.goods(world, case_id).disposals}
