"""平台介入: one instant for everybody, a seal, a ruling that can be appealed against once, and what then happens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain import refs
from chalicelib.domain.actors import Actor
from chalicelib.domain.disputes import Dispute, Precedent, Seal, digest_of
from chalicelib.domain.evidence import Evidence
from chalicelib.errors import AnswerTooLate, Forbidden, GateNotFound, InvalidRequest, TransitionRefused
from chalicelib.ports import CarrierAnswer
from chalicelib.schemas.cases import AddEvidence, RuleCase
from chalicelib.schemas.disputes import AppealRuling, FinishDispute, MakeStatement
from chalicelib.schemas.merchants import FreezeMerchant
from chalicelib.usecases import evidence, freezes, grants, hearings, logistics, proofs, rulings, settlements, tracking
from chalicelib.usecases.steps import Reply
from local.seed import photo
from tests.standins import returns, stages
from tests.standins.shops import AGENT, BUYER, MERCHANT, OPERATOR, OTHER_AGENT, SUPERVISOR, asking, sell, shop
from tests.standins.world import World

OTHER_SUPERVISOR = Actor(role="supervisor", id="s2")


def dispute(world: World) -> Dispute:
    return world.records.all(Dispute)[-1]


def state(world: World, case_id: str, actor: Actor, text: str = "it came torn", **more: Any) -> Reply:
    return hearings.testify(world, asking(None, actor), case_id, MakeStatement(text=text, **more))


def done(world: World, case_id: str, *actors: Actor) -> None:
    for actor in actors:
        hearings.finish(world, asking(None, actor), case_id, FinishDispute())


def appeal(world: World, case_id: str, actor: Actor = MERCHANT) -> Reply:
    return hearings.appeal(world, asking(None, actor), case_id, AppealRuling(reason="look again"))


def rule(world: World, case_id: str, ruling: str = "approve", actor: Actor = AGENT, **more: Any) -> Reply:
    body = RuleCase.model_validate({"ruling": ruling, "reason": "seen", **more})
    return rulings.rule(world, asking(None, actor), case_id, body)


def show(world: World, case_id: str, actor: Actor = BUYER) -> str:
    """A picture that is announced, uploaded and looked at."""
    body = AddEvidence(content_type=photo.TYPE, size=len(photo.png()))
    reply = evidence.add(world, asking(None, actor), case_id, body)
    key = reply.body["fields"]["key"]
    world.evidence.put(key, photo.png(), photo.TYPE)
    evidence.look_at(world, key)
    return str(reply.body["evidence_id"])


# Heard


def test_both_sides_have_one_shared_instant(world: World) -> None:
    case_id = stages.escalated(world)
    gate = world.gate(case_id)
    assert world.clock.now() + timedelta(days=3) == gate.due_at == dispute(world).due_at
    assert ("parties", "in_dispute", 2) == (gate.owner, world.case(case_id).status, world.case(case_id).attempt)
    assert "dispute_flow" == world.case(case_id).flow


def test_it_ends_early_when_everybody_is_done(world: World) -> None:
    case_id = stages.escalated(world)
    done(world, case_id, BUYER, BUYER)
    assert "evidence" == world.gate(case_id).name
    done(world, case_id, MERCHANT)
    assert ("ruling", "sealed") == (world.gate(case_id).name, dispute(world).state)


def test_a_frozen_shop_is_not_waited_for(world: World) -> None:
    case_id = stages.escalated(world)
    freezes.freeze(world, asking(None, OPERATOR), "m1", FreezeMerchant(frozen=True, reason="fraud"))
    assert "parties" == world.gate(case_id).owner, "its time runs for the buyer all the same"
    done(world, case_id, BUYER)
    assert "ruling" == world.gate(case_id).name


def test_in_the_platforms_own_shop_only_the_buyer_is_waited_for() -> None:
    world = shop()
    sell(world, merchant_id="own")
    case_id = stages.file(world)
    stages.decide(world, case_id, "reject", AGENT, reason="worn")
    stages.decisions.escalate(world, asking(), case_id, stages.EscalateCase())
    done(world, case_id, BUYER)
    assert "ruling" == world.gate(case_id).name


def test_each_side_speaks_for_itself_and_an_agent_for_the_carrier_alone(world: World) -> None:
    case_id = stages.escalated(world)
    state(world, case_id, BUYER)
    state(world, case_id, MERCHANT)
    state(world, case_id, AGENT, party="carrier")
    assert ["buyer", "merchant", "carrier"] == [one.party for one in dispute(world).statements]
    for actor, party in ((BUYER, "merchant"), (AGENT, "merchant"), (AGENT, "buyer")):
        with pytest.raises(Forbidden):
            state(world, case_id, actor, party=party)


def test_nobody_talks_for_ever(world: World) -> None:
    case_id = stages.escalated(world)
    for _ in range(10):
        state(world, case_id, BUYER)
    with pytest.raises(InvalidRequest):
        state(world, case_id, BUYER)
    state(world, case_id, MERCHANT)


# Sealed


def test_the_seal_lists_what_there_is_under_one_digest(world: World) -> None:
    case_id = stages.escalated(world)
    file = show(world, case_id)
    state(world, case_id, MERCHANT, "worn for a month")
    stages.pass_by(world, case_id)
    [seal] = world.records.all(Seal)
    [shown] = seal.files
    kept = world.records.one(refs.evidence(case_id, file))
    assert (file, kept.digest, kept.object_version) == (shown.evidence_id, shown.sha256, shown.object_version)
    assert ["worn for a month"] == [one.text for one in seal.statements]
    assert "it was worn" in [one.text for one in seal.words], "what the shop said when it refused"
    assert ("platform", 1) == (seal.policy_id, seal.policy_version)
    assert seal.digest == digest_of(seal) == dispute(world).seals[0]
    assert digest_of(seal) != digest_of(seal.but(description="another")), "over all of it"


def test_nothing_can_be_added_to_what_is_sealed(world: World) -> None:
    case_id = stages.escalated(world)
    announced = evidence.add(
        world, asking(None, BUYER), case_id, AddEvidence(content_type=photo.TYPE, size=len(photo.png()))
    )
    stages.pass_by(world, case_id)
    with pytest.raises(TransitionRefused):
        show(world, case_id)
    with pytest.raises(TransitionRefused):
        state(world, case_id, BUYER)
    key = announced.body["fields"]["key"]  # the form was given out before
    world.evidence.put(key, photo.png(), photo.TYPE)
    evidence.look_at(world, key)
    assert ["sealed"] == [file.refused_because for file in world.records.all(Evidence)]
    assert () == world.records.all(Seal)[0].files


def test_a_file_that_is_taken_while_it_is_sealed_is_in_it_or_refused(world: World) -> None:
    """The seal's list is of the very version of the case that it is written with."""
    case_id = stages.escalated(world)
    world.records.before_save.append(lambda: show(world, case_id) and None)
    stages.pass_by(world, case_id)
    accepted = [file.evidence_id for file in world.records.all(Evidence) if file.state == "accepted"]
    assert 1 == len(accepted)
    assert accepted == [file.evidence_id for file in world.records.all(Seal)[0].files]


