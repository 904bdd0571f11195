"""The payment system: commands that the worker carries out, and facts that come back over the bus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.schemas.payments import PaymentCommand
from chalicelib.usecases import settlements
from chalicelib.usecases.notices import take_event

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.schemas.messages import Message

payments = Blueprint(__name__)


@payments.lambda_function(name="on_payment_command")
@entry.queue
def on_payment_command(ports: Ports, message: Message) -> None:
    settlements.see_to(ports, PaymentCommand.model_validate(message.body).refund_no)


@payments.lambda_function(name="on_payment_event")
@entry.queue
def on_payment_event(ports: Ports, message: Message) -> None:
    take_event(ports, message.type, message.body)
