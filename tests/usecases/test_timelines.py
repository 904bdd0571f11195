"""A timeline as its readers see it: buyer and shop what concerns them, the platform and its auditors everything."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.actors import Actor
from chalicelib.domain.turns import Turn
from chalicelib.schemas.cases import MoveDeadline, RedoRefund
from chalicelib.usecases import cases, gates, grants, parkings, redos
from tests.standins import debts, stages
from tests.standins.shops import AGENT, AUDITOR, BUYER, MERCHANT, OPERATOR, asking, file
from tests.standins.world import World

PARTIES = pytest.mark.parametrize("party", [BUYER, MERCHANT], ids=["buyer", "merchant"])
PLATFORM = pytest.mark.parametrize("reader", [AGENT, OPERATOR, AUDITOR], ids=["agent", "operator", "auditor"])


def seen(world: World, reader: Actor, case_id: str) -> list[dict[str, Any]]:
    return list(cases.timeline(world, reader, case_id, 100, None).body["items"])


def whats(world: World, reader: Actor, case_id: str) -> list[str]:
    return [entry["what"]["code"] for entry in seen(world, reader, case_id)]


def tell(world: World, case_id: str, type: Any, note: str | None = None, **data: Any) -> None:
    case = world.case(case_id)
    turn = Turn(case, OPERATOR, world.clock.now(), world.policies.get(case.policy_id, case.policy_version))
    turn.tell(type, note=note, **data)
    world.records.save(turn.items)


@PARTIES
def test_nobody_but_the_platform_reads_which_machine_carries_a_case(world: World, party: Actor) -> None:
    [filed] = seen(world, party, file(world))
    assert {"remedy", "reason", "because", "awaiting", "due_at", "silence"} == filed["data"].keys()


@PLATFORM
def test_the_platform_reads_every_line_whole(world: World, reader: Actor) -> None:
    case_id = file(world)
    tell(world, case_id, "RulingProposed", amount_proposed=100)
    tell(world, case_id, "RefundNetted", refund_amount=100)
    entries = seen(world, reader, case_id)
    assert world.told(case_id) == [entry["what"]["code"] for entry in entries]
    assert "refund_flow" == entries[0]["data"]["start_flow"]


@PARTIES
def test_a_reminder_names_nobody_by_the_key_that_the_platform_knows_him_by(world: World, party: Actor) -> None:
    case_id = file(world)
    gate = world.gate(case_id)
    assert gate.remind_at is not None
    world.clock.reach(gate.remind_at)
    gates.remind(world, case_id, gate.name, gate.round)
    near = seen(world, party, case_id)[-1]
    assert ("DeadlineNear", {"gate", "due_at"}) == (near["what"]["code"], near["data"].keys())


@PARTIES
def test_what_is_to_be_agreed_by_a_second_person_of_the_platform_is_nobody_else_s_business(
    world: World, party: Actor
) -> None:
    case_id = file(world)
    tell(world, case_id, "RulingProposed", amount_proposed=100)
    assert ["CaseSubmitted"] == whats(world, party, case_id)


@PARTIES
def test_a_parked_case_is_told_without_the_fault_and_without_staff_s_notes(world: World, party: Actor) -> None:
    case_id = stages.approved(world)
    grants.grant(world, case_id)
    parkings.park_case(world, case_id, {"Error": "Fault", "Cause": "…"})
    [refund] = world.listings.refunds_of(case_id)
    redo = RedoRefund(refund_no=refund.refund_no, action="retry", note="the queue was full")
    redos.redo(world, asking(None, OPERATOR), case_id, redo)
    parked, resumed = seen(world, party, case_id)[-2:]
    assert ("CaseParked", {}) == (parked["what"]["code"], parked["data"])
    assert ("CaseResumed", None, {}) == (resumed["what"]["code"], resumed["note"], resumed["data"])
    assert "the queue was full" == seen(world, OPERATOR, case_id)[-1]["note"]


@PARTIES
def test_why_a_deadline_was_moved_is_for_everybody(world: World, party: Actor) -> None:
    case_id = file(world)
    moved = MoveDeadline(due_at=world.gate(case_id).due_at.replace(month=12), reason="the holidays")
    gates.move_deadline(world, asking(None, OPERATOR), case_id, "decision", moved)
    assert "the holidays" == seen(world, party, case_id)[-1]["note"]


def test_what_a_shop_owes_the_fund_is_read_by_the_shop_and_never_by_the_buyer() -> None:
    world = debts.debt_shop()
    case_id = debts.advanced(world)
    assert "RecoveryOpened" in whats(world, MERCHANT, case_id)
    assert [what for what in world.told(case_id) if not what.startswith("Recovery")] == whats(world, BUYER, case_id)


def test_what_a_carrier_owes_the_fund_is_read_by_the_platform_alone() -> None:
    world = debts.debt_shop(parcels=(debts.PARCEL,))
    case_id = debts.damaged(world)
    assert "RecoveryOpened" in world.told(case_id)
    for party in (BUYER, MERCHANT):
        assert not [what for what in whats(world, party, case_id) if what.startswith("Recovery")]


def test_what_a_buyer_owes_is_not_read_by_the_shop(world: World) -> None:
    case_id = file(world)
    tell(world, case_id, "RecoveryOpened", debtor="buyer", recovery_amount=100)
    tell(world, case_id, "RefundNetted", refund_amount=100)
    assert ["CaseSubmitted", "RecoveryOpened", "RefundNetted"] == whats(world, BUYER, case_id)
    assert ["CaseSubmitted"] == whats(world, MERCHANT, case_id)


@pytest.mark.parametrize("type", ["GoodsPutAway", "StopSaleRequested", "BuyersTold"])
def test_what_becomes_of_the_shop_s_goods_is_the_shop_s_business(world: World, type: str) -> None:
    case_id = file(world)
    tell(world, case_id, type)
    assert (["CaseSubmitted"], ["CaseSubmitted", type]) == (
        whats(world, BUYER, case_id),
        whats(world, MERCHANT, case_id),
    )


def test_a_page_may_be_shorter_than_its_limit_and_the_next_one_goes_on(world: World) -> None:
    case_id = file(world)
    tell(world, case_id, "GoodsPutAway")
    tell(world, case_id, "EvidenceAdded", evidence_id="evd_1")
    first = cases.timeline(world, BUYER, case_id, 2, None).body
    second = cases.timeline(world, BUYER, case_id, 2, first["cursor"]).body
    assert [1, 3] == [entry["sequence"] for page in (first, second) for entry in page["items"]]
