"""Every minute: whatever got stuck goes on."""

from __future__ import annotations

from collections.abc import Mapping

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.ports import Ports
from chalicelib.usecases import sweeper as usecase

sweeper = Blueprint(__name__)


@sweeper.lambda_function(name="on_minute")
@entry.schedule
def on_minute(ports: Ports) -> Mapping[str, int]:
    return usecase.sweep(ports)
