"""The tasks of `state_machines/repair_flow.asl.json` that no other machine has: what silence about a repair means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.flows.gates import expire

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.schemas.tasks import Task

repair_flow = Blueprint(__name__)


@repair_flow.lambda_function(name="expire_appointment")
@entry.task
def expire_appointment(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "appointment")


@repair_flow.lambda_function(name="expire_repair")
@entry.task
def expire_repair(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "repair")


@repair_flow.lambda_function(name="expire_estimate")
@entry.task
def expire_estimate(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "estimate")


@repair_flow.lambda_function(name="expire_dispatch")
@entry.task
def expire_dispatch(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "dispatch")


@repair_flow.lambda_function(name="expire_acceptance")
@entry.task
def expire_acceptance(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "acceptance")


@repair_flow.lambda_function(name="expire_choice")
@entry.task
def expire_choice(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "choice")


@repair_flow.lambda_function(name="expire_fee")
@entry.task
def expire_fee(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "fee")
