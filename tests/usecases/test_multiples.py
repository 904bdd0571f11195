"""惩罚性赔偿: told with what the platform found, paid once with the refund, owed by the shop."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import journals, refs
from chalicelib.domain.refunds import Refund, number_of
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.cases import AnswerOffer, ReviseCase, WithdrawCase
from chalicelib.schemas.disputes import AnswerInquiry
from chalicelib.schemas.events import event_of
from chalicelib.schemas.multiples import MultipleView
from chalicelib.schemas.templates import words
from chalicelib.usecases import cases, decisions, grants, inquiries, liabilities, steps, sweeper
from tests.standins import invariants, returns, stages
from tests.standins.credits import debts, hasten, paid_early, pay, trusting_shop
from tests.standins.debts import debt, debt_shop, paid, swept
from tests.standins.shops import AGENT, BUYER, OTHER_AGENT, ask, asking, decide, file, sell, shop
from tests.standins.world import World

FAKE: Any = {"reason": "counterfeit"}
OWED = 3 * 30000
LESS: Any = {"amount": {"amount": 30000, "currency": "CNY"}, "reason": "no scarves"}
REFUND = 30789  # the coat and its share of the freight, which is no price of goods


def confirm(world: World, case_id: str, actor: Any = AGENT) -> str:
    body = AnswerInquiry.model_validate({"finding": "confirmed", "reason": "seen by the laboratory"})
    inquiries.answer(world, asking(None, actor), case_id, body)
    return case_id


def vouchers(world: World) -> list[Refund]:
    return world.records.all(Refund, voucher=True)


def shown(world: World, case_id: str) -> MultipleView | None:
    return MultipleView.of(world.case(case_id))


def told(world: World, case_id: str, type: str, **which: Any) -> dict[str, Any]:
    [entry] = [
        one
        for one in world.listings.timeline(case_id, 100, None).rows
        if one.type == type and which.items() <= one.data.items()
    ]
    return event_of(entry).model_dump(exclude_none=True, mode="json")


def test_fakes_are_paid_for_and_three_times_more(world: World) -> None:
    case_id = paid(world, confirm(world, file(world, **FAKE)))
    assert ("completed", REFUND) == (world.case(case_id).status, sum(world.payments.paid.values()))
    assert [(OWED, "settled")] == [(one.amount, one.state) for one in vouchers(world)]
    invariants.the_books_agree(world)
    invariants.a_completed_case_owes_nothing(world)


def test_the_case_says_what_is_owed_and_then_by_which_voucher_it_was_paid(world: World) -> None:
    case_id = confirm(world, file(world, **FAKE))
    owed = shown(world, case_id)
    assert owed is not None
    assert (OWED, None, None) == (owed.amount.amount, owed.paid_at, owed.refund_no)
    paid(world, case_id)
    after = shown(world, case_id)
    assert after is not None
    assert (OWED, world.clock.now(), vouchers(world)[0].refund_no) == (
        after.amount.amount,
        after.paid_at,
        after.refund_no,
    )


def test_it_is_told_with_the_finding_and_when_it_is_credited(world: World) -> None:
    case_id = paid(world, confirm(world, file(world, **FAKE)))
    money = {"amount": OWED, "currency": "CNY"}
    assert money == told(world, case_id, "InquiryAnswered")["data"]["multiple_amount"]
    event = told(world, case_id, "RefundSettled", because="multiple")
    assert (money, True) == (event["data"]["refund_amount"], event["data"]["voucher"])
    message = words(event, "zh")
    assert message is not None
    assert "惩罚性赔偿 ¥900.00" in message.text


def test_the_fund_pays_and_the_shop_owes_it_from_its_deposit() -> None:
    world = debt_shop(deposit=70000, advance={"reasons": []})
    case_id = paid(world, confirm(world, file(world, **FAKE)))
    owed = debt(world, case_id)
    assert ("merchant", "m1", "multiple", OWED) == (owed.debtor, owed.debtor_id, owed.covers, owed.open)
    assert "multiple" == owed.because
    swept(world)
    assert ("open", OWED - 70000, 70000) == (
        debt(world, case_id).state,
        debt(world, case_id).open,
        debt(world, case_id).recovered,
    )
    balances = journals.balance(world.listings.journal_of("o1"))
    assert (-REFUND - OWED, REFUND + OWED, 0) == (
        balances["merchant#m1"],
        balances["buyer#b1"],
        balances["payment_clearing"],
    )
    assert (OWED - 70000, 70000 - OWED) == (balances["receivable"], balances["platform_fund"])
    invariants.the_books_agree(world)


def test_a_shop_of_the_platform_s_own_bears_it_itself() -> None:
    world = shop()
    sell(world, merchant_id="own")
    case_id = paid(world, confirm(world, file(world, **FAKE)))
    assert () == world.case(case_id).recoveries
    assert -REFUND - OWED == journals.balance(world.listings.journal_of("o1"))["merchant#own"]


def test_a_grant_that_is_repeated_pays_it_once(world: World) -> None:
    case_id = confirm(world, file(world, **FAKE))
    for _ in range(3):
        grants.grant(world, case_id)
    assert 1 == len(vouchers(world))


@pytest.mark.parametrize("fate", ["refused", "lost_reply"])
def test_a_grant_whose_write_fails_or_whose_answer_is_lost_pays_it_once(world: World, fate: Any) -> None:
    case_id = confirm(world, file(world, **FAKE))
    world.records.fates.append(fate)
    grants.grant(world, case_id)
    assert [(OWED, world.refund(case_id).granted_at)] == [(one.amount, one.granted_at) for one in vouchers(world)]
    posted = [one for one in world.listings.journal_of("o1") if one.refund_no == vouchers(world)[0].refund_no]
    assert ["granted", "settled"] == sorted(one.kind for one in posted)


def test_two_cases_of_one_order_get_the_least_sum_once(world: World) -> None:
    for units in (1, 1):
        paid(world, confirm(world, file(world, ask("scarf", units), **FAKE)))
    assert [50000] == [one.amount for one in vouchers(world)]
    invariants.the_books_agree(world)


def test_two_cases_that_are_granted_at_once_meet_at_the_ledger(world: World) -> None:
    first, second = (confirm(world, file(world, ask("scarf", 1), **FAKE)) for _ in range(2))
    assert [50000, 50000] == [
        view.amount.amount for case_id in (first, second) if (view := shown(world, case_id)) is not None
    ]
    world.records.before_save.append(lambda: grants.grant(world, second))
    grants.grant(world, first)
    assert 50000 == sum(one.amount for one in vouchers(world))
    [late] = [view for case_id in (first, second) if (view := shown(world, case_id)) and not view.amount.amount]
    assert ["同单此前售后应赔", "补足最低赔偿额", "同单此前已赔"] == [step.zh for step in late.steps]
    assert late.refund_no is None
    assert late.paid_at is not None


def test_two_persons_for_refund_and_damages_together() -> None:
    world = shop(second_person_above={"CNY": 100000})
    sell(world)
    case_id = confirm(world, file(world, **FAKE))
    assert "in_review" == world.case(case_id).status
    assert {"amount": REFUND + OWED, "currency": "CNY"} == told(world, case_id, "RulingProposed")["data"]["offer"]
    confirm(world, case_id, OTHER_AGENT)
    assert "approved" == world.case(case_id).status


def test_goods_that_come_back_are_paid_for_when_they_came_and_only_those_that_did() -> None:
    world = returns.return_shop()
    case_id = confirm(world, returns.filed(world, **FAKE))
    returns.ship(world, case_id)
    returns.receive(world, case_id)
    assert [] == vouchers(world)
    lines = [{"line_id": "scarf", "received": 0}]
    returns.inspect(world, case_id, "reduced", lines=lines, **LESS)
    decisions.answer_offer(world, asking(None, BUYER), case_id, AnswerOffer(answer="accept"))
    paid(world, case_id)
    assert [OWED] == [one.amount for one in vouchers(world)]


@pytest.mark.parametrize(("came", "owed"), [({}, OWED + 3 * 8000), ({"scarf": 0}, OWED)])
def test_who_was_paid_early_has_it_when_the_goods_are_accepted(came: dict[str, int], owed: int) -> None:
    world = trusting_shop()
    case_id = confirm(world, returns.filed(world, **FAKE))
    returns.ship(world, case_id)
    returns.carrier_says(world, case_id, "handed_over")
    hasten(world, case_id)
    pay(world, case_id)
    assert ({world.refund(case_id).refund_no: returns.ALL}, []) == (world.payments.paid, vouchers(world))
    returns.receive(world, case_id)
    lines = [{"line_id": line_id, "received": units} for line_id, units in came.items()]
    returns.inspect(world, case_id, "reduced" if came else "passed", **({"lines": lines, **LESS} if came else {}))
    if came:
        decisions.answer_offer(world, asking(None, BUYER), case_id, AnswerOffer(answer="accept"))
    assert ("completed", [owed]) == (world.case(case_id).status, [one.amount for one in vouchers(world)])
    invariants.the_books_agree(world)


def test_goods_that_never_come_bring_nothing() -> None:
    world = returns.return_shop()
    case_id = confirm(world, returns.filed(world, **FAKE))
    stages.pass_by(world, case_id)
    assert ("closed", [], None) == (world.case(case_id).status, vouchers(world), shown(world, case_id))
    assert {} == world.ledger().multiples


def test_who_turns_out_not_to_be_the_shop_s_doing_gets_the_refund_alone(world: World) -> None:
    case_id = confirm(world, file(world, **FAKE))

    def once(found: steps.Found) -> steps.Decision[None]:
        turn = cases.turn_of(world, cases.need(found, case_id), AGENT)
        liabilities.decide(turn, found, "platform", "ruled")
        return turn.items, None

    steps.change(world, [refs.case(case_id)], once)
    paid(world, case_id)
    assert ([], None, None) == (vouchers(world), shown(world, case_id), world.case(case_id).multiple)


def test_it_is_paid_too_where_buyer_and_shop_are_both_to_blame(world: World) -> None:
    case_id = confirm(world, file(world, **FAKE))
    world.records.put(world.case(case_id).but(liability="both"))
    paid(world, case_id)
    assert [OWED] == [one.amount for one in vouchers(world)]


def test_who_owes_the_fund_has_it_whole_and_both_are_written_to_one_ledger() -> None:
    """What is kept back of the refund and what is paid beyond it are one write of the order's ledger."""
    world = trusting_shop()
    early = paid_early(world)
    returns.receive(world, early)
    returns.inspect(world, early, "reduced", amount=Amount(amount=returns.ALL - 1000, currency="CNY"), reason="worn")
    decisions.answer_offer(world, asking(None, BUYER), early, AnswerOffer(answer="accept"))
    sell(world, "o2")
    case_id = confirm(world, file(world, order_id="o2", **FAKE))
    grants.grant(world, case_id)
    ledger = world.ledger("o2")
    assert (1000, REFUND - 1000, {"*": (OWED, OWED)}) == (
        ledger.payments[0].settled,
        ledger.payments[0].reserved,
        ledger.multiples,
    )
    assert ([OWED], [0]) == ([one.amount for one in vouchers(world)], [one.open for one in debts(world)])
    invariants.the_books_agree(world, "o2")


