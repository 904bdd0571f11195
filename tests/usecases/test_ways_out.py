"""Goods on their way to their buyer: 拦截, 拒收, 签收争议, 丢失. No money while the buyer may have the goods."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.entries import Entry
from chalicelib.domain.logistics import Proof
from chalicelib.errors import NotEligible, TransitionRefused
from chalicelib.ports import CarrierAnswer
from chalicelib.schemas.cases import NextAction, WithdrawCase
from chalicelib.schemas.merchants import FreezeMerchant
from chalicelib.usecases import decisions, filings, freezes, grants, put_aways, sweeper
from chalicelib.usecases.steps import Request
from tests.standins import returns
from tests.standins.parcels import at
from tests.standins.returns import silence, standing
from tests.standins.shops import BUYER, MERCHANT, OPERATOR, ask, asking, decide, file, filing, sell, shop
from tests.standins.ways_out import ALL, OUT, delivery, filed, paid, scanned, send, travelling, way, worked
from tests.standins.world import World

STOPPED: dict[str, Any] = {"way_out": {"refund_when": "stopped"}}
NO_INTERCEPTION: dict[str, Any] = {"way_out": {"intercept_at_once": False}}


def told(world: World, case_id: str, type: str) -> Entry:
    return next(entry for entry in world.listings.timeline(case_id, 100, None).rows if entry.type == type)


# 拦截


def test_a_refund_asked_while_the_parcel_travels_has_it_stopped_first() -> None:
    world = travelling()
    case_id = filed(world)
    assert ("awaiting_goods", "carrier") == standing(world, case_id)
    assert ["intercept"] == [ask.kind for ask in way(world, case_id).asks]
    assert 1 == len(world.logistics_commands.asked)
    assert () == world.case(case_id).refunds


def test_a_preview_says_that_the_carrier_is_asked_first() -> None:
    world = travelling()
    told = filings.preview(world, BUYER, filing(ask("coat"), ask("scarf", 2))).body["next_action"]
    assert NextAction.of(world.gate(filed(world, ask("coat"), ask("scarf", 2))).ref).model_dump(mode="json") == told


def test_stopped_goods_are_paid_for_when_they_are_back() -> None:
    world = travelling()
    case_id = filed(world)
    worked(world)
    assert ("in_transit", "carrier") == standing(world, case_id)
    scanned(world, "returning")
    assert ("in_transit", "carrier") == standing(world, case_id)
    scanned(world, "returned_to_sender")
    assert "approved" == world.case(case_id).status
    assert ("returned", None) == (way(world, case_id).because, world.case(case_id).liability)
    assert ALL == paid(world, case_id)


def test_a_policy_may_pay_for_goods_as_soon_as_they_are_stopped() -> None:
    world = travelling(**STOPPED)
    case_id = filed(world)
    worked(world)
    assert ("approved", "intercepted") == (world.case(case_id).status, way(world, case_id).because)
    assert ALL == paid(world, case_id)
    assert "GoodsDisposed" not in world.told(case_id)
    scanned(world, "returned_to_sender")
    assert "GoodsDisposed" == world.told(case_id)[-1]


def test_goods_that_are_back_are_for_the_stock_system_to_put_away() -> None:
    world = travelling()
    case_id = filed(world)
    worked(world)
    scanned(world, "returned_to_sender")
    lines = told(world, case_id, "GoodsDisposed").data["lines"]
    assert [("coat", 1, "restock"), ("scarf", 2, "restock")] == [
        (line["line_id"], line["quantity"], line["disposition"]) for line in lines
    ]
    assert "awaited" == returns.goods(world, case_id).stock
    for line in lines:
        fact = {"put_away_id": line["line_id"], "case_id": case_id, "warehouse": "hz1", "at": at(30).isoformat()}
        put_aways.take(world, "goods.put_away", {**fact, "line_id": line["line_id"], "quantity": line["quantity"]})
    assert "done" == returns.goods(world, case_id).stock


def test_goods_that_cannot_be_stopped_may_be_refused_at_the_door() -> None:
    world = travelling()
    case_id = filed(world)
    world.logistics.answers.append(CarrierAnswer("failed", "delivered_already"))
    worked(world)
    assert ("awaiting_goods", "door") == (world.case(case_id).status, way(world, case_id).awaits)
    assert "InterceptionFailed" == world.told(case_id)[-1]
    scanned(world, "refused")
    assert ("in_transit", "way_back") == (world.case(case_id).status, way(world, case_id).awaits)
    scanned(world, "returned_to_sender")
    assert ALL == paid(world, case_id)


def test_goods_that_arrive_all_the_same_end_the_case_and_can_be_sent_back() -> None:
    world = travelling()
    case_id = filed(world)
    world.logistics.answers.append(CarrierAnswer("failed", "delivered_already"))
    worked(world)
    scanned(world, "signed")
    case = world.case(case_id)
    assert ("closed", "delivered", None) == (case.status, case.closed_because, case.gate)
    again = file(world, *returns.EVERYTHING, remedy="return_and_refund")
    assert ALL == world.case(again).amount


def test_a_carrier_that_does_not_answer_in_time_has_not_stopped_the_goods() -> None:
    world = travelling()
    case_id = filed(world)
    assert "asked" == silence(world, case_id, "carrier")
    assert ("awaiting_goods", "door") == (world.case(case_id).status, way(world, case_id).awaits)
    worked(world)  # it did stop them, as it says at last
    assert ("in_transit", "way_back") == (world.case(case_id).status, way(world, case_id).awaits)


def test_a_lost_signal_is_made_up_for_by_the_sweeper() -> None:
    world = travelling()
    case_id = file(world, *returns.EVERYTHING)
    world.records.changes.clear()
    world.clock.pass_by(minutes=2)
    assert 1 <= sweeper.sweep(world)["carrier_asked"]
    worked(world)
    assert "in_transit" == world.case(case_id).status


@pytest.mark.parametrize("fate", ["before", "lost_reply"])
def test_a_filing_whose_write_fails_or_goes_unheard_asks_the_carrier_once(fate: Any) -> None:
    world = travelling()
    world.records.fates.append(fate)
    case_id = filed(world, key="once")
    worked(world)
    assert ["intercept"] == [kind for kind, _ in world.logistics.calls]
    assert "in_transit" == world.case(case_id).status


def test_an_answer_that_comes_twice_counts_once() -> None:
    world = travelling()
    case_id = filed(world)
    [ask_] = way(world, case_id).asks
    for _ in range(2):
        world.logistics_commands.asked.append((ask_.command_no, 0))
        worked(world)
    assert 1 == world.told(case_id).count("GoodsTurnedBack")


def test_who_had_the_goods_stopped_cannot_take_that_back() -> None:
    world = travelling()
    case_id = filed(world)
    with pytest.raises(TransitionRefused):
        decisions.withdraw(world, asking(None, BUYER), case_id, WithdrawCase())


def test_who_gets_the_goods_after_all_may_take_the_request_back() -> None:
    world = travelling()
    case_id = filed(world)
    silence(world, case_id, "carrier")
    decisions.withdraw(world, asking(None, BUYER), case_id, WithdrawCase())
    scanned(world, "returned_to_sender")
    assert "withdrawn" == world.case(case_id).status


def test_a_part_of_a_parcel_is_not_stopped_but_decided() -> None:
    world = travelling()
    case_id = filed(world, ask("coat"))
    assert ("in_review", "decision") == standing(world, case_id)
    assert "part_on_its_way" == world.case(case_id).scene


def test_who_asks_for_less_than_the_goods_are_worth_keeps_them() -> None:
    world = travelling()
    less = {"amount": 100, "currency": "CNY"}
    case_id = filed(world, ask("coat", None, less), ask("scarf", 2), reason="not_as_described")
    assert "decision" == standing(world, case_id)[1]


def test_every_parcel_of_an_order_is_stopped() -> None:
    world = travelling(numbers=("SFA1000", "SFB1000"))
    case_id = filed(world)
    world.logistics.answers.extend([CarrierAnswer("done"), CarrierAnswer("failed", "delivered_already")])
    worked(world)
    assert "door" == way(world, case_id).awaits
    scanned(world, "returned_to_sender", number="SFA1000")
    assert "awaiting_goods" == world.case(case_id).status
    scanned(world, "signed", number="SFB1000")
    assert ("in_dispute", "evidence") == standing(world, case_id)


def test_a_parcel_that_brings_another_order_too_is_not_stopped_for_one() -> None:
    world = travelling()
    sell(world, "o2")
    send(world, OUT, order_id="o2")
    case_id = filed(world)
    assert ("door", ()) == (way(world, case_id).awaits, way(world, case_id).asks)
    assert "shared_parcel" == told(world, case_id, "InterceptionFailed").data["because"]


def test_a_policy_may_have_somebody_decide_before_the_goods_are_stopped() -> None:
    world = travelling(**NO_INTERCEPTION)
    case_id = filed(world)
    assert ("in_review", "decision") == standing(world, case_id)
    decide(world, case_id, "approve")
    assert ("awaiting_goods", "carrier") == standing(world, case_id)


def test_silence_of_the_shop_has_the_goods_stopped_and_not_paid() -> None:
    world = travelling(**NO_INTERCEPTION)
    case_id = filed(world)
    assert "asked" == silence(world, case_id, "decision")
    assert ("awaiting_goods", "carrier") == standing(world, case_id)


def test_goods_that_arrive_while_the_shop_decides_end_the_case() -> None:
    world = travelling(**NO_INTERCEPTION)
    case_id = filed(world)
    scanned(world, "signed")
    assert ("closed", "delivered") == (world.case(case_id).status, world.case(case_id).closed_because)


def test_goods_that_the_shop_sent_while_it_decided_are_stopped_before_they_are_paid() -> None:
    world = shop()
    sell(world)
    case_id = file(world, *returns.EVERYTHING)
    decide(world, case_id, "approve")
    send(world)
    scanned(world, "picked_up")
    for _ in range(2):
        with pytest.raises(TransitionRefused):
            grants.grant(world, case_id)
    case = world.case(case_id)
    assert ("awaiting_goods", 2, ()) == (case.status, case.attempt, case.refunds)
    world.pump()
    assert (case_id, 2) in world.flows.started
    assert "asked" == grants.assess(world, case_id)["outcome"]


# 拒收, 退回


@pytest.mark.parametrize(("state", "scene"), [("refused", "refused"), ("returning", "returned")])
def test_goods_that_go_back_are_paid_for_without_a_return(state: str, scene: str) -> None:
    world = travelling(states=("picked_up", state))
    case_id = filed(world)
    assert (scene, "in_transit", "way_back") == (
        world.case(case_id).scene,
        world.case(case_id).status,
        way(world, case_id).awaits,
    )
    scanned(world, "returned_to_sender")
    assert ALL == paid(world, case_id)


def test_goods_that_are_back_already_are_paid_for_at_once() -> None:
    world = travelling(states=("picked_up", "returned_to_sender"))
    case_id = filed(world)
    assert "approved" == world.case(case_id).status
    assert ["DeliveryFailed", "GoodsDisposed"] == world.told(case_id)[-2:]
    assert ALL == paid(world, case_id)


def test_a_policy_may_pay_when_the_goods_are_refused() -> None:
    world = travelling(states=("picked_up", "refused"), **STOPPED)
    case_id = filed(world)
    assert ("approved", "refused") == (world.case(case_id).status, way(world, case_id).because)


def test_a_part_of_refused_goods_needs_no_decision_either() -> None:
    world = travelling(states=("picked_up", "refused"))
    assert "in_transit" == world.case(filed(world, ask("coat"))).status


def test_goods_that_vanish_on_their_way_back_are_lost() -> None:
    world = travelling(states=("picked_up", "refused"))
    case_id = filed(world)
    assert "approved" == silence(world, case_id, "carrier")
    assert ("lost", "carrier") == (way(world, case_id).because, world.case(case_id).liability)


def test_goods_that_were_seen_lately_are_waited_for() -> None:
    world = travelling(states=("picked_up", "refused"))
    case_id = filed(world)
    due = (world.gate(case_id).due_at - at(0)).total_seconds() / 3600
    scanned(world, "returning", hours=due - 5)
    assert "moved" == silence(world, case_id, "carrier")
    assert ("in_transit", "carrier") == standing(world, case_id)


# 丢失


def test_what_the_carrier_has_lost_is_paid_for_at_once() -> None:
    world = travelling(states=("picked_up", "lost"))
    case_id = filed(world, reason="lost_in_transit")
    assert ("lost", "approved") == (world.case(case_id).scene, world.case(case_id).status)
    assert ("lost", "carrier") == (way(world, case_id).because, world.case(case_id).liability)
    assert ALL == paid(world, case_id)
    assert "GoodsDisposed" not in world.told(case_id)


def test_a_parcel_that_nobody_saw_for_ten_days_is_lost() -> None:
    world = travelling()
    world.clock.pass_by(days=9)
    assert "intercept" == world.case(filed(world, ask("coat"), ask("scarf", 2), reason="lost_in_transit")).scene
    later = travelling()
    later.clock.pass_by(days=10, hours=1)
    assert ("lost", "approved") == ((case := later.case(filed(later, reason="lost_in_transit"))).scene, case.status)


def test_a_parcel_that_is_found_after_its_refund_is_asked_for_and_paid_once() -> None:
    world = travelling(states=("picked_up", "lost"))
    case_id = filed(world, reason="lost_in_transit")
    assert ALL == paid(world, case_id)
    for _ in range(2):
        scanned(world, "signed", hours=400)
    assert 1 == world.told(case_id).count("GoodsFound")
    assert way(world, case_id).found
    assert (ALL, "completed") == (sum(world.payments.paid.values()), world.case(case_id).status)


def test_a_parcel_that_is_found_and_sent_back_is_put_away() -> None:
    world = travelling(states=("picked_up", "lost"))
    case_id = filed(world, reason="lost_in_transit")
    assert ALL == paid(world, case_id)
    scanned(world, "returned_to_sender", hours=400)
    assert ["GoodsDisposed"] == world.told(case_id)[-1:]


def test_goods_that_were_signed_for_are_not_lost() -> None:
    world = travelling(states=("picked_up", "signed"))
    with pytest.raises(NotEligible) as refused:
        filed(world, reason="lost_in_transit")
    assert "signed_for" == refused.value.facts["because"]["code"]


def test_a_parcel_that_is_lost_while_it_is_stopped_is_paid_for() -> None:
    world = travelling()
    case_id = filed(world)
    scanned(world, "lost")
    assert ("approved", "lost") == (world.case(case_id).status, way(world, case_id).because)


# 签收争议


def test_who_says_that_nothing_came_has_the_carrier_asked_who_signed() -> None:
    world = travelling(states=("picked_up", "signed"))
    case_id = filed(world, reason="delivery_disputed")
    assert ("in_review", "carrier", "not_received") == (*standing(world, case_id), world.case(case_id).scene)
    assert ["proof_of_delivery"] == [ask.kind for ask in way(world, case_id).asks]
    assert "asked" == grants.assess(world, case_id)["outcome"]


def test_a_proof_has_somebody_decide() -> None:
    world = travelling(states=("picked_up", "signed"))
    case_id = filed(world, reason="delivery_disputed")
    world.logistics.answers.append(CarrierAnswer("done", proof=Proof(signed_at=at(3), how="in_person")))
    worked(world)
    assert ("in_review", "decision") == standing(world, case_id)
    assert f"merchant#{MERCHANT.merchant_id}" == world.gate(case_id).owner
    decide(world, case_id, "reject", reason="signed in person")
    assert "rejected" == world.case(case_id).status


@pytest.mark.parametrize("answer", [CarrierAnswer("failed", "unknown_waybill"), CarrierAnswer("done")])
def test_without_a_proof_the_buyer_is_believed_and_the_carrier_answers_for_it(answer: CarrierAnswer) -> None:
    world = travelling(states=("picked_up", "signed"))
    case_id = filed(world, reason="delivery_disputed")
    world.logistics.answers.append(answer)
    worked(world)
    assert ("approved", "carrier") == (world.case(case_id).status, world.case(case_id).liability)
    assert ALL == paid(world, case_id)


def test_a_carrier_that_is_silent_for_three_days_proves_nothing() -> None:
    world = travelling(states=("picked_up", "signed"))
    case_id = filed(world, reason="delivery_disputed")
    assert "approved" == silence(world, case_id, "carrier")
    assert ("approved", "no_proof") == (world.case(case_id).status, way(world, case_id).because)
    worked(world)  # a proof that comes too late changes nothing
    assert "approved" == world.case(case_id).status


def test_who_finds_the_parcel_at_the_neighbour_s_withdraws() -> None:
    world = travelling(states=("picked_up", "signed"))
    case_id = filed(world, reason="delivery_disputed")
    decisions.withdraw(world, asking(None, BUYER), case_id, WithdrawCase())
    worked(world)
    assert "withdrawn" == world.case(case_id).status


def test_what_nobody_signed_for_cannot_be_disputed_yet() -> None:
    with pytest.raises(NotEligible) as refused:
        filed(travelling(), reason="delivery_disputed")
    assert "not_signed_yet" == refused.value.facts["because"]["code"]


def test_a_signature_without_a_waybill_is_for_a_person() -> None:
    world = shop()
    sell(world, delivery=returns.DELIVERED)
    assert ("in_review", "decision") == standing(world, filed(world, reason="delivery_disputed"))


def test_a_frozen_shop_s_disputed_signature_is_for_a_person_of_the_platform() -> None:
    world = travelling(states=("picked_up", "signed"))
    case_id = filed(world, reason="delivery_disputed")
    freezes.freeze(world, Request(OPERATOR), "m1", FreezeMerchant(frozen=True, reason="its parcels hold stones"))
    assert "referred" == silence(world, case_id, "carrier")
    assert ("in_review", "agent") == (world.case(case_id).status, world.gate(case_id).owner)


# 配送延误


def promised(world: World, hours: float) -> None:
    world.records.put(delivery(world).promised(at(hours)))


def test_what_is_not_late_yet_is_refused_with_the_promise() -> None:
    world = travelling()
    promised(world, 48)
    with pytest.raises(NotEligible) as refused:
        filed(world, ask("coat"), reason="late_delivery")
    assert "not_late" == refused.value.facts["because"]["code"]


def test_late_is_judged_by_the_signature() -> None:
    world = travelling(states=("picked_up", "signed"))
    promised(world, 2)
    world.clock.pass_by(days=1)
    assert "in_review" == world.case(filed(world, ask("coat"), reason="late_delivery")).status


def test_long_after_the_promise_nobody_has_to_wait_any_more() -> None:
    world = travelling(numbers=(), **NO_INTERCEPTION)
    world.records.put(delivery(world).told("shipped", at(1)))
    promised(world, 24)
    world.clock.pass_by(days=15)
    assert "in_review" == world.case(filed(world, ask("coat"), reason="late_delivery")).status
    world.clock.pass_by(days=2)
    assert "approved" == world.case(filed(world, ask("scarf"), reason="late_delivery")).status


# Seen before it is filed


def test_a_preview_names_the_scene_and_who_is_asked_until_when() -> None:
    world = travelling(states=("picked_up", "signed"))
    shown = filings.preview(world, BUYER, filing(ask("coat"), reason="delivery_disputed")).body
    assert ("not_received", "carrier", "unproven") == (
        shown["scene"]["code"],
        shown["next_action"]["who"]["code"],
        shown["next_action"]["silence"]["code"],
    )
