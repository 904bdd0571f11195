"""What the gates of all machines share: `open_gate` adds the flow's token and answers nothing itself, and `expire` is
how a machine asks what silence means. The expiry of each gate lives in the file of the first machine that has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.errors import InvalidRequest
from chalicelib.usecases import gates as usecase

if TYPE_CHECKING:
    from chalicelib.domain.gates import GateName
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


def expire(ports: Ports, task: Task, gate: GateName) -> dict[str, Any]:
    """The time of this gate is up, says the flow: what stands there, or what its silence means."""
    return usecase.expire(ports, task.case_id, gate, task.round or 1, by_flow=True)
