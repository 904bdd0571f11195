"""The tasks of `state_machines/refund_flow.asl.json`: a task per function, a line per task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.flows.gates import expire
from chalicelib.usecases import grants, parkings

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.schemas.tasks import Task

refund_flow = Blueprint(__name__)


@refund_flow.lambda_function(name="assess_case")
@entry.task
def assess_case(ports: Ports, task: Task) -> dict[str, Any]:
    return grants.assess(ports, task.case_id, task.attempt)


@refund_flow.lambda_function(name="grant_refund")
@entry.task
def grant_refund(ports: Ports, task: Task) -> dict[str, Any]:
    return grants.grant(ports, task.case_id)


@refund_flow.lambda_function(name="submit_refund")
@entry.task
def submit_refund(ports: Ports, task: Task) -> dict[str, Any]:
    return grants.submit(ports, task.case_id)


@refund_flow.lambda_function(name="expire_decision")
@entry.task
def expire_decision(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "decision")


@refund_flow.lambda_function(name="expire_buyer_answer")
@entry.task
def expire_buyer_answer(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "buyer_answer")


@refund_flow.lambda_function(name="expire_escalation")
@entry.task
def expire_escalation(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "escalation")


@refund_flow.lambda_function(name="expire_carrier")
@entry.task
def expire_carrier(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "carrier")


@refund_flow.lambda_function(name="expire_settlement")
@entry.task
def expire_settlement(ports: Ports, task: Task) -> dict[str, Any]:
    return expire(ports, task, "settlement")


@refund_flow.lambda_function(name="park_case")
@entry.task
def park_case(ports: Ports, task: Task) -> dict[str, Any]:
    fault = {"Error": task.fault.error} if task.fault and task.fault.error else None
    return parkings.park_case(ports, task.case_id, fault, task.attempt)
