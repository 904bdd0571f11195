"""The tasks of `state_machines/dispute_flow.asl.json` that no other machine has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.flows.gates import expire
from chalicelib.usecases import proofs

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.schemas.tasks import Task

dispute_flow = Blueprint(__name__)


@dispute_flow.lambda_function(name="ask_carriers")
@entry.task
def ask_carriers(ports: Ports, task: Task) -> dict[str, Any]:
    return proofs.ask_carriers(ports, task.case_id)


@dispute_flow.lambda_function(name="expire_inquiry")
@entry.task
def expire_inquiry(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "inquiry")


@dispute_flow.lambda_function(name="expire_evidence")
@entry.task
def expire_evidence(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "evidence")


@dispute_flow.lambda_function(name="expire_ruling")
@entry.task
def expire_ruling(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "ruling")


@dispute_flow.lambda_function(name="expire_appeal")
@entry.task
def expire_appeal(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "appeal")
