"""What an operator sees of the flows: they tell their cases' stories, cost what they should, go on after a death."""

from __future__ import annotations

import json
from datetime import timedelta

from chalicelib.adapters.dynamodb.records import DynamoRecords
from chalicelib.domain import refs
from chalicelib.errors import VersionLost
from local.stack import Stack
from tests.journeys.executions import Execution
from tests.journeys.patience import until
from tests.journeys.provider import Provider
from tests.journeys.shops import LARGE, Shop
from tests.journeys.stories import Story, money

AUTOMATIC = "AssessCase WhichVerdict GrantRefund SubmitRefund AwaitSettlement WhichSettlement RefundSettled".split()


def test_an_automatic_refund_is_seven_states_that_read_as_its_story(shop: Shop, stack: Stack) -> None:
    story = shop.automatic()
    story.until("completed")
    execution = Execution(stack, story.case_id)
    until(execution.status, lambda status: status == "SUCCEEDED")

    assert (AUTOMATIC, 0) == (execution.entered(), execution.retries())
    described = execution.described()
    assert f"{story.case_id}-1" == described["name"]
    assert {"case_id": story.case_id, "attempt": 1} == json.loads(described["input"])
    told = execution.outcomes()
    assert ("approve", "granted", "submitted", "settled") == tuple(
        told[state] for state in AUTOMATIC if state[:5] not in ("Which", "Refun")
    )


def test_a_reviewed_refund_is_at_most_ten_states(shop: Shop, stack: Stack) -> None:
    decided, silent = shop.reviewed(), shop.reviewed()
    decided.decide("approve")
    silent.silence("decision")
    for story, most in ((decided, 10), (silent, 12)):  # a moved deadline adds its own two
        story.until("completed")
        execution = Execution(stack, story.case_id)
        until(execution.status, lambda status: status == "SUCCEEDED")
        assert len(execution.entered()) + execution.retries() <= most


def test_an_execution_says_where_a_waiting_case_stands(shop: Shop, stack: Stack) -> None:
    story = shop.reviewed()
    execution = _waiting(stack, story, "AwaitDecision")
    story.decide("counter", amount=money(1))
    _waiting(stack, story, "AwaitBuyerAnswer")

    assert "countered" == execution.outcomes()["AwaitDecision"]
    story.act(story.buyer, "answer", answer="accept").expect(200)
    story.until("completed")
    assert "accepted" == execution.outcomes()["AwaitBuyerAnswer"]


def test_a_case_whose_execution_was_aborted_goes_on_as_its_next_attempt(
    shop: Shop, stack: Stack, provider: Provider
) -> None:
    story = shop.reviewed()
    execution = _waiting(stack, story, "AwaitDecision")
    execution.stop()
    assert "ABORTED" == execution.status()
    story.decide("approve")
    _let_minutes_pass(stack, story.case_id)
    stack.client("lambda").invoke(FunctionName=stack.functions["OnMinute"], Payload=b"{}")
    story.until("completed")

    second = Execution(stack, story.case_id, attempt=2)
    until(second.status, lambda status: status == "SUCCEEDED")
    assert AUTOMATIC == second.entered()
    assert LARGE == provider.out(story.order_id)


def _waiting(stack: Stack, story: Story, gate: str) -> Execution:
    """The case's first execution, when it has come to this gate."""
    execution = Execution(stack, story.case_id)
    until(lambda: execution.entered()[-1:], lambda last: last == [gate])
    return execution


def _let_minutes_pass(stack: Stack, case_id: str) -> None:
    """The sweeper looks at a case that nobody carries on after two minutes: here they are written into the table."""
    records = DynamoRecords(stack.client("dynamodb"), stack.table)
    ref = refs.case(case_id)

    def older() -> bool:
        case = records.load([ref])[ref]
        try:
            records.save([case.next(updated_at=case.updated_at - timedelta(minutes=5))])
        except VersionLost:
            return False
        return True

    until(older, bool)
