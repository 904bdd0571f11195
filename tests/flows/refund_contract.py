"""What each step of `refund_flow` may answer and where that leads: docs/architecture.md's contract as data.

Choices and the note before parking lie between two steps and are left out here: this is the story, the
definition is how it is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.flows.contracts import also_silent, silence_of, soonest
from tests.flows.definitions import ROOT

STEM = "refund_flow"
CONTRACT: Path = ROOT / "docs" / "architecture.md"
CASE: dict[str, Any] = {"case_id": "case_01", "attempt": 1}

# gate → its state, its silence, and the gate's name in the table
GATES: Mapping[str, str] = {
    "AwaitDecision": "decision",
    "AwaitBuyerAnswer": "buyer_answer",
    "AwaitEscalation": "escalation",
    "AwaitCarrier": "carrier",
    "AwaitSettlement": "settlement",
}
SILENCES: Mapping[str, str] = {gate: silence_of(gate) for gate in GATES}

_AT_THE_GATE: Mapping[str, Mapping[str, str]] = {
    "AwaitDecision": {
        "asked": "AwaitCarrier",
        "approved": "GrantRefund",
        "countered": "AwaitBuyerAnswer",
        "rejected": "AwaitEscalation",
        "withdrawn": "CaseWithdrawn",
        "closed": "CaseClosed",
        "moved": "AwaitDecision",
    },
    "AwaitBuyerAnswer": {
        "asked": "AwaitCarrier",
        "accepted": "GrantRefund",
        "declined": "AwaitDecision",
        "referred": "AwaitDecision",
        "closed": "CaseClosed",
        "moved": "AwaitBuyerAnswer",
    },
    "AwaitEscalation": {
        "revised": "AwaitDecision",
        "escalated": "CaseInDispute",
        "closed": "CaseClosed",
        "moved": "AwaitEscalation",
    },
    "AwaitCarrier": {
        "approved": "GrantRefund",
        "asked": "AwaitCarrier",
        "referred": "AwaitDecision",
        "disputed": "CaseInDispute",
        "closed": "CaseClosed",
        "withdrawn": "CaseWithdrawn",
        "moved": "AwaitCarrier",
    },
    "AwaitSettlement": {
        "settled": "RefundSettled",
        "failed": "ParkCase",
        "unknown": "ParkCase",
        "moved": "AwaitSettlement",
    },
}

# Where a case of any machine may stand.
ASSESSED: Mapping[str, str] = {
    "approve": "GrantRefund",
    "refer": "AwaitDecision",
    "countered": "AwaitBuyerAnswer",
    "rejected": "AwaitEscalation",
    "escalated": "CaseInDispute",
    "granted": "SubmitRefund",
    "submitted": "AwaitSettlement",
    "settled": "RefundSettled",
    "withdrawn": "CaseWithdrawn",
    "closed": "CaseClosed",
    "parked": "CaseParked",
}
FOLLOWS: Mapping[str, Mapping[str, str]] = {
    "AssessCase": {**ASSESSED, "asked": "AwaitCarrier"},
    "GrantRefund": {"granted": "SubmitRefund"},
    "SubmitRefund": {"submitted": "AwaitSettlement"},
    "ParkCase": {"parked": "CaseParked"},
    **also_silent(_AT_THE_GATE),
}

ENDS = ("RefundSettled", "CaseWithdrawn", "CaseClosed", "CaseInDispute", "CaseParked")
# The end of an execution that could not even be parked; the sweeper starts the next attempt.
BROKEN_END = "ParkingFailed"

# The shortest way home from every step, for walks that are about something else.
SHORTEST: Mapping[str, str] = {
    "AssessCase": "approve",
    "GrantRefund": "granted",
    "SubmitRefund": "submitted",
    "ParkCase": "parked",
    **also_silent(
        {
            "AwaitDecision": "approved",
            "AwaitBuyerAnswer": "accepted",
            "AwaitEscalation": "closed",
            "AwaitCarrier": "approved",
            "AwaitSettlement": "settled",
        }
    ),
}

# How to reach each step soonest: what every step before it answers. First those that any machine has.
REACHED: Mapping[str, tuple[str, ...]] = {
    "AssessCase": (),
    "GrantRefund": ("approve",),
    "SubmitRefund": ("granted",),
    "ParkCase": ("submitted", "failed"),
    **soonest(
        {
            "AwaitDecision": "refer",
            "AwaitBuyerAnswer": "countered",
            "AwaitEscalation": "rejected",
            "AwaitSettlement": "submitted",
        }
    ),
}
REACH: Mapping[str, tuple[str, ...]] = {**REACHED, **soonest({"AwaitCarrier": "asked"})}


def step(outcome: str, then: str, seconds: int = 86_400, round_: int = 1, version: int = 1) -> dict[str, Any]:
    """What a step answers: the outcome, and the gate that is open now, if the next step is one."""
    gate = GATES.get(then)
    if gate is None:
        return {"outcome": outcome, "gate": "none", "round": 0, "seconds": 0, "version": 0}
    return {"outcome": outcome, "gate": gate, "round": round_, "seconds": seconds, "version": version}
