"""An exchange: goods come back, other goods go out, and money moves only by the difference, or when the goods fail."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain import refs
from chalicelib.domain.balances import grown
from chalicelib.domain.ledgers import still_refundable
from chalicelib.errors import (
    AnswerTooLate,
    Forbidden,
    GateNotFound,
    InvalidRequest,
    NotEligible,
    QuantityExceedsPurchased,
    WaybillTaken,
)
from chalicelib.schemas.cases import AnswerOffer, EscalateCase, ReviseCase, WithdrawCase
from chalicelib.usecases import cases, decisions, exchanges, grants, orders
from tests.refusals import refused
from tests.standins import exchanges as stages
from tests.standins import invariants
from tests.standins import returns as returned
from tests.standins.exchanges import GOODS, RED, WORTH
from tests.standins.returns import refund, silence, standing
from tests.standins.shops import BUYER, COAT, MERCHANT, RIVAL, SCARF, ask, asking, decide, file
from tests.standins.stages import rule_for_good
from tests.standins.world import World


@pytest.fixture
def world() -> World:
    return returned.return_shop()


def left(world: World) -> dict[str, tuple[int, int]]:
    """Units and money that can still be asked back, by line."""
    order, ledger = world.order(), world.ledger()
    return {line.line_id: (line.units, line.amount) for line in still_refundable(grown(order, ledger), ledger).lines}


def paid_in_all(world: World) -> int:
    return sum(world.payments.paid.values())


# The story


def test_an_exchange_is_carried_by_its_own_machine_and_asks_for_the_goods_first(world: World) -> None:
    case_id = stages.filed(world)
    world.pump()
    assert "exchange_flow" == world.flows.flows[case_id]
    decide(world, case_id, "approve")
    assert ("awaiting_goods", "shipment") == standing(world, case_id)


def test_goods_that_passed_are_replaced_and_the_shop_has_three_days(world: World) -> None:
    case_id = stages.inspected(world)
    assert ("remedying", "replacement") == standing(world, case_id)
    answered = world.records.one(refs.gate(case_id, "inspection", 1)).answer
    assert answered is not None and "requested" == answered.outcome == grants.assess(world, case_id)["outcome"]
    assert world.clock.now() + timedelta(hours=72) == world.gate(case_id).due_at
    assert "GoodsDisposed" in world.told(case_id) and "ReplacementRequested" == world.told(case_id)[-1]


def test_the_goods_are_asked_for_once_however_often_the_step_is_repeated(world: World) -> None:
    case_id = stages.filed(world)
    decide(world, case_id, "approve", keep_item=True)
    exchanges.ship_replacement(world, case_id)
    told = world.told(case_id)
    assert "requested" == exchanges.ship_replacement(world, case_id)["outcome"]
    stages.ship(world, case_id)
    again = exchanges.ship_replacement(world, case_id)
    assert ("requested", "replacement", 1) == (again["outcome"], again["gate"], again["round"])
    assert 1 == world.told(case_id).count("ReplacementRequested") and told == world.told(case_id)[: len(told)]


def test_an_even_exchange_ends_without_money_and_the_new_goods_are_a_line_of_the_order(world: World) -> None:
    case_id = stages.sent(world)
    assert ("remedying", "replacement_receipt") == standing(world, case_id)
    stages.came(world, case_id)
    assert ("completed", 0) == (world.case(case_id).status, world.case(case_id).amount)
    assert {"coat": (0, 0), "scarf": (2, 2 * SCARF), "coat.r1": (1, COAT)} == left(world)
    assert 0 == sum(row.reserved for row in world.ledger().payments)
    invariants.never_over_the_cap(world)
    assert "replaced" == grants.assess(world, case_id)["outcome"]


def test_what_is_left_of_the_order_is_what_was_paid_for_it(world: World) -> None:
    order_before = orders.read(world, BUYER, "o1").body["refundable"]
    stages.came(world, stages.sent(world))
    view = orders.read(world, BUYER, "o1").body
    assert order_before == view["refundable"]
    [new] = [line for line in view["lines"] if line["line_id"] == "coat.r1"]
    assert ("coat", 1, COAT) == (new["replaces"]["line_id"], new["refundable_units"], new["paid"]["amount"])


def test_the_carrier_s_signature_is_a_receipt(world: World) -> None:
    case_id = stages.sent(world)
    stages.carrier_says(world, "picked_up", "signed")
    assert "completed" == world.case(case_id).status
    assert stages.replacement(world, case_id).received_at is not None


def test_a_buyer_who_says_nothing_for_ten_days_has_the_goods(world: World) -> None:
    case_id = stages.sent(world)
    assert world.clock.now() + timedelta(days=10) == world.gate(case_id).due_at
    assert "received" == silence(world, case_id, "replacement_receipt")
    assert "completed" == world.case(case_id).status


def test_the_case_shows_what_is_sent_and_where_it_is(world: World) -> None:
    case_id = stages.sent(world)
    shown = cases.read(world, BUYER, case_id).body["replacement"]
    assert ("coat", COAT, 1) == (shown["lines"][0]["line_id"], shown["lines"][0]["price"]["amount"], shown["requests"])
    assert stages.SENT == shown["parcels"][0]["waybill_no"]


def test_the_shop_may_let_the_buyer_keep_the_old_goods(world: World) -> None:
    case_id = stages.filed(world)
    decide(world, case_id, "approve", keep_item=True)
    assert "requested" == exchanges.ship_replacement(world, case_id)["outcome"]


def test_goods_that_nobody_looked_at_in_time_are_replaced_too(world: World) -> None:
    case_id = stages.filed(world)
    decide(world, case_id, "approve")
    returned.ship(world, case_id)
    silence(world, case_id, "receipt")
    assert "requested" == exchanges.ship_replacement(world, case_id)["outcome"]


# Another article, and what it costs


def test_the_price_of_another_article_is_the_shop_s_to_name(world: World) -> None:
    case_id = stages.filed(world, wanted=(RED,))
    assert "in_review" == world.case(case_id).status
    assert "article_unpriced" == world.case(case_id).verdict.findings[0].because


def test_dearer_goods_are_paid_for_before_they_are_sent(world: World) -> None:
    case_id = stages.asked_for(world, price=COAT + 5000)
    assert ("remedying", "difference", "buyer#b1") == (*standing(world, case_id), world.gate(case_id).owner)
    assert "unpaid" == grants.assess(world, case_id)["outcome"]
    with pytest.raises(GateNotFound):
        stages.ship(world, case_id)
    stages.pay(world, case_id, 5000)
    assert ("remedying", "replacement") == standing(world, case_id)
    assert COAT + 5000 == world.case(case_id).amount, "what would go back, if it failed now"
    stages.ship(world, case_id)
    stages.came(world, case_id)
    assert ("completed", (1, COAT + 5000)) == (world.case(case_id).status, left(world)["coat.r1"])
    assert {} == world.payments.paid


def test_the_smallest_difference_is_paid_for_too(world: World) -> None:
    case_id = stages.asked_for(world, price=COAT + 1)
    stages.pay(world, case_id, 1)
    assert ("remedying", "replacement") == standing(world, case_id)


def test_what_was_paid_is_told_kept_with_its_provider_and_the_flow_goes_on(world: World) -> None:
    case_id = stages.asked_for(world, price=COAT + 5000)
    world.records.loads.clear()
    stages.pay(world, case_id, 5000)
    assert [4, 2] == [len(wanted) for wanted in world.records.loads]
    gate = world.records.one(refs.gate(case_id, "difference", 1))
    assert gate.answer is not None
    assert "paid" == gate.answer.outcome
    [told] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "DifferencePaid"]
    assert ("pay_more", 5000) == (told.data["payment_id"], told.data["difference"])
    [known] = [one for one in grown(world.order(), world.ledger()).payments if one.payment_id == "pay_more"]
    assert (5000, "wallet", "wallets") == (known.amount, known.method, known.provider)


def test_a_difference_that_is_declined_converts_the_exchange_and_says_why(world: World) -> None:
    case_id = stages.asked_for(world, price=COAT + 5000)
    decisions.answer_offer(world, asking(), case_id, AnswerOffer(answer="decline", note="too dear"))
    assert "difference_declined" == world.case(case_id).converted
    gate = world.records.one(refs.gate(case_id, "difference", 1))
    assert gate.answer is not None
    assert "converted" == gate.answer.outcome
    [told] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "ExchangeConverted"]
    assert ("difference_declined", "too dear") == (told.data["because"], told.note)


def test_a_difference_that_was_paid_goes_back_with_the_rest_when_the_goods_fail(world: World) -> None:
    case_id = stages.asked_for(world, price=COAT + 5000)
    stages.pay(world, case_id, 5000)
    assert "converted" == silence(world, case_id, "replacement")
    grants.grant(world, case_id)
    grants.submit(world, case_id)
    amounts = {refund.payment_id: refund.amount for refund in world.listings.refunds_of(case_id)}
    assert {"pay_card": COAT, "pay_more": 5000} == amounts
    invariants.never_over_the_cap(world)


@pytest.mark.parametrize("no", ["silence", "decline"])
def test_who_does_not_pay_the_difference_is_refunded_as_a_return_would_have_been(world: World, no: str) -> None:
    case_id = stages.asked_for(world, price=COAT + 5000)
    if no == "silence":
        assert "converted" == silence(world, case_id, "difference")
    else:
        decisions.answer_offer(world, asking(), case_id, AnswerOffer(answer="decline"))
    assert ("approved", COAT) == (world.case(case_id).status, world.case(case_id).amount)
    assert COAT == refund(world, case_id)


def test_a_difference_is_accepted_by_paying_it(world: World) -> None:
    case_id = stages.asked_for(world, price=COAT + 5000)
    told = refused(
        InvalidRequest, lambda: decisions.answer_offer(world, asking(), case_id, AnswerOffer(answer="accept"))
    )
    assert ("a difference is accepted by paying it", [("answer", "pay, or decline", None)]) == told


def test_a_payment_that_is_told_twice_is_taken_once(world: World) -> None:
    case_id = stages.asked_for(world, price=COAT + 5000)
    for _ in range(2):
        stages.pay(world, case_id, 5000)
    assert 2 == len(grown(world.order(), world.ledger()).payments)
    assert 1 == world.told(case_id).count("DifferencePaid")


@pytest.mark.parametrize(("more", "paid"), [(5000, False), (0, None), (-5000, None)])
def test_only_dearer_goods_are_said_to_be_paid_or_not(world: World, more: int, paid: bool | None) -> None:
    case_id = stages.asked_for(world, price=COAT + more)
    shown = cases.read(world, BUYER, case_id).body["replacement"]["difference"]
    assert {"amount": more, "currency": "CNY", "paid": paid} == shown


def test_cheaper_goods_leave_a_refund_when_they_have_come(world: World) -> None:
    case_id = stages.sent(world, price=COAT - 4000)
    assert {} == world.payments.paid
    stages.came(world, case_id)
    assert ("approved", 4000) == (world.case(case_id).status, world.case(case_id).amount)
    [line] = world.case(case_id).explanation.lines
    assert [("price", COAT), ("exchanged", 4000 - COAT)] == [(step.kind, step.amount) for step in line.steps]
    assert "owed" == exchanges.ship_replacement(world, case_id)["outcome"]
    assert 4000 == refund(world, case_id)
    assert (1, COAT - 4000) == left(world)["coat.r1"]
    invariants.the_books_agree(world)


def test_a_yes_without_a_price_asks_for_no_difference(world: World) -> None:
    case_id = stages.filed(world, wanted=(RED,))
    decide(world, case_id, "approve")
    stages.come_back(world, case_id)
    assert "requested" == exchanges.ship_replacement(world, case_id)["outcome"]
    assert ("coat-red", 0) == (
        stages.replacement(world, case_id).lines[0].sku,
        stages.replacement(world, case_id).difference,
    )


def test_silence_names_no_price_so_another_article_becomes_a_refund(world: World) -> None:
    case_id = stages.filed(world, wanted=(RED,))
    assert "ship_back" == silence(world, case_id, "decision")
    stages.come_back(world, case_id)
    assert "converted" == exchanges.ship_replacement(world, case_id)["outcome"]
    assert COAT == refund(world, case_id)
    assert "unpriced" == cases.read(world, BUYER, case_id).body["converted"]["code"]


def test_prices_are_named_for_what_is_wanted_and_by_a_yes(world: World) -> None:
    case_id = stages.filed(world, wanted=(RED,))
    with pytest.raises(InvalidRequest):
        decide(world, case_id, "approve", prices=stages.priced(1, "scarf"))
    with pytest.raises(InvalidRequest):
        decide(world, case_id, "reject", reason="no", prices=stages.priced(1))


@pytest.mark.parametrize(
    "asked",
    [
        {"remedy": "refund_only", "wanted": (RED,)},
        {"wanted": (RED, RED)},
        {"wanted": ({"line_id": "scarf", "sku": "x"},)},
        {"lines": (ask("coat"), ask("coat"))},
        {"lines": (ask("coat", None, {"amount": 1, "currency": "CNY"}),)},
    ],
)
def test_an_exchange_is_of_whole_units_each_line_once(world: World, asked: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        file(world, *asked.pop("lines", ()), **{"remedy": "exchange", **asked})  # type: ignore[misc]


def test_the_restocking_fee_is_taken_of_an_exchange_only_where_the_policy_says_so() -> None:
    def difference(**policy: object) -> int:
        world = returned.return_shop(restocking=({"per_mille": 100},), **policy)
        return stages.replacement(world, stages.asked_for(world)).difference

    assert 0 == difference()
    assert COAT // 10 == difference(restocking_of_exchanges=True)


def test_a_converted_exchange_bears_the_fee_that_a_return_bears() -> None:
    world = returned.return_shop(restocking=({"per_mille": 100},))
    case_id = stages.asked_for(world)
    stages.none_left(world, case_id)
    assert COAT - COAT // 10 == refund(world, case_id)


# When the goods fail


def test_a_shop_that_does_not_send_in_time_pays_the_refund_of_the_return(world: World) -> None:
    case_id = stages.asked_for(world, *GOODS)
    assert "converted" == silence(world, case_id, "replacement")
    assert "ExchangeConverted" == world.told(case_id)[-1]
    assert WORTH == refund(world, case_id)
    assert "coat.r1" not in left(world)


def test_a_shop_that_has_none_left_says_so_and_pays(world: World) -> None:
    case_id = stages.asked_for(world)
    stages.none_left(world, case_id)
    assert COAT == refund(world, case_id)


def test_a_converted_exchange_ships_nothing(world: World) -> None:
    case_id = stages.asked_for(world)
    stages.none_left(world, case_id)
    with pytest.raises(GateNotFound):
        stages.ship(world, case_id)
    assert "converted" == exchanges.ship_replacement(world, case_id)["outcome"]


@pytest.mark.parametrize("fate", ["lost", "refused", "returned_to_sender"])
def test_a_parcel_that_does_not_arrive_is_sent_once_more_and_then_it_is_a_refund(world: World, fate: str) -> None:
    case_id = stages.sent(world)
    stages.carrier_says(world, "picked_up", fate)
    assert ("remedying", "replacement", 2) == (*standing(world, case_id), world.case(case_id).rounds["replacement"])
    stages.ship(world, case_id, "YT7000000002")
    stages.carrier_says(world, "picked_up", fate, number="YT7000000002")
    assert ("approved", {"lost": "lost", "refused": "refused"}.get(fate, "back")) == (
        world.case(case_id).status,
        world.case(case_id).converted,
    )
    assert COAT == refund(world, case_id)


def test_a_parcel_that_was_refused_and_then_comes_back_fails_once(world: World) -> None:
    case_id = stages.sent(world)
    stages.carrier_says(world, "refused", "returning", "returned_to_sender")
    assert ("replacement", 2) == (world.gate(case_id).name, world.gate(case_id).round)


def test_a_parcel_that_seemed_lost_and_comes_ends_the_exchange(world: World) -> None:
    case_id = stages.sent(world)
    stages.carrier_says(world, "lost")
    stages.carrier_says(world, "signed")
    assert "completed" == world.case(case_id).status


def test_a_parcel_that_comes_after_the_refund_is_for_a_person(world: World) -> None:
    case_id = stages.sent(world)
    stages.carrier_says(world, "lost")
    stages.none_left(world, case_id)
    refund(world, case_id)
    stages.carrier_says(world, "signed")
    parking = world.case(case_id).parking
    assert parking is not None and "replacement_after_refund" == parking.because


def test_silence_about_a_parcel_that_its_carrier_lost_is_no_receipt(world: World) -> None:
    case_id = stages.sent(world)
    world.clock.reach(world.gate(case_id).due_at)
    stages.carrier_says(world, "lost")
    assert "again" == silence(world, case_id, "replacement_receipt")


def test_the_number_that_brought_the_first_goods_is_no_replacement_s(world: World) -> None:
    orders.ship(world, "o1", "yto", "YT1000")
    case_id = stages.asked_for(world)
    with pytest.raises(WaybillTaken):
        stages.ship(world, case_id, "YT1000")


def test_a_number_is_told_once(world: World) -> None:
    case_id = stages.sent(world)
    stages.carrier_says(world, "lost")
    with pytest.raises(InvalidRequest):
        stages.ship(world, case_id)


def test_after_three_days_it_is_too_late_to_send(world: World) -> None:
    case_id = stages.asked_for(world)
    world.clock.reach(world.gate(case_id).due_at)
    with pytest.raises(AnswerTooLate):
        stages.ship(world, case_id)


def test_only_the_shop_sends_and_only_the_buyer_receives(world: World) -> None:
    from chalicelib.errors import CaseNotFound
    from chalicelib.schemas.replacements import ReceiveReplacement, ShipReplacement
    from chalicelib.usecases import replacement_parcels

    case_id = stages.asked_for(world)
    body = ShipReplacement(carrier="yto", waybill_no="YT1234")
    with pytest.raises(Forbidden):
        replacement_parcels.ship(world, asking(None, BUYER), case_id, body)
    with pytest.raises(CaseNotFound):
        replacement_parcels.ship(world, asking(None, RIVAL), case_id, body)
    stages.ship(world, case_id)
    with pytest.raises(Forbidden):
        replacement_parcels.receive(world, asking(None, MERCHANT), case_id, ReceiveReplacement())


@pytest.mark.parametrize(
    "body",
    [
        {"carrier": None},
        {"waybill_no": None},
        {"shipped": False},
        {"shipped": False, "carrier": None, "waybill_no": None},
    ],
)
def test_goods_are_sent_with_a_number_or_not_at_all(world: World, body: dict[str, object]) -> None:
    case_id = stages.asked_for(world)
    with pytest.raises(InvalidRequest):
        stages.ship(world, case_id, **body)  # type: ignore[arg-type]


# What a person makes of it


def not_received(world: World) -> str:
    case_id = stages.sent(world)
    with pytest.raises(InvalidRequest):
        stages.came(world, case_id, received=False)
    stages.came(world, case_id, received=False, note="an empty box")
    assert ("in_dispute", "evidence") == standing(world, case_id)
    return case_id


def test_a_buyer_without_the_goods_is_sent_them_again_by_a_ruling(world: World) -> None:
    case_id = not_received(world)
    rule_for_good(world, case_id, "approve")
    assert "requested" == exchanges.ship_replacement(world, case_id)["outcome"]
    assert 1 == world.told(case_id).count("GoodsDisposed"), "the old goods are where they were"
    stages.ship(world, case_id, "YT7000000002")
    stages.came(world, case_id)
    assert "completed" == world.case(case_id).status


def test_a_ruling_on_an_amount_is_money_and_no_goods(world: World) -> None:
    case_id = not_received(world)
    rule_for_good(world, case_id, amount={"amount": COAT, "currency": "CNY"})
    assert "converted" == exchanges.ship_replacement(world, case_id)["outcome"] or world.case(case_id).converted
    assert COAT == refund(world, case_id)


def test_closed_by_a_ruling_the_goods_count_as_received_and_are_nobody_s_twice(world: World) -> None:
    case_id = not_received(world)
    rule_for_good(world, case_id, "close")
    assert ("completed", (0, 0), (1, COAT)) == (world.case(case_id).status, left(world)["coat"], left(world)["coat.r1"])


def test_an_inspection_that_reduces_leaves_money_and_no_exchange(world: World) -> None:
    case_id = stages.filed(world)
    decide(world, case_id, "approve")
    returned.ship(world, case_id)
    returned.receive(world, case_id)
    returned.inspect(world, case_id, "reduced", reason="worn", amount={"amount": 20000, "currency": "CNY"})
    decisions.answer_offer(world, asking(), case_id, AnswerOffer(answer="accept"))
    assert "converted" == exchanges.ship_replacement(world, case_id)["outcome"]
    assert 20000 == refund(world, case_id)


def test_who_takes_an_offer_takes_money(world: World) -> None:
    case_id = stages.filed(world)
    decide(world, case_id, "counter", amount={"amount": 9000, "currency": "CNY"})
    decisions.answer_offer(world, asking(), case_id, AnswerOffer(answer="accept"))
    stages.come_back(world, case_id)
    assert "converted" == exchanges.ship_replacement(world, case_id)["outcome"]
    assert 9000 == refund(world, case_id)


def test_a_refused_exchange_is_revised_with_what_is_wanted(world: World) -> None:
    case_id = stages.filed(world, wanted=(RED,))
    decide(world, case_id, "reject", reason="no red ones")
    decisions.revise(world, asking(), case_id, ReviseCase.model_validate({"wanted": []}))
    assert () == world.case(case_id).wanted


def test_a_revision_keeps_what_was_wanted(world: World) -> None:
    case_id = stages.filed(world, wanted=(RED,))
    decide(world, case_id, "reject", reason="no red ones")
    decisions.revise(world, asking(), case_id, ReviseCase(description="please"))
    assert ["coat-red"] == [one.sku for one in world.case(case_id).wanted]


def test_a_failed_inspection_replaces_nothing(world: World) -> None:
    case_id = stages.filed(world)
    decide(world, case_id, "approve")
    returned.ship(world, case_id)
    returned.receive(world, case_id)
    returned.inspect(world, case_id, "failed", reason="worn")
    decisions.escalate(world, asking(), case_id, EscalateCase())
    rule_for_good(world, case_id, "close")
    assert ("closed", (1, COAT)) == (world.case(case_id).status, left(world)["coat"])


# A case about goods that came in the place of others


def exchanged(world: World) -> str:
    case_id = stages.sent(world)
    stages.carrier_says(world, "signed")
    return case_id


def test_the_old_units_are_nobody_s_to_ask_about_again(world: World) -> None:
    exchanged(world)
    with pytest.raises(QuantityExceedsPurchased):
        file(world, ask("coat"), remedy="return_and_refund")


def test_a_replacement_can_be_returned_for_what_was_paid_and_keeps_the_chain(world: World) -> None:
    first = exchanged(world)
    case_id = returned.awaiting_goods(world, ask("coat.r1"))
    assert [(first, "coat")] == [(came.case_id, came.line_id) for came in world.case(case_id).about]
    assert first == cases.read(world, BUYER, case_id).body["about"][0]["case_id"]
    stages.come_back(world, case_id)
    assert COAT == refund(world, case_id)
    invariants.never_over_the_cap(world)


def test_a_replacement_can_be_exchanged_again(world: World) -> None:
    exchanged(world)
    case_id = stages.asked_for(world, ask("coat.r1"))
    stages.ship(world, case_id, "YT7000000002")
    stages.came(world, case_id)
    assert {"coat": 0, "coat.r1": 0, "coat.r2": 1, "scarf": 2} == {
        line: units for line, (units, _) in left(world).items()
    }
    assert COAT == left(world)["coat.r2"][1]


def test_the_window_of_a_replacement_begins_when_it_was_signed_for(world: World) -> None:
    exchanged(world)
    world.clock.pass_by(days=5)  # the eighth day after the first goods came, the fifth of the new ones
    with pytest.raises(NotEligible):
        file(world, ask("scarf", 1), remedy="return_and_refund")
    case_id = file(world, ask("coat.r1"), remedy="return_and_refund")
    decisions.withdraw(world, asking(), case_id, WithdrawCase())
    world.clock.pass_by(days=4)
    with pytest.raises(NotEligible):
        file(world, ask("coat.r1"), remedy="exchange")


def test_goods_that_are_paid_for_and_have_not_come_are_nobody_s_to_return(world: World) -> None:
    case_id = stages.asked_for(world, price=COAT + 5000)
    stages.pay(world, case_id, 5000)
    with pytest.raises(QuantityExceedsPurchased):
        file(world, ask("coat.r1"), remedy="return_and_refund")


def test_a_replacement_that_failed_leaves_a_line_that_is_worth_nothing(world: World) -> None:
    case_id = stages.asked_for(world, price=COAT + 5000)
    stages.pay(world, case_id, 5000)
    stages.none_left(world, case_id)
    grants.grant(world, case_id)
    assert (0, 0) == left(world)["coat.r1"]


def test_everything_of_an_order_can_be_returned_after_an_exchange_with_the_freight(world: World) -> None:
    exchanged(world)
    case_id = returned.awaiting_goods(world, ask("coat.r1"), ask("scarf", 2))
    stages.come_back(world, case_id)
    assert returned.ALL == refund(world, case_id)


def test_stored_cases_without_the_new_fields_still_read(world: World) -> None:
    from chalicelib.domain.balances import Ledger
    from chalicelib.domain.cases import Case

    case = world.case(stages.filed(world))
    new = {"wanted", "has_replacement", "converted", "about"}
    assert not Case.model_validate(case.model_dump(exclude=new)).has_replacement
    ledger = world.ledger().model_dump(mode="json", exclude={"added_lines", "added_payments"})
    assert () == Ledger.model_validate_json(__import__("json").dumps(ledger)).added_lines
    assert world.records.one(refs.filing(case.case_id)).wanted == ()
