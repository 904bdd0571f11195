"""What queues carry for the logistics worker, and what parcels look like to people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from chalicelib.domain.base import Instant
from chalicelib.domain.parcels import Carrier, Slot
from chalicelib.domain.values import Value
from chalicelib.schemas import names
from chalicelib.schemas.names import Name, name

if TYPE_CHECKING:
    from chalicelib.domain.deliveries import Shipment
    from chalicelib.domain.parcels import Parcel, Pickup, Scan


class LogisticsCommand(BaseModel):
    """The worker's message: only the number travels."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    command_no: Annotated[str, StringConstraints(min_length=1, max_length=128)]


class SendParcel(Value):
    """The waybill that an order's goods leave under; `carrier` is our name of it (docs/architecture.md)."""

    carrier: Carrier
    at: Instant | None = None  # when they left, if nobody has said so yet


class ScanView(Value):
    """What a carrier said, in our words (`state`; none for a code that we do not know) and in its own."""

    at: Instant
    state: Name | None
    detail: str | None
    text: str
    place: str

    @staticmethod
    def of(scan: Scan) -> ScanView:
        state = name(names.PARCEL_STATES, scan.state) if scan.state else None
        return ScanView(at=scan.at, state=state, detail=scan.detail, text=scan.text, place=scan.place)


class PickupView(Value):
    """The courier's visit."""

    state: Name
    slot: Slot
    visits: int
    because: str | None

    @staticmethod
    def of(pickup: Pickup) -> PickupView:
        state = name(names.PICKUP_STATES, pickup.state)
        return PickupView(state=state, slot=pickup.slot, visits=pickup.visits, because=pickup.because)


class ParcelView(Value):
    """A parcel of a case, newest scan first. `contradicted`: its carrier said what cannot be, and a person looks."""

    parcel_id: str
    purpose: Name
    carrier: str
    waybill_no: str | None
    state: Name
    at: Instant | None
    announced_at: Instant
    pickup: PickupView | None
    contradicted: bool
    scans: tuple[ScanView, ...]

    @staticmethod
    def of(parcel: Parcel) -> ParcelView:
        course = parcel.course
        return ParcelView(
            parcel_id=parcel.parcel_id,
            purpose=name(names.PURPOSES, parcel.purpose),
            carrier=parcel.carrier,
            waybill_no=parcel.waybill_no,
            state=name(names.PARCEL_STATES, course.state),
            at=course.at,
            announced_at=parcel.announced_at,
            pickup=PickupView.of(parcel.pickup) if parcel.pickup else None,
            contradicted=course.contradiction is not None,
            scans=tuple(ScanView.of(scan) for scan in reversed(course.scans)),
        )


class ShipmentView(Value):
    """One parcel of an order on its way out, and where it was last seen."""

    carrier: str
    waybill_no: str
    state: Name
    at: Instant | None

    @staticmethod
    def of(shipment: Shipment) -> ShipmentView:
        return ShipmentView(
            carrier=shipment.carrier,
            waybill_no=shipment.waybill_no,
            state=name(names.PARCEL_STATES, shipment.state),
            at=shipment.at,
        )
