"""Replacements on the wire: what is wanted, what it costs, how it travels, and what everybody is shown of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.base import Instant
from chalicelib.domain.cases import BUYER_WORDS
from chalicelib.domain.replacements import Sku
from chalicelib.domain.returns import ParcelCarrier, WaybillNo
from chalicelib.domain.values import Identifier, SignedMinor, Text, Value, YesNo
from chalicelib.schemas import names
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.names import name
from chalicelib.schemas.returns import SentParcelView

if TYPE_CHECKING:
    from chalicelib.domain.cases import Case
    from chalicelib.domain.orders import Replaces
    from chalicelib.domain.replacements import Replacement, ReplacementLine
    from chalicelib.schemas.names import Name

Words = Annotated[str, StringConstraints(max_length=BUYER_WORDS, strip_whitespace=True)]


class WantedBody(Value):
    """Another article than the one that comes back (another size, say). Not named: the same again."""

    line_id: Identifier
    sku: Sku
    specification: Text = ""


class PriceBody(Value):
    """What a unit of the wanted article costs, by the shop that approves. Not named: no difference is asked for."""

    line_id: Identifier
    unit_price: Amount
    title: Text = ""
    specification: Text = ""


class ShipReplacement(Value):
    """The goods are on their way under this number. `shipped: false` says that there are none; then a note is needed,
    and the buyer gets the money."""

    shipped: YesNo = True
    carrier: ParcelCarrier | None = None
    waybill_no: WaybillNo | None = None
    note: Words | None = None


class ReceiveReplacement(Value):
    """`received: false` says that nothing came, whatever the carrier says; then a note is needed."""

    received: YesNo = True
    note: Words | None = None


class ReplacementLineView(Value):
    """`becomes`: the order's line of the new goods, once they have come; cases about them name it."""

    line_id: str
    sku: str
    title: str
    specification: str
    quantity: int
    credit: Amount
    price: Amount
    becomes: str | None

    @staticmethod
    def of(line: ReplacementLine, currency: str) -> ReplacementLineView:
        return ReplacementLineView(
            line_id=line.line_id,
            sku=line.sku,
            title=line.title,
            specification=line.specification,
            quantity=line.quantity,
            credit=Amount(amount=line.credit, currency=currency),
            price=Amount(amount=line.price, currency=currency),
            becomes=line.becomes,
        )


class Difference(Value):
    """Above zero the buyer pays it before the goods are sent, below it goes back to the buyer when they came."""

    amount: SignedMinor
    currency: str
    paid: bool | None = Field(description="null where the buyer has nothing to pay: what goes back is a refund")


class ReplacementView(Value):
    """The goods that come in the place of others."""

    lines: tuple[ReplacementLineView, ...]
    difference: Difference
    requests: int = Field(description="how often the goods were asked for")
    parcels: tuple[SentParcelView, ...]
    received_at: Instant | None

    @staticmethod
    def of(replacement: Replacement, currency: str) -> ReplacementView:
        return ReplacementView(
            lines=tuple(ReplacementLineView.of(line, currency) for line in replacement.lines),
            difference=Difference(
                amount=replacement.difference,
                currency=currency,
                paid=replacement.is_paid if replacement.difference > 0 else None,
            ),
            requests=replacement.requests,
            parcels=tuple(SentParcelView.of(parcel) for parcel in replacement.parcels),
            received_at=replacement.received_at,
        )


class WantedView(Value):
    line_id: str
    sku: str
    specification: str
    unit_price: Amount | None

    @staticmethod
    def all_of(case: Case) -> tuple[WantedView, ...]:
        return tuple(
            WantedView(
                line_id=one.line_id,
                sku=one.sku,
                specification=one.specification,
                unit_price=None if one.unit_price is None else Amount(amount=one.unit_price, currency=case.currency),
            )
            for one in case.wanted
        )


def converted(case: Case) -> Name | None:
    """Why an exchange has become a refund."""
    return name(names.CONVERSIONS, case.converted) if case.converted else None


class ReplacesView(Value):
    """These goods came in the place of others: by which case, of which line, and since when the buyer has them."""

    case_id: str
    line_id: str
    signed_at: Instant | None

    @staticmethod
    def of(replaces: Replaces) -> ReplacesView:
        return ReplacesView(case_id=replaces.case_id, line_id=replaces.line_id, signed_at=replaces.signed_at)
