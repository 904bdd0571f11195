"""The bucket's word that a file came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.usecases import evidence as usecase

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.schemas.messages import Message

evidence = Blueprint(__name__)


@evidence.lambda_function(name="on_evidence_stored")
@entry.queue
def on_evidence_stored(ports: Ports, message: Message) -> None:
    usecase.look_at(ports, message.body["object"]["key"])
