"""Gates: the points where a case waits for one answer, until silence is one.

A gate is created by the very write that makes somebody awaited, so an answer can never come before its gate. The
first answer wins. The deadline has a version of its own, because the token that a flow waits with was handed out
together with seconds made from one version of it: a deadline that moved in between must still be noticed.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any, Literal

from chalicelib.domain.actors import Actor
from chalicelib.domain.base import Instant, Record
from chalicelib.domain.values import Value
from chalicelib.errors import AnswerTooLate

UNHEARD = timedelta(minutes=1)  # how long an answer may wait for its flow before the sweeper looks

GateName = Literal[
    "decision",
    "buyer_answer",
    "escalation",
    "inquiry",
    "evidence",
    "ruling",
    "appeal",
    "address",
    "shipment",
    "pickup",
    "receipt",
    "inspection",
    "difference",
    "replacement",
    "replacement_receipt",
    "appointment",
    "repair",
    "estimate",
    "dispatch",
    "acceptance",
    "choice",
    "fee",
    "carrier",
    "settlement",
    "person",
]


class GateRef(Value):
    """What a case remembers of the gate it waits at: enough for `next_action` and for a flow's seconds."""

    name: GateName
    round: int
    owner: str
    due_at: Instant
    silence: str
    deadline_version: int = 1
    extended: bool = False


class Answer(Value):
    """What was answered, by whom, when. `by` is the clock's when silence was the answer.

    `then` is the gate that the answer opened: the flow is told of that one, whatever happened since.
    """

    outcome: str
    by: Actor
    at: Instant
    then: GateRef | None = None


class Gate(Record):
    """One wait of one case. Shape: contracts.md's `gate#<name>#<round>`."""

    case_id: str
    merchant_id: str = ""  # of gates that were opened before returns were monitored, nothing
    name: GateName
    round: int
    owner: str  # `merchant#m1`, `buyer#b1`, `agent`, `supervisor`, `payment`, `carrier`, `operator`
    opened_at: Instant
    due_at: Instant
    silence: str  # the outcome that silence means
    remind_at: Instant | None = None
    deadline_version: int = 1
    moved_because: str | None = None
    extended: bool = False  # who is awaited has asked for more time, which is given once
    answer: Answer | None = None
    token: str | None = None  # Step Functions' callback token; never leaves this item
    token_version: int | None = None  # the deadline's version when the token's seconds were made
    told: bool = False  # the flow knows the answer

    @property
    def ref(self) -> GateRef:
        return GateRef(
            name=self.name,
            round=self.round,
            owner=self.owner,
            due_at=self.due_at,
            silence=self.silence,
            deadline_version=self.deadline_version,
            extended=self.extended,
        )

    @property
    def awaited(self) -> dict[str, Any]:
        """What the entry that opens the gate says of it."""
        return {"awaiting": self.name, "due_at": self.due_at.isoformat(), "silence": self.silence}

    @property
    def signal(self) -> str | None:
        """What the waiting flow must be told: the answer, `moved`, or nothing (also when nobody waits)."""
        if self.token is None:
            return None
        if self.answer is not None:
            return self.answer.outcome
        return "moved" if self.token_version != self.deadline_version else None

    @property
    def is_unheard(self) -> bool:
        """True when there is an answer that no flow was told of."""
        return self.answer is not None and not self.told

    @property
    def watch_at(self) -> datetime | None:
        """When the sweeper should look: at the reminder, at the deadline, or when a flow should long be told."""
        if self.answer is None:
            return self.remind_at or self.due_at
        return None if self.told else self.answer.at + UNHEARD

    def answered(self, outcome: str, by: Actor, at: datetime) -> Gate:
        """The gate with its one answer. Raises AnswerTooLate when there is one already."""
        if self.answer is not None:
            raise AnswerTooLate(f"{self.name} was answered: {self.answer.outcome}", outcome=self.answer.outcome)
        return self.next(answer=Answer(outcome=outcome, by=by, at=at))

    def waited_on(self, token: str, deadline_version: int) -> Gate:
        """The gate with a flow waiting at it, which knows nothing yet; the newest token wins."""
        return self.next(token=token, token_version=deadline_version, told=False)

    def resumed(self) -> Gate:
        """The gate after its flow was told what there was to tell, or after its token turned out to be dead."""
        return self.next(token=None, token_version=None, told=self.answer is not None)

    def reminded(self) -> Gate:
        return self.next(remind_at=None)

    def moved(self, due_at: datetime, reason: str, remind_at: datetime | None = None) -> Gate:
        """The gate with another deadline. Raises AnswerTooLate when it was answered."""
        if self.answer is not None:
            raise AnswerTooLate(f"{self.name} was answered: {self.answer.outcome}", outcome=self.answer.outcome)
        return self.next(
            due_at=due_at,
            remind_at=remind_at,
            moved_because=reason,
            deadline_version=self.deadline_version + 1,
        )

    def lengthened(self) -> Gate:
        """The gate whose one extension is used up; its deadline moves like any other."""
        return self.but(extended=True)

    def is_silent(self, now: datetime) -> bool:
        """True when nobody answered and the time is up: only then is silence an answer."""
        return self.answer is None and self.due_at <= now


def seconds_until(due_at: datetime, now: datetime) -> int:
    """Whole seconds for a wait state, never below 1: AWS refuses zero and negative ones."""
    return max(1, math.ceil((due_at - now).total_seconds()))
