"""A buyer's inbox over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.api import door
from chalicelib.schemas import notifications as shapes
from chalicelib.usecases import notifications as usecase

if TYPE_CHECKING:
    from chalicelib.api.asked import Asked
    from chalicelib.usecases.steps import Reply

notifications = Blueprint(__name__)


@door.route(notifications, "GET", "/notifications")
def read_inbox(asked: Asked) -> Reply:
    return usecase.inbox(asked.ports, asked.actor, *asked.page())


@door.route(notifications, "PUT", "/notifications/preferences")
def put_preferences(asked: Asked) -> Reply:
    return usecase.prefer(asked.ports, asked.actor, asked.body(shapes.PreferencesBody))
