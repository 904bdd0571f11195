"""What people, carriers and the payment system say of goods that go out in the place of others: verbs of a stage."""

from __future__ import annotations

from typing import Any

from chalicelib.schemas.replacements import ReceiveReplacement, ShipReplacement
from chalicelib.usecases import replacement_parcels
from tests.campaign.stage import Stage
from tests.standins.shops import BUYER, COAT, MERCHANT, ask

RED = {"line_id": "coat", "sku": "coat-red"}
MORE = 5000  # what the dearer article costs on top
NUMBERS = ("YT7000000001", "YT7000000002")  # under which goods are sent, and once more


def swaps(s: Stage, price: int | None = None) -> None:
    """A coat for another; with a price it is for the red one."""
    s.files(ask("coat"), remedy="exchange", **({"wanted": (RED,)} if price is not None else {}))
    named = {"line_id": "coat", "unit_price": {"amount": price, "currency": "CNY"}}
    s.decides("approve", **({"prices": (named,)} if price is not None else {}))


def comes_back(s: Stage, number: str = "SF1234567890") -> None:
    s.ships(number)
    s.receives()
    s.inspects()


def sends(s: Stage, number: str = NUMBERS[0]) -> None:
    s.does(replacement_parcels.ship, MERCHANT, ShipReplacement(carrier="yto", waybill_no=number))


def has_none(s: Stage) -> None:
    s.does(replacement_parcels.ship, MERCHANT, ShipReplacement(shipped=False, note="sold out"))


def gets(s: Stage) -> None:
    s.does(replacement_parcels.receive, BUYER, ReceiveReplacement())


def gets_nothing(s: Stage) -> None:
    s.does(replacement_parcels.receive, BUYER, ReceiveReplacement(received=False, note="an empty box"))


def carried(s: Stage, *codes: str, number: str = NUMBERS[0]) -> None:
    """The carrier tells of the parcel that goes out."""
    s.scanned(*codes, number=number, carrier="yto")


def pays(s: Stage, amount: int = MORE, payment_id: str = "pay_more") -> None:
    """The payment system says on the bus that the buyer paid, asked or not."""
    if s.case_id is not None:
        s.cloud.queues.put("on_payment_event", paid(s, amount, payment_id), source="payments", type="difference.paid")
    s.cloud.run()


def paid(s: Stage, amount: int, payment_id: str) -> dict[str, Any]:
    told = {"case_id": s.case_id, "payment_id": payment_id, "amount": amount, "currency": "CNY"}
    return {**told, "method": "wallet", "provider": "wallets"}


DEARER, CHEAPER = COAT + MORE, COAT - 4000
