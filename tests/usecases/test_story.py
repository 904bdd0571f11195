"""A whole refund from filing to settlement, and what it costs at the table."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import journals
from chalicelib.errors import OrderBusy
from chalicelib.schemas.cases import DecideCase
from chalicelib.usecases import decisions, filings, gates, grants, monitors, orders, settlements
from tests.standins import stages
from tests.standins.shops import MERCHANT, OPERATOR, ORDERS, ask, asking, decide, file, filing
from tests.standins.world import World
from tests.usecases.test_orders import body as an_order


def test_a_coat_comes_to_its_money(world: World) -> None:
    # The buyer files; the flow starts, finds the case in review and waits with its token.
    case_id = file(world, key="k1")
    world.pump()
    assert [(case_id, 1)] == world.flows.started
    step = grants.assess(world, case_id)
    assert ("refer", "decision") == (step["outcome"], step["gate"])
    gates.open_gate(world, case_id, step["gate"], step["round"], step["version"], "token-1")

    # The merchant approves; the stream tells the flow.
    decide(world, case_id, "approve")
    world.pump()
    [(token, told)] = world.flows.resumed
    assert ("token-1", "approved") == (token, told["outcome"])

    # The flow grants and submits; the worker pays; the stream tells the flow.
    grants.grant(world, case_id)
    step = grants.submit(world, case_id)
    gates.open_gate(world, case_id, step["gate"], step["round"], step["version"], "token-2")
    [(number, _)] = world.payment_commands.asked
    settlements.see_to(world, number)
    world.pump()
    assert ("token-2", "settled") == (world.flows.resumed[1][0], world.flows.resumed[1][1]["outcome"])

    # Case, timeline, ledger, journal, provider and tallies tell the same story.
    story = "CaseSubmitted CaseApproved RefundGranted RefundSubmitted RefundSettled".split()
    assert ("completed", story) == (world.case(case_id).status, world.told(case_id))
    assert story == [entry.type for entry in world.events.published]
    assert (1, 30000, 0, 30000, 0, 0) == world.ledger().lines[0]
    assert (0, 30789, 0) == world.ledger().payments[0]
    balance = journals.balance(world.listings.journal_of("o1"))
    assert {"buyer#b1": 30789, "merchant#m1": -30789, "payment_clearing": 0} == balance
    assert {number: 30789} == world.payments.paid
    view = monitors.monitor(world, MERCHANT).body
    assert [("completed", 1, 30789)] == [
        (state["state"]["code"], state["count"], state["amount"]["amount"]) for state in view["cases"]
    ]
    assert [] == view["overdue"] == view["due_soon"]


def test_the_monitor_shows_what_waits_and_what_is_late(world: World) -> None:
    case_id = file(world)
    world.pump()
    assert [case_id] == [row["case_id"] for row in monitors.monitor(world, MERCHANT).body["due_soon"]]
    world.clock.pass_by(hours=25)
    view = monitors.monitor(world, MERCHANT).body
    assert [case_id] == [row["case_id"] for row in view["overdue"]]
    assert [25 * 3600] == [row["age_seconds"] for row in view["oldest"]]
    assert [] == monitors.monitor(world, OPERATOR).body["overdue"]


def test_what_is_due_names_its_case_and_its_merchant(world: World) -> None:
    case_id = file(world)
    [row] = monitors.due(world, MERCHANT, 10, None).body["items"]
    assert (case_id, "decision") == (row["case_id"], row["gate"]["code"])
    assert ({"code": "merchant", "zh": "商家", "en": "Merchant"}, "m1") == (row["who"], row["who_id"])


# --- one read, one transaction

ACTS: dict[str, Any] = {
    "filing": lambda world: filings.file(world, asking("k"), filing()),
    "approval": lambda world: decide_with_key(world, "approve"),
    "rejection": lambda world: decide_with_key(world, "reject", reason="worn"),
    "order": lambda world: orders.register(world, asking("k", ORDERS), an_order()),
}


def decide_with_key(world: World, decision: str, **more: Any) -> None:
    [row] = world.listings.cases_of_buyer("b1", 1, None).rows
    body = DecideCase.model_validate({"decision": decision, **more})
    decisions.decide(world, asking("k", MERCHANT), row.case_id, body)


@pytest.mark.parametrize("act", ACTS)
def test_a_write_of_the_api_is_one_read_and_one_transaction(world: World, act: str) -> None:
    if act in ("approval", "rejection"):
        stages.in_review(world)
    world.records.loads.clear()
    world.records.saves.clear()
    ACTS[act](world)
    assert (1, 1) == (len(world.records.loads), len(world.records.saves))


def test_a_repetition_is_one_read_and_nothing_else(world: World) -> None:
    first = filings.file(world, asking("k"), filing())
    world.records.loads.clear()
    again = filings.file(world, asking("k"), filing())
    assert (first.body, True, 1, 1) == (again.body, again.replayed, len(world.records.loads), len(world.records.saves))


# --- races and lost replies


def test_a_lost_race_is_decided_again_from_a_fresh_read(world: World) -> None:
    world.records.before_save.append(lambda: void(file(world, ask("scarf", 1))))
    case_id = file(world)
    assert "in_review" == world.case(case_id).status
    assert [1, 1] == [line.units_taken for line in world.ledger().lines]


def void(_: object) -> None:
    """A rival's own affairs."""


def test_a_reply_that_was_lost_finds_its_own_effect(world: World) -> None:
    world.records.fates.append("lost_reply")
    reply = filings.file(world, asking("k"), filing())
    assert (201, True, 1) == (reply.status, reply.replayed, len(world.listings.cases_of_buyer("b1", 9, None).rows))


def test_after_eight_lost_races_the_caller_is_told(world: World) -> None:
    world.records.fates.extend(["refused"] * 8)
    with pytest.raises(OrderBusy):
        file(world)
    assert 8 == len(world.clock.pauses)
