"""What carrier systems push over HTTP, each in its own shape and signed in its own way."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from chalice.app import Blueprint

from chalicelib.api import door
from chalicelib.domain.carriers import System
from chalicelib.usecases import tracking

if TYPE_CHECKING:
    from chalicelib.api.asked import Asked
    from chalicelib.usecases.steps import Reply

logistics = Blueprint(__name__)


@door.route(logistics, "POST", "/logistics/callbacks/{carrier_system}")
def receive_push(asked: Asked, carrier_system: str) -> Reply:
    return tracking.receive(asked.ports, cast(System, carrier_system), asked.raw, asked.headers)
