"""No dead ends: every story whose first lines are anything at all ends, and ends well or loudly."""

from __future__ import annotations

import pytest

from tests.flows.definitions import ways_out
from tests.flows.refund_contract import BROKEN_END, CASE
from tests.flows.tales import REFUND, TALES, Tale
from tests.flows.walker import Walk

# Of lines that are anything at all: a longer story branches more often.
DEPTHS = {tale: 5 if tale is REFUND else 4 for tale in TALES}


@pytest.fixture(scope="module", params=DEPTHS, ids=str)
def tale(request: pytest.FixtureRequest) -> Tale:
    chosen: Tale = request.param
    return chosen


@pytest.fixture(scope="module")
def walks(tale: Tale) -> list[Walk]:
    return list(tale.every_walk(DEPTHS[tale]))


def test_every_story_ends(tale: Tale, walks: list[Walk]) -> None:
    assert {*tale.ends, BROKEN_END} == {walked.end for walked in walks}


def test_every_state_is_entered_by_some_story(tale: Tale, walks: list[Walk]) -> None:
    assert tale.machine["States"].keys() == {name for walked in walks for name in walked.states}


def test_every_arrow_of_the_graph_is_walked_by_some_story(tale: Tale, walks: list[Walk]) -> None:
    drawn = {(name, then) for name, state in tale.machine["States"].items() for then in ways_out(state)}
    assert drawn == {pair for walked in walks for pair in zip(walked.states, walked.states[1:], strict=False)}


def test_a_story_fails_only_where_the_case_could_not_be_parked(walks: list[Walk]) -> None:
    assert {None, BROKEN_END} == {walked.error for walked in walks}
    assert all(walked.end == BROKEN_END for walked in walks if walked.error)


def test_nobody_is_paid_in_a_story_that_was_withdrawn_or_closed_before_the_grant(walks: list[Walk]) -> None:
    unpaid = [walked for walked in walks if walked.end in ("CaseWithdrawn", "CaseClosed")]
    assert unpaid
    assert not [walked for walked in unpaid if "SubmitRefund" in walked.states]


def test_a_refund_is_submitted_only_after_it_was_granted(tale: Tale, walks: list[Walk]) -> None:
    for walked in walks:
        told_steps = tale.steps(walked)
        if "SubmitRefund" in told_steps:
            before = told_steps[told_steps.index("SubmitRefund") - 1]
            assert before in ("GrantRefund", "AssessCase")


def test_what_travels_stays_under_eight_kibibytes(walks: list[Walk]) -> None:
    assert max(walked.largest for walked in walks) < 8 * 1024


def test_every_function_gets_its_ids_from_the_execution_and_not_from_what_was_left_over(
    walks: list[Walk],
) -> None:
    assert {CASE["case_id"]} == {call.payload["case_id"] for walked in walks for call in walked.calls}
