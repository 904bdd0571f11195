"""An exchange, or goods that are sent again: what an approval leads to is goods, and money only when they fail."""

from __future__ import annotations

from local.definitions.chapters import (
    ADDRESS,
    ASKED_FOR,
    BUYER_ANSWER,
    DECISION,
    DIFFERENCE,
    ENDS,
    ESCALATION,
    INSPECTION,
    MONEY,
    ON_THEIR_WAY,
    PARKING,
    PICKUP,
    RECEIPT,
    REPLACED,
    REPLACEMENT,
    REPLACEMENT_RECEIPT,
    REPLACING,
    SHIP_REPLACEMENT,
    SHIPMENT,
    assessment,
    goods_first,
    swapping,
)
from local.definitions.parts import Machine

MACHINE = Machine(
    "One exchange, from the request to the new goods: decided, sent back, inspected, replaced; or refunded after all.",
    (
        assessment("ShipReplacement", {**ON_THEIR_WAY, **REPLACING}),
        goods_first(DECISION.leading(approved="ShipReplacement")).but(
            awaits="The merchant is awaited: approve and name prices, leave the goods, refuse or offer money.",
            asks="What did the merchant decide? Approved, the goods come back first, where they come back at all.",
        ),
        BUYER_ANSWER.but(
            awaits="The buyer is awaited: accept or decline money instead, offered or left by an inspection.",
            silence="The buyer was silent until the deadline: an offer lapses with the case, "
            "an inspection goes to an agent.",
            asks="Did the buyer take it? An offer declined is decided again, an inspection disputed is ruled on.",
            then={
                **ASKED_FOR,
                "accepted": "ShipReplacement",
                "declined": "AwaitDecision",
                "referred": "AwaitDecision",
                "disputed": "CaseInDispute",
                "closed": "CaseClosed",
            },
        ),
        ESCALATION.but(
            awaits="The buyer is awaited, refused by decision or by inspection: revise, or ask the platform to rule.",
        ),
        ADDRESS,
        SHIPMENT,
        PICKUP,
        swapping(RECEIPT, "accepted").but(
            silence="The merchant was silent until the deadline: they count as accepted, and others are asked for.",
        ),
        swapping(INSPECTION, "passed").but(
            silence="The merchant was silent until the deadline: the inspection is passed, and other goods asked for.",
            asks="Did they pass? Others are asked for; reduced, the buyer is asked; failed, the buyer may escalate.",
        ),
        SHIP_REPLACEMENT,
        DIFFERENCE,
        REPLACEMENT,
        REPLACEMENT_RECEIPT,
        *MONEY,
        *PARKING,
        REPLACED,
        *ENDS,
    ),
)