# The carrier's side


def asked_of_the_carrier() -> tuple[World, str, str]:
    world = returns.return_shop()
    case_id = returns.in_transit(world)
    returns.carrier_says(world, case_id, "lost")
    proofs.ask_carriers(world, case_id)
    [number] = dispute(world).proofs or ()
    return world, case_id, number


def test_a_carrier_is_asked_for_its_proof_which_is_sealed_with_the_rest() -> None:
    world, case_id, number = asked_of_the_carrier()
    assert ("buyer", "merchant", "carrier") == dispute(world).awaited
    logistics.record(world, number, CarrierAnswer("failed", reason="unknown_parcel"), tracking.HOOKS)
    done(world, case_id, BUYER, MERCHANT)
    [proof] = world.records.all(Seal)[0].proofs
    assert (number, "failed") == (proof.command_no, proof.state)


def test_when_the_carrier_is_the_last_the_time_is_up_at_once() -> None:
    world, case_id, number = asked_of_the_carrier()
    done(world, case_id, BUYER, MERCHANT)
    assert "evidence" == world.gate(case_id).name
    logistics.record(world, number, CarrierAnswer("failed", reason="unknown_parcel"), tracking.HOOKS)
    assert world.clock.now() == world.gate(case_id).due_at
    stages.pass_by(world, case_id)
    assert "ruling" == world.gate(case_id).name


def test_no_carrier_is_asked_about_what_is_not_its_doing(world: World) -> None:
    case_id = stages.escalated(world)
    proofs.ask_carriers(world, case_id)
    assert ((), ("buyer", "merchant")) == (dispute(world).proofs, dispute(world).awaited)


