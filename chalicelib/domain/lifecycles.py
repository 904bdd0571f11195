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
    "repairing",
    "remedying",
    "completed",
    "withdrawn",
    "closed",
]
DeliveryState = Literal["unshipped", "shipped", "delivered"]
RefundState = Literal["granted", "submitted", "unknown", "settled", "failed", "released", "reversed"]
ParcelState = Literal[
    "announced",
    "picked_up",
    "in_transit",
    "out_for_delivery",
    "exception",
    "damaged",
    "refused",
    "returning",
    "signed",
    "returned_to_sender",
    "lost",
    "cancelled",
]
PickupState = Literal["asked", "booked", "rebooking", "cancelling", "done", "failed", "cancelled"]
DisputeState = Literal["gathering", "sealed", "ruled", "final"]
CommandState = Literal["asked", "accepted", "unknown", "done", "failed"]
RecoveryState = Literal["open", "filed", "accepted", "refused", "recovered", "written_off", "dropped"]
Table = Mapping[str, frozenset[str]]


def _table(**rows: str) -> Table:
    return {state: frozenset(follows.split()) for state, follows in rows.items()}


CASE: Table = _table(
    submitted="in_review approved",
    in_review="approved countered rejected withdrawn closed",
    countered="approved in_review in_dispute closed",
    rejected="in_review in_dispute closed",
    in_dispute="approved closed completed",
    approved="remedying awaiting_goods in_transit repairing",
    awaiting_goods="in_transit approved in_dispute withdrawn closed",
    in_transit="received approved awaiting_goods in_dispute closed",
    received="inspected repairing",
    inspected="remedying countered rejected",
    repairing="approved awaiting_goods in_dispute completed withdrawn closed",
    remedying="completed approved in_dispute",
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

# Carriers miss scans, so every state may be skipped; only two have no way out. What was lost is found again at times,
# and a waybill that was cancelled travels all the same: both are ends that somebody is told of when they turn out none.
_MOVING = "in_transit out_for_delivery exception damaged refused returning signed returned_to_sender lost"
PARCEL: Table = _table(
    announced=f"picked_up {_MOVING} cancelled",
    picked_up=_MOVING,
    in_transit="out_for_delivery exception damaged refused returning signed returned_to_sender lost",
    out_for_delivery="in_transit exception damaged refused returning signed returned_to_sender lost",
    exception="in_transit out_for_delivery damaged refused returning signed returned_to_sender lost",
    damaged="in_transit out_for_delivery exception refused returning signed returned_to_sender lost",
    refused="out_for_delivery returning signed returned_to_sender lost",
    returning="returned_to_sender lost",
    lost="signed returning returned_to_sender",
    cancelled=f"picked_up {_MOVING}",
    signed="",
    returned_to_sender="",
)
PARCEL_ENDS: frozenset[str] = frozenset({"signed", "returned_to_sender", "lost", "cancelled"})

PICKUP: Table = _table(
    asked="booked failed cancelling done",
    booked="rebooking cancelling done failed",
    rebooking="booked failed cancelling done",
    cancelling="cancelled booked done failed",
    failed="done",
    cancelled="done",
    done="",
)

COMMAND: Table = _table(
    asked="accepted unknown done failed",
    accepted="done failed",
    unknown="accepted done failed",
    done="",
    failed="done",  # a claim that was closed may be paid all the same; of nothing else is such a word heard
)

# Nothing can be shown once it is sealed; an appeal, which there is one of, may open another time to show something.
DISPUTE: Table = _table(
    gathering="sealed",
    sealed="ruled final",
    ruled="gathering final",
    final="",
)

# Money may come after it was given up (a carrier that pays late), and be given back when liability is decided anew.
RECOVERY: Table = _table(
    open="filed recovered written_off dropped",
    filed="accepted refused recovered written_off dropped",
    accepted="refused recovered written_off dropped",
    refused="filed recovered written_off dropped",
    recovered="dropped",
    written_off="recovered dropped",
    dropped="",
)


def check(table: Table, before: str, after: str) -> None:
    """Raises TransitionRefused where the table has no way from `before` to `after`."""
    if after not in table[before]:
        raise TransitionRefused(f"{before} cannot become {after}", status=before, possible=sorted(table[before]))
