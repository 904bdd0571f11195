"""The stock system's facts about goods that came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.usecases import put_aways

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.schemas.messages import Message

stock = Blueprint(__name__)


@stock.lambda_function(name="on_stock_event")
@entry.queue
def on_stock_event(ports: Ports, message: Message) -> None:
    put_aways.take(ports, message.type, message.body)
