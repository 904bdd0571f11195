"""Outbound webhooks: every event of a shop's cases goes to the shop's endpoint, signed, until it answers 2xx."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.domain import refs
from chalicelib.domain.merchants import Webhook
from chalicelib.domain.webhooks import SCHEDULE, WebhookDelivery
from chalicelib.ports import Ports, WebhookResponse
from chalicelib.usecases import steps
from chalicelib.usecases.steps import Decision, Found

LONGEST_QUEUE_DELAY = 900  # seconds


def notify(ports: Ports, event: Mapping[str, Any]) -> None:
    """Sends one event (contracts.md's envelope) to its merchant. A repetition of a delivered event sends nothing."""
    merchant_id = event["data"]["merchant_id"]
    wanted = [refs.webhook(merchant_id), refs.webhook_delivery(merchant_id, event["id"])]
    found = Found(ports, ports.records.load(wanted), wanted)
    webhook, delivery = (
        found.get(refs.webhook(merchant_id)),
        found.get(refs.webhook_delivery(merchant_id, event["id"])),
    )
    if webhook is None or not webhook.enabled:
        return
    if delivery is None:
        delivery = WebhookDelivery(
            version=0,
            merchant_id=merchant_id,
            event_id=event["id"],
            case_id=event["case_id"],
            sequence=event["sequence"],
            payload=json.dumps(event, ensure_ascii=False, separators=(",", ":")),
            created_at=ports.clock.now(),
        )
    attempt(ports, webhook, delivery)


def retry(ports: Ports, merchant_id: str, event_id: str) -> None:
    """The next attempt of a delivery that is still waiting."""
    wanted = [refs.webhook(merchant_id), refs.webhook_delivery(merchant_id, event_id)]
    found = Found(ports, ports.records.load(wanted), wanted)
    webhook, delivery = (
        found.get(refs.webhook(merchant_id)),
        found.get(refs.webhook_delivery(merchant_id, event_id)),
    )
    if webhook is None or not webhook.enabled or delivery is None:
        return
    attempt(ports, webhook, delivery)


def attempt(ports: Ports, webhook: Webhook, delivery: WebhookDelivery) -> None:
    """Sends once and writes down what came of it. Sent before it is written: at least once, never lost."""
    if delivery.state != "waiting":
        return
    now = ports.clock.now()
    response = ports.webhooks.send(
        webhook.merchant_id, webhook.url, delivery.event_id, delivery.payload, webhook.versions(now)
    )
    after = _after(ports, delivery, response)
    ports.records.save([after])
    if response.status == 410:
        _disable(ports, webhook.merchant_id)
    elif after.next_at is not None:
        delay = int((after.next_at - now).total_seconds())
        if delay <= LONGEST_QUEUE_DELAY:
            ports.webhooks.later(webhook.merchant_id, delivery.event_id, max(0, delay))


def _after(ports: Ports, delivery: WebhookDelivery, response: WebhookResponse) -> WebhookDelivery:
    now = ports.clock.now()
    after = delivery.tried(now, response.status, response.error)
    if response.status == 410:
        return after.but(state="given_up", next_at=None)
    if after.next_at is None:
        return after
    wait = SCHEDULE[len(after.attempts)] * (0.9 + 0.2 * ports.ids.jitter())
    return after.but(next_at=now + timedelta(seconds=max(wait, response.retry_after or 0)))


def _disable(ports: Ports, merchant_id: str) -> None:
    """410 Gone: the endpoint asks for nothing more until its owner sets it anew."""
    ref = refs.webhook(merchant_id)

    def once(found: Found) -> Decision[None]:
        webhook = found.get(ref)
        return ([webhook.next(enabled=False)] if webhook and webhook.enabled else []), None

    steps.change(ports, [ref], once)
