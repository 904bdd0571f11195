"""The people, and the order that every case is about: five lines, coupon, freight, one payment; nothing has shipped."""

from __future__ import annotations

from typing import Any

MERCHANT_ID = "benchmark-shop"
BUYER = {"role": "buyer", "id": "benchmark-buyer"}
MERCHANT = {"role": "merchant", "id": "benchmark-owner", "merchant_id": MERCHANT_ID}
ORDERS = {"role": "orders", "id": "orders"}
OPERATOR = {"role": "operator", "id": "operator-1"}

# Which line is asked back: the platform's default policy refunds below CNY 20.00 at once, the shop decides above.
LINES = {"automatic": "2", "reviewed": "1"}
GOODS = (
    ("Wool coat, long", 89900, 1, "apparel"),
    ("Cotton socks, three pairs", 1900, 1, "apparel"),
    ("Glass teapot with strainer", 12900, 2, "home"),
    ("Oolong tea, tin of 250 g", 6800, 3, "food"),
    ("Desk lamp, brass", 25900, 1, "home"),
)
COUPON, FREIGHT = 2000, 1200


def basket(order_id: str, buyer_id: str = BUYER["id"], merchant_id: str = MERCHANT_ID) -> dict[str, Any]:
    """The body of `POST /orders`."""
    total = sum(price * quantity for _, price, quantity, _ in GOODS) - COUPON + FREIGHT
    lines = [
        {
            "line_id": str(i),
            "sku": f"SKU-{i:05}",
            "title": title,
            "unit_price": price,
            "quantity": quantity,
            "category": category,
            "specification": "standard",
            "picture": f"https://img.example.com/{i:032}.jpg",
        }
        for i, (title, price, quantity, category) in enumerate(GOODS, start=1)
    ]
    return {
        "order_id": order_id,
        "buyer_id": buyer_id,
        "merchant_id": merchant_id,
        "currency": "CNY",
        "placed_at": "2026-11-20T08:00:00Z",
        "lines": lines,
        "promotions": [{"kind": "coupon", "label": "new buyer", "amount": COUPON}],
        "freight": FREIGHT,
        "payments": [{"payment_id": f"{order_id}-card", "method": "card", "amount": total}],
    }
