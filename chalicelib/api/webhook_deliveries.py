"""What became of a merchant's webhooks, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from chalice.app import Blueprint

from chalicelib.api import door
from chalicelib.domain import webhooks
from chalicelib.schemas import webhook_deliveries as shapes
from chalicelib.usecases import webhook_deliveries as usecase

if TYPE_CHECKING:
    from chalicelib.api.asked import Asked
    from chalicelib.usecases.steps import Reply

webhook_deliveries = Blueprint(__name__)


@door.route(webhook_deliveries, "GET", "/merchants/{merchant_id}/deliveries")
def list_deliveries(asked: Asked, merchant_id: str) -> Reply:
    state = asked.one_of("state", get_args(webhooks.DeliveryState))
    return usecase.listing(asked.ports, asked.actor, merchant_id, state, *asked.page())


@door.route(webhook_deliveries, "GET", "/merchants/{merchant_id}/deliveries/{event_id}")
def read_delivery(asked: Asked, merchant_id: str, event_id: str) -> Reply:
    return usecase.read(asked.ports, asked.actor, merchant_id, event_id)


@door.route(webhook_deliveries, "POST", "/merchants/{merchant_id}/deliveries/{event_id}/replay")
def replay_delivery(asked: Asked, merchant_id: str, event_id: str) -> Reply:
    return usecase.replay(asked.ports, asked.request, merchant_id, event_id)


@door.route(webhook_deliveries, "POST", "/merchants/{merchant_id}/replays")
def replay_failed(asked: Asked, merchant_id: str) -> Reply:
    return usecase.replay_failed(asked.ports, asked.request, merchant_id, asked.body(shapes.ReplayFailed))
