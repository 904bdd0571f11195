"""The order and logistics systems' facts about goods on their way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.usecases import order_events

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.schemas.messages import Message

orders = Blueprint(__name__)


@orders.lambda_function(name="on_order_event")
@entry.queue
def on_order_event(ports: Ports, message: Message) -> None:
    order_events.take(ports, message.type, message.id, message.body)
