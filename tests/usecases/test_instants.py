"""Instant refunds 极速退款: paid when a carrier has the goods; confirmed, or clawed back and collected, at the end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain import journals, refs
from chalicelib.domain.buyers import Credit
from chalicelib.domain.deliveries import Shipment
from chalicelib.domain.freezes import FrozenShops
from chalicelib.domain.recoveries import Recovery, id_of
from chalicelib.errors import GateNotFound, TransitionRefused
from chalicelib.schemas import names
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.cases import AnswerOffer, EscalateCase, WithdrawCase
from chalicelib.usecases import cases, chargebacks, credits, decisions, gates, grants, pursuits, settlements, steps
from tests.standins import invariants
from tests.standins.credits import LIMIT, credit, debts, handed_over, hasten, paid_early, pay, trusting_shop, used
from tests.standins.returns import (
    ALL,
    DELIVERED,
    carrier_says,
    goods,
    in_transit,
    inspect,
    receive,
    return_shop,
    ship,
    silence,
    standing,
)
from tests.standins.shops import BUYER, ask, asking, file, sell
from tests.standins.stages import rule_for_good
from tests.standins.time import MONDAY
from tests.standins.world import World


def books(world: World, *order_ids: str) -> None:
    for order_id in order_ids or ("o1",):
        invariants.the_books_agree(world, order_id)
        invariants.never_over_the_cap(world, order_id)
    invariants.credit_is_what_is_out(world)
    invariants.a_debt_is_collected_once(world)
    invariants.a_completed_case_owes_nothing(world)
    invariants.every_story_is_whole(world)
    invariants.the_provider_pays_only_what_was_granted(world)
    invariants.nobody_is_paid_twice(world)


def outcome(world: World, case_id: str, name: str, round: int = 1) -> str:
    gate = world.records.one(refs.gate(case_id, name, round))  # type: ignore[arg-type]
    assert gate.answer is not None
    return gate.answer.outcome


# Paid early


def test_a_trusted_buyer_is_paid_when_the_carrier_has_the_parcel() -> None:
    world = trusting_shop()
    case_id = paid_early(world)
    assert ({world.refund(case_id).refund_no: ALL}, "in_transit") == (world.payments.paid, world.case(case_id).status)
    assert (ALL, ALL) == (used(world), world.case(case_id).credit_out)
    books(world)


def test_the_flow_hears_of_it_and_the_shop_is_awaited_until_the_same_deadline() -> None:
    world = trusting_shop()
    case_id = in_transit(world)
    due_at = world.gate(case_id).due_at
    carrier_says(world, case_id, "handed_over")
    assert ("handed_over", due_at, 2) == (outcome(world, case_id, "receipt"), *_awaited(world, case_id))
    for _ in range(2):
        world.records.loads.clear()
        step = grants.hasten(world, case_id)
        assert ("hastened", "receipt", 2) == (step["outcome"], step["gate"], step["round"])
    assert 3 == len(world.records.loads), "told again: the case and its gate, and what is handed over already"
    [told] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "RefundGranted"]
    assert "instant" == told.data["because"]


def test_nothing_is_hastened_before_anybody_is_awaited_for_the_goods() -> None:
    world = trusting_shop()
    with pytest.raises(GateNotFound):
        grants.hasten(world, file(world, remedy="return_and_refund"))


def test_goods_that_are_with_their_buyer_again_may_be_handed_over_once_more() -> None:
    world = trusting_shop()
    case_id = handed_over(world)
    carrier_says(world, case_id, "back")
    hasten(world, case_id)
    assert (None, "awaiting_goods") == (world.case(case_id).instant, world.case(case_id).status)


def test_where_the_buyer_s_bank_was_faster_nothing_is_paid_early() -> None:
    world = trusting_shop()
    case_id = handed_over(world)
    chargebacks.open_chargeback(world, "cb1", "o1", "pay_card", ALL)
    hasten(world, case_id)
    assert ("over", (), 0) == (world.case(case_id).instant, world.case(case_id).refunds, used(world))


def test_of_goods_that_the_shop_has_nothing_is_hastened() -> None:
    world = trusting_shop()
    case_id = handed_over(world)
    receive(world, case_id)
    hasten(world, case_id)
    assert ("over", 0) == (world.case(case_id).instant, used(world))


def test_of_two_payments_the_one_that_failed_early_is_granted_with_the_goods_and_the_other_not_again() -> None:
    world = trusting_shop()
    parcel = Shipment(carrier="sf", waybill_no="SF7", state="signed", at=MONDAY)
    sell(world, payments={"card": 29000, "wallet": 10000}, delivery={**DELIVERED, "parcels": (parcel,)})
    case_id = handed_over(world)
    world.records.put(world.case(case_id).but(liability="carrier"))
    hasten(world, case_id)
    card, wallet = world.case(case_id).refunds
    settlements.record(world, card.refund_no, _failed())
    settlements.see_to(world, wallet.refund_no)
    receive(world, case_id)
    inspect(world, case_id)
    grants.grant(world, case_id)
    assert [("pay_card", "released"), ("pay_wallet", "settled"), ("pay_card", "granted")] == [
        (ref.payment_id, ref.state) for ref in world.case(case_id).refunds
    ]
    assert [(ALL, "carrier")] == [(one.amount, one.debtor) for one in world.listings.recoveries_of(case_id)]


def _awaited(world: World, case_id: str) -> tuple[Any, int]:
    return world.gate(case_id).due_at, world.gate(case_id).round


def test_without_credit_nothing_is_different() -> None:
    world = return_shop()
    case_id = handed_over(world)
    assert (None, 1) == (world.case(case_id).instant, world.gate(case_id).round)


@pytest.mark.parametrize(
    "policy", [{"instant_at": "never"}, {"instant_up_to": {}}, {"instant_up_to": {"CNY": ALL - 1}}]
)
def test_where_the_policy_does_not_give_it_the_goods_come_first(policy: dict[str, Any]) -> None:
    world = trusting_shop(**policy)
    assert world.case(handed_over(world)).instant is None


def test_the_limit_is_the_last_that_is_paid_early() -> None:
    worlds = [trusting_shop(ALL), trusting_shop(ALL - 1)]
    assert ["due", None] == [world.case(handed_over(world)).instant for world in worlds]


def test_a_frozen_shop_pays_nothing_early() -> None:
    world = trusting_shop()
    case_id = in_transit(world)
    world.records.put(FrozenShops(merchant_ids=("m1",)))
    carrier_says(world, case_id, "handed_over")
    assert world.case(case_id).instant is None


def test_two_returns_at_once_never_lean_on_more_than_the_limit() -> None:
    """Both were handed over while the credit was free; who grants second finds it used."""
    world = trusting_shop(ALL)
    sell(world, "o2", delivery=DELIVERED)
    first = handed_over(world)
    second = file(world, ask("coat"), ask("scarf", 2), order_id="o2", remedy="return_and_refund")
    from tests.standins.shops import decide

    decide(world, second, "approve")
    ship(world, second, "SF2222222222")
    carrier_says(world, second, "handed_over")
    meanwhile = iter([lambda: hasten(world, second)])
    save = world.records.save

    def late(items: Any) -> None:
        for other in meanwhile:
            other()
        save(items)

    world.records.save = late  # type: ignore[method-assign]
    hasten(world, first)
    assert ("over", "out", ALL) == (world.case(first).instant, world.case(second).instant, used(world))
    books(world, "o1", "o2")


def test_hastening_twice_pays_once() -> None:
    world = trusting_shop()
    case_id = handed_over(world)
    for _ in range(3):
        hasten(world, case_id)
        pay(world, case_id)
    assert (1, ALL) == (len(world.case(case_id).refunds), used(world))
    books(world)


def test_an_execution_that_begins_anew_hastens_what_was_not_hastened_yet() -> None:
    world = trusting_shop()
    case_id = handed_over(world)
    assert "handed_over" == grants.assess(world, case_id)["outcome"]
    hasten(world, case_id)
    assert "in_transit" == grants.assess(world, case_id)["outcome"]


def test_paid_with_the_waybill_where_the_policy_says_so() -> None:
    world = trusting_shop(instant_at="waybill")
    case_id = in_transit(world)
    assert ("due", "disputed") == (world.case(case_id).instant, world.gate(case_id).silence)


def test_a_scan_makes_the_shops_silence_mean_what_it_means_elsewhere() -> None:
    world = trusting_shop(instant_at="waybill")
    case_id = handed_over(world)
    assert ("accepted", 2) == (world.gate(case_id).silence, world.gate(case_id).round)
    books(world)


def test_paid_for_and_never_scanned_an_agent_decides() -> None:
    world = trusting_shop(instant_at="waybill")
    case_id = in_transit(world)
    hasten(world, case_id)
    assert "disputed" == silence(world, case_id, "receipt")
    assert ("in_dispute", "evidence") == standing(world, case_id)


def test_who_was_paid_cannot_take_the_request_back() -> None:
    world = trusting_shop()
    case_id = paid_early(world)
    carrier_says(world, case_id, "back")
    with pytest.raises(TransitionRefused):
        decisions.withdraw(world, asking(), case_id, WithdrawCase())


# The goods came


def test_accepted_there_is_nothing_more_to_pay_and_the_credit_is_free() -> None:
    world = trusting_shop()
    case_id = paid_early(world)
    receive(world, case_id)
    inspect(world, case_id)
    assert ("completed", "settled") == (world.case(case_id).status, outcome(world, case_id, "inspection"))
    assert (0, [ALL], []) == (used(world), list(world.payments.paid.values()), debts(world))
    books(world)


def test_accepted_by_silence_too() -> None:
    world = trusting_shop()
    case_id = paid_early(world)
    assert "settled" == silence(world, case_id, "receipt")
    assert ("completed", 0) == (world.case(case_id).status, used(world))
    books(world)


def test_accepted_while_the_bank_is_still_at_it() -> None:
    world = trusting_shop()
    case_id = handed_over(world)
    hasten(world, case_id)
    receive(world, case_id)
    inspect(world, case_id)
    assert ("submitted", "remedying", "settlement") == (
        outcome(world, case_id, "inspection"),
        *standing(world, case_id),
    )
    pay(world, case_id)
    assert ("completed", 0) == (world.case(case_id).status, used(world))
    books(world)


def test_what_the_bank_refused_early_is_paid_with_the_goods() -> None:
    world = trusting_shop()
    case_id = handed_over(world)
    hasten(world, case_id)
    settlements.record(world, world.refund(case_id).refund_no, _failed())
    assert ("released", "over", 0) == (world.refund(case_id).state, world.case(case_id).instant, used(world))
    receive(world, case_id)
    inspect(world, case_id)
    assert "passed" == outcome(world, case_id, "inspection")
    grants.grant(world, case_id)
    grants.submit(world, case_id)
    pay(world, case_id)
    assert ("completed", 2) == (world.case(case_id).status, len(world.case(case_id).refunds))
    books(world)


@pytest.mark.parametrize(("detail", "kept"), [("account closed", "account closed"), ("x" * 300, "x" * 200), (None, "")])
def test_an_early_refund_that_is_refused_says_why_too(detail: str | None, kept: str) -> None:
    from chalicelib.ports import ProviderAnswer

    world = trusting_shop()
    case_id = handed_over(world)
    hasten(world, case_id)
    settlements.record(world, world.refund(case_id).refund_no, ProviderAnswer("failed", detail))
    [told] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "RefundFailed"]
    assert (kept, detail) == (told.data["because"], world.refund(case_id).reason)


def test_an_early_refund_that_fails_once_the_goods_were_accepted_waits_for_a_person_like_any_other() -> None:
    world = trusting_shop()
    case_id = handed_over(world)
    hasten(world, case_id)
    receive(world, case_id)
    inspect(world, case_id)
    settlements.record(world, world.refund(case_id).refund_no, _failed())
    assert ("failed", "remedying", "failed") == (
        world.refund(case_id).state, world.case(case_id).status, outcome(world, case_id, "settlement"),
    )  # fmt: skip


def _failed() -> Any:
    from chalicelib.ports import ProviderAnswer

    return ProviderAnswer("failed", "account_closed")


# They did not, or not as they should


def reduced(world: World, amount: int = 30000) -> str:
    case_id = paid_early(world)
    receive(world, case_id)
    inspect(world, case_id, "reduced", amount=Amount(amount=amount, currency="CNY"), reason="worn")
    return case_id


def accept(world: World, case_id: str) -> None:
    decisions.answer_offer(world, asking(), case_id, AnswerOffer(answer="accept"))


def test_worth_less_the_difference_is_owed_once_the_buyer_agrees() -> None:
    world = trusting_shop()
    case_id = reduced(world)
    assert [] == debts(world)
    accept(world, case_id)
    assert ("completed", "settled") == (world.case(case_id).status, outcome(world, case_id, "buyer_answer"))
    assert ([ALL - 30000], 0) == ([debt.open for debt in debts(world)], used(world))
    books(world)


def test_the_shop_bears_what_the_goods_are_worth_and_the_fund_waits_for_the_rest() -> None:
    world = trusting_shop()
    accept(world, reduced(world))
    balances = journals.balance(world.listings.journal_of("o1"))
    rest = ALL - 30000
    assert {"merchant#m1": -30000, "buyer#b1": 30000, "platform_fund": -rest, "receivable": rest} == {
        account: amount for account, amount in balances.items() if amount
    }


def test_who_does_not_agree_has_an_agent_rule() -> None:
    world = trusting_shop()
    case_id = reduced(world, 100)
    decisions.answer_offer(world, asking(), case_id, AnswerOffer(answer="decline"))
    _rule(world, case_id, "approve", 35000)
    assert ([ALL - 35000], "completed") == ([debt.open for debt in debts(world)], world.case(case_id).status)
    books(world)


def _rule(world: World, case_id: str, ruling: Any, amount: int | None = None) -> None:
    given = Amount(amount=amount, currency="CNY") if amount else None
    rule_for_good(world, case_id, ruling, amount=given)


def test_failed_and_nothing_said_all_of_it_is_owed() -> None:
    world = trusting_shop()
    case_id = paid_early(world)
    receive(world, case_id)
    inspect(world, case_id, "failed", reason="a brick")
    assert "sent_back_owed" == world.gate(case_id).silence
    assert "closed" == silence(world, case_id, "escalation")
    assert {"send_back"} == {one.disposition for one in goods(world, case_id).disposals}
    assert ([(ALL, "failed_inspection")], 0) == ([(d.open, d.because) for d in debts(world)], used(world))
    books(world)


def test_who_does_nothing_is_told_what_becomes_of_the_money_and_the_goods() -> None:
    """Failed, the goods go back and what was paid early is owed; nothing is, where nothing was paid."""
    early, later = trusting_shop(), return_shop()
    for world, told in ((early, "sent_back_owed"), (later, "sent_back")):
        case_id = paid_early(world) if world is early else handed_over(world)
        receive(world, case_id)
        inspect(world, case_id, "failed", reason="a brick")
        silence = cases.read(world, BUYER, case_id).body["next_action"]["silence"]
        assert (told, names.SILENCES[told]) == (silence["code"], (silence["zh"], silence["en"]))


def test_failed_an_agent_may_still_rule_for_the_buyer() -> None:
    world = trusting_shop()
    case_id = paid_early(world)
    receive(world, case_id)
    inspect(world, case_id, "failed", reason="a brick")
    decisions.escalate(world, asking(), case_id, EscalateCase())
    _rule(world, case_id, "approve")
    assert ([], "completed") == (debts(world), world.case(case_id).status)
    assert "settled" == grants.assess(world, case_id)["outcome"]
    books(world)


def test_ruled_against_all_of_it_is_owed() -> None:
    world = trusting_shop()
    case_id = paid_early(world)
    carrier_says(world, case_id, "lost")
    _rule(world, case_id, "close")
    assert ([(ALL, "ruled")], "closed") == ([(d.open, d.because) for d in debts(world)], world.case(case_id).status)
    books(world)


def test_back_with_the_buyer_and_never_sent_again_all_of_it_is_owed() -> None:
    world = trusting_shop()
    case_id = paid_early(world)
    carrier_says(world, case_id, "back")
    assert "kept_owed" == world.gate(case_id).silence
    assert "closed" == silence(world, case_id, "shipment")
    assert [(ALL, "not_shipped")] == [(debt.open, debt.because) for debt in debts(world)]
    books(world)


def test_sent_again_it_is_not_paid_again() -> None:
    world = trusting_shop()
    case_id = paid_early(world)
    carrier_says(world, case_id, "back")
    ship(world, case_id, "SF3333333333")
    carrier_says(world, case_id, "handed_over", parcel=1)
    assert ("out", 1) == (world.case(case_id).instant, len(world.case(case_id).refunds))
    receive(world, case_id)
    inspect(world, case_id)
    books(world)


def test_closed_while_the_money_was_on_its_way_it_is_owed_when_it_came() -> None:
    world = trusting_shop()
    case_id = handed_over(world)
    hasten(world, case_id)
    carrier_says(world, case_id, "lost")
    _rule(world, case_id, "close")
    assert ([], ALL) == (debts(world), used(world))
    pay(world, case_id)
    assert ([ALL], 0) == ([debt.open for debt in debts(world)], used(world))
    books(world)


def test_closed_and_refused_by_the_bank_nothing_is_owed_and_all_is_free() -> None:
    world = trusting_shop()
    case_id = handed_over(world)
    hasten(world, case_id)
    carrier_says(world, case_id, "lost")
    _rule(world, case_id, "close")
    settlements.record(world, world.refund(case_id).refund_no, _failed())
    assert ([], 0, 0) == (debts(world), used(world), world.ledger().payments[0].reserved)
    books(world)


def test_what_came_back_from_the_bank_is_not_owed() -> None:
    world = trusting_shop()
    case_id = paid_early(world)
    carrier_says(world, case_id, "lost")
    _rule(world, case_id, "close")
    settlements.reverse(world, world.refund(case_id).refund_no, "account_closed")
    assert [0] == [debt.open for debt in debts(world)]
    books(world)


# Collected


def owing(world: World, amount: int = 9000) -> Recovery:
    """A buyer who owes so much, of another order than the next."""
    accept(world, reduced(world, ALL - amount))
    [debt] = debts(world)
    return debt


def another(world: World, order_id: str = "o2", **more: Any) -> str:
    sell(world, order_id, delivery=DELIVERED, **more)
    return file(world, ask("scarf", 1), order_id=order_id, key=order_id)


def refunded(world: World, case_id: str) -> int:
    from tests.standins.shops import decide

    if world.case(case_id).status == "in_review":
        decide(world, case_id, "approve")
    before = dict(world.payments.paid)
    for _ in range(2):
        grants.grant(world, case_id)
        grants.submit(world, case_id)
    pay(world, case_id)
    return sum(amount for number, amount in world.payments.paid.items() if number not in before)


def test_a_later_refund_pays_the_debt_first_and_says_so() -> None:
    world = trusting_shop()
    owing(world, 1000)
    case_id = another(world)
    assert 3000 == refunded(world, case_id)
    sources = world.case(case_id).explanation.sources
    assert [(1000, True), (3000, False)] == [(source.amount, source.netted is not None) for source in sources]
    assert ([0], "completed") == ([debt.open for debt in debts(world)], world.case(case_id).status)
    assert () == credit(world).debts
    books(world, "o1", "o2")


def test_what_was_kept_back_stands_in_both_stories_and_in_the_books() -> None:
    world = trusting_shop()
    debt = owing(world, 1000)
    case_id = another(world)
    refunded(world, case_id)
    [netted] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "RefundNetted"]
    assert (debt.recovery_id, 1000) == (netted.data["recovery_id"], netted.data["refund_amount"])
    [paid] = [one for one in world.listings.timeline(debt.case_id, 100, None).rows if one.type == "RecoveryPaid"]
    assert ("netted", 1000, "system") == (paid.data["because"], paid.data["recovery_amount"], paid.actor.role)
    [posted] = [entry for entry in world.listings.journal_of("o2") if entry.kind == "netted"]
    assert {"merchant#m1": -1000, "buyer#b1": 1000} == {one.account: one.amount for one in posted.postings}
    assert (case_id, debt.recovery_id) == (posted.case_id, posted.recovery_id)


def test_what_the_buyer_owes_in_another_currency_is_not_kept_back() -> None:
    world = trusting_shop()
    owing(world, 1000)
    case_id = another(world, currency="USD")
    assert (4000, [1000]) == (refunded(world, case_id), [debt.open for debt in debts(world)])


def owing_more(world: World, first: int, **second: Any) -> tuple[Recovery, Recovery]:
    """A buyer who owes so much, and something else by the same case: all of it open."""
    debt = owing(world, first)
    more = debt.but(recovery_id=id_of(debt.case_id, 2), **second)
    known = world.case(debt.case_id)
    world.records.put(more, known.but(recoveries=(*known.recoveries, more.ref)))
    world.records.put(credit(world).but(debts=(debt.recovery_id, more.recovery_id)))
    return debt, more


def test_several_debts_are_kept_back_one_after_the_other_the_oldest_first() -> None:
    world = trusting_shop()
    first, second = owing_more(world, 1000, amount=2500)
    case_id = another(world)
    assert 500 == refunded(world, case_id)
    assert {(first.recovery_id, 1000), (second.recovery_id, 2500), (None, 500)} == {
        (source.netted, source.amount) for source in world.case(case_id).claim.sources
    }
    assert ([0, 0], ()) == ([debt.open for debt in debts(world)], credit(world).debts)


def test_what_the_first_debt_takes_the_second_does_not_find() -> None:
    world = trusting_shop()
    first, second = owing_more(world, 3000, amount=2500)
    assert 0 == refunded(world, another(world))
    assert {first.recovery_id: 0, second.recovery_id: 1500} == {debt.recovery_id: debt.open for debt in debts(world)}
    assert (second.recovery_id,) == credit(world).debts


def test_a_debt_for_which_nothing_is_left_is_not_touched() -> None:
    world = trusting_shop()
    first, second = owing_more(world, 9000, amount=2500)
    assert 0 == refunded(world, another(world))
    assert {first.recovery_id: 5000, second.recovery_id: 2500} == {debt.recovery_id: debt.open for debt in debts(world)}
    assert (first.recovery_id, second.recovery_id) == credit(world).debts


def test_the_smallest_debt_in_another_currency_stays_when_another_one_is_kept_back() -> None:
    world = trusting_shop()
    _, dollar = owing_more(world, 1000, amount=1, currency="USD")
    assert 3000 == refunded(world, another(world))
    assert (dollar.recovery_id,) == credit(world).debts


def test_a_refund_that_the_fund_bears_pays_the_debt_from_the_fund() -> None:
    """Nobody's doing: what is kept back of it was the fund's to give."""
    from tests.standins.shops import decide

    world = trusting_shop()
    owing(world, 1000)
    case_id = another(world)
    decide(world, case_id, "approve")
    world.records.put(world.case(case_id).but(liability="none"))
    assert 3000 == refunded(world, case_id)
    [posted] = [entry for entry in world.listings.journal_of("o2") if entry.kind == "netted"]
    assert {"platform_fund": -1000, "buyer#b1": 1000} == {one.account: one.amount for one in posted.postings}
    books(world, "o1", "o2")


def test_a_compensation_is_paid_whole_to_who_owes() -> None:
    world = trusting_shop()
    owing(world, 1000)
    sell(world, "o2")
    amount = Amount(amount=1500, currency="CNY")
    case_id = file(world, order_id="o2", remedy="compensation", reason="out_of_stock", amount=amount, key="c")
    refunded(world, case_id)
    assert (1500, [1000]) == (world.refund(case_id).amount, [debt.open for debt in debts(world)])


def test_who_has_no_credit_is_paid_whole() -> None:
    world = return_shop()
    assert 4000 == refunded(world, another(world))


def test_a_buyer_owes_what_is_open_and_it_is_read_at_once() -> None:
    world = trusting_shop()
    debt, paid = owing_more(world, 1000, recovered=1000, state="recovered")
    known = credit(world).but(debts=(debt.recovery_id, paid.recovery_id, id_of(debt.case_id, 9)))
    found, before = steps.read(world), len(world.records.loads)
    assert [debt] == credits.owed(found, known)
    assert 1 == len(world.records.loads) - before


def test_who_never_had_a_credit_has_one_that_was_never_written() -> None:
    world = return_shop()
    known = credits.credit_of(steps.read(world), "b9")
    assert (0, (), {}) == (known.version, known.debts, known.limits)


def test_a_refund_is_never_less_than_nothing_and_the_rest_stays_owed() -> None:
    world = trusting_shop()
    owing(world, 9000)
    case_id = another(world)
    assert 0 == refunded(world, case_id)
    assert ([5000], "completed") == ([debt.open for debt in debts(world)], world.case(case_id).status)
    assert "RefundNetted" in world.told(case_id)
    books(world, "o1", "o2")


def test_a_flow_finds_its_wait_answered_when_nothing_is_left_to_pay() -> None:
    from tests.standins.shops import decide

    world = trusting_shop()
    owing(world, 9000)
    case_id = another(world)
    decide(world, case_id, "approve")
    grants.grant(world, case_id)
    step = grants.submit(world, case_id)
    gates.open_gate(world, case_id, "settlement", step["round"], step["version"], "token")
    gate = world.records.one(refs.gate(case_id, "settlement", 1))
    assert ("settlement", "settled") == (step["gate"], gate.signal)
    assert ("payment", "unknown") == (gate.owner, gate.silence)
    [closed] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "CaseClosed"]
    assert ("netted", "completed") == (closed.data["because"], closed.after)


def test_two_payments_each_keep_their_part() -> None:
    world = trusting_shop()
    owing(world, 3000)
    case_id = another(world, payments={"card": 20000, "wallet": 19000})
    assert 1000 == refunded(world, case_id)
    books(world, "o1", "o2")


def test_a_debt_is_collected_once_by_two_refunds_at_once() -> None:
    from tests.standins.shops import decide

    world = trusting_shop()
    owing(world, 3000)
    cases = [another(world, order_id) for order_id in ("o2", "o3")]
    for case_id in cases:
        decide(world, case_id, "approve")
    meanwhile = iter([lambda: grants.grant(world, cases[1])])
    save = world.records.save

    def late(items: Any) -> None:
        for other in meanwhile:
            other()
        save(items)

    world.records.save = late  # type: ignore[method-assign]
    grants.grant(world, cases[0])
    for case_id in cases:
        grants.submit(world, case_id)
        pay(world, case_id)
    assert [4000 + 4000 - 3000] == [sum(world.refund(case_id).amount for case_id in cases)]
    books(world, "o1", "o2", "o3")


def test_a_buyer_who_paid_owes_nothing_and_nothing_is_kept_back() -> None:
    world = trusting_shop()
    debt = owing(world, 3000)
    for _ in range(2):
        pursuits.tell_payment(world, debt.recovery_id, "fact-1", 3000, "CNY")
    assert 4000 == refunded(world, another(world))
    books(world, "o1", "o2")


def test_a_given_up_refund_gives_the_debt_no_second_life() -> None:
    """What was kept back stays kept back; only what never went out is free again."""
    from chalicelib.schemas.cases import RedoRefund
    from chalicelib.usecases import redos
    from tests.standins.shops import OPERATOR, decide

    world = trusting_shop()
    owing(world, 1000)
    case_id = another(world)
    decide(world, case_id, "approve")
    grants.grant(world, case_id)
    grants.submit(world, case_id)
    settlements.record(world, world.refund(case_id).refund_no, _failed())
    body = RedoRefund(refund_no=world.refund(case_id).refund_no, action="release", note="gone")
    redos.redo(world, asking(None, OPERATOR), case_id, body)
    assert (1000, 0) == (world.ledger("o2").payments[0].settled, debts(world)[0].open)
    books(world, "o1", "o2")


# The right


def test_who_owes_is_paid_with_the_goods() -> None:
    world = trusting_shop()
    owing(world, 1000)
    assert "instant_debt" == credit(world).why_not(world.policies.get("platform", 1), "CNY", 1, world.clock.now())


def test_the_right_is_withdrawn_after_so_many_clawbacks_in_so_many_days() -> None:
    world = trusting_shop(instant_abuse={"clawbacks": 2, "days": 30})
    policy, now = world.policies.get("platform", 1), world.clock.now()
    twice = Credit(buyer_id="b1", limits={"CNY": LIMIT}, clawbacks=(now, now))
    assert ["instant_withdrawn", None] == [
        twice.why_not(policy, "CNY", 1, now + timedelta(days=days)) for days in (29, 30)
    ]
    assert twice.but(clawbacks=(now,)).why_not(policy, "CNY", 1, now) is None
    assert twice.but(restored_at=now).why_not(policy, "CNY", 1, now) is None


def test_unshipped_goods_are_not_approved_at_once_for_who_owes() -> None:
    world = trusting_shop()
    owing(world, 1000)
    sell(world, "o2")
    assert "in_review" == world.case(file(world, order_id="o2")).status


def test_unshipped_goods_use_credit_until_the_money_is_out() -> None:
    world = trusting_shop()
    sell(world, "o2")
    case_id = file(world, order_id="o2")
    assert (True, world.case(case_id).amount) == (world.case(case_id).verdict.instant, used(world))
    refunded(world, case_id)
    assert 0 == used(world)
    books(world, "o2")


def test_a_return_that_waits_shows_its_goods_and_its_money_apart() -> None:
    world = trusting_shop()
    case_id = paid_early(world)
    assert ("handed_over", "settled") == (goods(world, case_id).parcels[0].fate, world.refund(case_id).state)


# What the buyer sees


def seen(world: World) -> dict[str, Any]:
    from chalicelib.usecases import buyers
    from tests.standins.shops import BUYER

    return dict(buyers.read_own(world, BUYER).body)


def test_a_buyer_sees_limit_use_and_what_is_left() -> None:
    world = trusting_shop()
    paid_early(world)
    [line] = seen(world)["lines"]
    assert (LIMIT, ALL, LIMIT - ALL, None) == (
        *(line[name]["amount"] for name in ("limit", "used", "available")),
        line["why_not"],
    )


def test_a_buyer_sees_what_is_owed_and_why_nothing_is_paid_at_once() -> None:
    world = trusting_shop()
    debt = owing(world, 1000)
    view = seen(world)
    assert ("instant_debt", 0) == (view["lines"][0]["why_not"]["code"], view["lines"][0]["available"]["amount"])
    assert [(debt.recovery_id, 1000)] == [(one["recovery_id"], one["owed"]["amount"]) for one in view["debts"]]


def test_a_buyer_whom_nobody_trusts_sees_nothing_to_lean_on() -> None:
    assert [] == seen(return_shop())["lines"]


def test_an_operator_gives_the_right_back_and_the_debt_stays() -> None:
    from chalicelib.schemas.buyers import RestoreCredit
    from chalicelib.usecases import buyers
    from tests.standins.shops import OPERATOR

    world = trusting_shop(instant_abuse={"clawbacks": 1, "days": 90})
    debt = owing(world, 1000)
    assert "instant_withdrawn" == seen(world)["lines"][0]["why_not"]["code"]
    world.clock.pass_by(minutes=1)
    view = buyers.restore(world, OPERATOR, "b1", RestoreCredit(reason="the carrier's mistake")).body
    assert ("instant_debt", [debt.recovery_id]) == (
        view["lines"][0]["why_not"]["code"],
        [one["recovery_id"] for one in view["debts"]],
    )
    assert ("operator:op1", "the carrier's mistake") == (credit(world).restored_by, credit(world).restored_because)


def test_a_new_limit_leaves_what_is_out_counted() -> None:
    from chalicelib.schemas.buyers import CreditBody
    from chalicelib.usecases import buyers
    from tests.standins.shops import OPERATOR

    world = trusting_shop()
    paid_early(world)
    buyers.put_credit(world, OPERATOR, "b1", CreditBody(limits={"CNY": ALL + 5}))
    assert ALL == used(world)
