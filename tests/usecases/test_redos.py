"""A person carries on what went wrong, and no way of doing so pays twice."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import journals, refs
from chalicelib.domain.actors import Actor
from chalicelib.domain.buyers import Credit
from chalicelib.errors import Forbidden, InvalidRequest, PaymentChargedBack, SecondPersonNeeded, TransitionRefused
from chalicelib.ports import ProviderAnswer
from chalicelib.schemas.cases import RedoRefund
from chalicelib.usecases import chargebacks, gates, grants, parkings, redos, settlements, sweeper
from tests.refusals import refused
from tests.standins import stages
from tests.standins.shops import AGENT, MERCHANT, OPERATOR, OTHER_OPERATOR, SUPERVISOR, asking, file, sell, shop
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


# Who says so, and what is refused in words


@pytest.mark.parametrize("actor", [MERCHANT, AGENT])
def test_only_operators_and_supervisors_carry_it_on(world: World, actor: Actor) -> None:
    case_id = stages.failed(world)
    with pytest.raises(Forbidden):
        redo(world, case_id, "release", actor=actor)
    redo(world, case_id, "release", actor=SUPERVISOR)
    assert "completed" == world.case(case_id).status


def why_not(world: World, case_id: str, action: str) -> tuple[str, Any]:
    """What is said, and how the refund, or its case, stands."""
    with pytest.raises(TransitionRefused) as caught:
        redo(world, case_id, action)
    return caught.value.detail, caught.value.facts["status"]


@pytest.mark.parametrize(
    ("stage", "action", "told", "state"),
    [
        (stages.settled, "retry", "a settled refund is not asked about", "settled"),
        (stages.failed, "retry", "a failed refund is not asked about", "failed"),
        (stages.settled, "regrant", "a settled refund keeps its number", "settled"),
        (stages.submitted, "regrant", "a submitted refund keeps its number", "submitted"),
        (stages.submitted, "release", "a submitted refund is not given up", "submitted"),
    ],
)
def test_what_a_refund_s_state_does_not_allow_is_refused_with_that_state(
    world: World, stage: Any, action: str, told: str, state: str
) -> None:
    assert (told, state) == why_not(world, stage(world), action)


def test_what_was_seen_to_is_not_seen_to_again(world: World) -> None:
    case_id = reversed_case(world)
    number = world.refund(case_id).refund_no
    redo(world, case_id, "regrant")
    for action in ("regrant", "release"):
        assert (f"{number} was seen to already", "reversed") == why_not(world, case_id, action)
    pay(world, case_id, 2)
    assert "completed" == world.case(case_id).status


def test_what_was_given_up_is_not_granted_again(world: World) -> None:
    case_id = reversed_case(world)
    redo(world, case_id, "release")
    number = world.refund(case_id).refund_no
    assert (f"{number} was seen to already", "reversed") == why_not(world, case_id, "release")


# What it leaves behind


def told(world: World, case_id: str, type: str) -> list[tuple[Any, ...]]:
    """Before, after, the note and which execution begins, of every line of this type."""
    rows = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == type]
    names = ("refund_before", "refund_after", "start_attempt")
    return [(*(one.data.get(name) for name in names), one.note) for one in rows]


def granted_and_parked(world: World) -> str:
    """Its flow could not hand it over."""
    case_id = stages.approved(world)
    grants.grant(world, case_id)
    parkings.park_case(world, case_id, {"Error": "States.Timeout"})
    return case_id


def test_a_granted_refund_whose_flow_broke_is_handed_over_by_another_execution(world: World) -> None:
    case_id = granted_and_parked(world)
    redo(world, case_id, "retry")
    case = world.case(case_id)
    assert (2, None, None) == (case.attempt, case.parking, case.gate)
    assert [(None, None, 2, "seen to")] == told(world, case_id, "CaseResumed")
    assert [] == told(world, case_id, "RefundSubmitted")
    pay(world, case_id, 1)
    assert "completed" == world.case(case_id).status


def test_a_granted_refund_whose_flow_is_at_work_is_left_to_it(world: World) -> None:
    case_id = stages.approved(world)
    grants.grant(world, case_id)
    number = world.refund(case_id).refund_no
    assert (f"{number} is on its way", "granted") == why_not(world, case_id, "retry")


def test_asked_again_by_a_person_it_is_asked_at_once_and_never_paid_blindly(world: World) -> None:
    """At least one ask is counted: the provider is asked what it knows before anything is paid."""
    case_id = stages.submitted(world)
    world.payment_commands.asked.clear()
    redo(world, case_id, "retry")
    refund = world.refund(case_id)
    assert (1, world.clock.now(), "submitted") == (refund.asks, refund.ask_at, refund.state)
    assert [(refund.refund_no, 0)] == world.payment_commands.asked
    assert ("submitted", "submitted", None, "seen to") == told(world, case_id, "RefundSubmitted")[-1]
    assert (1, "settlement") == (world.case(case_id).attempt, world.gate(case_id).name)


def test_asks_that_were_made_stay_counted(world: World) -> None:
    case_id = stages.submitted(world)
    for _ in range(3):
        settlements.record(world, world.refund(case_id).refund_no, ProviderAnswer("unknown"))
    redo(world, case_id, "retry")
    assert (3, "unknown") == (world.refund(case_id).asks, world.refund(case_id).state)


def test_where_nobody_waits_for_the_answer_another_execution_does(world: World) -> None:
    case_id = stages.submitted(world)
    settlements.record(world, world.refund(case_id).refund_no, ProviderAnswer("unknown"))
    due_at = world.gate(case_id).due_at
    world.clock.reach(due_at)
    gates.expire(world, case_id, "settlement", 1, by_flow=True)
    parkings.park_case(world, case_id, {"Error": "RefundNotSettled"})
    assert "person" == world.gate(case_id).name
    redo(world, case_id, "retry")
    case = world.case(case_id)
    assert (2, None, "settlement", 2) == (
        case.attempt,
        case.parking,
        world.gate(case_id).name,
        world.gate(case_id).round,
    )
    assert ("payment", "unknown") == (world.gate(case_id).owner, world.gate(case_id).silence)
    assert ("unknown", "unknown", 2, "seen to") == told(world, case_id, "RefundSubmitted")[-1]


def test_a_new_number_is_granted_by_another_execution_and_the_old_one_s_end_is_posted(world: World) -> None:
    case_id = stages.failed(world)
    redo(world, case_id, "regrant")
    assert [("failed", "released", None, "seen to")] == told(world, case_id, "RefundReleased")
    assert (None, "granted", 2, None) == told(world, case_id, "RefundGranted")[-1]
    assert (2, None) == (world.case(case_id).attempt, world.case(case_id).parking)
    posted = [(one.kind, one.refund_no) for one in world.listings.journal_of("o1")]
    first, second = (world.refund(case_id, count).refund_no for count in (1, 2))
    assert sorted([("granted", first), ("released", first), ("granted", second)]) == sorted(posted)
    assert world.refund(case_id).bearer == world.refund(case_id, 2).bearer == "merchant#m1"


def test_what_the_buyer_s_bank_gave_back_meanwhile_is_not_granted_again(world: World) -> None:
    case_id = stages.failed(world)
    chargebacks.open_chargeback(world, "cb1", "o1", "pay_card", 39000)
    with pytest.raises(PaymentChargedBack):
        redo(world, case_id, "regrant")
    assert ("failed", 1) == (world.refund(case_id).state, len(world.case(case_id).refunds))
    redo(world, case_id, "release")
    assert "completed" == world.case(case_id).status


@pytest.mark.parametrize("action", ["regrant", "release"])
def test_the_person_who_was_asked_is_awaited_no_more(world: World, action: str) -> None:
    case_id = stages.failed(world)
    redo(world, case_id, action)
    person = world.records.one(refs.gate(case_id, "person", 1))
    assert person.answer is not None
    assert ("done", None) == (person.answer.outcome, world.case(case_id).gate)


@pytest.mark.parametrize("action", ["regrant", "release", "retry"])
def test_it_is_one_read_of_the_case_and_the_refund(world: World, action: str) -> None:
    case_id = stages.submitted(world) if action == "retry" else stages.failed(world)
    number = world.refund(case_id).refund_no
    world.records.loads.clear()
    body = RedoRefund.model_validate({"refund_no": number, "action": action, "note": "seen to"})
    redos.redo(world, asking(None, OPERATOR), case_id, body)
    assert {refs.case(case_id), refs.refund(case_id, number)} == set(world.records.loads[0])


def test_what_came_back_was_paid_once_and_keeps_that_state(world: World) -> None:
    case_id = reversed_case(world)
    redo(world, case_id, "regrant")
    assert ([], "reversed") == (told(world, case_id, "RefundReleased"), world.refund(case_id).state)


def test_given_up_it_ends_the_case_and_says_so(world: World) -> None:
    case_id = stages.failed(world)
    redo(world, case_id, "release")
    assert [("failed", "released", None, "seen to")] == told(world, case_id, "RefundReleased")
    [closed] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "CaseClosed"]
    assert ("released", "completed") == (closed.data["because"], closed.after)
    case = world.case(case_id)
    assert (None, None, 0) == (case.parking, case.gate, case.amount)


def test_of_two_refunds_one_is_given_up_and_the_other_still_awaited() -> None:
    world = shop()
    sell(world, payments={"card": 20000, "wallet": 19000})
    case_id = stages.submitted(world)
    settlements.record(world, world.refund(case_id, 1).refund_no, ProviderAnswer("failed", "account_closed"))
    redo(world, case_id, "release", count=1)
    assert ("remedying", world.refund(case_id, 2).amount) == (world.case(case_id).status, world.case(case_id).amount)
    settlements.record(world, world.refund(case_id, 2).refund_no, ProviderAnswer("settled"))
    assert "completed" == world.case(case_id).status


def test_above_the_policy_s_amount_a_second_person_agrees_to_this_very_act() -> None:
    world = shop(second_person_above={"CNY": 30788})
    sell(world)
    case_id = stages.failed(world)
    redo(world, case_id, "release")
    proposal = world.case(case_id).proposal
    assert proposal is not None
    assert (30789, f"release {world.refund(case_id).refund_no}") == (proposal.amount, proposal.act)
    assert "failed" == world.refund(case_id).state
    redo(world, case_id, "release", actor=OTHER_OPERATOR)
    assert "released" == world.refund(case_id).state


# Parked before there was a number


def unpark(world: World, case_id: str, action: str) -> Any:
    body = RedoRefund.model_validate({"action": action, "note": "seen to"})
    return redos.redo(world, asking(None, OPERATOR), case_id, body)


def charged_back(world: World, **payments: int) -> str:
    """Approved; then the buyer's bank was faster, and the flow parked the case."""
    sell(world, payments=payments)
    case_id = stages.approved(world)
    chargebacks.open_chargeback(world, "cb1", "o1", "pay_card", payments["card"])
    with pytest.raises(PaymentChargedBack):
        grants.grant(world, case_id)
    parkings.park_case(world, case_id, {"Error": "PaymentChargedBack"})
    return case_id


