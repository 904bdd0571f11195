"""What buyer and merchant answer to each other. The first answer wins, and each is a turn of one case."""

from __future__ import annotations

import pytest

from chalicelib.domain.ledgers import LineLedger
from chalicelib.errors import (
    AnswerTooLate,
    CaseNotFound,
    Forbidden,
    GateNotFound,
    InvalidRequest,
    RevisionsExhausted,
    TransitionRefused,
)
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.cases import AnswerOffer, EscalateCase, ReviseCase, WithdrawCase
from chalicelib.usecases import decisions
from tests.standins import stages
from tests.standins.shops import AGENT, BUYER, COAT, MERCHANT, RIVAL, STRANGER, ask, asking, decide, file
from tests.standins.world import World

OFFER = Amount(amount=20000, currency="CNY")
UNTOUCHED = LineLedger()


def revise(world: World, case_id: str, **more: object) -> None:
    decisions.revise(world, asking(), case_id, ReviseCase.model_validate(more))


def answer(world: World, case_id: str, answer: str) -> None:
    decisions.answer_offer(world, asking(), case_id, AnswerOffer.model_validate({"answer": answer}))


def test_the_merchant_approves(world: World) -> None:
    case_id = stages.approved(world)
    assert ("approved", None) == (world.case(case_id).status, world.case(case_id).gate)


def test_a_rejection_says_why_and_gives_the_buyer_a_week(world: World) -> None:
    case_id = stages.rejected(world)
    gate = world.gate(case_id)
    assert ("escalation", "buyer#b1", "closed") == (gate.name, gate.owner, gate.silence)
    assert 7 * 86400 == (gate.due_at - gate.opened_at).total_seconds()


def test_a_rejection_without_a_reason_is_refused(world: World) -> None:
    with pytest.raises(InvalidRequest):
        decide(world, file(world), "reject")


def test_the_first_answer_wins(world: World) -> None:
    case_id = stages.approved(world)
    with pytest.raises(GateNotFound):
        decide(world, case_id, "reject", reason="too late")
    assert "approved" == world.case(case_id).status


def test_an_answer_after_the_deadline_is_too_late_even_before_anybody_noticed(world: World) -> None:
    case_id = file(world)
    world.clock.reach(world.gate(case_id).due_at)
    with pytest.raises(AnswerTooLate):
        decide(world, case_id, "reject", reason="one instant late")


def test_another_shop_does_not_even_see_the_case(world: World) -> None:
    with pytest.raises(CaseNotFound):
        decide(world, file(world), "approve", RIVAL)


def test_the_platforms_agents_do_not_decide_for_a_marketplace_shop(world: World) -> None:
    with pytest.raises(Forbidden):
        decide(world, file(world), "approve", AGENT)


def test_an_accepted_offer_becomes_the_amount_and_the_rest_is_free_again(world: World) -> None:
    case_id = stages.countered(world)
    answer(world, case_id, "accept")
    assert ("approved", COAT // 2) == (world.case(case_id).status, world.case(case_id).amount)
    assert COAT // 2 == world.ledger().payments[0].reserved


def test_after_a_declined_offer_the_merchant_decides_again(world: World) -> None:
    case_id = stages.countered(world)
    answer(world, case_id, "decline")
    assert ("decision", 2) == (world.gate(case_id).name, world.gate(case_id).round)


def test_offers_come_to_an_end(world: World) -> None:
    case_id = file(world)
    for _ in range(3):
        decide(world, case_id, "counter", amount=OFFER)
        answer(world, case_id, "decline")
    with pytest.raises(TransitionRefused):
        decide(world, case_id, "counter", amount=OFFER)


@pytest.mark.parametrize("amount", [0, 30789, 30790])
def test_an_offer_is_less_than_what_was_asked_and_more_than_nothing(world: World, amount: int) -> None:
    with pytest.raises(InvalidRequest):
        decide(world, file(world), "counter", amount=Amount(amount=amount, currency="CNY"))


def test_a_revision_gives_the_old_claim_back_and_reserves_the_new_one_in_one_write(world: World) -> None:
    case_id = stages.rejected(world)
    before = len(world.records.saves)
    revise(world, case_id, lines=[ask("scarf", 1).model_dump()])
    assert [UNTOUCHED, LineLedger(1, 4000, 4000)] == list(world.ledger().lines)
    assert 1 == len(world.records.saves) - before
    assert "in_review" == world.case(case_id).status


def test_a_refused_case_that_is_revised_below_the_limit_still_goes_to_a_person(world: World) -> None:
    case_id = stages.rejected(world)
    revise(world, case_id, lines=[{"line_id": "scarf", "quantity": 1, "amount": {"amount": 1, "currency": "CNY"}}])
    assert ("in_review", "decision") == (world.case(case_id).status, world.gate(case_id).name)


def test_five_revisions_and_no_sixth(world: World) -> None:
    case_id = stages.rejected(world)
    for _ in range(5):
        revise(world, case_id)
        decide(world, case_id, "reject", reason="still no")
    with pytest.raises(RevisionsExhausted):
        revise(world, case_id)
    assert 30789 == world.case(case_id).amount


def test_a_refused_buyer_brings_in_the_platform(world: World) -> None:
    gate = world.gate(stages.escalated(world))
    assert ("evidence", "parties", "sealed") == (gate.name, gate.owner, gate.silence)


def test_nobody_escalates_somebody_elses_case(world: World) -> None:
    with pytest.raises(CaseNotFound):
        decisions.escalate(world, asking(actor=STRANGER), stages.rejected(world), EscalateCase())


def test_what_is_withdrawn_is_free_again(world: World) -> None:
    case_id = stages.withdrawn(world)
    assert ("withdrawn", UNTOUCHED) == (world.case(case_id).status, world.ledger().lines[0])
    assert "in_review" == world.case(file(world)).status


def test_what_was_approved_is_no_longer_withdrawn(world: World) -> None:
    with pytest.raises(TransitionRefused):
        decisions.withdraw(world, asking(), stages.approved(world), WithdrawCase())


def test_the_merchant_does_not_withdraw_for_the_buyer(world: World) -> None:
    with pytest.raises(Forbidden):
        decisions.withdraw(world, asking(actor=MERCHANT), file(world), WithdrawCase())


def test_every_turn_of_the_story_stands_on_the_timeline(world: World) -> None:
    case_id = stages.rejected(world)
    revise(world, case_id)
    decide(world, case_id, "counter", amount=OFFER)
    answer(world, case_id, "accept")
    assert "CaseSubmitted CaseRejected CaseRevised OfferMade OfferAccepted".split() == world.told(case_id)
    rows = world.listings.timeline(case_id, 100, None).rows
    assert [BUYER.id, MERCHANT.id, BUYER.id, MERCHANT.id, BUYER.id] == [entry.actor.id for entry in rows]
