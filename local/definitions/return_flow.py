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
from local.definitions.parts import Gate, Machine, Step, Then

# 极速退款: the money may go out before the goods have come. The case goes on as it would; at its end there is nothing
# more to pay, or only the bank is still awaited.
EARLY: Then = {"submitted": "AwaitSettlement", "settled": "RefundSettled"}
HASTEN = Step(
    "HastenRefund",
    "A carrier has the goods of a trusted buyer: he is paid now, on his credit; the shop is awaited as before.",
    "AwaitReceipt",
)


def early(gate: Gate) -> Gate:
    """A gate at which goods may be accepted that were paid for already."""
    return gate.but(then={**gate.then, **EARLY})


MACHINE = Machine(
    "One return, from the request to the money: decided, sent back, received, inspected, refunded.",
    (
        assessment("GrantRefund", {**ON_THEIR_WAY, "handed_over": "HastenRefund"}),
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
                **EARLY,
            },
        ),
        ESCALATION.but(
            awaits="The buyer is awaited, refused by decision or by inspection: revise, or ask the platform to rule.",
        ),
        ADDRESS,
        SHIPMENT,
        PICKUP,
        early(RECEIPT.but(then={**RECEIPT.then, "handed_over": "HastenRefund"})),
        HASTEN,
        early(INSPECTION),
        *MONEY,
        *PARKING,
        *ENDS,
    ),
)
