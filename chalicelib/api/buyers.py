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


@door.route(buyers, "GET", "/credit")
def read_own_credit(asked: Asked) -> Reply:
    return usecase.read_own(asked.ports, asked.actor)


@door.route(buyers, "GET", "/buyers/{buyer_id}/credit")
def read_credit(asked: Asked, buyer_id: str) -> Reply:
    return usecase.read(asked.ports, asked.actor, buyer_id)


@door.route(buyers, "POST", "/buyers/{buyer_id}/credit/restore")
def restore_credit(asked: Asked, buyer_id: str) -> Reply:
    return usecase.restore(asked.ports, asked.actor, buyer_id, asked.body(shapes.RestoreCredit))


@door.route(buyers, "PUT", "/buyers/{buyer_id}/credit")
def put_credit(asked: Asked, buyer_id: str) -> Reply:
    return usecase.put_credit(asked.ports, asked.actor, buyer_id, asked.body(shapes.CreditBody))
