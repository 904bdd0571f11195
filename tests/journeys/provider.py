"""The payment provider's other side: what its book says, and how it is told to misbehave."""

from __future__ import annotations

from typing import Any, NamedTuple

import urllib3

from local.stack import Stack


class Paid(NamedTuple):
    """A refund in the provider's book: its state there, and how often money went out for it."""

    state: str
    amount: int
    moved: int


class Provider:
    """The stand-in of a stack."""

    def __init__(self, stack: Stack) -> None:
        self._url = stack.payment_url
        self._headers = {"Authorization": f"Bearer {stack.payment_key}"}

    def book(self) -> dict[str, Any]:
        return self._ask("GET", "/book")

    def refund(self, refund_no: str) -> Paid | None:
        """What it knows of a number; None when it never saw it."""
        known = self.book()["refunds"].get(refund_no)
        return Paid(known["state"], known["amount"], known["moved"]) if known else None

    def out(self, order_id: str) -> int:
        """What went out to the order's payment, less what came back."""
        return int(self.book()["payments"].get(payment_of(order_id), 0))

    def misbehave(self, order_id: str, **rule: Any) -> None:
        """The next `call` (to pay, or to find) about this order's payment goes as the stand-in's `Rule` says."""
        self._ask("POST", "/faults", {"payment_id": payment_of(order_id), "times": 1, **rule})

    def is_itself_again(self, order_id: str) -> bool:
        """Whether all that it was told to do to this order's payment has been done."""
        return payment_of(order_id) not in [rule["payment_id"] for rule in self._ask("GET", "/faults")["faults"]]

    def now(self, what: str, **facts: Any) -> dict[str, Any]:
        """Something happens now, and is told: `settle`, `fail`, `reverse` a refund, or a `chargeback`."""
        return self._ask("POST", "/faults", {"now": what, **facts})

    def told(self, subject: str) -> bool:
        """Whether every message about a refund or a chargeback was taken."""
        return not [message for message in self._ask("GET", "/notices")["waiting"] if subject in message]

    def rotate(self, api_key: str, signing_secret: str) -> None:
        """Other keys from now on; the ones before open nothing any more."""
        self._ask("POST", "/keys", {"api_key": api_key, "signing_secret": signing_secret})

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        reply = urllib3.request(method, self._url + path, json=body, headers=self._headers, timeout=10)
        assert reply.status < 300, f"{method} {path}: {reply.status} {reply.data!r}"
        answer: dict[str, Any] = reply.json()
        return answer


def payment_of(order_id: str) -> str:
    """The one payment of an order in these stories."""
    return f"pay-{order_id}"
