"""A refund: nothing comes back, unless it is still on its way to the buyer."""

from __future__ import annotations

from local.definitions.chapters import (
    BUYER_ANSWER,
    CARRIER,
    CARRIER_FIRST,
    DECISION,
    ENDS,
    ESCALATION,
    MONEY,
    PARKING,
    assessment,
    carrier_first,
)
from local.definitions.parts import Machine

MACHINE = Machine(
    "One refund, from the request to the money: assessed, decided, granted, submitted, settled.",
    (
        assessment("GrantRefund", CARRIER_FIRST),
        carrier_first(DECISION).leading(closed="CaseClosed"),
        carrier_first(BUYER_ANSWER),
        ESCALATION,
        CARRIER,
        *MONEY,
        *PARKING,
        *ENDS,
    ),
)
