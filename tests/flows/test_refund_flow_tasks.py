"""Each task of the refund flow as Step Functions calls it: what goes in, what comes out, what stands afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.domain import refs
from chalicelib.domain.ledgers import charge_back
from chalicelib.errors import GateNotFound, PaymentChargedBack
from chalicelib.flows import gates, refund_flow
from chalicelib.schemas.cases import EscalateCase
from chalicelib.usecases import decisions, settlements
from tests.standins.shops import COAT, MERCHANT, ask, asking, decide, file, sell, shop
from tests.standins.ways_out import filed, travelling
from tests.standins.world import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = shop()
    monkeypatch.setattr(wiring, "ports", lambda: made)
    sell(made)
    return made


def call(task: Callable[..., Any], case_id: str, **more: Any) -> dict[str, Any]:
    return dict(task({"case_id": case_id, "attempt": 1, **more}, None))


def approved(world: World) -> str:
    case_id = file(world)
    decide(world, case_id, "approve")
    return case_id


def submitted(world: World) -> str:
    case_id = approved(world)
    call(refund_flow.grant_refund, case_id)
    call(refund_flow.submit_refund, case_id)
    return case_id


# AssessCase


def test_assess_case_says_that_a_referred_case_waits_a_day_for_its_merchant(world: World) -> None:
    case_id = file(world)

    step = call(refund_flow.assess_case, case_id)

    assert {"outcome": "refer", "gate": "decision", "round": 1, "seconds": 86400, "version": 1} == step


def test_assess_case_always_names_all_five_keys(world: World) -> None:
    step = call(refund_flow.assess_case, approved(world))

    assert {"outcome": "approve", "gate": "none", "round": 0, "seconds": 0, "version": 0} == step


def test_assess_case_leads_a_second_execution_to_where_the_money_is(world: World) -> None:
    assert "submitted" == call(refund_flow.assess_case, submitted(world))["outcome"]


# GrantRefund and SubmitRefund


def test_grant_refund_fixes_one_number_however_often_it_is_called(world: World) -> None:
    case_id = approved(world)

    first = call(refund_flow.grant_refund, case_id)
    again = call(refund_flow.grant_refund, case_id)

    assert ["granted", "granted"] == [first["outcome"], again["outcome"]]
    coat_and_its_freight = COAT + 789
    granted = [(refund.refund_no, refund.amount) for refund in world.case(case_id).refunds]
    assert [(f"rfd_{case_id[5:]}01", coat_and_its_freight)] == granted


def test_grant_refund_stops_when_the_buyers_bank_was_faster(world: World) -> None:
    case_id = approved(world)
    order = world.order()
    world.records.put(charge_back(order, world.ledger(), order.payments[0].payment_id, order.paid_total).next())

    with pytest.raises(PaymentChargedBack):
        call(refund_flow.grant_refund, case_id)

    assert () == world.case(case_id).refunds


def test_submit_refund_hands_the_number_to_the_worker_and_waits_for_the_bank(world: World) -> None:
    case_id = approved(world)
    call(refund_flow.grant_refund, case_id)

    step = call(refund_flow.submit_refund, case_id)

    assert ("submitted", "settlement", 86400) == (step["outcome"], step["gate"], step["seconds"])
    assert [(f"rfd_{case_id[5:]}01", 0)] == world.payment_commands.asked


def test_submit_refund_called_again_after_the_settlement_still_names_its_gate(world: World) -> None:
    case_id = submitted(world)
    settlements.see_to(world, f"rfd_{case_id[5:]}01")

    step = call(refund_flow.submit_refund, case_id)

    assert ("settlement", 1) == (step["gate"], step["round"])
    assert 1 <= step["seconds"]


# Silence


def test_expire_decision_approves_when_the_merchant_was_silent(world: World) -> None:
    case_id = file(world)
    world.clock.pass_by(hours=24)

    step = call(refund_flow.expire_decision, case_id, gate="decision", round=1, version=1)

    assert ("approved", "approved") == (step["outcome"], world.case(case_id).status)
    assert "clock" == world.records.one(_decision(case_id)).answer.by.role


def test_expire_decision_a_moment_too_early_is_not_silence(world: World) -> None:
    case_id = file(world)
    world.clock.pass_by(hours=23, minutes=59, seconds=59)

    step = call(refund_flow.expire_decision, case_id, gate="decision", round=1, version=1)

    assert ("moved", 1) == (step["outcome"], step["seconds"])


def test_expire_decision_passes_on_the_answer_that_was_a_moment_faster(world: World) -> None:
    case_id = file(world)
    decide(world, case_id, "reject", reason="worn")
    world.clock.pass_by(hours=24)

    step = call(refund_flow.expire_decision, case_id, gate="decision", round=1, version=1)

    assert ("rejected", "escalation") == (step["outcome"], step["gate"])


def test_expire_buyer_answer_closes_the_case_and_frees_the_money(world: World) -> None:
    case_id = file(world)
    decide(world, case_id, "counter", amount={"amount": 10000, "currency": "CNY"})
    world.clock.pass_by(days=7)

    step = call(refund_flow.expire_buyer_answer, case_id, gate="buyer_answer", round=1, version=1)

    assert ("closed", "closed") == (step["outcome"], world.case(case_id).status)
    assert 0 == sum(line.reserved + line.units_taken for line in world.ledger().lines)


def test_expire_escalation_closes_a_refused_case(world: World) -> None:
    case_id = file(world)
    decide(world, case_id, "reject", reason="worn")
    world.clock.pass_by(days=7)

    step = call(refund_flow.expire_escalation, case_id, gate="escalation", round=1, version=1)

    assert ("closed", "expired") == (step["outcome"], world.case(case_id).closed_because)


def test_expire_settlement_hands_an_unknown_refund_on_after_a_day(world: World) -> None:
    case_id = submitted(world)
    world.clock.pass_by(hours=24)

    step = call(refund_flow.expire_settlement, case_id, gate="settlement", round=1, version=1)

    assert "unknown" == step["outcome"]


def test_expire_settlement_gives_an_accepted_bank_refund_its_days(world: World) -> None:
    case_id = submitted(world)
    world.payments.deeds.append("accept")
    settlements.see_to(world, f"rfd_{case_id[5:]}01")
    world.clock.pass_by(hours=24)

    step = call(refund_flow.expire_settlement, case_id, gate="settlement", round=1, version=1)

    assert ("moved", timedelta(days=6).total_seconds()) == (step["outcome"], step["seconds"])


# ParkCase and the gates


def test_park_case_makes_the_operators_awaited_and_says_why_once(world: World) -> None:
    case_id = approved(world)
    fault = {"Error": "PaymentChargedBack", "Cause": "words that nobody should read"}

    call(refund_flow.park_case, case_id, fault=fault)
    step = call(refund_flow.park_case, case_id, fault=fault)

    assert "parked" == step["outcome"]
    assert "operator" == world.gate(case_id).owner
    assert 1 == world.told(case_id).count("CaseParked")
    assert "words" not in world.case(case_id).model_dump_json()


def test_open_gate_keeps_the_token_for_whoever_answers(world: World) -> None:
    case_id = file(world)

    call(gates.open_gate, case_id, gate="decision", round=1, version=1, token="t1")
    decide(world, case_id, "approve")
    world.pump()

    assert ("t1", "approved") == (world.flows.resumed[0][0], world.flows.resumed[0][1]["outcome"])


def test_open_gate_after_the_answer_passes_it_on_all_the_same(world: World) -> None:
    case_id = file(world)
    decide(world, case_id, "approve")
    world.pump()

    call(gates.open_gate, case_id, gate="decision", round=1, version=1, token="t1")
    world.pump()

    assert ["t1"] == [token for token, _ in world.flows.resumed]


def test_open_gate_refuses_a_gate_that_nobody_opened(world: World) -> None:
    with pytest.raises(GateNotFound):
        call(gates.open_gate, file(world), gate="ruling", round=1, version=1, token="t1")


def test_a_flow_that_hears_late_is_led_through_the_gates_in_their_order(world: World) -> None:
    case_id = file(world, ask("coat"))
    decide(world, case_id, "reject", MERCHANT, reason="worn")
    decisions.escalate(world, asking("e"), case_id, EscalateCase())

    call(gates.open_gate, case_id, gate="decision", round=1, version=1, token="t1")
    world.pump()

    step = world.flows.resumed[0][1]
    assert ("rejected", "escalation") == (step["outcome"], step["gate"])


def _decision(case_id: str) -> Any:
    return refs.gate(case_id, "decision", 1)


def test_expire_carrier_says_what_the_carrier_s_silence_means(monkeypatch: pytest.MonkeyPatch) -> None:
    world = travelling()
    monkeypatch.setattr(wiring, "ports", lambda: world)
    case_id = filed(world)
    world.clock.reach(world.gate(case_id).due_at)

    step = call(refund_flow.expire_carrier, case_id, gate="carrier", round=1, version=1)

    fifteen_days = 15 * 86400
    assert {"outcome": "asked", "gate": "carrier", "round": 2, "seconds": fifteen_days, "version": 1} == step
