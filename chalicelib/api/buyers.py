"""A buyer's standing over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.api import door
from chalicelib.schemas import buyers as shapes
from chalicelib.usecases import buyers as usecase

if TYPE_CHECKING:
    from chalicelib.api.asked import Asked
    from chalicelib.usecases.steps import Reply

buyers = Blueprint(__name__)


@door.route(buyers, "PUT", "/buyers/{buyer_id}/credit")
def put_credit(asked: Asked, buyer_id: str) -> Reply:
    return usecase.put_credit(asked.ports, asked.actor, buyer_id, asked.body(shapes.CreditBody))
