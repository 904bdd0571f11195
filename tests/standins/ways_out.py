"""Orders of the small shop whose goods are on their way to the buyer, and what carriers say of them."""

from __future__ import annotations

from typing import Any

from chalicelib.domain import refs
from chalicelib.domain.deliveries import Delivery
from chalicelib.domain.ways_out import WayOut
from chalicelib.usecases import grants, orders, parcels, settlements, tracking
from tests.standins.parcels import at, report, seen
from tests.standins.shops import ask, file, sell, shop
from tests.standins.world import World

OUT = "SFOUT100"
EVERYTHING = (ask("coat"), ask("scarf", 2))
ALL = 39000


def travelling(*, numbers: tuple[str, ...] = (OUT,), states: tuple[str, ...] = ("picked_up",), **policy: Any) -> World:
    """The small shop with its order under way, in one parcel unless more are named."""
    world = shop(**policy)
    sell(world)
    world.clock.reach(at(2))
    for number in numbers:
        send(world, number)
        scanned(world, *states, number=number)
    world.logistics_commands.asked.clear()
    return world


def send(world: World, *numbers: str, order_id: str = "o1") -> None:
    for number in numbers or (OUT,):
        orders.ship(world, order_id, "sf", number)


def scanned(world: World, *states: str, number: str = OUT, hours: float | None = None) -> None:
    """The carrier tells of a parcel, now or at an hour of its own."""
    now = (world.clock.now() - at(0)).total_seconds() / 3600 if hours is None else hours
    for i, state in enumerate(states):
        told = seen(state, now + i / 60)  # type: ignore[arg-type]
        parcels.tell(world, report(told, number=number), tracking.HOOKS)


def filed(world: World, *lines: Any, **more: Any) -> str:
    """All goods of the order, unless lines are named; and what the stream does about it."""
    case_id = file(world, *(lines or EVERYTHING), **more)
    world.pump()
    return case_id


def worked(world: World) -> None:
    """The worker sees to every command that it was told of."""
    world.pump()
    numbers = [number for number, _ in world.logistics_commands.asked]
    world.logistics_commands.asked.clear()
    for number in numbers:
        tracking.see_to(world, number)


def delivery(world: World, order_id: str = "o1") -> Delivery:
    return world.records.one(refs.delivery(order_id))


def way(world: World, case_id: str) -> WayOut:
    found = world.case(case_id).way_out
    assert found is not None
    return found


def paid(world: World, case_id: str) -> int:
    """What the buyer gets, once the flow has gone on."""
    grants.grant(world, case_id)
    grants.submit(world, case_id)
    for refund in world.listings.refunds_of(case_id):
        settlements.see_to(world, refund.refund_no)
    assert "completed" == world.case(case_id).status
    return sum(world.payments.paid.values())
