"""Every minute: whatever got stuck goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.usecases import sweeper as usecase

if TYPE_CHECKING:
    from chalicelib.ports import Ports

sweeper = Blueprint(__name__)


@sweeper.lambda_function(name="on_minute")
@entry.schedule
def on_minute(ports: Ports) -> Mapping[str, int]:
    return usecase.sweep(ports)
