"""Parcels of the small shop, and what carriers say of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain import refs
from chalicelib.domain.actors import LOGISTICS
from chalicelib.domain.lifecycles import ParcelState
from chalicelib.domain.logistics import CarrierCommand, Contact
from chalicelib.domain.parcels import Parcel, Purpose, Scan, Slot, Waybill
from chalicelib.domain.turns import Turn
from chalicelib.ports import Report
from chalicelib.usecases import cases, logistics, parcels, steps
from chalicelib.usecases.parcels import Heard, Hooks, Table
from chalicelib.usecases.steps import Decision, Found
from tests.standins.time import MONDAY
from tests.standins.world import World

SENDER = Contact(name="B. Buyer", phone="+86 138 0000 0000", address="1 Nanjing Road", region="Shanghai")
RECEIVER = Contact(name="Anna", phone="021 5555 5555", address="9 Returns Lane", region="Hangzhou")
SLOT = Slot(begins_at=MONDAY + timedelta(days=1), ends_at=MONDAY + timedelta(days=1, hours=2))
LATER = Slot(begins_at=SLOT.begins_at + timedelta(days=1), ends_at=SLOT.ends_at + timedelta(days=1))


class Notes:
    """Hooks that remember what they were told: (hook, case, state)."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, str]] = []

    def table(self) -> Table:
        hooks = Hooks(**{name: self._note(name) for name in Hooks.__dataclass_fields__})
        return dict.fromkeys(("return", "pickup", "replacement", "send_back", "outbound"), hooks)  # type: ignore[arg-type]

    def _note(self, name: str) -> Callable[[Turn, Found, Parcel], None]:
        def note(turn: Turn, found: Found, parcel: Parcel) -> None:
            self.told.append((name, turn.case.case_id, parcel.pickup.state if "pickup" in name else parcel.state))  # type: ignore[union-attr]

        return note

    @property
    def names(self) -> list[str]:
        return [name for name, _, _ in self.told]


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def seen(state: ParcelState | None, hours: float, **more: Any) -> Scan:
    return Scan(**{"event": f"{state}-{hours}", "at": at(hours), "state": state, "code": str(state), **more})


def report(*scans: Scan, number: str = "SF100", carriers: tuple[str, ...] = ("sf",)) -> Report:
    return Report(carriers, number, scans)


def turn(world: World, case_id: str, act: Callable[[Turn, Found], Any]) -> Any:
    """One act within a turn of a case, as a use case of returns would do it."""

    def once(found: Found) -> Decision[Any]:
        made = Turn(cases.need(found, case_id), LOGISTICS, world.clock.now(), world.policies.get("platform", 1))
        return _decided(made, act(made, found))

    return steps.change(world, [refs.case(case_id)], once)


def _decided(made: Turn, outcome: Any) -> Decision[Any]:
    # An act that told nothing wrote nothing: then the case is not written either.
    return (made.items if len(made.items) > 1 else []), outcome


def announce(
    world: World,
    case_id: str,
    number: str = "SF100",
    purpose: Purpose = "return",
    hooks: Table | None = None,
    carrier: str = "sf",
) -> Parcel:
    return turn(  # type: ignore[no-any-return]
        world, case_id, lambda made, found: parcels.announce(world, made, found, purpose, carrier, number, hooks or {})
    )


def tell(world: World, *scans: Scan, hooks: Table | None = None, **more: Any) -> Heard:
    return parcels.tell(world, report(*scans, **more), hooks or {})


def book(world: World, case_id: str) -> tuple[Parcel, CarrierCommand]:
    """A courier is asked to come; the worker has not been there yet."""
    parcel, command = turn(
        world,
        case_id,
        lambda made, _: logistics.book_pickup(world, made, slot=SLOT, sender=SENDER, receiver=RECEIVER),
    )
    logistics.signal(world, command)
    return parcel, command


def booked(world: World, case_id: str, hooks: Table | None = None) -> Parcel:
    parcel, command = book(world, case_id)
    logistics.see_to(world, command.command_no, hooks or {})
    return parcel_of(world, parcel)


def parcel_of(world: World, parcel: Parcel) -> Parcel:
    return world.records.one(refs.parcel(parcel.case_id, parcel.parcel_id))


def command_of(world: World, command: CarrierCommand) -> CarrierCommand:
    return world.records.one(refs.command(command.command_no))


def waybill_of(world: World, number: str = "SF100", carrier: str = "sf") -> Waybill:
    return world.records.one(refs.waybill(carrier, number))
