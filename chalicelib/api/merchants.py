"""Shops over HTTP: who they are, where they listen, and what they answer from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.api import door
from chalicelib.schemas import addresses as books
from chalicelib.schemas import merchants as shapes
from chalicelib.schemas import prices
from chalicelib.usecases import addresses, catalogue, freezes
from chalicelib.usecases import merchants as usecase

if TYPE_CHECKING:
    from chalicelib.api.asked import Asked
    from chalicelib.usecases.steps import Reply

merchants = Blueprint(__name__)


@door.route(merchants, "PUT", "/merchants/{merchant_id}")
def put_merchant(asked: Asked, merchant_id: str) -> Reply:
    return usecase.put(asked.ports, asked.actor, merchant_id, asked.body(shapes.PutMerchant))


@door.route(merchants, "GET", "/merchants/{merchant_id}")
def read_merchant(asked: Asked, merchant_id: str) -> Reply:
    return usecase.read(asked.ports, asked.actor, merchant_id)


@door.route(merchants, "PUT", "/merchants/{merchant_id}/freeze")
def freeze_merchant(asked: Asked, merchant_id: str) -> Reply:
    return freezes.freeze(asked.ports, asked.request, merchant_id, asked.body(shapes.FreezeMerchant))


@door.route(merchants, "PUT", "/merchants/{merchant_id}/prices")
def put_prices(asked: Asked, merchant_id: str) -> Reply:
    return catalogue.tell(asked.ports, asked.actor, merchant_id, asked.body(prices.PutPrices).prices)


@door.route(merchants, "PUT", "/merchants/{merchant_id}/webhook")
def put_webhook(asked: Asked, merchant_id: str) -> Reply:
    return usecase.put_webhook(asked.ports, asked.actor, merchant_id, asked.body(shapes.PutWebhook))


@door.route(merchants, "GET", "/merchants/{merchant_id}/webhook")
def read_webhook(asked: Asked, merchant_id: str) -> Reply:
    return usecase.read_webhook(asked.ports, asked.actor, merchant_id)


@door.route(merchants, "PUT", "/merchants/{merchant_id}/return-addresses")
def put_addresses(asked: Asked, merchant_id: str) -> Reply:
    return addresses.put(asked.ports, asked.actor, merchant_id, asked.body(books.PutAddresses))


@door.route(merchants, "GET", "/merchants/{merchant_id}/return-addresses")
def read_addresses(asked: Asked, merchant_id: str) -> Reply:
    return addresses.read(asked.ports, asked.actor, merchant_id)


@door.route(merchants, "POST", "/merchants/{merchant_id}/callbacks")
def call_back(asked: Asked, merchant_id: str) -> Reply:
    return usecase.call_back(asked.ports, merchant_id, asked.raw, asked.headers)
