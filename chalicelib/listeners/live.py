"""The WebSocket: who comes, what they ask, who leaves; and the events that those who follow a case are told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.usecases import live as usecase

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.schemas.messages import Message, Signal

live = Blueprint(__name__)


@live.lambda_function(name="on_live_connected")
@entry.socket("CONNECT")
def on_live_connected(ports: Ports, signal: Signal) -> None:
    usecase.admit(ports, signal.connection_id, signal.origin, signal.ticket)


@live.lambda_function(name="on_live_left")
@entry.socket("DISCONNECT")
def on_live_left(ports: Ports, signal: Signal) -> None:
    usecase.leave(ports, signal.connection_id)


@live.lambda_function(name="on_live_message")
@entry.socket("MESSAGE")
def on_live_message(ports: Ports, signal: Signal) -> None:
    usecase.heed(ports, signal.connection_id, signal.text)


@live.lambda_function(name="on_live_event")
@entry.queue
def on_live_event(ports: Ports, message: Message) -> None:
    usecase.tell(ports, message.body["case_id"])
