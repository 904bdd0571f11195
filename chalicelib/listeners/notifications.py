"""Events that buyers are told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.usecases import notifications as usecase

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.schemas.messages import Message

notifications = Blueprint(__name__)


@notifications.lambda_function(name="on_notification_due")
@entry.queue
def on_notification_due(ports: Ports, message: Message) -> None:
    usecase.tell_buyer(ports, message.body)
