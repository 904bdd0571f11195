"""Returns of the small shop at each stage of their life, brought there by the use cases that bring them there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain import refs
from chalicelib.domain.actors import SYSTEM
from chalicelib.domain.addresses import AddressBook
from chalicelib.domain.gates import GateName
from chalicelib.domain.returns import Return
from chalicelib.schemas.addresses import PutAddresses
from chalicelib.schemas.returns import BookPickup, InspectGoods, ReceiveGoods, ShipGoods
from chalicelib.usecases import (
    addresses,
    cases,
    gates,
    grants,
    inspections,
    pickups,
    receipts,
    returns,
    settlements,
    shipments,
    steps,
)
from chalicelib.usecases.steps import Reply
from tests.standins.parcels import SENDER, SLOT
from tests.standins.shops import BUYER, MERCHANT, PLACED, ask, asking, decide, file, sell, shop
from tests.standins.time import MONDAY
from tests.standins.world import World

ADDRESS = {"name": "Anna's warehouse", "phone": "+86 571 8888 0000", "address": "1 West Lake Road, Hangzhou"}
DELIVERED = {"state": "delivered", "shipped_at": MONDAY.replace(day=2), "signed_at": MONDAY.replace(day=3)}
ENTRY = {"address_id": "main", "address": ADDRESS}
BOOK = AddressBook.model_validate({"merchant_id": "m1", "entries": [ENTRY], "updated_at": PLACED})
EVERYTHING = (ask("coat"), ask("scarf", 2))
ALL = 39000  # a coat, two scarves and, because everything comes back, the freight


def return_shop(*, address: bool = True, delivery: dict[str, Any] | None = None, **policy: Any) -> World:
    """The small shop with a return address, and its order with the buyer since three days."""
    world = shop(**policy)
    world.clock.reach(MONDAY.replace(day=6))
    if address:
        book(world)
    sell(world, delivery=delivery or DELIVERED)
    return world


def book(world: World, **entry: Any) -> Reply:
    body = PutAddresses.model_validate({"entries": [{**ENTRY, **entry}]})
    return addresses.put(world, MERCHANT, "m1", body)


def filed(world: World, *lines: Any, **more: Any) -> str:
    return file(world, *(lines or EVERYTHING), **{"remedy": "return_and_refund", **more})


def awaiting_goods(world: World, *lines: Any, **more: Any) -> str:
    case_id = filed(world, *lines, **more)
    decide(world, case_id, "approve")
    return case_id


def addressed(world: World) -> str:
    """The same in a world whose shop has written no book yet."""
    book(world)
    return awaiting_goods(world)


def ship(world: World, case_id: str, waybill_no: str = "SF1234567890", **more: Any) -> Reply:
    body = ShipGoods.model_validate({"carrier": "shunfeng", "waybill_no": waybill_no, **more})
    return shipments.ship(world, asking(None, BUYER), case_id, body)


def courier(world: World, case_id: str, days: int = 1, **more: Any) -> Reply:
    """The buyer asks for a courier at the hours of `SLOT`, in so many days."""
    slot = SLOT.after(world.clock.now() + timedelta(days=days - 1))
    body = {"slot": slot.model_dump(), "sender": SENDER.model_dump(), **more}
    return pickups.book(world, asking(None, BUYER), case_id, BookPickup.model_validate(body))


def fetched_for(world: World) -> str:
    """A courier was asked for; the carrier has not been asked yet."""
    case_id = awaiting_goods(world)
    courier(world, case_id)
    return case_id


def addressed_courier(world: World) -> str:
    """The same in a world whose shop has written no book yet."""
    case_id = addressed(world)
    courier(world, case_id)
    return case_id


def in_transit(world: World, *lines: Any, **more: Any) -> str:
    case_id = awaiting_goods(world, *lines, **more)
    ship(world, case_id)
    return case_id


def sent(world: World) -> str:
    case_id = addressed(world)
    ship(world, case_id)
    return case_id


def came(world: World) -> str:
    case_id = sent(world)
    receive(world, case_id)
    return case_id


def receive(world: World, case_id: str, **body: Any) -> Reply:
    return receipts.receive(world, asking(None, MERCHANT), case_id, ReceiveGoods(**body))


def received(world: World, *lines: Any, **more: Any) -> str:
    case_id = in_transit(world, *lines, **more)
    receive(world, case_id)
    return case_id


def inspect(world: World, case_id: str, outcome: str = "passed", **body: Any) -> Reply:
    shape = InspectGoods.model_validate({"outcome": outcome, **body})
    return inspections.inspect(world, asking(None, MERCHANT), case_id, shape)


def inspected(world: World, outcome: str = "passed", **body: Any) -> str:
    case_id = received(world)
    inspect(world, case_id, outcome, **body)
    return case_id


def goods(world: World, case_id: str) -> Return:
    return world.records.one(refs.goods(case_id))


def carrier_says(world: World, case_id: str, fact: str, parcel: int = 0, at: datetime | None = None) -> None:
    """A parcel's news, as the room of parcels tells it: within a turn of its own."""
    parcel_id = goods(world, case_id).parcels[parcel].parcel_id

    def once(found: steps.Found) -> steps.Decision[None]:
        turn = cases.turn_of(world, cases.need(found, case_id), SYSTEM)
        getattr(returns, f"goods_{fact}")(turn, found, parcel_id, at or turn.at)
        return turn.items, None

    steps.change(world, [refs.case(case_id)], once)


# What tests look at


def standing(world: World, case_id: str) -> tuple[str, str | None]:
    case = world.case(case_id)
    return case.status, case.gate.name if case.gate else None


def silence(world: World, case_id: str, gate: GateName) -> str:
    world.clock.reach(world.gate(case_id).due_at)
    step = gates.expire(world, case_id, gate, world.case(case_id).rounds[gate], by_flow=True)
    return str(step["outcome"])


def refund(world: World, case_id: str) -> int:
    """What the buyer gets in all, once the flow has gone on."""
    grants.grant(world, case_id)
    grants.submit(world, case_id)
    settlements.see_to(world, world.refund(case_id).refund_no)
    assert "completed" == world.case(case_id).status
    return sum(world.payments.paid.values())
