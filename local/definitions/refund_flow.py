"""A refund: nothing comes back."""

from __future__ import annotations

from local.definitions.chapters import (
    BUYER_ANSWER,
    DECISION,
    ENDS,
    ESCALATION,
    MONEY,
    PARKING,
    RULING,
    assessment,
)
from local.definitions.parts import Machine

MACHINE = Machine(
    "One refund, from the request to the money: assessed, decided, granted, submitted, settled.",
    (
        assessment("GrantRefund"),
        DECISION,
        BUYER_ANSWER,
        ESCALATION,
        RULING,
        *MONEY,
        *PARKING,
        *ENDS,
    ),
)