def test_vouchers_are_settled_as_they_are_granted_under_the_case_s_next_numbers(world: World) -> None:
    case_id = confirm(world, file(world, **FAKE))
    grants.grant(world, case_id)
    [voucher] = vouchers(world)
    assert (number_of(case_id, 2), 2) == (voucher.refund_no, world.case(case_id).refund_count)
    now = world.clock.now()
    assert ("settled", now, now, "voucher", "") == (
        voucher.state, voucher.granted_at, voucher.settled_at, voucher.method, voucher.provider,
    )  # fmt: skip


def test_what_was_not_confirmed_or_taken_back_brings_nothing(world: World) -> None:
    case_id = file(world, ask("scarf", 1), **FAKE)
    decisions.withdraw(world, asking(None, BUYER), case_id, WithdrawCase())
    other = file(world, **FAKE)
    body = AnswerInquiry(finding="not_confirmed", reason="genuine")
    inquiries.answer(world, asking(None, AGENT), other, body)
    decide(world, other, "approve")
    paid(world, other)
    assert [] == vouchers(world)


def test_dangerous_goods_that_are_no_food_bring_no_multiple(world: World) -> None:
    case_id = paid(world, confirm(world, file(world, reason="unsafe")))
    assert ([], None) == (vouchers(world), shown(world, case_id))


def test_a_policy_without_multiples_pays_the_refund_alone() -> None:
    world = shop(multiples=[])
    sell(world)
    paid(world, confirm(world, file(world, **FAKE)))
    assert [] == vouchers(world)


def test_a_revision_to_counterfeit_brings_it_too(world: World) -> None:
    case_id = stages.rejected(world)
    decisions.revise(world, asking(), case_id, ReviseCase(**FAKE))
    paid(world, confirm(world, case_id))
    assert [OWED] == [one.amount for one in vouchers(world)]


def test_a_shop_s_advance_and_its_damages_are_two_debts() -> None:
    world = debt_shop(deposit=200000)
    case_id = paid(world, confirm(world, file(world, **FAKE)))
    assert [("multiple", OWED), ("refund", REFUND)] == sorted(
        (one.covers, one.amount) for one in world.listings.recoveries_of(case_id)
    )
    world.clock.pass_by(minutes=2)
    sweeper.sweep(world)
    assert {"recovered"} == {one.state for one in world.listings.recoveries_of(case_id)}
    invariants.the_books_agree(world)
