"""What flows cost: the states that every execution entered and the retries, which is what Step Functions bills."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from local.replay.options import Mode
from local.stack import Stack

BUDGET: dict[Mode, int] = {"refunds": 10, "returns": 20}  # of one case; docs/scale.md
READERS = 4


@dataclass(frozen=True)
class Transitions:
    """By case; a case that began anew has those of all its executions."""

    mode: Mode = "refunds"
    by_case: dict[str, int] = field(default_factory=dict)

    @property
    def most(self) -> int:
        return max(self.by_case.values(), default=0)

    @property
    def median(self) -> float:
        return float(median(self.by_case.values())) if self.by_case else 0.0

    def disagreements(self) -> list[str]:
        """Cases that cost more than a case may, in words, and those that no flow carried."""
        budget = BUDGET[self.mode]
        return [
            f"{case_id} took {count} transitions, {budget} at most are allowed"
            for case_id, count in self.by_case.items()
            if not 0 < count <= budget
        ]


def count(stack: Stack, mode: Mode, case_ids: Sequence[str]) -> Transitions:
    machine = stack.return_flow_arn if mode == "returns" else stack.refund_flow_arn
    states = stack.client("stepfunctions")

    def of(case_id: str) -> int:
        return sum(_cost(events) for events in _histories(states, machine, case_id))

    with ThreadPoolExecutor(READERS) as pool:
        return Transitions(mode, dict(zip(case_ids, pool.map(of, case_ids), strict=True)))


def _histories(states: Any, machine: str, case_id: str) -> Iterator[list[dict[str, Any]]]:
    """Of every attempt, the first one first."""
    attempt = 1
    while True:
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{case_id}-{attempt}"
        pages = states.get_paginator("get_execution_history").paginate(executionArn=arn)
        try:
            yield [event for page in pages for event in page["events"]]
        except states.exceptions.ExecutionDoesNotExist:
            return
        attempt += 1


def _cost(events: Sequence[dict[str, Any]]) -> int:
    """States entered, and tasks that were scheduled once more than they were entered."""
    kinds = [str(event["type"]) for event in events]
    entered = sum(kind.endswith("StateEntered") for kind in kinds)
    return entered + max(0, kinds.count("TaskScheduled") - kinds.count("TaskStateEntered"))
