"""What queues carry for the logistics worker, and what parcels look like to people."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from chalicelib.domain.base import Instant
from chalicelib.domain.deliveries import Shipment
from chalicelib.domain.values import Value
from chalicelib.schemas import names
from chalicelib.schemas.names import Name, name


class LogisticsCommand(BaseModel):
    """The worker's message: only the number travels."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    command_no: Annotated[str, StringConstraints(min_length=1, max_length=128)]


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
