"""The tasks of `state_machines/exchange_flow.asl.json` that no other machine has: goods in the place of goods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.flows.gates import expire
from chalicelib.usecases import exchanges

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.schemas.tasks import Task

exchange_flow = Blueprint(__name__)


@exchange_flow.lambda_function(name="ship_replacement")
@entry.task
def ship_replacement(ports: Ports, task: Task) -> dict[str, Any]:
    return exchanges.ship_replacement(ports, task.case_id)


@exchange_flow.lambda_function(name="expire_difference")
@entry.task
def expire_difference(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "difference")


@exchange_flow.lambda_function(name="expire_replacement")
@entry.task
def expire_replacement(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "replacement")


@exchange_flow.lambda_function(name="expire_replacement_receipt")
@entry.task
def expire_replacement_receipt(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "replacement_receipt")
