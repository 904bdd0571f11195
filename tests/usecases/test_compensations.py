"""Compensation 赔付: from the request to the voucher, outside of what was paid."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain import journals
from chalicelib.domain.deliveries import Delivery
from chalicelib.errors import Forbidden, InvalidRequest, NotEligible
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.events import event_of
from chalicelib.schemas.orders import OrderView
from chalicelib.schemas.templates import words
from chalicelib.usecases import filings, grants, order_events, settlements
from tests.standins import invariants
from tests.standins.shops import AGENT, BUYER, MERCHANT, asking, decide, file, filing, sell, shop
from tests.standins.time import MONDAY
from tests.standins.world import World

PROMISED = MONDAY - timedelta(days=4)
LATE = {"state": "delivered", "promised_at": PROMISED, "signed_at": PROMISED + timedelta(days=2, hours=1)}


def late_shop(**policy: Any) -> World:
    world = shop(**policy)
    sell(world, delivery=LATE)
    return world


def late(world: World, key: str | None = None, **more: Any) -> str:
    body = filing(remedy="compensation", reason="late_delivery").but(lines=(), **more)
    reply = filings.file(world, asking(key), body)
    return str(reply.body["case_id"])


def cny(amount: int) -> Amount:
    return Amount(amount=amount, currency="CNY")


def asked(world: World, amount: int, reason: str = "out_of_stock") -> str:
    return file(world, remedy="compensation", reason=reason, amount=cny(amount))


def paid(world: World, case_id: str) -> int:
    grants.grant(world, case_id)
    grants.submit(world, case_id)
    settlements.see_to(world, world.refund(case_id).refund_no)
    assert "completed" == world.case(case_id).status
    return world.refund(case_id).amount


def test_every_begun_day_of_delay_is_compensated_at_once() -> None:
    world = late_shop()
    case_id = late(world)
    assert ("approved", 3 * 500) == (world.case(case_id).status, world.case(case_id).amount)
    assert 1500 == paid(world, case_id)


def test_a_compensation_takes_nothing_of_what_can_be_refunded() -> None:
    world = late_shop()
    paid(world, late(world))
    order, delivery = world.order(), world.records.all(Delivery)[0]
    view = OrderView.of(order, world.ledger(), delivery, world.policies.get("platform", 1))
    assert order.paid_total == view.refundable.amount
    invariants.never_over_the_cap(world)


def test_the_voucher_has_one_number_and_no_provider_is_asked() -> None:
    world = late_shop()
    paid(world, late(world))
    assert ({}, []) == (world.payments.paid, list(world.payments.calls))


def test_a_delay_is_compensated_once() -> None:
    world = late_shop()
    late(world)
    with pytest.raises(NotEligible) as caught:
        late(world, "again")
    assert "nothing_to_compensate" == caught.value.facts["because"]["code"]


def test_goods_that_grow_later_get_the_further_days() -> None:
    world = shop()
    sell(world, delivery={"state": "shipped", "promised_at": MONDAY - timedelta(hours=1)})
    amounts = [world.case(late(world, "1")).amount]
    world.clock.pass_by(hours=24)
    amounts.append(world.case(late(world, "2")).amount)
    assert [500, 500] == amounts


def test_goods_in_time_get_nothing() -> None:
    world = shop()
    sell(world, delivery={**LATE, "signed_at": PROMISED})
    with pytest.raises(NotEligible) as caught:
        late(world)
    assert "not_late" == caught.value.facts["because"]["code"]


def test_above_the_limit_a_person_decides() -> None:
    world = late_shop(compensate_below={"CNY": 1499})
    case_id = late(world)
    assert ("in_review", "agent") == (world.case(case_id).status, world.gate(case_id).owner)


def test_what_no_shop_did_the_platform_decides_and_bears() -> None:
    world = late_shop(compensate_below={})
    case_id = late(world)
    with pytest.raises(Forbidden):
        decide(world, case_id, "approve", MERCHANT)
    decide(world, case_id, "approve", AGENT)
    paid(world, case_id)
    balances = journals.balance(world.listings.journal_of("o1"))
    assert {"platform_fund": -1500, "payment_clearing": 0, "buyer#b1": 1500} == balances


def test_what_the_shop_did_the_shop_decides_and_bears() -> None:
    world = late_shop()
    case_id = asked(world, 3000)
    assert "merchant#m1" == world.gate(case_id).owner
    decide(world, case_id, "approve")
    paid(world, case_id)
    assert -3000 == journals.balance(world.listings.journal_of("o1"))["merchant#m1"]


def test_a_small_goodwill_is_not_taken_by_asking_for_it() -> None:
    assert "in_review" == (world := late_shop()).case(asked(world, 100)).status


def test_nobody_asks_for_more_than_the_policy_gives() -> None:
    world = late_shop()
    assert 20000 == world.case(asked(world, 9_000_000)).amount


def test_where_the_policy_computes_nothing_an_amount_is_named() -> None:
    with pytest.raises(InvalidRequest):
        file(late_shop(), remedy="compensation", reason="out_of_stock")


@pytest.mark.parametrize(
    "more",
    [
        {"amount": cny(0)},
        {"amount": cny(5), "freight": True},
        {"amount": cny(5), "remedy": "refund_only"},
        {"amount": cny(5), "lines": [{"line_id": "coat", "amount": {"amount": 5, "currency": "CNY"}}]},
    ],
)
def test_what_makes_no_sense_here_is_refused_by_name(more: dict[str, Any]) -> None:
    body = filing().model_dump() | {"remedy": "compensation", "reason": "out_of_stock"} | more
    with pytest.raises(InvalidRequest):
        filings.file(late_shop(), asking(), type(filing()).model_validate(body))


def test_the_shop_may_offer_less() -> None:
    world = late_shop()
    case_id = asked(world, 3000)
    decide(world, case_id, "counter", amount=cny(1000))
    from chalicelib.schemas.cases import AnswerOffer
    from chalicelib.usecases import decisions

    decisions.answer_offer(world, asking(None, BUYER), case_id, AnswerOffer(answer="accept"))
    assert 1000 == paid(world, case_id)


def test_large_compensations_of_the_platform_need_a_second_person() -> None:
    world = late_shop(second_person_above={"CNY": 1000}, compensate_below={})
    case_id = late(world)
    decide(world, case_id, "approve", AGENT)
    assert ("in_review", 1500) == (world.case(case_id).status, world.case(case_id).proposal.amount)  # type: ignore[union-attr]


def test_a_withdrawn_compensation_can_be_asked_for_again() -> None:
    from chalicelib.schemas.cases import WithdrawCase
    from chalicelib.usecases import decisions

    world = late_shop(compensate_below={})
    decisions.withdraw(world, asking(), late(world), WithdrawCase())
    assert 1500 == world.case(late(world, "again")).amount


def test_the_buyer_is_told_that_it_is_a_voucher() -> None:
    world = late_shop()
    case_id = late(world)
    paid(world, case_id)
    settled = world.listings.timeline(case_id, 100, None).rows[-1]
    event = event_of(settled).model_dump(mode="json", exclude_none=True)
    assert (True, "Compensation credited") == (event["data"]["voucher"], words(event, "en").title)  # type: ignore[union-attr]


def test_the_first_promise_counts() -> None:
    world = shop()
    sell(world)
    for day in (1, 9):
        body = {"order_id": "o1", "at": MONDAY.isoformat(), "promised_at": (MONDAY + timedelta(days=day)).isoformat()}
        order_events.take(world, "order.shipped", f"e{day}", body)
    delivery = world.records.all(Delivery)[0]
    assert (MONDAY + timedelta(days=1), 2) == (delivery.promised_at, delivery.version)


def test_two_at_once_are_one_compensation() -> None:
    """The second wrote first: the loser decides again, on the ledger that the winner left."""
    world = late_shop()
    meanwhile = iter([lambda: late(world, "other")])
    save = world.records.save

    def late_save(items: Any) -> None:
        for first in meanwhile:
            first()
        save(items)

    world.records.save = late_save  # type: ignore[method-assign]
    with pytest.raises(NotEligible):
        late(world, "mine")
    assert {"late_delivery": (1500, 1500, 0)} == world.ledger().awards


def test_a_simulated_policy_would_have_given_more() -> None:
    from chalicelib.domain.filings import Filing
    from chalicelib.usecases.applications import price

    world = late_shop()
    late(world)
    [kept] = world.records.all(Filing)
    policy = world.policies.get("platform", 1)
    rule = policy.compensations[0].but(amount={"CNY": 1000})
    assert 3000 == price(world.order(), policy.but(compensations=(rule,)), kept).total
