"""What each step of `return_flow` may answer and where that leads: docs/architecture.md's contract as data."""

from __future__ import annotations

from collections.abc import Mapping

from tests.flows import refund_contract
from tests.flows.contracts import also_silent, soonest

STEM = "return_flow"

GATES: Mapping[str, str] = {
    "AwaitDecision": "decision",
    "AwaitBuyerAnswer": "buyer_answer",
    "AwaitEscalation": "escalation",
    "AwaitAddress": "address",
    "AwaitShipment": "shipment",
    "AwaitPickup": "pickup",
    "AwaitReceipt": "receipt",
    "AwaitInspection": "inspection",
    "AwaitSettlement": "settlement",
}

_AT_THE_GATE: Mapping[str, Mapping[str, str]] = {
    "AwaitDecision": {
        "ship_back": "AwaitShipment",
        "unaddressed": "AwaitAddress",
        "approved": "GrantRefund",
        "countered": "AwaitBuyerAnswer",
        "rejected": "AwaitEscalation",
        "withdrawn": "CaseWithdrawn",
        "moved": "AwaitDecision",
    },
    "AwaitBuyerAnswer": {
        "ship_back": "AwaitShipment",
        "unaddressed": "AwaitAddress",
        "accepted": "GrantRefund",
        "declined": "AwaitDecision",
        "referred": "AwaitDecision",
        "disputed": "CaseInDispute",
        "closed": "CaseClosed",
        "submitted": "AwaitSettlement",
        "settled": "RefundSettled",
        "moved": "AwaitBuyerAnswer",
    },
    "AwaitEscalation": refund_contract.FOLLOWS["AwaitEscalation"],
    "AwaitAddress": {
        "ship_back": "AwaitShipment",
        "disputed": "CaseInDispute",
        "withdrawn": "CaseWithdrawn",
        "moved": "AwaitAddress",
    },
    "AwaitShipment": {
        "shipped": "AwaitReceipt",
        "pickup": "AwaitPickup",
        "closed": "CaseClosed",
        "withdrawn": "CaseWithdrawn",
        "moved": "AwaitShipment",
    },
    "AwaitPickup": {
        "shipped": "AwaitReceipt",
        "rebooked": "AwaitPickup",
        "ship_back": "AwaitShipment",
        "moved": "AwaitPickup",
    },
    "AwaitReceipt": {
        "received": "AwaitInspection",
        "accepted": "GrantRefund",
        "disputed": "CaseInDispute",
        "ship_back": "AwaitShipment",
        "submitted": "AwaitSettlement",
        "settled": "RefundSettled",
        "handed_over": "HastenRefund",
        "moved": "AwaitReceipt",
    },
    "AwaitInspection": {
        "passed": "GrantRefund",
        "reduced": "AwaitBuyerAnswer",
        "failed": "AwaitEscalation",
        "submitted": "AwaitSettlement",
        "settled": "RefundSettled",
        "moved": "AwaitInspection",
    },
    "AwaitSettlement": refund_contract.FOLLOWS["AwaitSettlement"],
}

FOLLOWS: Mapping[str, Mapping[str, str]] = {
    "AssessCase": {
        **refund_contract.ASSESSED,
        "unaddressed": "AwaitAddress",
        "ship_back": "AwaitShipment",
        "pickup": "AwaitPickup",
        "in_transit": "AwaitReceipt",
        "received": "AwaitInspection",
        "handed_over": "HastenRefund",
    },
    "HastenRefund": {"hastened": "AwaitReceipt"},
    **{name: refund_contract.FOLLOWS[name] for name in ("GrantRefund", "SubmitRefund", "ParkCase")},
    **also_silent(_AT_THE_GATE),
}

SHORTEST: Mapping[str, str] = {
    "AssessCase": "approve",
    "GrantRefund": "granted",
    "SubmitRefund": "submitted",
    "HastenRefund": "hastened",
    "ParkCase": "parked",
    **also_silent(
        {
            "AwaitDecision": "approved",
            "AwaitBuyerAnswer": "accepted",
            "AwaitEscalation": "closed",
            "AwaitAddress": "withdrawn",
            "AwaitShipment": "closed",
            "AwaitPickup": "shipped",
            "AwaitReceipt": "accepted",
            "AwaitInspection": "passed",
            "AwaitSettlement": "settled",
        }
    ),
}

# How to reach each step soonest: what every step before it answers.
REACH: Mapping[str, tuple[str, ...]] = {
    **refund_contract.REACHED,
    **soonest(
        {
            "AwaitAddress": "unaddressed",
            "AwaitShipment": "ship_back",
            "AwaitPickup": "pickup",
            "AwaitReceipt": "in_transit",
            "AwaitInspection": "received",
        }
    ),
    "HastenRefund": ("handed_over",),
}