# Ruled, and appealed against


def test_nothing_moves_before_the_ruling_is_final(world: World) -> None:
    case_id = stages.ruled(world, amount={"amount": 10000, "currency": "CNY"})
    assert ("in_dispute", "appeal", "parties") == (
        world.case(case_id).status,
        world.gate(case_id).name,
        world.gate(case_id).owner,
    )
    assert [] == list(world.listings.refunds_of(case_id))
    stages.pass_by(world, case_id)
    grants.grant(world, case_id)
    assert 10000 == sum(refund.amount for refund in world.listings.refunds_of(case_id))


def test_the_ruling_is_final_early_when_both_sides_let_it_stand(world: World) -> None:
    case_id = stages.ruled(world)
    done(world, case_id, BUYER, MERCHANT)
    assert ("approved", "final") == (world.case(case_id).status, dispute(world).state)


def test_what_is_final_begins_the_remedys_own_machine_again(world: World) -> None:
    case_id = stages.ruled(world)
    stages.pass_by(world, case_id)
    case = world.case(case_id)
    assert ("refund_flow", 3) == (case.flow, case.attempt)
    executed = next(e for e in world.listings.timeline(case_id, 100, None).rows if e.type == "RulingExecuted")
    assert (3, "refund_flow") == (executed.data["start_attempt"], executed.data["start_flow"])


@pytest.mark.parametrize("who", [BUYER, MERCHANT])
def test_either_side_appeals_once_and_both_are_heard_again(world: World, who: Actor) -> None:
    case_id = stages.ruled(world)
    appeal(world, case_id, who)
    assert ("evidence", 2, "gathering") == (world.gate(case_id).name, dispute(world).round, dispute(world).state)
    assert world.clock.now() + timedelta(days=1) == world.gate(case_id).due_at
    show(world, case_id)
    stages.pass_by(world, case_id)
    assert [0, 1] == [len(seal.files) for seal in world.records.all(Seal)]
    assert ("ruling", "supervisor") == (world.gate(case_id).name, world.gate(case_id).owner)
    rule(world, case_id, "close", SUPERVISOR)
    assert ("closed", "ruled") == (world.case(case_id).status, world.case(case_id).closed_because)
    with pytest.raises(GateNotFound):
        appeal(world, case_id, who)


def test_a_policy_may_have_an_appeal_ruled_on_the_file() -> None:
    world = shop(appeal_hears=False)
    sell(world)
    case_id = stages.ruled(world)
    appeal(world, case_id)
    assert ("ruling", "supervisor") == (world.gate(case_id).name, world.gate(case_id).owner)
    assert 2 == len(world.records.all(Seal))


def test_an_appeal_comes_in_time_or_not_at_all(world: World) -> None:
    case_id = stages.ruled(world)
    world.clock.reach(world.gate(case_id).due_at)
    with pytest.raises(AnswerTooLate):
        appeal(world, case_id)


def test_who_ruled_does_not_rule_on_the_appeal(world: World) -> None:
    case_id = stages.ruling_late(world)
    rule(world, case_id, "approve", SUPERVISOR)
    appeal(world, case_id)
    stages.pass_by(world, case_id)
    for actor in (SUPERVISOR, AGENT):
        with pytest.raises(Forbidden):
            rule(world, case_id, "close", actor)
    rule(world, case_id, "close", OTHER_SUPERVISOR)
    assert "closed" == world.case(case_id).status


def test_who_seconded_a_ruling_does_not_rule_on_the_appeal_either() -> None:
    world = shop(second_person_above={"CNY": 10000})
    sell(world)
    case_id = stages.in_dispute(world)
    rule(world, case_id, actor=SUPERVISOR)
    rule(world, case_id, actor=OTHER_AGENT)
    appeal(world, case_id)
    stages.pass_by(world, case_id)
    with pytest.raises(Forbidden):
        rule(world, case_id, "close", SUPERVISOR)


