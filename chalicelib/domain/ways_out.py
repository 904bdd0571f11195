"""The way out, as a case remembers it: what its carriers were asked, what the parcels came to, and why that pays.

The scans stand with the parcels, the commands are items of their own; here stands what the case's next step needs.
"""

from __future__ import annotations

from typing import Literal

from chalicelib.domain.deliveries import Ending
from chalicelib.domain.lifecycles import CommandState
from chalicelib.domain.logistics import Kind
from chalicelib.domain.values import Value

# What the gate `carrier` waits for: an answer to a command, or where the parcels end.
Awaited = Literal["interception", "proof", "door", "way_back"]
# Why goods that were sent are not with their buyer: the fact that lets the money go.
Because = Literal["intercepted", "refused", "returned", "lost", "no_proof"]


class CarrierAsk(Value):
    """One question to a carrier."""

    command_no: str
    kind: Kind
    state: CommandState = "asked"
    proven: bool = False

    @property
    def is_open(self) -> bool:
        return self.state not in ("done", "failed")


class WatchedParcel(Value):
    """A parcel of the order that this case hears of."""

    parcel_id: str
    ending: Ending = "moving"


class WayOut(Value):
    """Of one case. `found`: goods that were paid for as lost came to light."""

    awaits: Awaited | None = None
    asks: tuple[CarrierAsk, ...] = ()
    parcels: tuple[WatchedParcel, ...] = ()
    because: Because | None = None
    found: bool = False

    @property
    def endings(self) -> set[Ending]:
        return {parcel.ending for parcel in self.parcels}

    def answered(self, command_no: str, state: CommandState, *, proven: bool) -> WayOut:
        """With a carrier's word; the same object when it was not asked for here, or was heard before."""
        asks = tuple(
            ask.but(state=state, proven=proven) if ask.command_no == command_no and ask.is_open else ask
            for ask in self.asks
        )
        return self if asks == self.asks else self.but(asks=asks)

    def seen(self, parcel: WatchedParcel) -> WayOut:
        """With where a parcel is now; the same object when that is no news."""
        parcels = tuple(parcel if one.parcel_id == parcel.parcel_id else one for one in self.parcels)
        return self if parcels == self.parcels else self.but(parcels=parcels)

    def all_ended(self, *ways: Ending) -> bool:
        return bool(self.parcels) and self.endings <= set(ways)

    def asks_of(self, kind: Kind) -> tuple[CarrierAsk, ...]:
        return tuple(ask for ask in self.asks if ask.kind == kind)
