"""Inspection 验货: what came, in which grade, what becomes of it, and what that means for the money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.domain.actors import Actor
from chalicelib.domain.base import Instant
from chalicelib.domain.claims import Claim
from chalicelib.domain.explanations import Explanation
from chalicelib.domain.values import Count, Identifier, Quantity, Value

Grade = Literal["new", "opened", "worn", "damaged", "wrong"]
Disposition = Literal["restock", "refurbish", "return_to_vendor", "scrap", "send_back", "keep"]
Outcome = Literal["passed", "reduced", "failed"]

# What usually becomes of goods of a grade, unless the inspector says otherwise.
USUAL: Mapping[Grade, Disposition] = {
    "new": "restock",
    "opened": "refurbish",
    "worn": "refurbish",
    "damaged": "scrap",
    "wrong": "send_back",
}
TO_STOCK: frozenset[Disposition] = frozenset({"restock", "refurbish"})  # what the stock system acknowledges 入库


class Remark(Value):
    """What the inspector saw, with the photos of it (evidence of the case)."""

    note: Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
    evidence: Annotated[tuple[Identifier, ...], Field(max_length=9)] = ()


class InspectedLine(Value):
    """A line of the return: how many units were expected, how many came."""

    line_id: Identifier
    sku: str
    expected: Quantity
    received: Count
    grade: Grade = "new"
    disposition: Disposition = "restock"
    findings: tuple[Remark, ...] = ()

    @property
    def is_short(self) -> bool:
        return self.received < self.expected


class Inspection(Value):
    """`claim` is what would be owed after it: all of it when passed, less when reduced, and as it was when failed,
    because then somebody else decides. `explanation` says how the amount came about."""

    outcome: Outcome
    lines: tuple[InspectedLine, ...]
    claim: Claim
    explanation: Explanation
    reason: str | None = None
    by: Actor
    at: Instant


class Disposal(Value):
    """What became of some units."""

    line_id: Identifier
    sku: str
    quantity: Quantity
    disposition: Disposition