def test_an_upheld_appeal_pays_what_the_second_ruling_says(world: World) -> None:
    case_id = stages.ruled(world, "close")
    appeal(world, case_id, BUYER)
    stages.pass_by(world, case_id)
    rule(world, case_id, actor=SUPERVISOR, amount={"amount": 12000, "currency": "CNY"})
    grants.grant(world, case_id)
    grants.submit(world, case_id)
    settlements.see_to(world, world.refund(case_id).refund_no)
    assert ("completed", 12000) == (world.case(case_id).status, sum(world.payments.paid.values()))
    [precedent] = world.records.all(Precedent)
    assert (True, True, 12000) == (precedent.appealed, precedent.changed, precedent.granted)


# Who bears it, and where the goods go


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"merchant": 1000}),  # a change of mind: the shop gets the goods, and pays for them
        ({"liability": "none"}, {"platform": 1000}),
        ({"liability": "carrier"}, {"carrier": 1000}),
        ({"liability": "both"}, {"buyer": 500, "merchant": 500}),
        ({"liability": "both", "shares": {"merchant": 700, "carrier": 300}}, {"carrier": 300, "merchant": 700}),
    ],
)
def test_a_ruling_says_who_bears_it(world: World, body: dict[str, Any], expected: dict[str, int]) -> None:
    case_id = stages.in_dispute(world)
    rule(world, case_id, **body)
    assert expected == {share.party: share.per_mille for share in dispute(world).rulings[-1].shares}


@pytest.mark.parametrize(
    "body",
    [
        {"liability": "none", "shares": {"merchant": 500, "carrier": 500}},
        {"liability": "both", "amount": {"amount": 1, "currency": "CNY"}},
        {"liability": "merchant", "shares": {"merchant": 500, "buyer": 500}},
        {"liability": "both", "shares": {"merchant": 500, "buyer": 400}},
        {"liability": "both", "shares": {"merchant": 1000}},
        {"goods": "send_back"},
        {"goods": "go_back"},
        {"amount": {"amount": 0, "currency": "CNY"}},
    ],
)
def test_rulings_that_make_no_sense_are_refused(world: World, body: dict[str, Any]) -> None:
    case_id = stages.in_dispute(world)
    with pytest.raises(InvalidRequest):
        rule(world, case_id, **body)


def test_money_for_delivered_goods_may_ask_for_the_goods() -> None:
    world = returns.return_shop()
    case_id = stages.file(world)
    stages.decide(world, case_id, "reject", reason="no")
    stages.decisions.escalate(world, asking(), case_id, stages.EscalateCase())
    stages.rule_for_good(world, case_id, goods="go_back")
    assert ("awaiting_goods", "shipment") == returns.standing(world, case_id)
    assert ("return_flow", "return_and_refund") == (world.case(case_id).flow, world.case(case_id).remedy)


def test_goods_that_need_not_come_back_stay_with_the_buyer() -> None:
    world = returns.return_shop()
    case_id = returns.filed(world)
    stages.decide(world, case_id, "reject", reason="no")
    stages.decisions.escalate(world, asking(), case_id, stages.EscalateCase())
    stages.rule_for_good(world, case_id, goods="stay")
    assert returns.ALL == returns.refund(world, case_id)


@pytest.mark.parametrize(
    ("ruling", "goods", "ends"),
    [
        ("approve", None, "restock"),
        ("approve", "send_back", "send_back"),
        ("approve", "disposed", "scrap"),
        ("close", None, "send_back"),
        ("close", "disposed", "scrap"),
    ],
)
def test_goods_that_the_shop_has_meet_the_end_that_was_ruled(ruling: str, goods: str | None, ends: str) -> None:
    world = returns.return_shop()
    case_id = returns.inspected(world, "failed", reason="worn")
    stages.decisions.escalate(world, asking(), case_id, stages.EscalateCase())
    stages.rule_for_good(world, case_id, ruling, goods=goods)
    assert {ends} == {one.disposition for one in returns.goods(world, case_id).disposals}


def test_a_case_that_was_escalated_before_disputes_had_a_record_is_ruled_on_all_the_same(world: World) -> None:
    case_id = stages.in_dispute(world)
    case = world.case(case_id)
    world.records.put(case.but(dispute=None, attempt=1))
    for key in [key for key, thing in world.records.things.items() if isinstance(thing, Dispute | Seal)]:
        del world.records.things[key]
    assert "refund_flow" == world.case(case_id).flow
    rule(world, case_id)
    assert ("dispute_flow", 2, "ruled") == (world.case(case_id).flow, world.case(case_id).attempt, dispute(world).state)
    stages.pass_by(world, case_id)
    assert "approved" == world.case(case_id).status
