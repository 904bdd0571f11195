"""Compensation 赔付: money for what went wrong, beyond what was paid. What the policy gives for which reason.

It gives back nothing that was paid, so it is not bound by what is left of the order, but by the policy: an amount for
each reason, once per order. All amounts are minor units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from chalicelib.domain.claims import VOUCHER, Award, Claim, Source
from chalicelib.domain.money import Currency, worth
from chalicelib.domain.values import Integer, Minor, Value
from chalicelib.errors import FieldError, InvalidRequest

if TYPE_CHECKING:
    from chalicelib.domain.balances import Ledger
    from chalicelib.domain.claims import Ask
    from chalicelib.domain.deliveries import Delivery
    from chalicelib.domain.orders import Order
    from chalicelib.domain.reasons import Bearer, Liability

ONE_DAY = timedelta(days=1)


class Compensation(Value):
    """What is given for a reason. `fixed`: `amount`; `share`: `per_mille` of what the goods cost; `per_day`: `amount`
    for each day that the goods come late, a begun one counts; `asked`: what a buyer asks and a person grants.

    Never more than `most`; a currency that is not there gets nothing.
    """

    reason: str | None = None
    basis: Literal["fixed", "share", "per_day", "asked"] = "asked"
    amount: dict[Currency, Minor] = {}
    per_mille: Integer = Field(default=0, ge=0, le=10_000)
    most: dict[Currency, Minor]

    def due(self, order: Order, asks: Sequence[Ask], delivery: Delivery, at: datetime, asked: int | None) -> int:
        """What this comes to; 0 where there is nothing to compensate. Less may be asked for, never more.

        Raises InvalidRequest where a buyer must name an amount.
        """
        most, amount = self.most.get(order.currency, 0), self.amount.get(order.currency, 0)
        match self.basis:
            case "fixed":
                due = amount
            case "share":
                due = goods_cost(order, asks) * self.per_mille // 1000
            case "per_day":
                due = amount * days_late(delivery, at)
            case "asked":
                due = most
        due = min(due, most)
        if self.basis == "asked" and asked is None:
            raise InvalidRequest("how much?", errors=[FieldError("amount", "needed", {"minimum": 1, "maximum": due})])
        return due if asked is None else min(due, asked)


def days_late(delivery: Delivery, at: datetime) -> int:
    """Days that goods came after they were promised, or are late by now; a begun one counts. 0 without a promise."""
    if delivery.promised_at is None:
        return 0
    late = (delivery.signed_at or at) - delivery.promised_at
    return max(0, -(-late // ONE_DAY))


def goods_cost(order: Order, asks: Sequence[Ask]) -> int:
    """What was paid for these units; for all goods of the order when none are named."""
    if not asks:
        return sum(line.paid for line in order.lines)
    lines = ((order.line(ask.line_id), ask.quantity) for ask in asks)
    return sum(worth(line.paid, line.quantity, min(line.quantity, quantity)) for line, quantity in lines)


def rule_for(rules: Sequence[Compensation], reason: str) -> Compensation | None:
    return next((rule for rule in rules if rule.reason in (None, reason)), None)


def award(ledger: Ledger, reason: str, due: int) -> Claim:
    """The claim for what of it the order was not given yet."""
    taken = ledger.awards[reason].taken if reason in ledger.awards else 0
    left = max(0, due - taken)
    sources = (Source(payment_id=VOUCHER, amount=left),) if left else ()
    return Claim(lines=(), award=Award(reason=reason, asked=left, amount=left), sources=sources, total=left)


# Who bears it. What a carrier did the platform gives first, and claims.
BEARERS: Mapping[Liability, Bearer] = {
    "merchant": "merchant",
    "buyer": "platform",  # goodwill
    "carrier": "platform",
    "platform": "platform",
}
