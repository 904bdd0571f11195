"""One story as it is told: an order, a case, and what people then do. Every act is a request of its own user."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from local.api import Api
from local.seed import partners
from local.seed.orders import CURRENCY, Basket, order
from local.stack import Stack

# Where couriers come: made up, like everything here.
DOORS = {
    "buyer-1": {
        "name": "陈晓",
        "phone": "+86 21 5555 0101",
        "address": "上海市黄浦区示例路 1 号 101 室",
        "region": "上海",
    },
    "buyer-2": {"name": "B. Example", "phone": "+86 21 5555 0102", "address": "2 Example Road, Shanghai"},
}
PATIENCE, BETWEEN_LOOKS = 60.0, 0.5  # seconds: what comes by itself comes by then
T = TypeVar("T")


class DidNotCome(Exception):
    """Raised when what a story waits for did not come by itself; says what was seen last."""


class Scene:
    """`name` makes order and keys unique. `case_id` is there once something was filed."""

    def __init__(self, stack: Stack, api: Api, name: str, now: datetime) -> None:
        self._stack, self._api, self._name, self._now = stack, api, name, now
        self._acts = itertools.count(1)
        self.order_id = name
        self.buyer = self.case_id = ""

    def beside(self) -> Scene:
        """A scene for another order of the same story, which has a case of its own."""
        return Scene(self._stack, self._api, f"{self._name}-2", self._now)

    def bought(
        self, buyer: str, merchant: str, basket: Basket, delivery: str = "delivered", days_late: int = 0
    ) -> None:
        self.buyer = buyer
        self._registers(basket, self.order_id, buyer, merchant, delivery=delivery, days_late=days_late)

    def also_bought(self, buyer: str, merchant: str, basket: Basket) -> None:
        """Somebody else had bought there before, and has no case."""
        self._registers(basket, f"{self.order_id}-{buyer}", buyer, merchant, delivery="delivered")

    def _registers(self, basket: Basket, order_id: str, buyer: str, merchant: str, **more: Any) -> None:
        body = order(basket, order_id=order_id, buyer_id=buyer, merchant_id=merchant, now=self._now, **more)
        self._api.call("POST", "/orders", user="orders", body=body, key=self._key()).expect(201)

    def costs(self, merchant: str, sku: str, amount: int) -> None:
        """The catalogue says that a unit costs so much from now on."""
        fact = {"sku": sku, "price": fen(amount), "at": self._now.isoformat()}
        path = f"/merchants/{merchant}/prices"
        self._api.call("PUT", path, user="orders", body={"prices": [fact]}).expect(200)

    def hands_over(self) -> None:
        """The buyer sends the goods back, and the carrier has them."""
        number = f"RT-{self._name.upper()}"
        self.does(self.buyer, "shipment", carrier=partners.CARRIER, waybill_no=number)
        partners.carrier_scans(self._stack, number, "picked_up")

    def is_paid(self) -> None:
        """The newest refund has arrived, before anything else happens."""
        _until(self._paid, lambda state: state == "settled", f"{self.case_id} was not paid")

    def _paid(self) -> str:
        refunds = self.case()["refunds"]
        return str(refunds[-1]["state"]["code"]) if refunds else "none"

    def pays_difference(self, amount: int) -> None:
        """The buyer pays what dearer goods cost more, and the payment system says so."""
        paid = {"payment_id": f"difference-{self.order_id}", "amount": amount, "currency": CURRENCY, "method": "wallet"}
        partners.tells(self._stack, "payments", "difference.paid", case_id=self.case_id, **paid)

    def leaves(self, *codes: str, seen: str) -> None:
        """The goods leave in a parcel, its carrier tells of it, and the order shows it as `seen`."""
        number = f"SF-{self._name.upper()}".replace("_", "-")
        path = f"/orders/{self.order_id}/parcels/{number}"
        self._api.call("PUT", path, user="orders", body={"carrier": partners.CARRIER}).expect(200)
        for code in codes:
            partners.carrier_scans(self._stack, number, code)
        _until(self._parcel, lambda state: state == seen, f"the carrier's scans of {number} did not come")

    def _parcel(self) -> str:
        [parcel] = self._api.get(f"/orders/{self.order_id}", self.buyer)["parcels"]
        return str(parcel["state"]["code"])

    def asks(self, reason: str, description: str, *lines: Mapping[str, Any], **more: Any) -> None:
        """The buyer files; without lines it is about the freight."""
        body = {"order_id": self.order_id, "reason": reason, "description": description, "lines": list(lines), **more}
        answer = self._api.call("POST", "/cases", user=self.buyer, body=body, key=self._key()).expect(201)
        self.case_id = answer["case_id"]

    def returns(self, reason: str, description: str, *lines: Mapping[str, Any]) -> None:
        """The buyer asks to send goods back."""
        self.asks(reason, description, *lines, remedy="return_and_refund")

    def does(self, user: str, act: str, **body: Any) -> dict[str, Any]:
        """Somebody acts on the case: `decision`, `answer`, `escalate` …"""
        path = f"/cases/{self.case_id}/{act}"
        return self._api.call("POST", path, user=user, body=body, key=self._key()).expect(200, 201)

    def moves(self, user: str, gate: str, due_at: datetime, reason: str) -> None:
        body = {"due_at": due_at.isoformat(), "reason": reason}
        self._api.call("PATCH", f"/cases/{self.case_id}/deadlines/{gate}", user=user, body=body).expect(200)

    def shows(self, user: str, content: bytes, content_type: str, note: str) -> None:
        """Evidence: its record, and its bytes."""
        form = self.does(user, "evidence", content_type=content_type, size=len(content), note=note)
        partners.upload(form["url"], form["fields"], content, content_type)

    def payment_will(self, method: str, **rule: Any) -> None:
        """How the refunds to one of the order's payments will go."""
        partners.payment_will(self._stack, f"{method}-{self.order_id}", **rule)

    def courier(self, days: int = 1, also: Sequence[str] = ()) -> str:
        """The buyer has a courier come, for other cases' goods too; he is booked. Answers the waybill."""
        morning = (self._now + timedelta(days=days)).replace(hour=1, minute=0, second=0, microsecond=0)
        slot = {"begins_at": morning.isoformat(), "ends_at": (morning + timedelta(hours=2)).isoformat()}
        self.does(self.buyer, "pickup", slot=slot, sender=DOORS[self.buyer], also=list(also))
        return _until(self._booked, bool, f"no courier was booked for {self.case_id}")[-1]

    def _booked(self) -> list[str]:
        """The waybills of the visits that carriers have agreed to, the newest last."""
        parcels = self._api.get(f"/cases/{self.case_id}/parcels", self.buyer)["items"]
        return [str(one["waybill_no"]) for one in parcels if one["pickup"] and one["waybill_no"]]

    def awaits(self, gate: str) -> None:
        """The flow has come to this gate: what the shop is asked to do follows from an answer, not with it."""
        _until(self._awaited, lambda awaited: awaited == gate, f"nobody was asked for a {gate} of {self.case_id}")

    def _awaited(self) -> str | None:
        """The gate at which the case waits."""
        action = self.case()["next_action"]
        return str(action["gate"]["code"]) if action else None

    def scanned(self, waybill_no: str, code: str) -> None:
        partners.carrier_scans(self._stack, waybill_no, code)

    def courier_fails(self, waybill_no: str, reason: str) -> None:
        partners.courier_fails(self._stack, waybill_no, reason)

    def case(self) -> dict[str, Any]:
        return self._api.get(f"/cases/{self.case_id}", self.buyer)

    def _key(self) -> str:
        return f"{self._name}-{next(self._acts)}"


def _until(look: Callable[[], T], fits: Callable[[T], object], otherwise: str) -> T:
    """What was seen when it fitted. Raises DidNotCome."""
    deadline = time.monotonic() + PATIENCE
    while not fits(seen := look()):
        if time.monotonic() > deadline:
            raise DidNotCome(f"{otherwise}: {seen}")
        time.sleep(BETWEEN_LOOKS)
    return seen


def units(line: int, quantity: int | None = None, amount: int | None = None) -> dict[str, Any]:
    """Some units of a line, all that are left, or less than their worth."""
    asked: dict[str, Any] = {"line_id": str(line)}
    if quantity is not None:
        asked["quantity"] = quantity
    if amount is not None:
        asked["amount"] = fen(amount)
    return asked


def fen(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": CURRENCY}
