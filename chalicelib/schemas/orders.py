"""Orders on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.base import Instant
from chalicelib.domain.eligibility import window_end
from chalicelib.domain.ledgers import still_refundable
from chalicelib.domain.lifecycles import DeliveryState
from chalicelib.domain.orders import OrderDraft
from chalicelib.domain.values import Value
from chalicelib.schemas import names
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.logistics import ShipmentView
from chalicelib.schemas.names import Name, name
from chalicelib.schemas.policies import PolicyRef
from chalicelib.schemas.replacements import ReplacesView

if TYPE_CHECKING:
    from chalicelib.domain.balances import Ledger
    from chalicelib.domain.deliveries import Delivery
    from chalicelib.domain.orders import Order
    from chalicelib.domain.policies import Policy


class DeliveryBody(Value):
    """How far the goods are when the order arrives (an import brings old orders)."""

    state: DeliveryState = "unshipped"
    shipped_at: Instant | None = None
    signed_at: Instant | None = None
    promised_at: Instant | None = None


class RegisterOrder(OrderDraft):
    """An order as the order system sends it, amounts in minor units of its currency."""

    delivery: DeliveryBody = DeliveryBody()


class OrderLineView(Value):
    """A line, and what can still be asked back of it."""

    line_id: str
    sku: str
    title: str
    category: str
    specification: str
    picture: str
    unit_price: Amount
    quantity: int
    paid: Amount
    refundable_units: int
    refundable: Amount
    window_ends_at: Instant | None
    replaces: ReplacesView | None  # these goods came in the place of others


class PaymentView(Value):
    payment_id: str
    method: str
    amount: Amount


class OrderView(Value):
    """An order with what is still refundable, and the remedies that its state allows."""

    order_id: str
    buyer_id: str
    merchant_id: str
    placed_at: Instant
    delivery: Name
    trouble: Name | None
    promised_at: Instant | None
    parcels: tuple[ShipmentView, ...]
    lines: tuple[OrderLineView, ...]
    freight: Amount
    refundable_freight: Amount
    payments: tuple[PaymentView, ...]
    paid: Amount
    refundable: Amount
    remedies: tuple[Name, ...]
    policy: PolicyRef

    @staticmethod
    def of(order: Order, ledger: Ledger, delivery: Delivery, policy: Policy) -> OrderView:
        left = still_refundable(order, ledger)

        def money(amount: int) -> Amount:
            return Amount(amount=amount, currency=order.currency)

        return OrderView(
            order_id=order.order_id,
            buyer_id=order.buyer_id,
            merchant_id=order.merchant_id,
            placed_at=order.placed_at,
            delivery=name(names.DELIVERIES, delivery.state),
            trouble=name(names.TROUBLES, delivery.trouble) if delivery.trouble else None,
            promised_at=delivery.promised_at,
            parcels=tuple(ShipmentView.of(parcel) for parcel in delivery.parcels),
            lines=tuple(
                OrderLineView(
                    line_id=line.line_id,
                    sku=line.sku,
                    title=line.title,
                    category=line.category,
                    specification=line.specification,
                    picture=line.picture,
                    unit_price=money(line.unit_price),
                    quantity=line.quantity,
                    paid=money(line.paid),
                    refundable_units=row.units,
                    refundable=money(row.amount),
                    window_ends_at=_window_end(
                        policy, line.category, line.replaces.signed_at if line.replaces else delivery.signed_at
                    ),
                    replaces=ReplacesView.of(line.replaces) if line.replaces else None,
                )
                for line, row in zip(order.lines, left.lines, strict=True)
            ),
            freight=money(order.freight),
            refundable_freight=money(left.freight),
            payments=tuple(
                PaymentView(payment_id=paid.payment_id, method=paid.method, amount=money(paid.amount))
                for paid in order.payments
            ),
            paid=money(order.paid_total),
            refundable=money(left.total),
            remedies=tuple(name(names.REMEDIES, remedy) for remedy in sorted(policy.remedies.get(delivery.state, ()))),
            policy=PolicyRef(policy_id=order.policy_id, version=order.policy_version),
        )


def _window_end(policy: Policy, category: str, signed_at: datetime | None) -> datetime | None:
    """When a change of mind comes too late; faults may have longer windows of their own."""
    return window_end(policy, category, "not_wanted", signed_at) if signed_at else None
