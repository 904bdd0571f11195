"""Who pays for the way back, how much of it, and that it is paid once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain import journals, refs
from chalicelib.domain.actors import Actor
from chalicelib.domain.calendars import Duration
from chalicelib.domain.deliveries import Shipment
from chalicelib.domain.orders import FreightInsurance
from chalicelib.domain.refunds import number_of
from chalicelib.domain.return_freights import ReturnFreight, settle
from chalicelib.errors import CurrencyMismatch, Forbidden, InvalidRequest, TransitionRefused
from chalicelib.schemas.returns import DeclareFreight
from chalicelib.usecases import grants, pursuits, return_freights
from chalicelib.usecases.steps import Reply
from tests.refusals import refused
from tests.standins import invariants
from tests.standins import returns as stages
from tests.standins.debts import debt, paid
from tests.standins.shops import AGENT, BUYER, MERCHANT, asking
from tests.standins.time import MONDAY
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


def test_it_is_said_in_the_case_s_own_money_and_at_least_one_unit_of_it(world: World) -> None:
    case_id = sent(world)
    wrong = ("amount.amount", "at least 1", {"minimum": 1})
    assert ("amount: at least 1", [wrong]) == refused(InvalidRequest, lambda: declare(world, case_id, 0))
    _, [(field, _, _)] = refused(CurrencyMismatch, lambda: declare(world, case_id, 1200, "USD"))
    assert "amount.currency" == field
    declare(world, case_id, 1)
    assert 1 == freight(world, case_id).declared


@pytest.mark.parametrize("actor", [MERCHANT, AGENT])
def test_only_the_buyer_says_what_it_cost(world: World, actor: Actor) -> None:
    case_id = sent(world)
    body = DeclareFreight.model_validate({"amount": {"amount": 1200, "currency": "CNY"}})
    with pytest.raises(Forbidden):
        return_freights.declare(world, asking(None, actor), case_id, body)
    assert world.records.one(refs.goods(case_id)).freight is None


def freight(world: World, case_id: str) -> ReturnFreight:
    known = world.records.one(refs.goods(case_id)).freight
    assert known is not None
    return known


def test_what_is_said_is_told_shown_and_may_be_said_anew_until_it_is_paid(world: World) -> None:
    case_id = sent(world)
    world.records.loads.clear()
    reply = declare(world, case_id, 1200)
    assert (200, case_id) == (reply.status, reply.body["case_id"])
    assert 2 == len(world.records.loads[0]) and not any(
        ref in wanted for wanted in world.records.loads[1:] for ref in (refs.case(case_id), refs.goods(case_id))
    )
    world.clock.pass_by(minutes=5)
    declare(world, case_id, 900)
    assert (900, world.clock.now(), None) == (
        freight(world, case_id).declared, freight(world, case_id).declared_at, freight(world, case_id).reimbursed,
    )  # fmt: skip
    goods = world.records.one(refs.goods(case_id))
    told = [one.data for one in world.listings.timeline(case_id, 100, None).rows if one.type == "FreightDeclared"]
    assert [(goods.return_id, 1200), (goods.return_id, 900)] == [
        (data["return_id"], data["freight_amount"]) for data in told
    ]


def cannot(world: World, case_id: str) -> tuple[str, str]:
    """Why not, and how the case stands."""
    with pytest.raises(TransitionRefused) as caught:
        declare(world, case_id)
    return caught.value.detail, caught.value.facts["status"]


def test_before_the_goods_are_sent_nothing_is_said_of_their_way(world: World) -> None:
    case_id = stages.awaiting_goods(world, reason="wrong_item")
    assert ("nothing was sent back yet", "awaiting_goods") == cannot(world, case_id)


def test_of_a_case_that_ended_without_the_goods_nothing_is_paid(world: World) -> None:
    case_id = sent(world)
    world.records.put(world.case(case_id).but(status="closed", gate=None))
    assert ("the case ended without the goods being taken back", "closed") == cannot(world, case_id)


def test_what_was_paid_for_is_not_said_again(world: World) -> None:
    case_id = paid(world, came(world))
    assert ("the way back was paid for already", "completed") == cannot(world, case_id)
    assert 1 == world.told(case_id).count("FreightDeclared")


def test_it_may_be_said_for_thirty_days_from_receipt_and_not_a_moment_longer(world: World) -> None:
    case_id = paid(world, came(world, amount=None))
    received_at = world.records.one(refs.goods(case_id)).received_at
    assert received_at is not None
    until = world.policies.get("platform", 1).calendar.after(received_at, Duration(amount=30, unit="days"))
    world.clock.reach(until + timedelta(milliseconds=1))
    assert ("it is too late to ask for the freight", "completed") == cannot(world, case_id)


def test_in_the_last_moment_it_is_not_too_late(world: World) -> None:
    case_id = paid(world, came(world, amount=None))
    received_at = world.records.one(refs.goods(case_id)).received_at
    assert received_at is not None
    world.clock.reach(world.policies.get("platform", 1).calendar.after(received_at, Duration(amount=30, unit="days")))
    declare(world, case_id)
    assert 1200 == freight(world, case_id).reimbursed


def test_the_voucher_is_named_with_the_freight_and_is_the_case_s_next_number(world: World) -> None:
    case_id = paid(world, came(world))
    assert number_of(case_id, 2) == freight(world, case_id).refund_no
    [told] = [
        one.data
        for one in world.listings.timeline(case_id, 100, None).rows
        if one.type == "RefundSettled" and one.data.get("voucher")
    ]
    assert ("freight", 1200, number_of(case_id, 2)) == (told["because"], told["refund_amount"], told["refund_no"])


def test_an_insurer_owes_it_because_of_its_insurance_for_as_long_as_any_debt(world: World) -> None:
    case_id = paid(world, came(insured(world), "not_wanted", None))
    owed, policy = debt(world, case_id), world.policies.get("platform", 1)
    assert ("freight_insurance", policy.calendar.after(owed.opened_at, policy.deadlines.recovery)) == (
        owed.because, owed.due_at,
    )  # fmt: skip
    assert "platform_fund" == world.records.one(refs.refund(case_id, number_of(case_id, 2))).bearer


@pytest.mark.parametrize(
    ("liability", "payer", "bearer", "owes"),
    [
        ("merchant", "merchant", "merchant#m1", []),
        ("both", "both", "merchant#m1", []),
        ("platform", "platform", "platform_fund", []),
        ("none", "platform", "platform_fund", []),
        ("carrier", "carrier", "platform_fund", [("carrier", "freight", 1200)]),
    ],
)
def test_whose_doing_it_was_pays_for_the_way_back_where_the_policy_names_nobody_else(
    liability: Any, payer: str, bearer: str, owes: list[tuple[str, str, int]]
) -> None:
    world = stages.return_shop(return_freight={})
    parcel = Shipment(carrier="sf", waybill_no="SF7", state="signed", at=MONDAY)
    delivery = world.records.one(refs.delivery("o1"))
    world.records.put(delivery.but(parcels=(parcel,)))
    case_id = came(world)
    world.records.put(world.case(case_id).but(liability=liability))
    paid(world, case_id)
    voucher = world.records.one(refs.refund(case_id, number_of(case_id, 2)))
    assert (payer, bearer) == (freight(world, case_id).payer, voucher.bearer)
    recoveries = [one for one in world.listings.recoveries_of(case_id) if one.covers == "freight"]
    assert owes == [(one.debtor, one.covers, one.open) for one in recoveries]
    invariants.the_books_agree(world)


def test_what_a_carrier_did_on_the_way_out_the_shop_pays_the_way_back_for(world: World) -> None:
    """As the standard policy says: the shop chose its carrier."""
    case_id = came(world)
    world.records.put(world.case(case_id).but(liability="carrier"))
    assert "merchant" == shown(world, paid(world, case_id))[0]


def test_of_a_currency_that_the_policy_names_no_limit_for_nothing_is_paid() -> None:
    world = stages.return_shop(return_freight_up_to={"USD": 800})
    assert (None, None, []) == shown(world, paid(world, came(world)))


def test_declared_while_the_money_is_on_its_way_it_is_paid_at_once(world: World) -> None:
    case_id = came(world, amount=None)
    grants.grant(world, case_id)
    assert "remedying" == world.case(case_id).status
    declare(world, case_id)
    assert 1200 == freight(world, case_id).reimbursed


def test_of_goods_that_were_never_sent_the_insurer_pays_no_way_back(world: World) -> None:
    """Ruled that the buyer keeps them."""
    case_id = stages.awaiting_goods(insured(world), reason="not_wanted")
    world.records.put(world.case(case_id).but(status="approved", gate=None))
    paid(world, case_id)
    assert (None, []) == (world.records.one(refs.goods(case_id)).freight, list(world.listings.recoveries_of(case_id)))


def test_what_the_platform_pays_the_way_back_for_nobody_owes() -> None:
    """Also where the shop owes the fund what was advanced for the goods."""
    world = stages.return_shop(return_freight={"merchant": "platform"})
    case_id = came(world)
    world.records.put(world.case(case_id).but(advanced=True))
    paid(world, case_id)
    assert ["refund"] == [one.covers for one in world.listings.recoveries_of(case_id)]
    assert "platform" == freight(world, case_id).payer
