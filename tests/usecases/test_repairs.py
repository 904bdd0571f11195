"""Repairs: visits, results, the goods' way back, and what comes of those that come to nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain import journals, refs
from chalicelib.domain.actors import Actor
from chalicelib.domain.entries import Entry
from chalicelib.errors import (
    AnswerTooLate,
    CaseNotFound,
    CurrencyMismatch,
    Forbidden,
    GateNotFound,
    InvalidRequest,
    NotEligible,
    TransitionRefused,
)
from chalicelib.schemas.cases import EscalateCase, FileCase, ReviseCase, RuleCase, WithdrawCase
from chalicelib.schemas.events import event_of
from chalicelib.usecases import cases, decisions, filings, rulings
from tests.domain import drafts
from tests.standins import invariants, returns
from tests.standins import repairs as stages
from tests.standins.repairs import COST, becomes, repair
from tests.standins.returns import DELIVERED, refund, silence, standing
from tests.standins.shops import AGENT, BUYER, MERCHANT, RIVAL, STRANGER, SUPERVISOR, ask, asking, decide, file, sell
from tests.standins.time import MONDAY
from tests.standins.world import World


@pytest.fixture
def world() -> World:
    return stages.repair_shop()


@pytest.fixture
def old_world() -> World:
    return stages.out_of_warranty()


def entry(world: World, case_id: str, type: str) -> Entry:
    return [one for one in world.records.all(Entry, case_id=case_id) if one.type == type][-1]


def rule(world: World, case_id: str, ruling: str = "approve", **more: Any) -> None:
    """Nobody shows anything, an agent rules, and nobody appeals."""
    if standing(world, case_id)[1] == "evidence":
        silence(world, case_id, "evidence")
    body = RuleCase.model_validate({"ruling": ruling, "reason": "seen", **more})
    rulings.rule(world, asking(None, AGENT), case_id, body)
    silence(world, case_id, "appeal")


def nothing_is_reserved(world: World) -> bool:
    ledger = world.ledger()
    return all(line.reserved == line.units_taken == 0 for line in ledger.lines) and ledger.freight.reserved == 0


# Asked for


def test_a_repair_is_asked_for_long_after_the_return_window() -> None:
    world = stages.repair_shop()
    world.clock.reach(MONDAY + timedelta(days=300))
    case_id = stages.filed(world)
    assert ("in_review", "decision") == standing(world, case_id)
    assert repair(world, case_id).covered


def test_the_last_second_of_the_warranty_is_covered_and_the_next_is_not() -> None:
    """Signed for on 3 November 2026 at noon: to the end of 3 November 2027, in Shanghai."""
    world = stages.repair_shop(repairs={"paid": False})
    sell(world, "o2", delivery=DELIVERED)
    end = MONDAY.replace(year=2027, day=3, hour=16, minute=0, second=0, microsecond=0)
    world.clock.reach(end - timedelta(milliseconds=1))
    assert end == repair(world, stages.filed(world)).covered_until
    world.clock.reach(end)
    with pytest.raises(NotEligible) as refused:
        stages.filed(world, order_id="o2")
    assert "warranty_over" == refused.value.facts["because"]["code"]


def test_out_of_warranty_it_is_repaired_for_money(old_world: World) -> None:
    assert not repair(old_world, stages.filed(old_world)).covered


def test_goods_in_and_out_of_warranty_are_asked_for_apart() -> None:
    terms = [{"months": 12, "category": "coats"}, {"months": 36}]
    world = stages.repair_shop(warranties=terms)
    lines = (drafts.line("coat", 1, 30000, category="coats"), drafts.line("scarf", 2, 4000, category="scarves"))
    sell(world, "o2", delivery=stages.OLD, lines=lines)
    with pytest.raises(NotEligible) as refused:
        file(world, ask("coat"), ask("scarf"), order_id="o2", remedy="repair", reason="quality_defect")
    assert "warranty_differs" == refused.value.facts["because"]["code"]
    case_id = file(world, ask("scarf"), order_id="o2", remedy="repair", reason="quality_defect")
    assert repair(world, case_id).covered


def test_who_says_nothing_sends_the_goods_in(world: World) -> None:
    assert "send_in" == repair(world, stages.filed(world, service=None)).service


def test_goods_that_are_only_repaired_at_the_door_are_visited() -> None:
    world = stages.repair_shop(repairs={"services": [{"services": ["on_site"]}]})
    assert "on_site" == repair(world, stages.filed(world, service=None)).service
    with pytest.raises(NotEligible) as refused:
        sell(world, "o2", delivery=DELIVERED)
        stages.filed(world, "send_in", order_id="o2")
    assert "service_not_offered" == refused.value.facts["because"]["code"]


def test_goods_that_nobody_repairs_are_refused_at_the_door() -> None:
    world = stages.repair_shop(repairs={"services": []})
    with pytest.raises(NotEligible):
        stages.filed(world, service=None)


def test_only_a_repair_is_done_somewhere(world: World) -> None:
    with pytest.raises(InvalidRequest):
        file(world, ask("coat"), service="on_site")


def test_a_repair_names_its_goods(world: World) -> None:
    with pytest.raises(InvalidRequest):
        filings.file(world, asking(), FileCase(order_id="o1", remedy="repair", reason="quality_defect"))


def test_a_repair_is_no_amount_to_haggle_over(world: World) -> None:
    case_id = stages.filed(world)
    with pytest.raises(TransitionRefused):
        decide(world, case_id, "counter", amount={"amount": 100, "currency": "CNY"})


def test_the_money_of_goods_in_repair_is_nobody_else_s(world: World) -> None:
    stages.booked(world)
    assert 30000 == world.ledger().lines[0].reserved


def test_a_refused_buyer_may_ask_once_more_and_the_repair_begins_when_an_agent_says_so(world: World) -> None:
    case_id = stages.filed(world)
    decide(world, case_id, "reject", reason="dropped")
    decisions.revise(world, asking(None, BUYER), case_id, ReviseCase(description="it was not"))
    decide(world, case_id, "reject", reason="it was")
    decisions.escalate(world, asking(None, BUYER), case_id, EscalateCase())
    with pytest.raises(InvalidRequest):
        rule(world, case_id, amount={"amount": 100, "currency": "CNY"})
    rule(world, case_id)
    assert ("repairing", "appointment") == standing(world, case_id)


def test_silence_on_a_repair_approves_it(world: World) -> None:
    case_id = stages.filed(world)
    assert "booking" == silence(world, case_id, "decision")
    assert ("repairing", "appointment") == standing(world, case_id)


# Visits


def test_a_visit_is_booked_with_an_engineer_whose_name_stays_with_the_parties(world: World) -> None:
    case_id = stages.booked(world)
    visit = repair(world, case_id).visit
    assert visit is not None and ("eng-7", "Li Wei") == (visit.engineer.engineer_id, visit.engineer.name)
    told = event_of(entry(world, case_id, "AppointmentBooked")).model_dump_json()
    assert "eng-7" in told and "Li Wei" not in told
    assert "Li Wei" in str(cases.read(world, BUYER, case_id).body["repair"]["visits"])


def test_a_visit_that_is_moved_keeps_the_day_by_which_the_shop_owes_a_result(world: World) -> None:
    case_id = stages.booked(world)
    due_at = world.gate(case_id).due_at
    stages.book(world, case_id, in_hours=70)
    assert ["moved", "booked"] == [visit.state for visit in repair(world, case_id).visits]
    assert due_at == world.gate(case_id).due_at


@pytest.mark.parametrize(
    ("in_hours", "hours", "field"),
    [
        pytest.param(-1, 2, "starts_at", id="yesterday"),
        pytest.param(20, 0, "ends_at", id="no time at all"),
        pytest.param(20, 25, "ends_at", id="all day and night"),
        pytest.param(24 * 40, 2, "ends_at", id="after the repair is due"),
    ],
)
def test_a_visit_lies_ahead_and_is_one(world: World, in_hours: int, hours: int, field: str) -> None:
    case_id = stages.approved(world)
    ends_at = world.clock.now() + timedelta(hours=in_hours + hours)
    with pytest.raises(InvalidRequest) as refused:
        stages.book(world, case_id, in_hours=in_hours, ends_at=ends_at)
    assert field in [wrong.field for wrong in refused.value.errors]


def test_an_engineer_who_does_not_come_gives_the_shop_no_more_time(world: World) -> None:
    case_id = stages.booked(world)
    due_at = world.gate(case_id).due_at
    stages.visited(world, case_id)
    stages.call_off(world, case_id, "missed_by_engineer", BUYER)
    assert ("repairing", "appointment") == standing(world, case_id)
    stages.book(world, case_id)
    assert due_at == world.gate(case_id).due_at


@pytest.mark.parametrize(("outcome", "actor"), [("missed_by_buyer", MERCHANT), ("cancelled", BUYER)])
def test_a_buyer_who_is_not_there_gives_the_shop_its_time_anew(world: World, outcome: str, actor: Actor) -> None:
    case_id = stages.booked(world)
    due_at = world.gate(case_id).due_at
    world.clock.reach(world.clock.now() + timedelta(hours=1))
    if outcome != "cancelled":
        stages.visited(world, case_id)
    stages.call_off(world, case_id, outcome, actor)
    stages.book(world, case_id)
    assert due_at < world.gate(case_id).due_at


def test_a_buyer_does_not_say_of_themselves_that_they_were_away(world: World) -> None:
    case_id = stages.booked(world)
    stages.visited(world, case_id)
    with pytest.raises(Forbidden):
        stages.call_off(world, case_id, "missed_by_buyer", BUYER)


def test_nobody_is_missed_before_the_visit_and_nothing_is_cancelled_after(world: World) -> None:
    case_id = stages.booked(world)
    with pytest.raises(TransitionRefused):
        stages.call_off(world, case_id, "missed_by_engineer", BUYER)
    stages.visited(world, case_id)
    with pytest.raises(TransitionRefused):
        stages.call_off(world, case_id, "cancelled", BUYER)


def test_goods_in_the_workshop_are_not_visited(world: World) -> None:
    case_id = stages.at_the_bench(world)
    with pytest.raises(TransitionRefused):
        stages.book(world, case_id)
    with pytest.raises(TransitionRefused):
        stages.call_off(world, case_id, "cancelled")


def test_as_many_visits_as_the_policy_gives() -> None:
    world = stages.repair_shop(repairs={"visits": 2})
    case_id = stages.booked(world)
    stages.book(world, case_id)
    with pytest.raises(TransitionRefused):
        stages.book(world, case_id)


def test_a_shop_that_books_nothing_has_an_agent_rule_and_the_goods_come_back_for_the_money(world: World) -> None:
    case_id = stages.approved(world)
    assert "disputed" == silence(world, case_id, "appointment")
    rule(world, case_id)
    assert ("awaiting_goods", "shipment") == standing(world, case_id)
    assert ("return_and_refund", "return_flow", 3) == becomes(world, case_id)


def test_a_buyer_may_take_a_repair_back_until_a_visit_is_booked(world: World) -> None:
    case_id = stages.approved(world)
    decisions.withdraw(world, asking(None, BUYER), case_id, WithdrawCase())
    assert ("withdrawn", None) == standing(world, case_id)
    assert nothing_is_reserved(world)


def test_a_buyer_whose_engineer_is_on_the_way_cancels_the_visit_and_not_the_case(world: World) -> None:
    case_id = stages.booked(world)
    with pytest.raises(TransitionRefused):
        decisions.withdraw(world, asking(None, BUYER), case_id, WithdrawCase())


# Results


def test_what_it_took_is_kept_and_told_as_facts_that_add_up(world: World) -> None:
    case_id = stages.repaired_on_site(world)
    told = event_of(entry(world, case_id, "RepairRecorded")).data.model_dump(mode="json", exclude_none=True)
    assert {"amount": COST, "currency": "CNY"} == told["cost"]
    assert [{"part_no": "board-7", "quantity": 2, "unit_cost": 900}] == told["parts"]
    assert ("repaired", 45, 1, True, "eng-7") == (
        told["result"], told["labour_minutes"], told["attempt"], told["covered"], told["engineer_id"]
    )  # fmt: skip


def test_a_repair_that_works_owes_nothing_and_its_money_is_free(world: World) -> None:
    case_id = stages.repaired_on_site(world)
    stages.accept(world, case_id)
    assert ("completed", 0) == (world.case(case_id).status, world.case(case_id).amount)
    assert nothing_is_reserved(world)
    invariants.a_completed_case_owes_nothing(world)
    assert 30000 == world.case(file(world, ask("coat"), reason="quality_defect")).claim.lines[0].amount


def test_silence_at_the_end_means_that_it_works(world: World) -> None:
    case_id = stages.repaired_on_site(world)
    assert "accepted" == silence(world, case_id, "acceptance")


def test_the_engineer_of_the_visit_is_the_one_who_was_there(world: World) -> None:
    case_id = stages.booked(world)
    stages.visited(world, case_id)
    stages.record(world, case_id, engineer=None)
    attempt = repair(world, case_id).attempt
    assert attempt is not None and attempt.engineer is not None and "eng-7" == attempt.engineer.engineer_id


def test_in_the_workshop_somebody_must_have_been_at_it(world: World) -> None:
    case_id = stages.at_the_bench(world)
    with pytest.raises(InvalidRequest):
        stages.record(world, case_id, engineer=None)


def test_photos_of_a_repair_are_files_of_the_case(world: World) -> None:
    case_id = stages.at_the_bench(world)
    with pytest.raises(InvalidRequest):
        stages.record(world, case_id, findings=[{"note": "burnt", "evidence": ["evd_none"]}])


def test_parts_are_in_the_order_s_currency(world: World) -> None:
    case_id = stages.at_the_bench(world)
    with pytest.raises(CurrencyMismatch):
        stages.record(world, case_id, labour={"minutes": 1, "cost": {"amount": 1, "currency": "GBP"}})


def test_a_result_after_the_time_was_up_is_too_late(world: World) -> None:
    case_id = stages.at_the_bench(world)
    world.clock.reach(world.gate(case_id).due_at)
    with pytest.raises(AnswerTooLate):
        stages.record(world, case_id)


@pytest.mark.parametrize("service", ["on_site", "send_in"])
def test_a_repair_that_failed_is_tried_again(world: World, service: str) -> None:
    case_id = stages.repaired_on_site(world) if service == "on_site" else stages.sent_back(world)
    stages.accept(world, case_id, fixed=False)
    expected = ("repairing", "appointment") if service == "on_site" else ("awaiting_goods", "shipment")
    assert expected == standing(world, case_id)
    assert 1 == repair(world, case_id).failures


def test_who_is_not_content_says_why(world: World) -> None:
    case_id = stages.repaired_on_site(world)
    with pytest.raises(InvalidRequest):
        stages.handbacks.accept(world, asking(None, BUYER), case_id, stages.AcceptRepair(fixed=False))


def test_a_repair_that_failed_twice_at_the_door_becomes_money_for_goods_that_come_in() -> None:
    world = stages.shop_that_gives("refund")
    case_id = stages.in_vain_at_the_door(world)
    assert ("awaiting_goods", "shipment") == standing(world, case_id)
    assert ("return_and_refund", "return_flow", 2) == becomes(world, case_id)
    returns.ship(world, case_id)
    returns.receive(world, case_id)
    returns.inspect(world, case_id)
    assert world.case(case_id).amount == refund(world, case_id)


def test_a_policy_that_lets_the_buyer_keep_what_cannot_be_repaired_pays_at_once() -> None:
    world = stages.shop_that_gives("refund", goods_come_back=False)
    case_id = stages.booked(world)
    stages.visited(world, case_id)
    stages.record(world, case_id, "not_repairable")
    assert ("approved", None) == standing(world, case_id)
    assert ("refund_only", "refund_flow", 2) == becomes(world, case_id)
    assert world.case(case_id).amount == refund(world, case_id)


def test_goods_beyond_repair_stay_with_the_shop_and_are_paid_once() -> None:
    world = stages.shop_that_gives("refund")
    case_id = stages.beyond_repair(world)
    assert ("approved", None) == standing(world, case_id)
    [disposal] = returns.goods(world, case_id).disposals
    assert ("coat", 1, "return_to_vendor") == (disposal.line_id, disposal.quantity, disposal.disposition)
    assert world.case(case_id).amount == refund(world, case_id)
    invariants.nobody_is_paid_twice(world)
    invariants.the_books_agree(world)


def test_a_shop_that_is_late_pays() -> None:
    world = stages.shop_that_gives("refund")
    case_id = stages.at_the_bench(world)
    assert "converted" == silence(world, case_id, "repair")
    assert world.case(case_id).amount == refund(world, case_id)
    assert "repair_late" == entry(world, case_id, "CaseConverted").data["because"]


def test_where_no_fault_was_found_and_the_buyer_sees_one_an_agent_rules(world: World) -> None:
    case_id = stages.at_the_bench(world)
    stages.record(world, case_id, "no_fault_found")
    stages.dispatch(world, case_id)
    stages.carrier_says(world, case_id, "signed")
    stages.accept(world, case_id, fixed=False)
    assert ("in_dispute", "evidence") == standing(world, case_id)
    rule(world, case_id)
    assert ("awaiting_goods", "shipment") == standing(world, case_id), "the buyer has them"


def test_a_ruling_against_the_buyer_sends_goods_back_that_the_shop_has(world: World) -> None:
    case_id = stages.at_the_bench(world)
    stages.record(world, case_id)
    assert "disputed" == silence(world, case_id, "dispatch")
    rule(world, case_id, "close")
    assert ["send_back"] == [one.disposition for one in returns.goods(world, case_id).disposals]


def test_a_ruling_against_the_buyer_sends_nothing_that_the_buyer_has(world: World) -> None:
    case_id = stages.at_the_bench(world)
    stages.record(world, case_id, "no_fault_found")
    stages.dispatch(world, case_id)
    stages.accept(world, case_id, fixed=False)
    rule(world, case_id, "close")
    assert () == returns.goods(world, case_id).disposals


# The way back


def test_the_carrier_s_signature_shortens_the_time_to_look(world: World) -> None:
    case_id = stages.sent_back(world)
    before = world.gate(case_id).due_at
    stages.carrier_says(world, case_id, "signed")
    assert world.clock.now() + timedelta(days=7) == world.gate(case_id).due_at < before
    assert "buyer" == repair(world, case_id).goods_with


def test_the_signature_told_twice_changes_nothing(world: World) -> None:
    case_id = stages.sent_back(world)
    stages.carrier_says(world, case_id, "signed")
    before = world.told(case_id), repair(world, case_id)
    stages.carrier_says(world, case_id, "signed")
    assert before == (world.told(case_id), repair(world, case_id))


def test_a_parcel_that_comes_back_to_the_workshop_is_sent_once_more(world: World) -> None:
    case_id = stages.sent_back(world)
    stages.carrier_says(world, case_id, "back")
    assert ("repairing", "dispatch") == standing(world, case_id)
    stages.dispatch(world, case_id, "SF9876543211")
    assert ("repairing", "acceptance") == standing(world, case_id)
    assert 2 == len(repair(world, case_id).parcels)


def test_goods_lost_on_their_way_to_the_buyer_are_an_agent_s_to_rule_and_nobody_is_to_send_them(world: World) -> None:
    case_id = stages.sent_back(world)
    stages.carrier_says(world, case_id, "lost")
    assert ("in_dispute", "evidence") == standing(world, case_id)
    rule(world, case_id)
    assert ("refund_only", "refund_flow", 3) == becomes(world, case_id)
    assert ("approved", None) == standing(world, case_id)


def test_goods_that_never_reached_the_workshop_are_paid_when_an_agent_says_so(world: World) -> None:
    case_id = stages.approved(world, "send_in")
    returns.ship(world, case_id)
    returns.receive(world, case_id, received=False, note="an empty doorstep")
    rule(world, case_id)
    assert ("refund_only", "refund_flow", 3) == becomes(world, case_id)


# Warranty


def test_the_days_without_the_goods_lengthen_the_warranty(world: World) -> None:
    """Sent in on 6 November, back on the 16th: eleven days more."""
    case_id = stages.at_the_bench(world)
    first = repair(world, case_id).covered_until
    world.clock.reach(MONDAY.replace(day=14))
    stages.record(world, case_id)
    stages.dispatch(world, case_id)
    world.clock.reach(MONDAY.replace(day=16))
    stages.accept(world, case_id)
    again = repair(world, stages.filed(world)).covered_until
    assert timedelta(days=11) == again - first


def test_a_visit_takes_its_day_off_the_warranty(world: World) -> None:
    case_id = stages.repaired_on_site(world)
    first = repair(world, case_id).covered_until
    stages.accept(world, case_id)
    assert timedelta(days=1) == repair(world, stages.filed(world)).covered_until - first


def test_the_warranty_of_other_goods_of_the_order_stays_as_it_was(world: World) -> None:
    stages.accept(world, stages.repaired_on_site(world))
    known = stages.warranty(world)
    assert known is not None and ["coat"] == [line.line_id for line in known.lines]


# Out of warranty


def test_nothing_is_repaired_for_money_before_the_buyer_agreed(old_world: World) -> None:
    case_id = stages.at_the_bench(old_world)
    with pytest.raises(TransitionRefused):
        stages.record(old_world, case_id)
    stages.estimate(old_world, case_id)
    with pytest.raises(GateNotFound):
        stages.record(old_world, case_id)


def test_under_warranty_there_is_no_price(world: World) -> None:
    with pytest.raises(TransitionRefused):
        stages.estimate(world, stages.at_the_bench(world))


def test_a_price_of_nothing_is_none(old_world: World) -> None:
    with pytest.raises(InvalidRequest):
        stages.estimate(old_world, stages.at_the_bench(old_world), parts=[], labour={})


def test_a_price_that_was_taken_stands(old_world: World) -> None:
    case_id = stages.at_the_bench(old_world)
    stages.estimate(old_world, case_id)
    stages.answer(old_world, case_id, "accept")
    with pytest.raises(TransitionRefused):
        stages.estimate(old_world, case_id)


def test_a_price_that_was_not_taken_sends_goods_back_and_closes_the_case(old_world: World) -> None:
    case_id = stages.at_the_bench(old_world)
    stages.estimate(old_world, case_id)
    stages.answer(old_world, case_id, "decline")
    assert ("repairing", "dispatch") == standing(old_world, case_id)
    stages.dispatch(old_world, case_id)
    assert "closed" == silence(old_world, case_id, "acceptance")
    assert "estimate_declined" == old_world.case(case_id).closed_because
    assert nothing_is_reserved(old_world)


def test_at_the_door_a_price_that_was_not_taken_ends_it(old_world: World) -> None:
    case_id = stages.booked(old_world)
    stages.visited(old_world, case_id)
    stages.estimate(old_world, case_id)
    stages.answer(old_world, case_id, "decline")
    assert ("closed", None) == standing(old_world, case_id)


def test_a_repair_that_works_is_paid_for_once(old_world: World) -> None:
    case_id = stages.owing(old_world)
    stages.pay(old_world, case_id)
    stages.pay(old_world, case_id)
    assert "completed" == old_world.case(case_id).status
    [posting] = old_world.listings.journal_of("o1")
    assert ("repair_paid", COST) == (posting.kind, posting.amount)
    assert {"buyer#b1": -COST, "merchant#m1": COST} == journals.balance([posting])
    invariants.a_completed_case_owes_nothing(old_world)


def test_a_fee_that_is_paid_too_late_is_recorded_all_the_same(old_world: World) -> None:
    case_id = stages.owing(old_world)
    silence(old_world, case_id, "fee")
    assert "fee_unpaid" == old_world.case(case_id).closed_because
    stages.pay(old_world, case_id)
    known = repair(old_world, case_id)
    fee = known.fee
    assert fee is not None and fee.paid_at is not None and "closed" == old_world.case(case_id).status
    [told] = [one for one in old_world.listings.timeline(case_id, 100, None).rows if one.type == "RepairFeePaid"]
    assert (known.repair_id, fee.amount) == (told.data["repair_id"], told.data["fee"])


@pytest.mark.parametrize(("paid", "heard"), [(True, "paid"), (False, "closed")])
def test_the_flow_hears_whether_the_fee_was_paid(old_world: World, paid: bool, heard: str) -> None:
    case_id = stages.owing(old_world)
    if paid:
        stages.pay(old_world, case_id)
    else:
        silence(old_world, case_id, "fee")
    gate = old_world.records.one(refs.gate(case_id, "fee", 1))
    assert gate.answer is not None
    assert heard == gate.answer.outcome


def test_a_fee_is_taken_by_three_reads_the_case_its_order_and_who_waits(old_world: World) -> None:
    case_id = stages.owing(old_world)
    old_world.records.loads.clear()
    stages.pay(old_world, case_id)
    assert [2, 2, 1] == [len(wanted) for wanted in old_world.records.loads]


@pytest.mark.parametrize("service", ["on_site", "send_in"])
def test_out_of_warranty_what_is_beyond_repair_is_nobody_s_debt(old_world: World, service: str) -> None:
    if service == "on_site":
        case_id = stages.booked(old_world)
        stages.visited(old_world, case_id)
        stages.record(old_world, case_id, "not_repairable")
    else:
        case_id = stages.at_the_bench(old_world)
        stages.record(old_world, case_id, "not_repairable")
        stages.dispatch(old_world, case_id)
        stages.accept(old_world, case_id)
    assert ("closed", "not_repairable") == (old_world.case(case_id).status, old_world.case(case_id).closed_because)
    assert nothing_is_reserved(old_world)


def test_out_of_warranty_a_repair_in_vain_costs_nothing(old_world: World) -> None:
    case_id = stages.booked(old_world)
    for _ in range(2):
        stages.visited(old_world, case_id)
        if repair(old_world, case_id).estimate is None:
            stages.estimate(old_world, case_id)
            stages.answer(old_world, case_id, "accept")
        stages.record(old_world, case_id)
        stages.accept(old_world, case_id, fixed=False)
        if standing(old_world, case_id)[1] == "appointment":
            stages.book(old_world, case_id)
    assert ("closed", "repaired_in_vain") == (old_world.case(case_id).status, old_world.case(case_id).closed_because)


# Who may


@pytest.mark.parametrize("actor", [RIVAL, STRANGER])
def test_strangers_find_no_repair(world: World, actor: Actor) -> None:
    case_id = stages.approved(world)
    with pytest.raises(CaseNotFound):
        stages.book(world, case_id, actor)


@pytest.mark.parametrize("actor", [AGENT, SUPERVISOR, BUYER])
def test_a_shop_s_engineers_are_its_own(world: World, actor: Actor) -> None:
    case_id = stages.approved(world)
    with pytest.raises(Forbidden):
        stages.book(world, case_id, actor)


def test_of_the_platform_s_own_shop_the_platform_s_people_book_and_repair(world: World) -> None:
    sell(world, "own1", merchant_id="own", delivery=DELIVERED)
    case_id = stages.filed(world, order_id="own1")
    decide(world, case_id, "approve", AGENT)
    stages.book(world, case_id, AGENT)
    stages.visited(world, case_id)
    stages.record(world, case_id, actor=AGENT)
    assert ("repairing", "acceptance") == standing(world, case_id)
