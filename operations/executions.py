"""Executions of a case, as Step Functions tells them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.domain.cases import Case
from operations.places import Place

HEADS = ("attempt", "status", "started", "ended", "last state entered")
LOOKED_AT = 50  # events of a history's end: an `Await…` that was entered again and again is among them


def of(place: Place, case: Case | None) -> Iterator[tuple[object, ...]]:
    """A line for each attempt. One that is not there was never started, or ended more than 90 days ago."""
    client = place.session.client("stepfunctions")
    if case is None:
        return
    head = place.machines[case.flow].replace(":stateMachine:", ":execution:")
    for attempt in range(1, case.attempt + 1):
        arn = f"{head}:{case.case_id}-{attempt}"
        try:
            told = client.describe_execution(executionArn=arn)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionDoesNotExist":
                raise
            yield attempt, "not there", "", "", ""
            continue
        yield attempt, told["status"], told["startDate"], told.get("stopDate"), _last_state(client, arn)


def _last_state(client: Any, arn: str) -> str:
    history = client.get_execution_history(
        executionArn=arn, reverseOrder=True, maxResults=LOOKED_AT, includeExecutionData=False
    )
    entered = (event["stateEnteredEventDetails"]["name"] for event in history["events"] if _is_entered(event))
    return str(next(entered, ""))


def _is_entered(event: dict[str, Any]) -> bool:
    return "stateEnteredEventDetails" in event
