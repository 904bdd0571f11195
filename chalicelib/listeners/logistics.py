"""Carriers: commands that the worker carries out, and facts that come over the bus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.schemas.logistics import LogisticsCommand
from chalicelib.usecases import tracking

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.schemas.messages import Message

logistics = Blueprint(__name__)


@logistics.lambda_function(name="on_logistics_command")
@entry.queue
def on_logistics_command(ports: Ports, message: Message) -> None:
    tracking.see_to(ports, LogisticsCommand.model_validate(message.body).command_no)


@logistics.lambda_function(name="on_logistics_event")
@entry.queue
def on_logistics_event(ports: Ports, message: Message) -> None:
    tracking.take_event(ports, message.type, message.body)
