"""What the payment provider reports over HTTP, signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.api import door
from chalicelib.usecases import notices

if TYPE_CHECKING:
    from chalicelib.api.asked import Asked
    from chalicelib.usecases.steps import Reply

payments = Blueprint(__name__)


@door.route(payments, "POST", "/payments/notifications")
def receive_notice(asked: Asked) -> Reply:
    return notices.receive(asked.ports, asked.raw, asked.headers)
