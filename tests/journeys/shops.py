"""A shop of its own for each story: policy, owner, buyer and orders that no other test knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from local.api import Answer, Api
from local.stack import Stack
from local.users import User
from tests.journeys.provider import payment_of
from tests.journeys.stories import CURRENCY, OPERATOR, Story

SMALL, LARGE = 890, 8900  # minor units: below and above what the policy approves by itself
ORDERS = "orders"  # the user that the order system is
ADDRESS = {"name": "returns desk", "phone": "+86 571 0000 0000", "address": "1 West Lake Road"}


class Shop:
    """A marketplace shop under the platform's default numbers, with one buyer."""

    def __init__(self, stack: Stack, api: Api) -> None:
        name = uuid4().hex[:12]
        self.stack, self.api = stack, api
        self.merchant_id, self.owner, self.buyer = f"shop-{name}", f"owner-{name}", f"buyer-{name}"
        self._numbers: Iterator[int] = count(1)
        stack.directory.add(User(self.owner, "merchant", self.merchant_id))
        stack.directory.add(User(self.buyer, "buyer"))
        details = {"name": "The shop of one story", "kind": "marketplace"}
        api.call("PUT", f"/merchants/{self.merchant_id}", user=OPERATOR, body=details).expect(201)
        policy = {"name": "as the platform's", "effective_from": _days_ago(365)}
        api.call("POST", f"/policies/{self.merchant_id}", user=OPERATOR, body=policy, key=name).expect(201)

    def writes_its_book(self) -> None:
        """Where its goods go back to: without it the shop is asked, and the buyer's clock stops."""
        book = {"entries": [{"address_id": "main", "address": ADDRESS}]}
        path = f"/merchants/{self.merchant_id}/return-addresses"
        self.api.call("PUT", path, user=self.owner, body=book).expect(200, 201)

    def draft(self, price: int = LARGE, quantity: int = 1, state: str = "delivered") -> dict[str, Any]:
        """An order as the order system knows it: one line, one payment, signed yesterday if it was delivered."""
        order_id = f"order-{self.merchant_id}-{next(self._numbers)}"
        line = {"line_id": "1", "sku": "CUP-1", "title": "茶杯 cup", "quantity": quantity, "unit_price": price}
        delivery = {"shipped_at": _days_ago(3), "signed_at": _days_ago(1)} if state == "delivered" else {}
        return {
            "order_id": order_id,
            "buyer_id": self.buyer,
            "merchant_id": self.merchant_id,
            "currency": CURRENCY,
            "placed_at": _days_ago(4),
            "lines": [line],
            "payments": [{"payment_id": payment_of(order_id), "method": "card", "amount": price * quantity}],
            "delivery": {"state": state, **delivery},
        }

    def sells(self, price: int = LARGE, quantity: int = 1, state: str = "delivered") -> str:
        """A registered order's id."""
        draft = self.draft(price, quantity, state)
        self.register(draft)
        return str(draft["order_id"])

    def register(self, draft: dict[str, Any]) -> None:
        """The order system sends an order."""
        self.api.call("POST", "/orders", user=ORDERS, body=draft, key=draft["order_id"]).expect(201)

    def asked(self, order_id: str, quantity: int, key: str | None = None, **more: Any) -> Answer:
        """The buyer asks some units back; the answer, whatever it says."""
        lines = [{"line_id": "1", "quantity": quantity}]
        body = {"order_id": order_id, "reason": "not_wanted", "lines": lines, **more}
        return self.api.call("POST", "/cases", user=self.buyer, body=body, key=key or uuid4().hex)

    def files(self, order_id: str, quantity: int = 1, **more: Any) -> Story:
        """A case that was taken."""
        filed = self.asked(order_id, quantity, **more).expect(201)
        return Story(self.api, filed, self.buyer, self.owner)

    def automatic(self) -> Story:
        """A small case, which the policy approves by itself."""
        return self.files(self.sells(SMALL))

    def reviewed(self, price: int = LARGE) -> Story:
        """A case that the shop must decide."""
        return self.files(self.sells(price))


def _days_ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat()
