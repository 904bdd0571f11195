"""Who pays for the way back, how much of it, and that it is paid once."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import journals, refs
from chalicelib.domain.orders import FreightInsurance
from chalicelib.domain.return_freights import ReturnFreight, settle
from chalicelib.errors import CurrencyMismatch, InvalidRequest, TransitionRefused
from chalicelib.schemas.returns import DeclareFreight
from chalicelib.usecases import grants, pursuits, return_freights
from chalicelib.usecases.steps import Reply
from tests.standins import invariants
from tests.standins import returns as stages
from tests.standins.debts import debt, paid
from tests.standins.shops import BUYER, asking
from tests.standins.world import World

LIMIT = 2500


def declare(world: World, case_id: str, amount: int = 1200, currency: str = "CNY") -> Reply:
    body = DeclareFreight.model_validate({"amount": {"amount": amount, "currency": currency}})
    return return_freights.declare(world, asking(None, BUYER), case_id, body)


def sent(world: World, reason: str = "wrong_item") -> str:
    return stages.in_transit(world, reason=reason)


def inspected(world: World, case_id: str) -> str:
    stages.inspect(world, case_id)
    return case_id


def insured(world: World, *, fixed: bool = True) -> World:
    order = world.records.one(refs.order("o1"))
    insurance = FreightInsurance(insurer_id="picc", amount=1000, fixed=fixed)
    world.records.put(order.but(freight_insurance=insurance))
    return world


@pytest.fixture
def world() -> World:
    return stages.return_shop()


def balance(world: World) -> dict[str, int]:
    told = journals.balance(world.listings.journal_of("o1"))
    return {account: amount for account, amount in told.items() if amount}


def shown(world: World, case_id: str) -> Any:
    goods = world.records.one(refs.goods(case_id))
    assert goods.freight is not None
    return goods.freight.payer, goods.freight.reimbursed, [(step.kind, step.amount) for step in goods.freight.steps]


def came(world: World, reason: str = "wrong_item", amount: int | None = 1200) -> str:
    """Sent, declared, received, inspected."""
    case_id = sent(world, reason)
    if amount is not None:
        declare(world, case_id, amount)
    stages.receive(world, case_id)
    return inspected(world, case_id)


def test_a_shop_that_sent_the_wrong_goods_pays_for_the_way_back(world: World) -> None:
    case_id = came(world)
    assert "RefundSettled" not in world.told(case_id)
    before = -balance(world).get("merchant#m1", 0)
    grants.grant(world, case_id)
    assert ("merchant", 1200, [("declared", 1200)]) == shown(world, case_id)
    assert 1200 == balance(world)["buyer#b1"]
    assert before + world.case(case_id).amount + 1200 == -balance(world)["merchant#m1"]
    assert 1 == world.told(case_id).count("RefundSettled")
    invariants.the_books_agree(world)


def test_no_more_than_the_policy_pays(world: World) -> None:
    case_id = paid(world, came(world, amount=4000))
    assert ("merchant", LIMIT, [("declared", 4000), ("above_limit", LIMIT - 4000)]) == shown(world, case_id)
    assert "completed" == world.case(case_id).status


def test_who_changed_their_mind_pays_themselves(world: World) -> None:
    case_id = paid(world, came(world, "not_wanted"))
    assert (None, None, []) == shown(world, case_id)


def test_declared_after_the_refund_it_is_paid_at_once_and_once(world: World) -> None:
    case_id = paid(world, came(world, amount=None))
    declare(world, case_id)
    assert ("merchant", 1200, [("declared", 1200)]) == shown(world, case_id)
    with pytest.raises(TransitionRefused):
        declare(world, case_id)
    invariants.the_books_agree(world)


@pytest.mark.parametrize("fate", ["refused", "lost_reply"])
def test_whatever_happens_to_the_grant_it_is_paid_once(world: World, fate: Any) -> None:
    case_id = came(world)
    world.records.fates.append(fate)
    grants.grant(world, case_id)
    assert 1200 == balance(world)["buyer#b1"]


@pytest.mark.parametrize(("fixed", "expected"), [(True, [("insured", 1000)]), (False, [("declared", 600)])])
def test_insured_the_insurer_pays_what_is_the_buyer_s_own(world: World, fixed: bool, expected: Any) -> None:
    insured(world, fixed=fixed)
    case_id = paid(world, came(world, "not_wanted", 600))
    amount = sum(step for _, step in expected)
    assert ("insurer", amount, expected) == shown(world, case_id)
    owed = debt(world, case_id)
    assert ("insurer", "picc", "freight", amount) == (owed.debtor, owed.debtor_id, owed.covers, owed.open)
    pursuits.tell_payment(world, owed.recovery_id, "picc-1", amount, "CNY")
    assert 0 == balance(world).get("platform_fund", 0)
    invariants.the_books_agree(world)


def test_a_fixed_sum_needs_no_word_of_the_buyer(world: World) -> None:
    case_id = paid(world, came(insured(world), "not_wanted", None))
    assert ("insurer", 1000, [("insured", 1000)]) == shown(world, case_id)


def test_what_is_the_shop_s_doing_the_insurer_does_not_pay(world: World) -> None:
    assert "merchant" == shown(insured(world), paid(world, came(world)))[0]


def test_both_share_it_to_the_last_fen() -> None:
    both = settle(ReturnFreight(declared=1201), "both", LIMIT, None)
    assert both is not None
    assert (600, [("declared", 1201), ("shared", -601)]) == (
        both.reimbursed, [(step.kind, step.amount) for step in both.steps],
    )  # fmt: skip


def test_of_a_currency_without_a_limit_nothing_is_paid() -> None:
    assert settle(ReturnFreight(declared=1201), "merchant", 0, None) is None


def test_what_cannot_be_declared(world: World) -> None:
    with pytest.raises(TransitionRefused):
        declare(world, stages.awaiting_goods(world, reason="wrong_item"))
    other = stages.return_shop()
    case_id = sent(other)
    with pytest.raises(InvalidRequest):
        declare(other, case_id, 0)
    with pytest.raises(CurrencyMismatch):
        declare(other, case_id, 1200, "USD")
    paid(other, inspected(other, stages_received(other, case_id)))
    other.clock.pass_by(days=31)
    with pytest.raises(TransitionRefused):
        declare(other, case_id)


def stages_received(world: World, case_id: str) -> str:
    stages.receive(world, case_id)
    return case_id
