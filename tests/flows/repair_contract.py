"""What each step of `repair_flow` may answer and where that leads: docs/architecture.md's contract as data."""

from __future__ import annotations

from collections.abc import Mapping

from tests.flows import refund_contract, return_contract
from tests.flows.contracts import also_silent, soonest

STEM = "repair_flow"
ENDS = ("RepairCompleted", "CaseConverted", "CaseWithdrawn", "CaseClosed", "CaseInDispute", "CaseParked")

GATES: Mapping[str, str] = {
    "AwaitDecision": "decision",
    "AwaitEscalation": "escalation",
    "AwaitAddress": "address",
    "AwaitShipment": "shipment",
    "AwaitPickup": "pickup",
    "AwaitReceipt": "receipt",
    "AwaitAppointment": "appointment",
    "AwaitRepair": "repair",
    "AwaitEstimate": "estimate",
    "AwaitDispatch": "dispatch",
    "AwaitAcceptance": "acceptance",
    "AwaitChoice": "choice",
    "AwaitFee": "fee",
}

_AT_THE_GATE: Mapping[str, Mapping[str, str]] = {
    "AwaitDecision": {
        "booking": "AwaitAppointment",
        "ship_back": "AwaitShipment",
        "unaddressed": "AwaitAddress",
        "rejected": "AwaitEscalation",
        "withdrawn": "CaseWithdrawn",
        "moved": "AwaitDecision",
    },
    "AwaitEscalation": refund_contract.FOLLOWS["AwaitEscalation"],
    "AwaitAddress": return_contract.FOLLOWS["AwaitAddress"],
    "AwaitShipment": return_contract.FOLLOWS["AwaitShipment"],
    "AwaitPickup": return_contract.FOLLOWS["AwaitPickup"],
    "AwaitReceipt": {
        "received": "AwaitRepair",
        "disputed": "CaseInDispute",
        "ship_back": "AwaitShipment",
        "moved": "AwaitReceipt",
    },
    "AwaitAppointment": {
        "booked": "AwaitRepair",
        "disputed": "CaseInDispute",
        "withdrawn": "CaseWithdrawn",
        "moved": "AwaitAppointment",
    },
    "AwaitRepair": {
        "repaired": "AwaitAcceptance",
        "dispatching": "AwaitDispatch",
        "estimated": "AwaitEstimate",
        "rebooking": "AwaitAppointment",
        "choosing": "AwaitChoice",
        "converted": "CaseConverted",
        "disputed": "CaseInDispute",
        "closed": "CaseClosed",
        "moved": "AwaitRepair",
    },
    "AwaitEstimate": {
        "agreed": "AwaitRepair",
        "dispatching": "AwaitDispatch",
        "closed": "CaseClosed",
        "moved": "AwaitEstimate",
    },
    "AwaitDispatch": {
        "sent": "AwaitAcceptance",
        "disputed": "CaseInDispute",
        "moved": "AwaitDispatch",
    },
    "AwaitAcceptance": {
        "accepted": "RepairCompleted",
        "owing": "AwaitFee",
        "closed": "CaseClosed",
        "booking": "AwaitAppointment",
        "ship_back": "AwaitShipment",
        "dispatching": "AwaitDispatch",
        "choosing": "AwaitChoice",
        "converted": "CaseConverted",
        "disputed": "CaseInDispute",
        "moved": "AwaitAcceptance",
    },
    "AwaitChoice": {"converted": "CaseConverted", "moved": "AwaitChoice"},
    "AwaitFee": {"paid": "RepairCompleted", "closed": "CaseClosed", "moved": "AwaitFee"},
}

FOLLOWS: Mapping[str, Mapping[str, str]] = {
    "AssessCase": {
        "refer": "AwaitDecision",
        "rejected": "AwaitEscalation",
        "escalated": "CaseInDispute",
        "unaddressed": "AwaitAddress",
        "ship_back": "AwaitShipment",
        "pickup": "AwaitPickup",
        "in_transit": "AwaitReceipt",
        "booking": "AwaitAppointment",
        "repairing": "AwaitRepair",
        "estimated": "AwaitEstimate",
        "dispatching": "AwaitDispatch",
        "accepting": "AwaitAcceptance",
        "choosing": "AwaitChoice",
        "owing": "AwaitFee",
        "converted": "CaseConverted",
        "settled": "RepairCompleted",
        "withdrawn": "CaseWithdrawn",
        "closed": "CaseClosed",
        "parked": "CaseParked",
    },
    "ParkCase": refund_contract.FOLLOWS["ParkCase"],
    **also_silent(_AT_THE_GATE),
}

SHORTEST: Mapping[str, str] = {
    "AssessCase": "refer",
    "ParkCase": "parked",
    **also_silent(
        {
            "AwaitDecision": "withdrawn",
            "AwaitEscalation": "closed",
            "AwaitAddress": "withdrawn",
            "AwaitShipment": "closed",
            "AwaitPickup": "shipped",
            "AwaitReceipt": "received",
            "AwaitAppointment": "withdrawn",
            "AwaitRepair": "closed",
            "AwaitEstimate": "closed",
            "AwaitDispatch": "sent",
            "AwaitAcceptance": "accepted",
            "AwaitChoice": "converted",
            "AwaitFee": "paid",
        }
    ),
}

# How to reach each step soonest: what every step before it answers.
REACH: Mapping[str, tuple[str, ...]] = {
    "AssessCase": (),
    "ParkCase": ("surprised",),
    **soonest(
        {
            "AwaitDecision": "refer",
            "AwaitEscalation": "rejected",
            "AwaitAddress": "unaddressed",
            "AwaitShipment": "ship_back",
            "AwaitPickup": "pickup",
            "AwaitReceipt": "in_transit",
            "AwaitAppointment": "booking",
            "AwaitRepair": "repairing",
            "AwaitEstimate": "estimated",
            "AwaitDispatch": "dispatching",
            "AwaitAcceptance": "accepting",
            "AwaitChoice": "choosing",
            "AwaitFee": "owing",
        }
    ),
}
