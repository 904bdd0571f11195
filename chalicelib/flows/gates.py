"""`open_gate`, shared by all gates of all machines: it adds the flow's token, and answers nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.errors import InvalidRequest
from chalicelib.usecases import gates as usecase

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.schemas.tasks import Task

gates = Blueprint(__name__)


@gates.lambda_function(name="open_gate")
@entry.task
def open_gate(ports: Ports, task: Task) -> dict[str, Any]:
    if task.gate is None or task.token is None:
        raise InvalidRequest("a gate is opened by name and with a token")
    usecase.open_gate(ports, task.case_id, task.gate, task.round or 1, task.version, task.token)
    return {"gate": task.gate}
