"""Policies over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.api import door
from chalicelib.schemas import policies as shapes
from chalicelib.schemas import simulations as drafts
from chalicelib.usecases import policies as usecase
from chalicelib.usecases import simulations

if TYPE_CHECKING:
    from chalicelib.api.asked import Asked
    from chalicelib.usecases.steps import Reply

policies = Blueprint(__name__)


@door.route(policies, "GET", "/policies/{policy_id}")
def read_policy(asked: Asked, policy_id: str) -> Reply:
    return usecase.read(asked.ports, asked.actor, policy_id, asked.number("version", 999_999))


@door.route(policies, "POST", "/policies/simulate")
def simulate_policy(asked: Asked) -> Reply:
    return simulations.simulate(asked.ports, asked.actor, asked.body(drafts.SimulatePolicy))


@door.route(policies, "POST", "/policies/{policy_id}")
def publish_policy(asked: Asked, policy_id: str) -> Reply:
    return usecase.publish(asked.ports, asked.request, policy_id, asked.body(shapes.PublishPolicy))
