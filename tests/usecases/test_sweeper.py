"""Nothing gets stuck: whatever nobody acted on is done a little later, once, and only that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from chalicelib.domain.entries import Entry
from chalicelib.usecases import gates, settlements, sweeper
from tests.standins import stages
from tests.standins.shops import decide, file, sell
from tests.standins.world import World


def swept(world: World, **later: float) -> dict[str, int]:
    world.clock.pass_by(**later)
    return dict(sweeper.sweep(world))


def test_where_all_is_well_nothing_is_done(world: World) -> None:
    file(world)
    world.pump()
    assert {} == swept(world, minutes=5)


def test_a_message_that_the_stream_lost_is_published_and_its_flow_started(world: World) -> None:
    case_id = file(world)
    assert {"published": 1} == swept(world, minutes=2)
    assert [(case_id, 1)] == world.flows.started
    assert ({}, 1) == (swept(world), len(world.events.published))


def test_a_bus_that_refuses_is_tried_again_the_next_minute(world: World) -> None:
    file(world)
    world.events.refusals = 1
    first, second = swept(world, minutes=2), swept(world, minutes=1)
    assert ({"failed_TransientFault": 1}, {"published": 1}) == (first, second)


def test_a_deadline_that_no_flow_noticed_becomes_its_silence(world: World) -> None:
    case_id = file(world)
    world.pump()
    assert {"reminded": 1} == swept(world, hours=19)
    world.pump()
    assert {"expired": 1} == swept(world, hours=6)
    assert "approved" == world.case(case_id).status


def test_an_answer_that_no_flow_heard_is_told_again(world: World) -> None:
    case_id = file(world)
    world.pump()
    gates.open_gate(world, case_id, "decision", 1, 1, "token-1")
    world.records.changes.clear()
    decide(world, case_id, "approve")
    world.records.changes.clear()  # the stream lost it
    done = swept(world, minutes=2)
    assert 1 == done["resumed"]
    assert ["token-1"] == [token for token, _ in world.flows.resumed]


def test_an_execution_that_died_is_followed_by_the_next_attempt(world: World) -> None:
    case_id = stages.approved(world)
    world.pump()
    world.flows.running.clear()
    assert 1 == swept(world, minutes=3)["restarted"]
    assert (case_id, 2) == world.flows.started[-1]
    assert {} == swept(world, minutes=3)


def test_a_case_whose_twenty_executions_died_waits_for_a_person(world: World) -> None:
    case_id = stages.approved(world)
    for attempt in range(2, 21):
        world.flows.running.clear()
        assert 1 == swept(world, minutes=3)["restarted"]
        assert attempt == world.case(case_id).attempt
    world.flows.running.clear()
    assert 1 == swept(world, minutes=3)["parked"]
    parking = world.case(case_id).parking
    assert parking is not None
    assert "FlowKeepsFailing" == parking.because


def test_a_refund_that_nobody_asked_about_is_asked_about(world: World) -> None:
    case_id = stages.submitted(world)
    world.pump()
    world.payment_commands.asked.clear()
    assert 1 == swept(world, minutes=3)["asked"]
    assert [(world.refund(case_id).refund_no, 0)] == world.payment_commands.asked
    settlements.see_to(world, world.refund(case_id).refund_no)
    world.pump()
    assert "completed" == world.case(case_id).status


def test_a_settled_case_leaves_nothing_to_look_at(world: World) -> None:
    stages.settled(world)
    world.pump()
    world.flows.running.clear()
    swept(world, days=40)
    assert {} == swept(world, days=1)


# --- what always fails keeps nobody waiting


def crowd(world: World, fails: int) -> str:
    """A case with as many lines that no bus takes, and a younger one that it would: all in one shard."""
    case_id = file(world)
    [entry] = world.listings.timeline(case_id, 9, None).rows
    world.records.save([entry.but(sequence=2 + n, at=entry.at - timedelta(seconds=fails - n)) for n in range(fails)])
    publish = world.events.publish

    def picky(entries: Sequence[Entry]) -> None:
        if any(entry.sequence > 1 for entry in entries):
            raise RuntimeError("this one never goes through")
        publish(entries)

    world.events.publish = picky  # type: ignore[method-assign]
    return case_id


def test_things_that_always_fail_do_not_keep_others_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeper, "AT_ONCE", 2)
    crowd(world, 5)
    assert {"failed_RuntimeError": 5, "published": 1} == swept(world, minutes=2)


def test_a_sweep_that_cannot_do_everything_does_no_more_than_a_hundred_of_a_shard(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeper, "AT_ONCE", 2)
    case_id = file(world)
    [entry] = world.listings.timeline(case_id, 9, None).rows
    world.records.save([entry.but(sequence=2 + n) for n in range(4)])
    assert [2, 2, 1] == [swept(world, minutes=2).get("published") for _ in range(3)]


def test_a_sweep_ends_in_time_however_much_fails(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeper, "AT_ONCE", 2)
    crowd(world, 20)
    slow = world.events.publish

    def hangs(entries: Sequence[Entry]) -> None:
        world.clock.pass_by(seconds=15)
        slow(entries)

    world.events.publish = hangs  # type: ignore[method-assign]
    world.clock.pass_by(minutes=2)
    began = world.clock.now()
    sweeper.sweep(world)
    assert world.clock.now() - began < timedelta(seconds=55)


def test_a_shard_where_everything_fails_does_not_use_up_the_others_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeper, "AT_ONCE", 2)
    bad = crowd(world, 50)
    others = [f"o-{n}" for n in range(6)]
    for order_id in others:
        sell(world, order_id)
        file(world, order_id=order_id)
    slow = world.events.publish

    def hangs(entries: Sequence[Entry]) -> None:
        world.clock.pass_by(seconds=1)
        slow(entries)

    world.events.publish = hangs  # type: ignore[method-assign]
    assert 6 <= swept(world, minutes=2)["published"]
    assert world.case(bad).is_open
