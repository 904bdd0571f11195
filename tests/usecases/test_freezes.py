"""A frozen shop changes nothing, a person of the platform decides what is granted; what was granted goes on."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import refs
from chalicelib.domain.actors import Actor
from chalicelib.errors import Forbidden, MerchantFrozen, MerchantNotFound, VersionMismatch
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.cases import AddEvidence, AnswerOffer, DecideCase, ReviseCase
from chalicelib.schemas.merchants import FreezeMerchant, PutMerchant, PutWebhook
from chalicelib.usecases import (
    cases,
    decisions,
    evidence,
    filings,
    freezes,
    gates,
    grants,
    merchants,
    settlements,
    sweeper,
)
from chalicelib.usecases.steps import Reply, Request
from tests.standins import stages
from tests.standins.shops import (
    AGENT,
    BUYER,
    COAT,
    MERCHANT,
    OPERATOR,
    RIVAL,
    SUPERVISOR,
    ask,
    asking,
    decide,
    file,
    filing,
    sell,
)
from tests.standins.world import World

SMALL = Amount(amount=500, currency="CNY")


def freeze(world: World, *, frozen: bool = True, actor: Actor = OPERATOR, merchant: str = "m1", **more: Any) -> Reply:
    body = FreezeMerchant(frozen=frozen, reason="its parcels hold stones")
    return freezes.freeze(world, Request(actor, **more), merchant, body)


def thaw(world: World) -> Reply:
    return freeze(world, frozen=False)


def rounds(world: World, case_id: str) -> dict[str, tuple[int, str, str | None]]:
    """The last round of each gate: its number, whom it waits for, its answer."""
    gates = sorted(world.listings.gates_of(case_id), key=lambda gate: gate.round)
    return {gate.name: (gate.round, gate.owner, gate.answer.outcome if gate.answer else None) for gate in gates}


# --- the switch


def test_who_froze_a_shop_when_and_why_is_kept_and_shown_to_the_platform_alone(world: World) -> None:
    freeze(world)
    world.clock.pass_by(hours=2)
    told = thaw(world).body["freezes"]
    assert [(True, "operator:op1"), (False, "operator:op1")] == [(each["frozen"], each["by"]) for each in told]
    assert {"its parcels hold stones"} == {each["reason"] for each in told}
    assert None is merchants.read(world, MERCHANT, "m1").body["freezes"]


def test_repeating_it_writes_nothing(world: World) -> None:
    first = freeze(world)
    world.records.saves.clear()
    assert (first.body["version"], []) == (freeze(world).body["version"], world.records.saves)


def test_somebody_who_saw_another_version_turns_nothing(world: World) -> None:
    freeze(world)
    with pytest.raises(VersionMismatch):
        freeze(world, frozen=False, if_match=frozenset({1}))
    assert merchants.read(world, OPERATOR, "m1").body["frozen"]


def test_a_reply_that_was_lost_freezes_once(world: World) -> None:
    world.records.fates.append("lost_reply")
    assert 1 == len(freeze(world).body["freezes"])


@pytest.mark.parametrize("who", [MERCHANT, AGENT, BUYER], ids=lambda who: who.role)
def test_only_operators_and_supervisors_turn_it(world: World, who: Actor) -> None:
    with pytest.raises(Forbidden):
        freeze(world, actor=who)


def test_a_shop_that_is_not_there_cannot_be_frozen(world: World) -> None:
    with pytest.raises(MerchantNotFound):
        freeze(world, merchant="nobody")


def test_a_change_of_its_name_leaves_a_shop_frozen(world: World) -> None:
    freeze(world)
    merchants.put(world, OPERATOR, "m1", PutMerchant(name="Anna's hats"))
    assert merchants.read(world, OPERATOR, "m1").body["frozen"]


# --- what the shop may do

ACTS: dict[str, Any] = {
    "decision": lambda world, case_id: decide(world, case_id, "approve"),
    "evidence": lambda world, case_id: evidence.add(
        world, asking(None, MERCHANT), case_id, AddEvidence(content_type="image/png", size=10)
    ),
    "webhook": lambda world, case_id: merchants.put_webhook(
        world, MERCHANT, "m1", PutWebhook(url="https://elsewhere.example")
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_frozen_shop_changes_nothing(world: World, act: str) -> None:
    case_id = file(world)
    freeze(world)
    world.records.saves.clear()
    with pytest.raises(MerchantFrozen):
        ACTS[act](world, case_id)
    assert [] == world.records.saves


def test_a_frozen_shop_reads_what_it_read_before(world: World) -> None:
    case_id = file(world)
    freeze(world)
    rows = cases.listing(world, MERCHANT, None, 9, None).body["items"]
    assert [case_id] == [row["case_id"] for row in rows]
    assert "agent" == cases.read(world, MERCHANT, case_id).body["next_action"]["who"]["code"]


def test_an_answer_that_was_given_before_is_told_again(world: World) -> None:
    case_id = file(world)
    asked = asking("k", MERCHANT)
    first = decisions.decide(world, asked, case_id, DecideCase(decision="approve"))
    freeze(world)
    again = decisions.decide(world, asked, case_id, DecideCase(decision="approve"))
    assert (first.body, True) == (again.body, again.replayed)


def test_another_shop_notices_nothing(world: World) -> None:
    sell(world, "o2", merchant_id="m2")
    case_id = file(world, order_id="o2")
    freeze(world)
    decide(world, case_id, "approve", actor=RIVAL)
    assert "approved" == world.case(case_id).status


# --- what is asked of the shop from now on


def test_what_the_policy_would_approve_at_once_waits_for_a_person_of_the_platform(world: World) -> None:
    freeze(world)
    case_id = file(world, ask("scarf", 1, SMALL), freight=False)
    case, gate = world.case(case_id), world.gate(case_id)
    assert ("in_review", "refer", "agent", "reminded") == (case.status, case.verdict.kind, gate.owner, gate.silence)


def test_it_is_remembered_for_whoever_judges_the_filing_again(world: World) -> None:
    free = file(world, ask("scarf", 1, SMALL), freight=False)
    freeze(world)
    frozen = file(world, ask("scarf", 1, SMALL), freight=False)
    wanted = [refs.filing(free, 0), refs.filing(frozen, 0)]
    found = world.records.load(wanted)
    assert [False, True] == [found[ref].frozen for ref in wanted]  # type: ignore[attr-defined]


def test_the_preview_says_so(world: World) -> None:
    freeze(world)
    view = filings.preview(world, BUYER, filing(ask("scarf", 1, SMALL), freight=False)).body
    assert ("refer", "platform_decides", "agent") == (
        view["verdict"]["kind"]["code"],
        view["verdict"]["findings"][0]["because"]["code"],
        view["next_action"]["who"]["code"],
    )


def test_filing_at_a_frozen_shop_is_one_read_and_one_write(world: World) -> None:
    freeze(world)
    world.records.loads.clear()
    world.records.saves.clear()
    filings.file(world, asking("k"), filing())
    assert (1, 1) == (len(world.records.loads), len(world.records.saves))


def test_an_agent_decides_in_the_shops_place(world: World) -> None:
    freeze(world)
    case_id = file(world)
    decide(world, case_id, "approve", actor=AGENT)
    assert "approved" == world.case(case_id).status


def test_silence_of_the_platform_is_no_approval_it_is_asked_again(world: World) -> None:
    freeze(world)
    case_id = file(world)
    before = world.gate(case_id).due_at
    world.clock.reach(before)
    step = gates.expire(world, case_id, "decision", 1, by_flow=True)
    assert ("moved", "in_review") == (step["outcome"], world.case(case_id).status)
    assert world.gate(case_id).due_at > before


def test_what_the_shop_offered_before_a_person_looks_at_before_it_is_paid(world: World) -> None:
    case_id = stages.countered(world)
    freeze(world)
    decisions.answer_offer(world, asking(), case_id, AnswerOffer(answer="accept"))
    case = world.case(case_id)
    assert ("in_review", COAT // 2, None) == (case.status, case.amount, case.offer)
    assert {"decision": (2, "agent", None), "buyer_answer": (1, "buyer#b1", "referred")} == rounds(world, case_id)


def test_a_revision_comes_to_the_platform(world: World) -> None:
    case_id = stages.rejected(world)
    freeze(world)
    decisions.revise(world, asking(), case_id, ReviseCase(description="never worn"))
    assert (2, "agent", None) == rounds(world, case_id)["decision"]


# --- what waits for the shop already


def test_gates_that_wait_for_the_shop_are_handed_over_at_once(world: World) -> None:
    case_id = file(world)
    reply = freeze(world, actor=SUPERVISOR)
    gate = world.gate(case_id)
    assert (1, False) == (reply.body["handed_over"], reply.body["more"])
    assert ("agent", "reminded", 2) == (gate.owner, gate.silence, gate.deadline_version)
    assert "CaseReferred" == world.told(case_id)[-1]
    assert [case_id] == [row.case_id for row in world.listings.awaited("agent", 9, None).rows]


def test_a_flow_that_waits_at_the_shops_gate_is_told_of_the_new_deadline(world: World) -> None:
    case_id = file(world)
    world.pump()
    gates.open_gate(world, case_id, "decision", 1, 1, "token-1")
    freeze(world)
    world.pump()
    assert [("token-1", "moved")] == [(token, step["outcome"]) for token, step in world.flows.resumed]


def unheard(world: World) -> str:
    """A case whose gate the freeze did not reach: the index knew nothing of it yet."""
    case_id = file(world)
    listed = world.listings.awaited
    world.listings.awaited = lambda *_, **__: listed("nobody", 1, None)  # type: ignore[method-assign]
    freeze(world)
    world.listings.awaited = listed  # type: ignore[method-assign]
    assert "merchant#m1" == world.gate(case_id).owner
    return case_id


@pytest.mark.parametrize("by_flow", [True, False])
def test_a_gate_that_was_missed_goes_to_the_platform_when_its_time_is_up(world: World, by_flow: bool) -> None:
    case_id = unheard(world)
    world.clock.reach(world.gate(case_id).due_at)
    world.records.loads.clear()
    step = gates.expire(world, case_id, "decision", 1, by_flow=by_flow)
    assert ("moved", "in_review", "agent", 1) == (
        step["outcome"],
        world.case(case_id).status,
        world.gate(case_id).owner,
        len(world.records.loads),
    )


def test_it_goes_there_sooner_when_a_reminder_was_due(world: World) -> None:
    case_id = unheard(world)
    world.pump()
    world.clock.pass_by(hours=19)
    sweeper.sweep(world)
    assert ("agent", "CaseReferred") == (world.gate(case_id).owner, world.told(case_id)[-1])


def test_a_shop_that_was_let_go_before_its_deadline_is_still_awaited(world: World) -> None:
    case_id = unheard(world)
    thaw(world)
    world.clock.reach(world.gate(case_id).due_at)
    assert "approved" == gates.expire(world, case_id, "decision", 1, by_flow=True)["outcome"]


def test_what_was_handed_over_stays_with_the_platform(world: World) -> None:
    case_id = file(world)
    freeze(world)
    thaw(world)
    with pytest.raises(Forbidden):
        decide(world, case_id, "approve")
    decide(world, case_id, "approve", actor=AGENT)
    assert "approved" == world.case(case_id).status


def test_the_platforms_own_shop_is_no_exception(world: World) -> None:
    sell(world, "o3", merchant_id="own")
    case_id = file(world, order_id="o3")
    freeze(world, merchant="own")
    world.clock.reach(world.gate(case_id).due_at)
    assert "moved" == gates.expire(world, case_id, "decision", 1, by_flow=True)["outcome"]
    assert ("in_review", "reminded") == (world.case(case_id).status, world.gate(case_id).silence)


# --- what was granted


def test_money_that_was_granted_goes_out(world: World) -> None:
    case_id = stages.submitted(world)
    freeze(world)
    settlements.see_to(world, world.refund(case_id).refund_no)
    assert "completed" == world.case(case_id).status


def test_what_was_approved_before_is_granted(world: World) -> None:
    case_id = stages.approved(world)
    freeze(world)
    assert "granted" == grants.grant(world, case_id)["outcome"]


# --- afterwards


def test_a_shop_that_was_let_go_decides_again(world: World) -> None:
    freeze(world)
    thaw(world)
    case_id = file(world)
    decide(world, case_id, "approve")
    assert "approved" == world.case(case_id).status
