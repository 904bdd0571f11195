"""Facts of the order system: `order.paid` registers, `order.shipped` and `order.delivered` tell the delivery, and
`price.changed` what a shop's goods cost from now on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from chalicelib.domain.actors import Actor
from chalicelib.domain.base import Instant
from chalicelib.domain.deliveries import MOST_PARCELS
from chalicelib.domain.parcels import Carrier, WaybillNo, tidy
from chalicelib.domain.values import Identifier
from chalicelib.errors import InvalidRequest
from chalicelib.schemas.orders import RegisterOrder
from chalicelib.schemas.prices import PriceTold
from chalicelib.usecases import catalogue, orders
from chalicelib.usecases.invalid import invalid_request
from chalicelib.usecases.steps import Request

if TYPE_CHECKING:
    from chalicelib.ports import Ports

ORDERS = Actor(role="orders", id="bus")


class SentParcel(BaseModel):
    """The waybill that goods travel under; `carrier` is our name of it (docs/architecture.md)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    carrier: Carrier
    waybill_no: Annotated[WaybillNo, BeforeValidator(lambda text: tidy(text) if isinstance(text, str) else text)]


class DeliveryFact(BaseModel):
    """`parcels`: what the goods travel under, if the order system says so; then carriers tell the rest. `promised_at`:
    by when the buyer was told to have them."""

    model_config = ConfigDict(extra="ignore", defer_build=True)

    order_id: str
    at: Instant
    parcels: Annotated[tuple[SentParcel, ...], Field(max_length=MOST_PARCELS)] = ()
    promised_at: Instant | None = None  # when the goods should be there


class PriceChanged(BaseModel):
    """The catalogue's word; a price protection 价保 leans on no other."""

    model_config = ConfigDict(extra="ignore", defer_build=True)

    merchant_id: Identifier
    prices: Annotated[tuple[PriceTold, ...], Field(min_length=1, max_length=90)]


def take(ports: Ports, type: str, event_id: str, body: Mapping[str, Any]) -> None:
    """One event. Repetitions change nothing. Raises InvalidRequest for what is no event of an order."""
    try:
        match type:
            case "order.paid":
                draft = RegisterOrder.model_validate_json(_json(body))
                orders.register(ports, Request.of(ORDERS, None, body), draft)
            case "order.shipped":
                fact = DeliveryFact.model_validate(body)
                orders.tell_delivery(ports, fact.order_id, "shipped", fact.at, promised_at=fact.promised_at)
                for parcel in fact.parcels:
                    orders.ship(ports, fact.order_id, parcel.carrier, parcel.waybill_no)
            case "order.delivered":
                fact = DeliveryFact.model_validate(body)
                orders.tell_delivery(ports, fact.order_id, "delivered", fact.at)
            case "price.changed":
                # Read strictly, as JSON: an amount that is text is nobody's price.
                told = PriceChanged.model_validate_json(_json(body))
                catalogue.tell(ports, ORDERS, told.merchant_id, told.prices)
            case _:
                raise InvalidRequest(f"{type[:80]!r} is no event of an order")
    except ValidationError as error:
        raise invalid_request(error) from None


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body).encode()
