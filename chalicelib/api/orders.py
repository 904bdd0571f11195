"""Orders over HTTP: the order system registers them, their parties look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.api import door
from chalicelib.schemas import logistics
from chalicelib.schemas import orders as shapes
from chalicelib.usecases import orders as usecase

if TYPE_CHECKING:
    from chalicelib.api.asked import Asked
    from chalicelib.usecases.steps import Reply

orders = Blueprint(__name__)


@door.route(orders, "POST", "/orders")
def register_order(asked: Asked) -> Reply:
    return usecase.register(asked.ports, asked.request, asked.body(shapes.RegisterOrder))


@door.route(orders, "GET", "/orders/{order_id}")
def read_order(asked: Asked, order_id: str) -> Reply:
    return usecase.read(asked.ports, asked.actor, order_id)


@door.route(orders, "PUT", "/orders/{order_id}/parcels/{waybill_no}")
def send_parcel(asked: Asked, order_id: str, waybill_no: str) -> Reply:
    return usecase.send_parcel(asked.ports, asked.request, order_id, waybill_no, asked.body(logistics.SendParcel))
