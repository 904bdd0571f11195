"""The definition as it runs on an engine: the walker's stories, with real tokens and one real second."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl

from tests.flows.engine import Engine, deployed
from tests.flows.refund_contract import GATES, REACH, SILENCES, step
from tests.flows.refund_story import Line, Story, told
from tests.flows.walker import Answer, Call, Fault

DEAD_TOKEN = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}
STORIES: dict[str, tuple[Line, ...]] = {
    "paid by policy": ("approve",),
    "paid by the merchant": ("refer", "approved"),
    "withdrawn while the merchant thinks": ("refer", "withdrawn"),
    "a counter-offer taken": ("refer", "countered", "accepted"),
    "a counter-offer declined, then approved": ("refer", "countered", "declined", "approved"),
    "refused, revised, refused, revised, approved": ("refer", *["rejected", "revised"] * 2, "approved"),
    "refused, escalated, ruled late by the supervisor": (
        "refer",
        "rejected",
        "escalated",
        "supervised",
        "approved",
    ),
    "refused and ruled against": ("refer", "rejected", "escalated", "closed"),
    "a deadline moved twice": ("refer", "moved", "moved", "approved"),
    "the bank says no": ("approve", "granted", "submitted", "failed"),
    "nobody knows whether it was paid": ("approve", "granted", "submitted", "unknown"),
    "an outcome nobody knows": ("surprised",),
    "a fault of ours": ("approve", Fault("TransitionRefused", "granted cannot become granted")),
    "already settled": ("settled",),
    "already parked": ("parked",),
    "cannot even be parked": ("approve", Fault("KeyError"), Fault("KeyError")),
}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with deployed() as engine:
        yield engine


@pytest.fixture
def case_id(request: pytest.FixtureRequest) -> str:
    """A case of this test's own: all share one machine, because parsing it takes half a second."""
    return "case_" + hashlib.sha256(request.node.name.encode()).hexdigest()[:12]


class Impatient(Story):
    """A story whose every gate waits one second."""

    def __call__(self, call: Call) -> Answer:
        heard = super().__call__(call)
        return heard if isinstance(heard, Fault) else {**heard, "seconds": 1}


@pytest.mark.parametrize("name", STORIES)
def test_the_engine_tells_the_story_as_the_walker_does(engine: Engine, case_id: str, name: str) -> None:
    walked = told(*STORIES[name])
    execution = engine.start(case_id, Story(STORIES[name]))
    ended = engine.finish(execution)
    assert walked.states == engine.states(execution)
    assert ("FAILED" if walked.error else "SUCCEEDED") == ended["status"]
    assert walked.error == ended.get("error")


def test_a_finished_execution_shows_only_its_ids_and_its_last_small_step(engine: Engine, case_id: str) -> None:
    ended = engine.finish(engine.start(case_id, Story(["refer", "approved"])))
    assert {"case_id": case_id, "attempt": 1, "step": step("settled", "")} == json.loads(ended["output"])


def test_a_flow_waits_at_its_gate_until_the_token_comes_back(engine: Engine, case_id: str) -> None:
    execution = engine.start(case_id, Story(["refer"]), held=True)
    token = engine.waiting(execution, case_id)
    assert "AwaitDecision" == engine.states(execution)[-1]
    engine.answer(token, step("withdrawn", ""))
    assert "SUCCEEDED" == engine.finish(execution)["status"]
    assert "CaseWithdrawn" == engine.states(execution)[-1]


def test_a_moved_deadline_hands_out_another_token_for_the_same_round(engine: Engine, case_id: str) -> None:
    execution = engine.start(case_id, Story(["refer"]), held=True)
    first = engine.waiting(execution, case_id)
    engine.answer(first, step("moved", "AwaitDecision", version=2))
    second = engine.waiting(execution, case_id, tokens=2)
    opened = [payload for payload in engine.payloads if "token" in payload and payload["case_id"] == case_id]
    assert [("decision", 1, 1), ("decision", 1, 2)] == [(p["gate"], p["round"], p["version"]) for p in opened]
    assert first != second
    engine.answer(second, step("withdrawn", ""))
    engine.finish(execution)


def test_every_gate_that_stays_silent_for_its_seconds_is_expired(engine: Engine) -> None:
    executions = {gate: engine.start(f"case_{gate}", Impatient([*REACH[gate], "…"])) for gate in GATES}
    for gate, execution in executions.items():
        engine.finish(execution)
        told_states = engine.states(execution)
        assert SILENCES[gate] == told_states[told_states.index(gate) + 1]
    late = engine.tokens["case_AwaitDecision"][0]
    before = engine.states(executions["AwaitDecision"])
    assert _sent(engine, late) in {None, *DEAD_TOKEN}
    assert before == engine.states(executions["AwaitDecision"])


def test_a_passing_fault_is_retried_after_a_jittered_pause(
    engine: Engine, case_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(retrier_decl, "time", SimpleNamespace(sleep=pauses.append))
    execution = engine.start(case_id, Story(["approve", Fault("TransientFault"), Fault("TransientFault")]))
    assert "SUCCEEDED" == engine.finish(execution)["status"]
    assert told("approve").states == engine.states(execution)
    first, second = pauses
    assert 0 <= first <= 1 and 0 <= second <= 2


def _sent(engine: Engine, token: str) -> str | None:
    try:
        engine.answer(token, step("approved", ""))
    except ClientError as refused:
        return str(refused.response["Error"]["Code"])
    return None
