"""Simulations on the wire: what another policy would have said of past filings."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.base import Instant
from chalicelib.domain.policies import PolicyDraft
from chalicelib.domain.values import Identifier, Integer, Value
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.names import Name


class SimulatePolicy(Value):
    """A draft, and the filings to ask it about: of one shop or of all, filed since and before, newest first.

    The page's `cursor` goes on where the last answer ended; `limit` counts the cases looked at.
    """

    draft: PolicyDraft
    merchant_id: Identifier | None = None
    since: Instant | None = None
    before: Instant | None = None
    limit: Annotated[Integer, Field(ge=1, le=100)] = 50
    cursor: Annotated[str, StringConstraints(min_length=1, max_length=600)] | None = None


class OutcomeView(Value):
    """What one policy says of a filing. `decide_by`: the first deadline, when a person decides."""

    verdict: Name
    because: Name
    instant: bool
    amount: Amount
    freight: Amount
    decide_by: Instant | None


class SimulatedCase(Value):
    """A case whose verdict, amount or deadline the draft would have changed."""

    case_id: str
    order_id: str
    filed_at: Instant
    reason: str
    policy_version: int
    was: OutcomeView
    would_be: OutcomeView


class VerdictChange(Value):
    was: Name
    would_be: Name
    cases: int


class AmountChange(Value):
    """What the filings came to, in one currency."""

    was: Amount
    would_be: Amount


class SimulationView(Value):
    """The cases looked at, in numbers, and those that would have gone otherwise.

    What the policy of the day refused at the door was never filed, so a kinder draft's new cases are not in here.
    """

    cases: int
    changed: int
    verdicts: tuple[VerdictChange, ...]
    amounts: tuple[AmountChange, ...]
    items: tuple[SimulatedCase, ...]
    cursor: str | None
