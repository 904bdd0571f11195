"""Filing: what is asked is reserved, judged and told in one write, or nothing is written."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from chalicelib.domain import refs
from chalicelib.domain.buyers import Credit
from chalicelib.domain.eligibility import VerdictKind
from chalicelib.domain.explanations import StepKind
from chalicelib.errors import (
    InvalidRequest,
    LineNotFound,
    NotEligible,
    OrderNotFound,
    QuantityExceedsPurchased,
    RefundExceedsPaid,
)
from chalicelib.schemas import names
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.cases import FileCase
from chalicelib.usecases import filings, orders
from tests.standins.returns import DELIVERED
from tests.standins.shops import BUYER, COAT, MERCHANT, STRANGER, ask, asking, file, filing, sell, shop
from tests.standins.time import MONDAY
from tests.standins.world import World


def yuan(amount: int) -> Amount:
    return Amount(amount=amount, currency="CNY")


def test_a_large_amount_waits_for_the_merchant_and_silence_will_approve(world: World) -> None:
    case_id = file(world)
    gate = world.gate(case_id)
    assert ("in_review", "merchant#m1", "approved") == (world.case(case_id).status, gate.owner, gate.silence)
    assert 24 * 3600 == (gate.due_at - MONDAY).total_seconds()


def test_a_small_amount_is_approved_at_once_by_the_policy(world: World) -> None:
    case_id = file(world, ask("scarf", 1, yuan(500)), freight=False)
    assert ("approved", ["CaseSubmitted", "CaseApproved"]) == (world.case(case_id).status, world.told(case_id))


def test_units_and_money_are_reserved_by_the_filing_itself(world: World) -> None:
    file(world, ask("scarf", 1))
    assert (1, 4000, 4000, 0, 0, 0) == world.ledger().lines[1]


def test_nobody_asks_for_the_same_coat_twice(world: World) -> None:
    file(world)
    with pytest.raises(QuantityExceedsPurchased):
        file(world)


def test_one_cent_more_than_the_units_were_worth_is_refused_and_nothing_is_written(world: World) -> None:
    with pytest.raises(RefundExceedsPaid) as refused:
        file(world, ask("coat", 1, yuan(COAT + 1)))
    assert {"maximum": COAT} == refused.value.errors[0].limits
    assert [] == world.records.saves


def test_freight_alone_is_no_gift_to_who_keeps_goods_that_came_well(world: World) -> None:
    sell(world, "o2", delivery=DELIVERED)
    with pytest.raises(InvalidRequest) as refused:
        file(world, order_id="o2", reason="not_wanted", lines=())
    assert "lines" == refused.value.errors[0].field
    assert [] == world.records.saves


def test_a_foreign_order_is_not_there(world: World) -> None:
    with pytest.raises(OrderNotFound):
        filings.file(world, asking(actor=STRANGER), filing())


def test_a_line_that_was_never_bought_is_named(world: World) -> None:
    with pytest.raises(LineNotFound) as refused:
        file(world, ask("hat"))
    assert "lines[0].line_id" == refused.value.errors[0].field


def test_when_the_window_has_closed_the_door_says_so_and_what_else_is_possible() -> None:
    world = shop()
    sell(world, delivery={"state": "delivered", "signed_at": MONDAY})
    world.clock.pass_by(days=9)
    with pytest.raises(NotEligible) as refused:
        file(world)
    assert "window_closed" == refused.value.facts["because"]["code"]
    assert {"refund_only", "return_and_refund"} <= set(refused.value.facts["remedies"])


def test_the_window_counts_full_days_from_the_day_after_signing() -> None:
    world = shop()
    sell(world, delivery={"state": "delivered", "signed_at": MONDAY})  # 17:00 in Shanghai
    world.clock.pass_by(days=7, hours=6, minutes=59)  # 23:59 there, on the seventh full day
    assert "in_review" == world.case(file(world)).status


def test_an_instant_refund_leans_on_the_buyers_credit_and_never_beyond_it(world: World) -> None:
    world.records.put(Credit(buyer_id="b1", limits={"CNY": 35000}))
    first, second = file(world), file(world, ask("scarf", 2))
    assert (True, "approved") == (world.case(first).verdict.instant, world.case(first).status)
    assert (False, "in_review") == (world.case(second).verdict.instant, world.case(second).status)
    assert 30789 == world.records.one(refs.credit("b1")).used["CNY"]


def test_in_the_platforms_own_shops_an_agent_is_awaited() -> None:
    world = shop()
    sell(world, merchant_id="own")
    assert "agent" == world.gate(file(world)).owner


def test_a_preview_says_what_would_happen_and_writes_nothing(world: World) -> None:
    view = filings.preview(world, BUYER, filing()).body
    assert (30789, "merchant", "refer") == (
        view["amount"]["amount"],
        view["next_action"]["who"]["code"],
        view["verdict"]["kind"]["code"],
    )
    assert sum(step["amount"] for line in view["explanation"]["lines"] for step in line["steps"]) == COAT
    assert [] == world.records.saves


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("not_wanted", "refund_only"),
        ("quality_defect", "return_and_refund"),
        ("quality_defect", "repair"),
        ("not_wanted", "exchange"),
        ("missing_item", "reship"),
        ("delivery_disputed", "refund_only"),
        ("counterfeit", "refund_only"),
        ("unsafe", "return_and_refund"),
    ],
)
def test_a_preview_names_whom_the_filing_then_awaits_until_when_and_what_silence_means(
    reason: str, remedy: str
) -> None:
    world = shop()
    sell(world, delivery={"state": "delivered", "signed_at": MONDAY})
    assert (told := _told_and_filed(world, filing(reason=reason, remedy=remedy)))[0] == told[1] is not None


@pytest.mark.parametrize(
    ("shipping", "remedy", "who"),
    [
        ("unshipped", "refund_only", None),
        ("delivered", "refund_only", None),
        ("delivered", "return_and_refund", "merchant"),  # who has no return address yet
    ],
)
def test_a_preview_of_what_the_policy_approves_by_itself_names_who_has_to_act_next(
    shipping: str, remedy: str, who: str | None
) -> None:
    world = shop(auto_approve_below={"CNY": 10**9})
    sell(world, delivery={"state": shipping, **({"signed_at": MONDAY} if shipping == "delivered" else {})})
    told, filed = _told_and_filed(world, filing(remedy=remedy))
    assert filed == told
    assert who == (told["who"]["code"] if told else None)


def _told_and_filed(world: World, asked: FileCase) -> list[Any]:
    replies = filings.preview(world, BUYER, asked), filings.file(world, asking(), asked)
    return [reply.body["next_action"] for reply in replies]


def test_every_step_of_an_explanation_has_a_name_in_both_languages(world: World) -> None:
    assert set(get_args(StepKind)) == set(names.STEPS)
    [line] = filings.preview(world, BUYER, filing()).body["explanation"]["lines"]
    assert ("price", "商品金额", "Price of the goods") == tuple(line["steps"][0][key] for key in ("kind", "zh", "en"))


def test_a_preview_shows_a_refusal_that_filing_would_raise(world: World) -> None:
    view = filings.preview(world, BUYER, filing(remedy="repair")).body
    assert "reject" == view["verdict"]["kind"]["code"]


def test_every_verdict_has_a_name_in_both_languages(world: World) -> None:
    assert set(get_args(VerdictKind)) == set(names.VERDICTS)
    verdict = filings.preview(world, BUYER, filing()).body["verdict"]
    told = {"code": "refer", "zh": "转人工审核", "en": "A person decides"}
    assert [told, told] == [verdict["kind"], verdict["findings"][-1]["kind"]]


def test_what_was_asked_back_is_no_longer_refundable(world: World) -> None:
    file(world)
    line = orders.read(world, MERCHANT, "o1").body["lines"][0]
    assert (0, 0) == (line["refundable_units"], line["refundable"]["amount"])
