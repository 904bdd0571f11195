"""A repair, at the door or sent in: mended and accepted, or left for the machine of what the buyer gets instead."""

from __future__ import annotations

from local.definitions.chapters import (
    ADDRESS,
    ASKED_FOR,
    ESCALATION,
    OVER,
    PARKED,
    PARKING,
    PICKUP,
    RECEIPT,
    SHIPMENT,
    UNPAID,
)
from local.definitions.parts import End, Gate, Machine, Step, Which

BEGUN = {"booking": "AwaitAppointment", **ASKED_FOR}
INSTEAD = {"choosing": "AwaitChoice", "converted": "CaseConverted"}

MACHINE = Machine(
    "One repair, from the request to goods that work: decided, visited or sent in, repaired, handed back, accepted.",
    (
        Step(
            "AssessCase",
            "Says where the case stands now, so that an execution of the same case can begin anywhere.",
            Which(
                "WhichVerdict",
                "Is somebody to decide, is it being repaired, or has it become something else?",
                {
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
                    **OVER,
                },
            ),
        ),
        Gate(
            "Decision",
            awaits="The merchant is awaited: approve the repair or refuse it. The buyer may withdraw.",
            silence="The merchant was silent until the deadline, which by default approves.",
            asks="What did the merchant decide? Approved, a visit is booked or the goods are sent in.",
            then={**BEGUN, "rejected": "AwaitEscalation", "withdrawn": "CaseWithdrawn"},
        ),
        ESCALATION,
        ADDRESS,
        SHIPMENT,
        PICKUP,
        RECEIPT.but(
            silence="The merchant was silent until the deadline: the goods count as received, and its time runs.",
            then={"received": "AwaitRepair", "disputed": "CaseInDispute", "ship_back": "AwaitShipment"},
        ),
        Gate(
            "Appointment",
            awaits="The merchant is awaited: when does its engineer come?",
            silence="The merchant booked no visit until the deadline: an agent rules.",
            asks="Is a visit booked?",
            then={"booked": "AwaitRepair", "disputed": "CaseInDispute", "withdrawn": "CaseWithdrawn"},
        ),
        Gate(
            "Repair",
            awaits="The merchant is awaited: repaired, beyond repair, or nothing wrong with it; or what it would cost.",
            silence="The merchant had no result until the deadline: the buyer gets something else, "
            "or an agent rules where the warranty is over.",
            asks="What came of it? A visit that came to nothing is booked again.",
            then={
                "repaired": "AwaitAcceptance",
                "dispatching": "AwaitDispatch",
                "estimated": "AwaitEstimate",
                "rebooking": "AwaitAppointment",
                **INSTEAD,
                "disputed": "CaseInDispute",
                "closed": "CaseClosed",
            },
        ),
        Gate(
            "Estimate",
            awaits="The buyer is awaited, out of warranty: repaired for this price, or not?",
            silence="The buyer was silent until the deadline, which declines the price.",
            asks="Did the buyer take the price? If not, goods that were sent in go back.",
            then={"agreed": "AwaitRepair", "dispatching": "AwaitDispatch", "closed": "CaseClosed"},
        ),
        Gate(
            "Dispatch",
            awaits="The merchant is awaited: hand the goods to a carrier and tell the waybill.",
            silence="The merchant did not send the goods back until the deadline: an agent rules.",
            asks="Are the goods on their way to the buyer?",
            then={"sent": "AwaitAcceptance", "disputed": "CaseInDispute"},
        ),
        Gate(
            "Acceptance",
            awaits="The buyer is awaited: does it work? The carrier's signature shortens the time.",
            silence="The buyer was silent until the deadline: it works.",
            asks="Does it work? If not, it is tried again, until the buyer gets something else.",
            then={
                "accepted": "RepairCompleted",
                "owing": "AwaitFee",
                "closed": "CaseClosed",
                "booking": "AwaitAppointment",
                "ship_back": "AwaitShipment",
                "dispatching": "AwaitDispatch",
                **INSTEAD,
                "disputed": "CaseInDispute",
            },
        ),
        Gate(
            "Choice",
            awaits="The buyer is awaited: an exchange or a refund instead of the repair?",
            silence="The buyer was silent until the deadline, and gets what the policy says.",
            asks="Has the buyer something else to get?",
            then={"converted": "CaseConverted"},
        ),
        Gate(
            "Fee",
            awaits="The buyer is awaited, out of warranty: pay for what was repaired. The payment system tells.",
            silence="The buyer did not pay until the deadline: the case is over, and the shop has a claim of its own.",
            asks="Was it paid?",
            then={"paid": "RepairCompleted", "closed": "CaseClosed"},
        ),
        *PARKING,
        End("RepairCompleted", "The buyer has goods that work."),
        End("CaseConverted", "The case is about something else now, and goes on in another machine."),
        *UNPAID,
        *PARKED,
    ),
)
