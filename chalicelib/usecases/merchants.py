"""Shops, the endpoints they listen at, and what they answer from there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import ValidationError

from chalicelib.domain import refs
from chalicelib.domain.actors import Actor
from chalicelib.domain.endpoints import Webhook
from chalicelib.domain.merchants import Merchant
from chalicelib.errors import MerchantNotFound, SignatureInvalid
from chalicelib.schemas.merchants import Callback, MerchantView, WebhookView
from chalicelib.usecases import (
    appointments,
    decisions,
    dispatches,
    extensions,
    inspections,
    put_aways,
    receipts,
    replacement_parcels,
    steps,
    workbenches,
)
from chalicelib.usecases.access import act_as, act_for_merchant, act_unfrozen, see_merchant
from chalicelib.usecases.invalid import invalid_request
from chalicelib.usecases.steps import Found, Reply, Request

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.schemas.merchants import PutMerchant, PutWebhook
    from chalicelib.usecases.steps import Decision

OVERLAP = timedelta(days=1)  # how long a former secret still counts


def put(ports: Ports, actor: Actor, merchant_id: str, body: PutMerchant) -> Reply:
    """Registers a shop, or changes what is known of it."""
    act_as(actor, "operator")

    def once(found: Found) -> Decision[Reply]:
        known = found.get(refs.merchant(merchant_id))
        new = Merchant(merchant_id=merchant_id, name=body.name, kind=body.kind)
        merchant = known.next(name=body.name, kind=body.kind) if known else new
        return [merchant], Reply(200 if known else 201, MerchantView.of(merchant, actor))

    return steps.change(ports, [refs.merchant(merchant_id)], once)


def read(ports: Ports, actor: Actor, merchant_id: str) -> Reply:
    """What is known of a shop; the platform's people also see who froze it when and why. Raises MerchantNotFound."""
    see_merchant(actor, merchant_id)
    ref = refs.merchant(merchant_id)
    merchant = Found(ports, ports.records.load([ref]), [ref]).need(ref, MerchantNotFound)
    return Reply(200, MerchantView.of(merchant, actor))


def put_webhook(ports: Ports, actor: Actor, merchant_id: str, body: PutWebhook) -> Reply:
    """Says where a shop listens; the answer shows the shop its secret. Raises InvalidRequest for a bad address."""
    act_for_merchant(actor, merchant_id)
    ports.webhooks.refuse_target(body.url)
    now = ports.clock.now()

    def once(found: Found) -> Decision[Reply]:
        act_unfrozen(actor, found)
        found.need(refs.merchant(merchant_id), MerchantNotFound)
        known = found.get(refs.webhook(merchant_id))
        if known is None:
            new = Webhook(version=0, merchant_id=merchant_id, url=body.url, updated_at=now, listening_since=now)
            webhook = new.set_to(body.url, now, enabled=body.enabled)
        else:
            webhook = known.set_to(body.url, now, enabled=body.enabled)
        if known is not None and body.rotate:
            webhook = webhook.but(secret_version=known.secret_version + 1, former_until=now + OVERLAP)
        return [webhook], Reply(200 if known else 201, _view(ports, webhook, shown=actor.role == "merchant"))

    return steps.change(ports, [refs.merchant(merchant_id), refs.webhook(merchant_id), refs.frozen()], once)


def read_webhook(ports: Ports, actor: Actor, merchant_id: str) -> Reply:
    """Where a shop listens. Raises MerchantNotFound."""
    act_for_merchant(actor, merchant_id)
    ref = refs.webhook(merchant_id)
    webhook = Found(ports, ports.records.load([ref]), [ref]).need(ref, MerchantNotFound)
    return Reply(200, _view(ports, webhook, shown=False))


def _view(ports: Ports, webhook: Webhook, *, shown: bool) -> dict[str, object]:
    view = WebhookView(
        merchant_id=webhook.merchant_id,
        url=webhook.url,
        enabled=webhook.enabled,
        secret=ports.webhooks.secret(webhook.merchant_id, webhook.secret_version) if shown else None,
        secret_version=webhook.secret_version,
        updated_at=webhook.updated_at,
        failing_since=webhook.failing_since,
        resting_until=webhook.resting_until if webhook.is_resting(ports.clock.now()) else None,
        disabled_at=webhook.disabled_at,
        disabled_because=webhook.disabled_because,
    )
    return view.model_dump(mode="json")


def call_back(ports: Ports, merchant_id: str, raw: bytes, headers: Mapping[str, str]) -> Reply:
    """A shop's signed answer, verified on the raw bytes; its message id is its idempotency key.

    Raises SignatureInvalid, InvalidRequest, and what the same answer by hand raises.
    """
    ref = refs.webhook(merchant_id)
    webhook = Found(ports, ports.records.load([ref]), [ref]).get(ref)
    if webhook is None:
        raise SignatureInvalid("the signature does not verify")
    versions = webhook.versions(ports.clock.now())
    message_id = ports.webhooks.verify(merchant_id, raw, headers, versions)
    try:
        body = Callback.model_validate_json(raw).root
    except ValidationError as error:
        raise invalid_request(error) from None
    actor = Actor(role="merchant", id=f"webhook@{merchant_id}", merchant_id=merchant_id)
    request = Request.of(actor, message_id, "callback", raw.decode())
    match body.type:
        case "decision":
            return decisions.decide(ports, request, body.case_id, body)
        case "receipt":
            return receipts.receive(ports, request, body.case_id, body)
        case "inspection":
            return inspections.inspect(ports, request, body.case_id, body)
        case "appointment":
            return appointments.book(ports, request, body.case_id, body)
        case "estimate":
            return workbenches.estimate(ports, request, body.case_id, body)
        case "repair":
            return workbenches.record(ports, request, body.case_id, body)
        case "dispatch":
            return dispatches.send(ports, request, body.case_id, body)
        case "extension":
            return extensions.ask(ports, request, body.case_id, body)
        case "put_away":
            return put_aways.tell(ports, request, body.case_id, body)
        case "replacement":
            return replacement_parcels.ship(ports, request, body.case_id, body)
