"""What became of a merchant's webhooks, to read, and sending again by hand."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.webhooks import FAILED
from chalicelib.errors import DeliveryNotFound, MerchantNotFound, TransientFault, WebhookDisabled
from chalicelib.schemas.lists import ListView
from chalicelib.schemas.webhook_deliveries import MOST, DeliveryRowView, DeliveryView, ReplayedView
from chalicelib.usecases import steps
from chalicelib.usecases.access import act_for_merchant, see_merchant
from chalicelib.usecases.steps import Found, Reply

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.webhooks import DeliveryState
    from chalicelib.ports import Ports
    from chalicelib.schemas.webhook_deliveries import ReplayFailed
    from chalicelib.usecases.steps import Decision, Request


def listing(
    ports: Ports, actor: Actor, merchant_id: str, state: DeliveryState | None, limit: int, cursor: str | None
) -> Reply:
    """A merchant's deliveries, newest first. Raises MerchantNotFound."""
    see_merchant(actor, merchant_id)
    ref = refs.merchant(merchant_id)
    Found(ports, ports.records.load([ref]), [ref]).need(ref, MerchantNotFound)
    page = ports.listings.deliveries_of(merchant_id, state, limit, cursor)
    return Reply(200, ListView.body([DeliveryRowView.of(row) for row in page.rows], page.cursor))


def read(ports: Ports, actor: Actor, merchant_id: str, event_id: str) -> Reply:
    """One delivery with its attempts. Raises DeliveryNotFound."""
    see_merchant(actor, merchant_id)
    ref = refs.webhook_delivery(merchant_id, event_id)
    delivery = Found(ports, ports.records.load([ref]), [ref]).need(ref, DeliveryNotFound)
    return Reply(200, DeliveryView.of(delivery))


def replay(ports: Ports, request: Request, merchant_id: str, event_id: str) -> Reply:
    """Sends one event again, whatever became of it. Raises DeliveryNotFound, WebhookDisabled."""
    act_for_merchant(request.actor, merchant_id)
    ref, now = refs.webhook_delivery(merchant_id, event_id), ports.clock.now()

    def once(found: Found) -> Decision[Reply]:
        delivery = found.need(ref, DeliveryNotFound).replayed(now)
        _need_enabled(found, merchant_id)
        return [delivery], Reply(200, DeliveryView.of(delivery))

    reply = steps.answer(ports, request, [refs.webhook(merchant_id), ref], once, at=now)
    if not reply.replayed:
        _hasten(ports, merchant_id, (event_id,))
    return reply


def replay_failed(ports: Ports, request: Request, merchant_id: str, body: ReplayFailed) -> Reply:
    """Sends again what was given up or skipped, the oldest first and at most so many that one transaction holds them.

    Raises MerchantNotFound, WebhookDisabled.
    """
    act_for_merchant(request.actor, merchant_id)
    now = ports.clock.now()
    # The index only says where to look; whether it failed, the delivery itself says.
    rows = ports.listings.failed_deliveries(merchant_id, body.since, MOST + 1)
    wanted = [refs.webhook_delivery(merchant_id, row.event_id) for row in rows[:MOST]]
    merchant_ref = refs.merchant(merchant_id)

    def once(found: Found) -> Decision[Reply]:
        found.need(merchant_ref, MerchantNotFound)
        _need_enabled(found, merchant_id)
        failed = [known for ref in wanted if (known := found.get(ref)) is not None and known.state in FAILED]
        view = ReplayedView(event_ids=tuple(each.event_id for each in failed), more=len(rows) > MOST)
        return [each.replayed(now) for each in failed], Reply(200, view)

    reply = steps.answer(ports, request, [merchant_ref, refs.webhook(merchant_id), *wanted], once, at=now)
    if not reply.replayed:
        _hasten(ports, merchant_id, reply.body["event_ids"])
    return reply


def _need_enabled(found: Found, merchant_id: str) -> None:
    webhook = found.get(refs.webhook(merchant_id))
    if webhook is None or not webhook.enabled:
        raise WebhookDisabled("the webhook is switched off; set it anew first")


def _hasten(ports: Ports, merchant_id: str, event_ids: tuple[str, ...] | list[str]) -> None:
    """What was written is the promise, and the sweeper keeps it; the queue only keeps it sooner."""
    with suppress(TransientFault):
        for event_id in event_ids:
            ports.webhooks.later(merchant_id, event_id, 0)
