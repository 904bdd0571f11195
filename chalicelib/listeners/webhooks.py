"""Events for merchants, and attempts that are due again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.usecases import webhooks as usecase

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.schemas.messages import Message

webhooks = Blueprint(__name__)


@webhooks.lambda_function(name="on_webhook_due")
@entry.queue
def on_webhook_due(ports: Ports, message: Message) -> None:
    if message.source:
        usecase.notify(ports, message.body)
    else:
        usecase.retry(ports, message.body["merchant_id"], message.body["event_id"])
