"""The bucket's word that a file came."""

from __future__ import annotations

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.ports import Ports
from chalicelib.schemas.messages import Message
from chalicelib.usecases import evidence as usecase

evidence = Blueprint(__name__)


@evidence.lambda_function(name="on_evidence_stored")
@entry.queue
def on_evidence_stored(ports: Ports, message: Message) -> None:
    usecase.look_at(ports, message.body["object"]["key"])
