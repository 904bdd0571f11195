"""Tickets for the WebSocket over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.api import door
from chalicelib.usecases import live as usecase

if TYPE_CHECKING:
    from chalicelib.api.asked import Asked
    from chalicelib.usecases.steps import Reply

live = Blueprint(__name__)


@door.route(live, "POST", "/live/tickets")
def issue_ticket(asked: Asked) -> Reply:
    return usecase.issue(asked.ports, asked.actor)
