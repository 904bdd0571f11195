"""Transition tables. They are data: the model check walks them, the timeline records them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from chalicelib.errors import TransitionRefused

CaseStatus = Literal[
    "submitted",
    "in_review",
    "approved",
    "countered",
    "rejected",
    "in_dispute",
    "awaiting_goods",
    "in_transit",
    "received",
    "inspected",
    "remedying",
    "completed",
    "withdrawn",
    "closed",
]
DeliveryState = Literal["unshipped", "shipped", "delivered"]
RefundState = Literal["granted", "submitted", "unknown", "settled", "failed", "released", "reversed"]
Table = Mapping[str, frozenset[str]]


def _table(**rows: str) -> Table:
    return {state: frozenset(follows.split()) for state, follows in rows.items()}


CASE: Table = _table(
    submitted="in_review approved withdrawn",
    in_review="approved countered rejected withdrawn",
    countered="approved in_review in_dispute closed",
    rejected="in_review in_dispute closed",
    in_dispute="approved closed",
    approved="remedying awaiting_goods",
    awaiting_goods="in_transit in_dispute withdrawn closed",
    in_transit="received awaiting_goods in_dispute",
    received="inspected",
    inspected="remedying countered rejected in_dispute",
    remedying="completed",
    completed="remedying",
    withdrawn="",
    closed="",
)
CASE_ENDS: frozenset[str] = frozenset({"completed", "withdrawn", "closed"})
GRANTABLE: frozenset[str] = frozenset({"approved", "inspected"})  # nothing comes back, or nothing any more

REFUND: Table = _table(
    granted="submitted released",
    submitted="settled failed unknown",
    unknown="submitted settled failed",
    failed="released",
    settled="reversed",
    released="",
    reversed="",
)


def check(table: Table, before: str, after: str) -> None:
    """Raises TransitionRefused where the table has no way from `before` to `after`."""
    if after not in table[before]:
        raise TransitionRefused(f"{before} cannot become {after}", status=before, possible=sorted(table[before]))
