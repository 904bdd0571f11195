"""What waits, and how everything stands, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.api import door
from chalicelib.usecases import monitors as usecase

if TYPE_CHECKING:
    from chalicelib.api.asked import Asked
    from chalicelib.usecases.steps import Reply

monitors = Blueprint(__name__)


@door.route(monitors, "GET", "/due")
def list_due(asked: Asked) -> Reply:
    return usecase.due(asked.ports, asked.actor, *asked.page())


@door.route(monitors, "GET", "/monitor")
def read_monitor(asked: Asked) -> Reply:
    return usecase.monitor(asked.ports, asked.actor)


@door.route(monitors, "GET", "/monitor/returns")
def read_returns_monitor(asked: Asked) -> Reply:
    return usecase.returns(asked.ports, asked.actor)
