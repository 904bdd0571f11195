"""Orders of the seeded shop: promotions, coupons, points, freight and several payments, as a Chinese shop has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from local.seed.goods import Goods

CURRENCY = "CNY"
INSURER = "picc"


@dataclass(frozen=True)
class Basket:
    """Goods with their quantities, and how they were paid. Amounts in fen.

    `off` is a 满减 (amount, of at least so much), `coupon` a lower price; `points` and `gift_card` are payments, the
    rest goes to the buyer's wallet. `insured` is the 运费险 that came with the order: what it pays for a way back.
    """

    goods: Sequence[tuple[Goods, int]]
    off: tuple[int, int] | None = None
    coupon: int = 0
    freight: int = 0
    points: int = 0
    gift_card: int = 0
    insured: int = 0

    @property
    def due(self) -> int:
        goods = sum(each.price * quantity for each, quantity in self.goods)
        return goods - (self.off[0] if self.off else 0) - self.coupon + self.freight

    def payments(self, order_id: str) -> list[dict[str, Any]]:
        """One for each way of paying, each with a number of its own at the provider."""
        parts = {"points": self.points, "gift_card": self.gift_card}
        parts["wallet"] = self.due - sum(parts.values())
        return [
            {"payment_id": f"{method}-{order_id}", "method": method, "amount": amount}
            for method, amount in parts.items()
            if amount
        ]

    def insurance(self) -> dict[str, Any] | None:
        """Of the freight of a return; a fixed amount, whatever the way back cost."""
        return {"insurer_id": INSURER, "amount": self.insured} if self.insured else None

    def promotions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        if self.off:
            amount, least = self.off
            label = f"满{least // 100}减{amount // 100} / {amount // 100} off from {least // 100}"
            found.append({"kind": "promotion", "label": label, "amount": amount, "threshold": least})
        if self.coupon:
            label = f"店铺券 / shop coupon {self.coupon // 100}"
            found.append({"kind": "coupon", "label": label, "amount": self.coupon})
        return found


def order(
    basket: Basket,
    *,
    order_id: str,
    buyer_id: str,
    merchant_id: str,
    delivery: str,
    now: datetime,
    days_late: int = 0,
) -> dict[str, Any]:
    """The body of `POST /orders`: bought three days ago, and as far on its way as `delivery` says."""
    lines = [goods.line(str(i), quantity) for i, (goods, quantity) in enumerate(basket.goods, 1)]
    flags = sorted({flag for goods, _ in basket.goods for flag in goods.flags})
    return {
        "order_id": order_id,
        "buyer_id": buyer_id,
        "merchant_id": merchant_id,
        "currency": CURRENCY,
        "placed_at": _text(now - timedelta(days=3)),
        "lines": lines,
        "region": "上海",
        "promotions": basket.promotions(),
        "freight": basket.freight,
        "freight_insurance": basket.insurance(),
        "payments": basket.payments(order_id),
        "buyer_confirmed_exclusions": flags,
        "delivery": _delivery(delivery, now, days_late),
    }


def _delivery(state: str, now: datetime, days_late: int) -> Mapping[str, Any]:
    facts: dict[str, Any] = {"state": state}
    if days_late:
        facts["promised_at"] = _text(now - timedelta(days=1 + days_late))
    if state != "unshipped":
        facts["shipped_at"] = _text(now - timedelta(days=2))
    if state == "delivered":
        facts["signed_at"] = _text(now - timedelta(days=1))
    return facts


def _text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
