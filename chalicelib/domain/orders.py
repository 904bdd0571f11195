"""Orders as the order system sends them (`OrderDraft`) and as we keep them, all money on lines (`Order`).

All amounts are integer minor units of the order's one currency.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.domain.base import Fact, Instant
from chalicelib.domain.merchants import MerchantKind
from chalicelib.domain.money import Currency
from chalicelib.domain.values import Count, Identifier, Minor, Quantity, Text, Value, YesNo
from chalicelib.errors import LineNotFound

Flag = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=50)]
"""What a policy may exclude: `made_to_order`, `perishable`, `opened_digital`, or a platform's own."""

ReductionKind = Literal["promotion", "coupon", "points"]
PaymentMethod = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=50)]
"""`card`, `wallet`, `balance`, `coupon`, `points`, or a platform's own."""


class Goods(Value):
    """What a line sold, and how often; the part that the draft and the kept order have in common."""

    line_id: Identifier
    sku: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    title: Text
    quantity: Quantity
    unit_price: Minor
    category: Text = ""
    specification: Text = ""
    picture: Annotated[str, StringConstraints(max_length=2000)] = ""
    flags: Annotated[tuple[Flag, ...], Field(max_length=20)] = ()


class LineDraft(Goods):
    """A line as it arrives. `gross` is given only when the unit price has fractions of a minor unit."""

    gross: Minor | None = None


class Tier(Value):
    """A lower step of a 满减: what it gives from which amount of goods on."""

    threshold: Minor
    amount: Minor


class Reduction(Value):
    """A lower price: promotion 满减, coupon or points, on the named lines or (None) on all of them.

    `threshold` is the amount of goods that a 满减 asked for, and `tiers` are its lower steps (满300减50,
    满200减30): the policy's rule on partial returns asks for them. Coupons and points that the buyer *paid with*
    are payments and not reductions.
    """

    kind: ReductionKind
    label: Text
    amount: Minor
    line_ids: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=2000)] | None = None
    threshold: Minor | None = None
    tiers: Annotated[tuple[Tier, ...], Field(max_length=20)] = ()


class Payment(Value):
    """One payment of the order, in money or in kind; each is refunded to where it came from."""

    payment_id: Identifier
    method: PaymentMethod
    amount: Minor
    provider: Annotated[str, StringConstraints(max_length=50)] = ""


class FreightInsurance(Value):
    """运费险, bought with the order: the insurer pays for a way back that is the buyer's own to pay: `amount` whatever
    it cost (`fixed`), or what it cost up to `amount`. Minor units."""

    insurer_id: Identifier
    amount: Minor
    fixed: YesNo = True


class Placed(Value):
    """Who bought from whom, when and how it was paid; what the draft and the kept order have in common.

    `freight` is what the buyer was charged for it. `buyer_confirmed_exclusions` are the flags that the buyer
    was shown and confirmed at purchase; without that the law lets some goods be returned all the same.
    """

    order_id: Identifier
    buyer_id: Identifier
    merchant_id: Identifier
    currency: Currency
    placed_at: Instant
    promotions: Annotated[tuple[Reduction, ...], Field(max_length=200)] = ()
    region: Text = ""  # where the goods were sent: of an address only what decides where they go back to
    freight: Minor = 0
    tax: Minor = 0
    payments: Annotated[tuple[Payment, ...], Field(max_length=50)] = ()
    buyer_confirmed_exclusions: Annotated[tuple[Flag, ...], Field(max_length=20)] = ()
    freight_insurance: FreightInsurance | None = None


class OrderDraft(Placed):
    """An order as the order system sends it; `allocations.allocate` makes an Order of it."""

    lines: Annotated[tuple[LineDraft, ...], Field(min_length=1, max_length=2000)]


class Share(Value):
    """A line's share of one reduction."""

    kind: ReductionKind
    label: str
    amount: Minor


class Replaces(Value):
    """Whose place a line's goods took: by which case, of which line. `signed_at` is when their buyer had them; a window
    or a warranty of these goods begins then (None: they have not come yet)."""

    case_id: str
    line_id: Identifier
    signed_at: Instant | None = None


class OrderLine(Goods):
    """A line as it is kept: `paid` = gross − Σ reductions + tax, the money for the goods without the freight.

    `freight` is the line's share of the order's freight; Σ (paid + freight) over the lines is what was paid.
    `replaces` tells goods of an exchange from those that were bought.
    """

    gross: Minor
    reductions: tuple[Share, ...] = ()
    freight: Minor = 0
    tax: Minor = 0
    paid: Minor
    replaces: Replaces | None = None


class Order(Placed, Fact):
    """An order as it is kept, immutable, bound to the policy version that was in force when it was placed."""

    lines: tuple[OrderLine, ...]
    paid_total: Minor
    policy_id: Identifier
    policy_version: Count
    merchant_kind: MerchantKind = "marketplace"

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each line stands, by its id: the ledger's lines stand in the same places."""
        return {line.line_id: position for position, line in enumerate(self.lines)}

    @cached_property
    def payment_positions(self) -> dict[str, int]:
        """Where each payment stands, by its id."""
        return {payment.payment_id: position for position, payment in enumerate(self.payments)}

    def line(self, line_id: str) -> OrderLine:
        """The line of this id; raises LineNotFound."""
        if line_id not in self.positions:
            raise LineNotFound(f"order {self.order_id} has no line {line_id}")
        return self.lines[self.positions[line_id]]

    def with_more(self, lines: tuple[OrderLine, ...], payments: tuple[Payment, ...]) -> Order:
        """The order with what was exchanged and paid for since (it stands on the ledger: `balances.grown`)."""
        if not lines and not payments:
            return self
        own = {name: getattr(self, name) for name in type(self).model_fields}
        own |= {"lines": (*self.lines, *lines), "payments": (*self.payments, *payments)}
        own["paid_total"] += sum(payment.amount for payment in payments)
        return Order.model_construct(**own)  # a copy would remember where lines stood before