def test_without_a_number_nothing_is_granted_another_one() -> None:
    world = shop()
    case_id = charged_back(world, card=39000)
    told = refused(InvalidRequest, lambda: unpark(world, case_id, "regrant"))
    assert ("which refund?", [("refund_no", "needed to regrant", None)]) == told


@pytest.mark.parametrize("stage", [stages.approved, stages.failed])
def test_what_is_not_parked_before_its_grant_is_not_carried_on_so(world: World, stage: Any) -> None:
    case_id = stage(world)
    with pytest.raises(TransitionRefused) as caught:
        unpark(world, case_id, "retry")
    assert ("the case is not parked before its grant", world.case(case_id).status) == (
        caught.value.detail, caught.value.facts["status"],
    )  # fmt: skip


def test_carried_on_its_flow_begins_again() -> None:
    world = shop()
    case_id = charged_back(world, card=39000)
    world.records.loads.clear()
    reply = unpark(world, case_id, "retry")
    assert (refs.case(case_id),) == world.records.loads[0]
    case = world.case(case_id)
    assert (200, 2, None, None) == (reply.status, case.attempt, case.parking, case.gate)
    assert [(None, None, 2, "seen to")] == told(world, case_id, "CaseResumed")


def test_what_the_bank_gave_back_already_is_given_up_and_the_rest_is_granted() -> None:
    world = shop()
    case_id = charged_back(world, card=20000, wallet=19000)
    whole = world.case(case_id).amount
    unpark(world, case_id, "release")
    case = world.case(case_id)
    assert [("pay_wallet", case.amount)] == [(source.payment_id, source.amount) for source in case.claim.sources]
    assert ("approved", 2) == (case.status, case.attempt)
    assert 0 < case.amount < whole
    grants.grant(world, case_id)
    assert [("pay_wallet", case.amount)] == [(ref.payment_id, ref.amount) for ref in world.case(case_id).refunds]
    assert 0 == world.ledger().payments[0].reserved


def test_where_the_bank_gave_all_of_it_back_the_case_ends() -> None:
    world = shop()
    case_id = charged_back(world, card=39000)
    unpark(world, case_id, "release")
    assert ("completed", 0, None) == (world.case(case_id).status, world.case(case_id).amount, world.case(case_id).gate)
    rows = [(one.type, one.after, one.note) for one in world.listings.timeline(case_id, 100, None).rows][-2:]
    assert {("RefundReleased", "remedying", "seen to"), ("CaseClosed", "completed", None)} == set(rows)


def test_where_every_payment_can_be_refunded_nothing_is_given_up(world: World) -> None:
    case_id = stages.approved(world)
    parkings.park_case(world, case_id, {"Error": "States.Timeout"})
    with pytest.raises(TransitionRefused) as caught:
        unpark(world, case_id, "release")
    assert ("every payment can still be refunded: retry", "approved") == (
        caught.value.detail, caught.value.facts["status"],
    )  # fmt: skip
