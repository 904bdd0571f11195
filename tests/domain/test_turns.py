"""One turn is one transaction: what it changes twice it writes once, and each answer knows the gate that it opened."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.domain.actors import SYSTEM
from chalicelib.domain.gates import Gate
from chalicelib.domain.turns import Turn
from tests.standins import returns as stages


def turn_of() -> tuple[Turn, Gate]:
    """A turn of a case whose buyer should ship, and the gate it waits at."""
    world = stages.return_shop()
    case_id = stages.awaiting_goods(world)
    case = world.case(case_id)
    return Turn(case, SYSTEM, world.clock.now(), world.policies.get("platform", 1)), world.gate(case_id)


def gates(turn: Turn) -> dict[str, Gate]:
    return {item.name: item for item in turn.items if isinstance(item, Gate)}


def test_a_gate_that_is_opened_and_moved_in_one_turn_is_written_as_new() -> None:
    turn, shipment = turn_of()
    turn.answer(shipment, "shipped")
    receipt = turn.wait("receipt", "merchant#m1", "accepted")
    turn.move_deadline(receipt, receipt.due_at - timedelta(days=7), "signed for already")
    written = gates(turn)["receipt"]
    assert (1, 2) == (written.version, written.deadline_version)
    answered = gates(turn)["shipment"].answer
    assert answered is not None and answered.then is not None
    assert written.due_at == answered.then.due_at, "the flow counts by the deadline that stands"


def test_two_answers_in_one_turn_each_lead_to_the_gate_they_opened() -> None:
    turn, shipment = turn_of()
    turn.answer(shipment, "shipped")
    receipt = turn.wait("receipt", "merchant#m1", "accepted")
    turn.answer(receipt, "disputed")
    turn.wait("ruling", "agent", "supervised")
    answers = {name: gate.answer for name, gate in gates(turn).items() if gate.answer is not None}
    assert {"shipment": "receipt", "receipt": "ruling"} == {
        name: answer.then.name for name, answer in answers.items() if answer.then is not None
    }
    assert "disputed" == turn.outcome
    assert 1 == gates(turn)["receipt"].version


def test_goods_that_change_twice_in_one_turn_count_one_version() -> None:
    world = stages.return_shop()
    case_id = stages.awaiting_goods(world)
    before = stages.goods(world, case_id)
    turn = Turn(world.case(case_id), SYSTEM, world.clock.now(), world.policies.get("platform", 1))
    for _ in range(2):
        turn.keep_goods((turn.goods or before).but(received_at=turn.at))
    assert [before.version + 1] == [item.version for item in turn.items if type(item) is type(before)]
