"""Days against the provider's bill, over HTTP."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.api import door
from chalicelib.errors import FieldError, InvalidRequest
from chalicelib.schemas import reconciliations as shapes
from chalicelib.usecases import reconciliations as usecase

if TYPE_CHECKING:
    from chalicelib.api.asked import Asked
    from chalicelib.usecases.steps import Reply

reconciliations = Blueprint(__name__)


@door.route(reconciliations, "GET", "/reconciliations")
def list_reconciliations(asked: Asked) -> Reply:
    return usecase.listing(asked.ports, asked.actor, *asked.page())


@door.route(reconciliations, "GET", "/reconciliations/{day}")
def read_reconciliation(asked: Asked, day: str) -> Reply:
    return usecase.read(asked.ports, asked.actor, _day(day))


@door.route(reconciliations, "POST", "/reconciliations/{day}/facts")
def record_fact(asked: Asked, day: str) -> Reply:
    return usecase.record_fact(asked.ports, asked.request, _day(day), asked.body(shapes.RecordFact))


def _day(text: str) -> date:
    """The door has seen that it is written like a day; the calendar must have it too."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidRequest("day: is not in the calendar", errors=[FieldError("day", "no such day")]) from None
