"""Exchanges and reshipments of the small shop at each stage of their life, brought there by the use cases."""

from __future__ import annotations

from typing import Any

from chalicelib.domain import refs
from chalicelib.domain.replacements import Replacement
from chalicelib.schemas.payments import PaymentNotice
from chalicelib.schemas.replacements import ReceiveReplacement, ShipReplacement
from chalicelib.usecases import exchanges, notices, parcels, replacement_parcels, tracking
from chalicelib.usecases.steps import Reply
from tests.standins import returns as stages
from tests.standins.parcels import report, seen
from tests.standins.shops import BUYER, MERCHANT, ask, asking, case_id_of, decide, filing
from tests.standins.world import World

SENT = "YT7000000001"
RED = {"line_id": "coat", "sku": "coat-red"}
GOODS = (ask("coat"), ask("scarf", 1))
WORTH = 34000  # what these come to as a return: the last scarf stays, so no freight


def filed(world: World, *lines: Any, remedy: str = "exchange", **more: Any) -> str:
    from chalicelib.usecases import filings

    body = filing(*(lines or (ask("coat"),)), remedy=remedy, **more)
    return case_id_of(filings.file(world, asking(None, BUYER), body))


def priced(unit_price: int, line_id: str = "coat", **more: Any) -> list[dict[str, Any]]:
    return [{"line_id": line_id, "unit_price": {"amount": unit_price, "currency": "CNY"}, **more}]


def come_back(world: World, case_id: str) -> None:
    """The old goods, sent, received and found as they should be."""
    stages.ship(world, case_id)
    stages.receive(world, case_id)
    stages.inspect(world, case_id)


def inspected(world: World, *lines: Any, price: int | None = None, **more: Any) -> str:
    """An exchange whose goods came back; with a price it is for the red coat."""
    if price is not None:
        more["wanted"] = (RED,)
    case_id = filed(world, *lines, **more)
    decide(world, case_id, "approve", **({"prices": priced(price)} if price is not None else {}))
    come_back(world, case_id)
    return case_id


def asked_for(world: World, *lines: Any, **more: Any) -> str:
    """The new goods are asked for, or what they cost more is: by whoever passed the old ones."""
    return inspected(world, *lines, **more)


def reship(world: World, *lines: Any, reason: str = "missing_item", **more: Any) -> str:
    """Goods that are to be sent again, approved; the shop is awaited."""
    case_id = filed(world, *(lines or (ask("scarf", 1),)), remedy="reship", reason=reason, **more)
    decide(world, case_id, "approve")
    exchanges.ship_replacement(world, case_id)
    return case_id


def ship(world: World, case_id: str, waybill_no: str = SENT, **more: Any) -> Reply:
    body = ShipReplacement.model_validate({"carrier": "yto", "waybill_no": waybill_no, **more})
    return replacement_parcels.ship(world, asking(None, MERCHANT), case_id, body)


def none_left(world: World, case_id: str) -> Reply:
    body = ShipReplacement(shipped=False, note="sold out")
    return replacement_parcels.ship(world, asking(None, MERCHANT), case_id, body)


def sent(world: World, *lines: Any, **more: Any) -> str:
    case_id = asked_for(world, *lines, **more)
    ship(world, case_id)
    return case_id


def came(world: World, case_id: str, **body: Any) -> Reply:
    return replacement_parcels.receive(world, asking(None, BUYER), case_id, ReceiveReplacement(**body))


def pay(world: World, case_id: str, amount: int, payment_id: str = "pay_more", currency: str | None = "CNY") -> None:
    told = {"type": "difference.paid", "case_id": case_id, "payment_id": payment_id, "amount": amount}
    told |= {"currency": currency, "method": "wallet", "provider": "wallets"}
    notices.take_notice(world, PaymentNotice.model_validate(told))


def carrier_says(world: World, *states: str, number: str = SENT) -> None:
    """The carrier tells of the replacement's parcel, now."""
    for state in states:
        world.clock.pass_by(minutes=1)
        hours = (world.clock.now() - seen(None, 0).at).total_seconds() / 3600
        scan = seen(state, hours)  # type: ignore[arg-type]
        parcels.tell(world, report(scan, number=number, carriers=("yto",)), tracking.HOOKS)


def replacement(world: World, case_id: str) -> Replacement:
    return world.records.one(refs.replacement(case_id))


def promised(world: World) -> str:
    """The same in a world whose shop has written no book yet: the goods are asked for."""
    stages.book(world)
    return asked_for(world)


def on_their_way(world: World) -> str:
    case_id = promised(world)
    ship(world, case_id)
    return case_id
