"""The order and logistics systems' facts about goods on their way out."""

from __future__ import annotations

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.ports import Ports
from chalicelib.schemas.messages import Message
from chalicelib.usecases import order_events

orders = Blueprint(__name__)


@orders.lambda_function(name="on_order_event")
@entry.queue
def on_order_event(ports: Ports, message: Message) -> None:
    order_events.take(ports, message.type, message.id, message.body)
