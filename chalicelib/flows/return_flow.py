"""The tasks of `state_machines/return_flow.asl.json` that no other machine has: what silence about goods means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.flows.gates import expire
from chalicelib.usecases import grants

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.schemas.tasks import Task

return_flow = Blueprint(__name__)


@return_flow.lambda_function(name="hasten_refund")
@entry.task
def hasten_refund(ports: Ports, task: Task) -> dict[str, Any]:
    return grants.hasten(ports, task.case_id)


@return_flow.lambda_function(name="expire_address")
@entry.task
def expire_address(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "address")


@return_flow.lambda_function(name="expire_shipment")
@entry.task
def expire_shipment(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "shipment")


@return_flow.lambda_function(name="expire_pickup")
@entry.task
def expire_pickup(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "pickup")


@return_flow.lambda_function(name="expire_receipt")
@entry.task
def expire_receipt(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "receipt")


@return_flow.lambda_function(name="expire_inspection")
@entry.task
def expire_inspection(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "inspection")
