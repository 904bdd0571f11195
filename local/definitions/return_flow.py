"""A return: every approval asks for the goods first, and the money follows what came."""

from __future__ import annotations

from local.definitions.chapters import (
    ADDRESS,
    ASKED_FOR,
    BUYER_ANSWER,
    DECISION,
    ENDS,
    ESCALATION,
    INSPECTION,
    MONEY,
    ON_THEIR_WAY,
    PARKING,
    PICKUP,
    RECEIPT,
    SHIPMENT,
    assessment,
    goods_first,
)
from local.definitions.parts import Machine

MACHINE = Machine(
    "One return, from the request to the money: decided, sent back, received, inspected, refunded.",
    (
        assessment("GrantRefund", ON_THEIR_WAY),
        goods_first(DECISION).but(
            awaits="The merchant is awaited: approve, let the buyer keep the goods, refuse or offer something else.",
            asks="What did the merchant decide? Approved, the goods come back first, unless the buyer keeps them.",
        ),
        BUYER_ANSWER.but(
            awaits="The buyer is awaited: accept or decline a counter-offer, or what an inspection left of the refund.",
            silence="The buyer was silent until the deadline: an offer lapses with the case, "
            "an inspection goes to an agent.",
            asks="Did the buyer take it? An offer declined is decided again, an inspection disputed is ruled on.",
            then={
                **ASKED_FOR,
                "accepted": "GrantRefund",
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
        RECEIPT,
        INSPECTION,
        *MONEY,
        *PARKING,
        *ENDS,
    ),
)
