"""Outbound webhooks: every event of a shop's cases goes to the shop's endpoint, signed, until it answers 2xx.

What is promised, and why so and not more, is in docs/decisions/0031-webhook-promises.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from chalicelib.domain import refs
from chalicelib.domain.webhooks import RETENTION, WebhookDelivery, event_before
from chalicelib.errors import TransientFault, VersionLost
from chalicelib.ports import LONGEST_DELAY
from chalicelib.usecases import steps
from chalicelib.usecases.steps import Found

if TYPE_CHECKING:
    from chalicelib.domain.endpoints import Webhook
    from chalicelib.ports import Ports, WebhookResponse
    from chalicelib.usecases.steps import Decision

PATIENCE = timedelta(seconds=15)  # with an earlier event that may be under way: longer than any attempt takes
SHORTEST_HOLD, LONGEST_HOLD = timedelta(seconds=1), timedelta(seconds=8)
RELEASED = 100  # parked deliveries that are taken up again in one look, when the endpoint is quick again


def notify(ports: Ports, event: Mapping[str, Any]) -> None:
    """Sends one event (contracts.md's envelope) to its merchant. A repetition of a delivered event sends nothing."""
    _see_to(ports, event["data"]["merchant_id"], event["id"], _delivery(event, ports.clock.now()))


def retry(ports: Ports, merchant_id: str, event_id: str) -> None:
    """The next attempt of a delivery that is still waiting, if it is time."""
    _see_to(ports, merchant_id, event_id, None)


def wake(ports: Ports, merchant_id: str) -> bool:
    """Takes up what is parked, oldest first: one while the endpoint is slow, many when it is quick again.

    True when there was any. Queued first, noted afterwards: what is queued twice is sent once.
    """
    ref, now = refs.webhook(merchant_id), ports.clock.now()
    webhook = Found(ports, ports.records.load([ref]), [ref]).get(ref)
    if webhook is None or webhook.wake_at is None or webhook.wake_at > now:
        return False
    limit = 0 if webhook.is_resting(now) else 1 if webhook.slow else RELEASED
    parked = ports.listings.parked(merchant_id, limit) if limit else []
    for row in parked:
        ports.webhooks.later(merchant_id, str(row.ref.parts[1]), 0)

    def once(found: Found) -> Decision[None]:
        known = found.get(ref)
        return ([known.looked_after(now, found=bool(parked))] if known else []), None

    steps.change(ports, [ref], once)
    return bool(parked)


def _see_to(ports: Ports, merchant_id: str, event_id: str, fresh: WebhookDelivery | None) -> None:
    """Whatever is right for this delivery now: nothing, skip, park, hold or send. One read, whatever it is."""
    before, now = event_before(event_id), ports.clock.now()
    webhook_ref, ref = refs.webhook(merchant_id), refs.webhook_delivery(merchant_id, event_id)
    wanted = [webhook_ref, ref, *([refs.webhook_delivery(merchant_id, before)] if before else [])]
    found = Found(ports, ports.records.load(wanted), wanted)
    webhook, delivery = found.get(webhook_ref), found.get(ref) or fresh
    if webhook is None or delivery is None or not delivery.is_due(now):
        return
    if not webhook.enabled:
        _note(ports, delivery.skipped())
    elif webhook.is_resting(now):
        _park(ports, delivery)
    elif webhook.wake_at is not None and (parked := _parked_before(found, delivery)):
        _park(ports, delivery)
        if delivery.is_parked:  # it was taken up, so the turn is given to the one before
            ports.webhooks.later(merchant_id, parked, 0)
    elif delivery.is_untried and (until := _held_until(ports, found, webhook, delivery)):
        _note(ports, delivery.held(until))
        _remind(ports, delivery, until)
    else:
        _send(ports, webhook, delivery)


def _parked_before(found: Found, delivery: WebhookDelivery) -> str | None:
    """The event before this one in its case, if it is parked: looking for it every few seconds would be in vain."""
    before = event_before(delivery.event_id)
    if before is None or not delivery.is_untried:
        return None
    previous = found.get(refs.webhook_delivery(delivery.merchant_id, before))
    return before if previous is not None and previous.is_parked else None


def _held_until(ports: Ports, found: Found, webhook: Webhook, delivery: WebhookDelivery) -> datetime | None:
    """Until when an event waits for the one before it in its case; None when it is its turn.

    The event before is usually on its way, by another message or in another worker. One that stays away is a fact of
    the timeline all the same: then it is taken up from there, so that nobody waits for a message that was lost.
    """
    before, now = event_before(delivery.event_id), ports.clock.now()
    if before is None:
        return None
    hold = now + min(max(SHORTEST_HOLD, now - delivery.created_at), LONGEST_HOLD)
    previous = found.get(refs.webhook_delivery(delivery.merchant_id, before))
    if previous is not None:
        return hold if previous.is_untried else None
    entry = found.get(refs.entry(delivery.case_id, delivery.sequence - 1))
    if entry is None or entry.at < webhook.since or entry.at + RETENTION <= now:
        return None  # it was never meant for this endpoint, or its delivery is forgotten by now
    if now - delivery.created_at >= PATIENCE:
        # Only here: nearly no delivery needs to know how events are written.
        from chalicelib.schemas.events import text_of

        _note(ports, _delivery(json.loads(text_of(entry)), now).held(now))
        ports.webhooks.later(delivery.merchant_id, before, 0)
    return hold


def _send(ports: Ports, webhook: Webhook, delivery: WebhookDelivery) -> None:
    """Sends once and writes down what came of it. Sent before it is written: at least once, never lost."""
    now, probing = ports.clock.now(), webhook.slow > 0
    if probing:
        try:
            ports.records.save([webhook.claimed(now)])
        except TransientFault:  # another delivery finds out
            _park(ports, delivery)
            return
    response = ports.webhooks.send(
        webhook.merchant_id, webhook.url, delivery.event_id, delivery.payload, webhook.versions(now)
    )
    after = _record(ports, delivery, response)
    _learn(ports, webhook, response, probing)
    if after.next_at is not None:
        _remind(ports, after, after.next_at)


def _record(ports: Ports, delivery: WebhookDelivery, response: WebhookResponse) -> WebhookDelivery:
    """The attempt happened, so it is added to whatever stands there by now; a delivery that arrived stays so."""
    now, jitter = ports.clock.now(), ports.ids.jitter()
    ref = refs.webhook_delivery(delivery.merchant_id, delivery.event_id)

    def after(known: WebhookDelivery) -> WebhookDelivery:
        return known.tried(now, response.status, response.error, jitter=jitter, retry_after=response.retry_after)

    def once(found: Found) -> Decision[WebhookDelivery]:
        known = found.get(ref) or delivery
        is_there = any((each.at, each.status) == (now, response.status) for each in known.attempts)
        if known.state != "waiting" or is_there:  # arrived, or the first write's reply was all that was lost
            return [], known
        return [written := after(known)], written

    try:
        ports.records.save([first := after(delivery)])
    except TransientFault:
        return steps.change(ports, [ref], once)
    return first


def _learn(ports: Ports, webhook: Webhook, response: WebhookResponse, probing: bool) -> None:
    """What an attempt says about the endpoint. A healthy one that stays healthy is not written."""
    now, ref = ports.clock.now(), refs.webhook(webhook.merchant_id)

    def after(known: Webhook) -> Webhook:
        return known.heard(now, response.status, response.took, response.retry_after, probing=probing)

    def once(found: Found) -> Decision[Webhook]:
        # What its owner set meanwhile is another endpoint, of which this attempt knows nothing.
        known = found.get(ref)
        changed = after(known) if known and known.updated_at == webhook.updated_at else None
        return ([changed] if changed and changed is not known else []), changed or webhook

    if not probing and after(webhook) is webhook:
        return
    stands = steps.change(ports, [ref], once)
    if webhook.enabled and not stands.enabled and stands.disabled_because and stands.disabled_at == now:
        ports.webhooks.disabled(webhook.merchant_id, stands.disabled_because)


def _park(ports: Ports, delivery: WebhookDelivery) -> None:
    if not delivery.is_parked:
        _note(ports, delivery.parked())


def _remind(ports: Ports, delivery: WebhookDelivery, at: datetime) -> None:
    """A short wait stands in the queue too; a longer one in the due index alone. Never before its time."""
    delay = ceil((at - ports.clock.now()).total_seconds())
    if delay <= LONGEST_DELAY:
        ports.webhooks.later(delivery.merchant_id, delivery.event_id, max(0, delay))


def _note(ports: Ports, delivery: WebhookDelivery) -> None:
    """Whoever was faster has seen to it."""
    with suppress(VersionLost):
        ports.records.save([delivery])


def _delivery(event: Mapping[str, Any], now: datetime) -> WebhookDelivery:
    return WebhookDelivery(
        version=0,
        merchant_id=event["data"]["merchant_id"],
        event_id=event["id"],
        case_id=event["case_id"],
        sequence=event["sequence"],
        type=event["type"],
        payload=json.dumps(event, ensure_ascii=False, separators=(",", ":")),
        created_at=now,
    )
