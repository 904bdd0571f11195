"""What each step of `exchange_flow` may answer and where that leads: docs/architecture.md's contract as data."""

from __future__ import annotations

from collections.abc import Mapping

from tests.flows import refund_contract, return_contract
from tests.flows.contracts import also_silent, soonest

STEM = "exchange_flow"
ENDS = (*refund_contract.ENDS, "GoodsReplaced")

GATES: Mapping[str, str] = {
    **return_contract.GATES,
    "AwaitDifference": "difference",
    "AwaitReplacement": "replacement",
    "AwaitReplacementReceipt": "replacement_receipt",
}


def _as_a_return(name: str) -> Mapping[str, str]:
    """What a return does too; nothing of an exchange is paid before its goods came."""
    return {outcome: then for outcome, then in return_contract.FOLLOWS[name].items() if outcome != "handed_over"}


_AT_THE_GATE: Mapping[str, Mapping[str, str]] = {
    "AwaitDecision": {
        "ship_back": "AwaitShipment",
        "unaddressed": "AwaitAddress",
        "approved": "ShipReplacement",
        "countered": "AwaitBuyerAnswer",
        "rejected": "AwaitEscalation",
        "withdrawn": "CaseWithdrawn",
        "moved": "AwaitDecision",
    },
    "AwaitBuyerAnswer": {
        "ship_back": "AwaitShipment",
        "unaddressed": "AwaitAddress",
        "accepted": "ShipReplacement",
        "declined": "AwaitDecision",
        "referred": "AwaitDecision",
        "disputed": "CaseInDispute",
        "closed": "CaseClosed",
        "moved": "AwaitBuyerAnswer",
    },
    "AwaitEscalation": refund_contract.FOLLOWS["AwaitEscalation"],
    **{name: _as_a_return(name) for name in ("AwaitAddress", "AwaitShipment", "AwaitPickup")},
    "AwaitReceipt": {
        "received": "AwaitInspection",
        "requested": "AwaitReplacement",
        "unpaid": "AwaitDifference",
        "converted": "GrantRefund",
        "disputed": "CaseInDispute",
        "ship_back": "AwaitShipment",
        "moved": "AwaitReceipt",
    },
    "AwaitInspection": {
        "requested": "AwaitReplacement",
        "unpaid": "AwaitDifference",
        "converted": "GrantRefund",
        "reduced": "AwaitBuyerAnswer",
        "failed": "AwaitEscalation",
        "moved": "AwaitInspection",
    },
    "AwaitDifference": {
        "paid": "AwaitReplacement",
        "converted": "GrantRefund",
        "moved": "AwaitDifference",
    },
    "AwaitReplacement": {
        "shipped": "AwaitReplacementReceipt",
        "received": "GoodsReplaced",
        "owed": "GrantRefund",
        "converted": "GrantRefund",
        "moved": "AwaitReplacement",
    },
    "AwaitReplacementReceipt": {
        "received": "GoodsReplaced",
        "owed": "GrantRefund",
        "again": "AwaitReplacement",
        "converted": "GrantRefund",
        "disputed": "CaseInDispute",
        "moved": "AwaitReplacementReceipt",
    },
    "AwaitSettlement": refund_contract.FOLLOWS["AwaitSettlement"],
}

FOLLOWS: Mapping[str, Mapping[str, str]] = {
    "AssessCase": {
        **_as_a_return("AssessCase"),
        "approve": "ShipReplacement",
        "unpaid": "AwaitDifference",
        "requested": "AwaitReplacement",
        "replacing": "AwaitReplacementReceipt",
        "replaced": "GoodsReplaced",
    },
    "ShipReplacement": {
        "requested": "AwaitReplacement",
        "unpaid": "AwaitDifference",
        "converted": "GrantRefund",
        "owed": "GrantRefund",
    },
    **{name: refund_contract.FOLLOWS[name] for name in ("GrantRefund", "SubmitRefund", "ParkCase")},
    **also_silent(_AT_THE_GATE),
}

SHORTEST: Mapping[str, str] = {
    **{name: outcome for name, outcome in return_contract.SHORTEST.items() if name in FOLLOWS},
    "ShipReplacement": "converted",
    **also_silent(
        {
            "AwaitReceipt": "converted",
            "AwaitInspection": "converted",
            "AwaitDifference": "converted",
            "AwaitReplacement": "converted",
            "AwaitReplacementReceipt": "received",
        }
    ),
}

# How to reach each step soonest: what every step before it answers.
REACH: Mapping[str, tuple[str, ...]] = {
    **{name: way for name, way in return_contract.REACH.items() if name in FOLLOWS},
    "ShipReplacement": ("approve",),
    "GrantRefund": ("approve", "converted"),
    **soonest(
        {
            "AwaitDifference": "unpaid",
            "AwaitReplacement": "requested",
            "AwaitReplacementReceipt": "replacing",
        }
    ),
}
