"""A replacement: goods that a buyer gets in the place of others, by exchange 换货 or by reshipping 补发.

What the goods cost is never the buyer's word. The same article costs what its units were worth; another one what the
shop says when it approves. All amounts are minor units of the order's currency.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.domain.base import Instant, Record
from chalicelib.domain.orders import Payment
from chalicelib.domain.returns import FURTHER, SentParcel
from chalicelib.domain.values import Count, Identifier, Minor, Quantity, SignedMinor, Text, Value

if TYPE_CHECKING:
    from chalicelib.domain.claims import Claim, ClaimLine
    from chalicelib.domain.orders import Order
    from chalicelib.domain.returns import Fate

Sku = Annotated[str, StringConstraints(min_length=1, max_length=128)]
ReplacementState = Literal["unpaid", "requested", "shipped", "received", "converted"]


class Wanted(Value):
    """What a buyer would have in the place of a line's goods, and what the shop said of it.

    `unit_price` is the shop's; `confirmed` without one means that it asks for no difference.
    """

    line_id: Identifier
    sku: Sku
    title: Text = ""
    specification: Text = ""
    unit_price: Minor | None = None
    confirmed: bool = False


class ReplacementLine(Value):
    """`quantity` units of an article in the place of as many of a line, which count for `credit` of their `value`.

    `becomes` is the order's line of the new goods, once it has one.
    """

    line_id: Identifier
    sku: Sku
    title: Text = ""
    specification: Text = ""
    quantity: Quantity
    value: Minor
    fee: Minor = 0
    price: Minor
    becomes: Identifier | None = None

    @property
    def credit(self) -> int:
        return self.value - self.fee


class Replacement(Record):
    """One case's replacement. Methods answer changed copies; who writes counts the version once."""

    case_id: str
    order_id: str
    merchant_id: str
    lines: tuple[ReplacementLine, ...]
    difference: SignedMinor  # above zero the buyer pays it, below it goes back to the buyer
    opened_at: Instant
    payment: Payment | None = None  # what the buyer paid on top
    requests: Count = 0  # how often the goods were asked for
    requested_at: Instant | None = None
    parcels: tuple[SentParcel, ...] = Field(default=(), max_length=20)
    received_at: Instant | None = None

    @property
    def is_paid(self) -> bool:
        return self.difference <= 0 or self.payment is not None

    @property
    def paid_by(self) -> str | None:
        """The payment of the difference."""
        return self.payment.payment_id if self.payment is not None else None

    @property
    def owed(self) -> int:
        """What goes back to the buyer because the new goods cost less."""
        return max(0, -self.difference)

    @property
    def is_out(self) -> bool:
        """A parcel was handed to a carrier for the newest request."""
        return bool(self.parcels) and self.requests > 0

    def told(self, parcel_id: str, fate: Fate, at: datetime) -> Replacement:
        """The replacement after a fact about a parcel; the same object when it is no news."""
        parcel = next((one for one in self.parcels if one.parcel_id == parcel_id), None)
        if parcel is None or fate not in FURTHER[parcel.fate]:
            return self
        after = parcel.but(fate=fate, fate_at=at)
        return self.but(parcels=tuple(after if one is parcel else one for one in self.parcels))

    def is_newest(self, parcel_id: str) -> bool:
        return bool(self.parcels) and self.parcels[-1].parcel_id == parcel_id


def terms(
    order: Order, claim: Claim, wanted: Sequence[Wanted], *, fee_counts: bool = False
) -> tuple[ReplacementLine, ...] | None:
    """What the claim's units are replaced by and for how much; None when nobody named the price of another article.

    `fee_counts`: the restocking fee is taken of an exchange as of a return.
    """
    by_line = {one.line_id: one for one in wanted}
    lines = [_line(order, claimed, by_line, fee_counts) for claimed in claim.lines if not claimed.is_restored]
    priced = [line for line in lines if line is not None]
    return tuple(priced) if len(priced) == len(lines) else None


def _line(order: Order, claimed: ClaimLine, wanted: Mapping[str, Wanted], fee_counts: bool) -> ReplacementLine | None:
    bought, other = order.line(claimed.line_id), wanted.get(claimed.line_id)
    same = other is None or other.sku == bought.sku
    if other is not None and other.unit_price is not None:
        price = other.unit_price * claimed.quantity
    elif same or (other is not None and other.confirmed):
        price = claimed.value
    else:
        return None
    return ReplacementLine(
        line_id=claimed.line_id,
        sku=bought.sku if other is None else other.sku,
        title=bought.title if other is None or same else other.title,
        specification=bought.specification if other is None else other.specification,
        quantity=claimed.quantity,
        value=claimed.value,
        fee=claimed.fee if fee_counts else 0,
        price=price,
    )


def difference(lines: Sequence[ReplacementLine]) -> int:
    """What the new goods cost more than the old ones count for; below zero: less."""
    return sum(line.price - line.credit for line in lines)
