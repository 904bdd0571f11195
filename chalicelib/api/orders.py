"""Orders over HTTP: the order system registers them, their parties look at them."""

from __future__ import annotations

from chalice.app import Blueprint

from chalicelib.api import door
from chalicelib.api.asked import Asked
from chalicelib.schemas.orders import RegisterOrder
from chalicelib.usecases import orders as usecase
from chalicelib.usecases.steps import Reply

orders = Blueprint(__name__)


@door.route(orders, "POST", "/orders")
def register_order(asked: Asked) -> Reply:
    return usecase.register(asked.ports, asked.request, asked.body(RegisterOrder))


@door.route(orders, "GET", "/orders/{order_id}")
def read_order(asked: Asked, order_id: str) -> Reply:
    return usecase.read(asked.ports, asked.actor, order_id)
