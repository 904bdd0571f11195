"""Price protection 价保: the price fell soon after the purchase, and the buyer keeps the goods and gets the difference.

It is for all units of a line that the buyer still has, and for what they are worth on the ledger now. So a second fall
pays only what has fallen further, and who sends the goods back later gets the rest of what was paid. All amounts are
minor units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from chalicelib.domain.claims import Claim, ClaimLine
from chalicelib.domain.prices import PriceFact
from chalicelib.domain.quotes import left_of, left_on_payments, sources_of
from chalicelib.domain.values import Integer, Value
from chalicelib.errors import FieldError, InvalidRequest

if TYPE_CHECKING:
    from chalicelib.domain.balances import Ledger
    from chalicelib.domain.calendars import Calendar
    from chalicelib.domain.claims import Ask
    from chalicelib.domain.orders import Order, OrderLine

Prices = Mapping[str, PriceFact]  # what a unit costs now, by sku


class Protection(Value):
    """How many days after the purchase, or after signing, a fallen price is made good; 0: not at all."""

    days: Integer = Field(ge=0, le=365)
    since: Literal["purchase", "signing"] = "signing"
    category: str | None = None

    def ends_at(self, calendar: Calendar, placed_at: datetime, signed_at: datetime | None) -> datetime | None:
        """When it is over; None while goods that count from their signing are still on their way."""
        if self.since == "purchase":
            return placed_at + timedelta(days=self.days)
        return calendar.window_end(signed_at, self.days) if signed_at else None


def protect(order: Order, ledger: Ledger, asks: Sequence[Ask], prices: Prices) -> Claim:
    """What the asked lines cost less now than their units are still worth; nothing where no price fell.

    Raises InvalidRequest for some units of a line only: a part would be valued by the others' price.
    """
    _refuse_parts(order, ledger, asks)
    lines = tuple(_fallen(order, ledger, order.line(ask.line_id), prices) for ask in asks)
    lines = _within(lines, sum(left_on_payments(order, ledger)))
    total = sum(line.amount for line in lines)
    return Claim(lines=lines, sources=sources_of(order, ledger, total), total=total)


def _refuse_parts(order: Order, ledger: Ledger, asks: Sequence[Ask]) -> None:
    wrong = []
    for i, ask in enumerate(asks):
        units, _ = left_of(order, ledger, order.positions[ask.line_id])
        if ask.quantity != units:
            limits = {"minimum": units, "maximum": units}
            wrong.append(FieldError(f"lines[{i}].quantity", f"all {units} units that are kept, or none", limits))
        if ask.amount is not None:
            wrong.append(FieldError(f"lines[{i}].amount", "follows from the price"))
        if ask.line_id in {before.line_id for before in asks[:i]}:
            wrong.append(FieldError(f"lines[{i}].line_id", "stands more than once"))
    if wrong:
        raise InvalidRequest(f"{wrong[0].field}: {wrong[0].message}", errors=wrong)


def _fallen(order: Order, ledger: Ledger, line: OrderLine, prices: Prices) -> ClaimLine:
    units, value = left_of(order, ledger, order.positions[line.line_id])
    now = min(value, _costs(line, units, prices[line.sku].amount)) if line.sku in prices else value
    fallen = value - now
    return ClaimLine(
        line_id=line.line_id, quantity=units, value=fallen, asked=fallen, amount=fallen, costs_now=now
    )  # fmt: skip


def _costs(line: OrderLine, units: int, price: int) -> int:
    """What so many units cost at this price, rounded up; a tax that was added to the price follows it."""
    net = line.paid - line.tax
    return -(-price * units * line.paid // net) if net else price * units


def _within(lines: tuple[ClaimLine, ...], most: int) -> tuple[ClaimLine, ...]:
    """What a buyer's bank took back by itself is not paid again."""
    kept = []
    for line in lines:
        amount = min(line.amount, most)
        most -= amount
        kept.append(line.but(asked=amount, amount=amount))
    return tuple(kept)
