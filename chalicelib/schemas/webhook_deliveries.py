"""Deliveries of webhooks on the wire: what was sent when and what came back. Never a payload, never a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from chalicelib.domain.base import Instant
from chalicelib.domain.values import Value
from chalicelib.domain.webhooks import WebhookAttempt
from chalicelib.schemas import names
from chalicelib.schemas.names import Name, name

if TYPE_CHECKING:
    from chalicelib.domain.rows import DeliveryRow
    from chalicelib.domain.webhooks import WebhookDelivery

MOST = 50  # deliveries that one wish replays


class DeliveryRowView(Value):
    """`tries` counts since the last replay; `next_at` is null while a waiting one stands behind a resting endpoint."""

    event_id: str
    case_id: str
    sequence: int
    type: str
    state: Name
    tries: int
    status: int | None
    error: str | None
    next_at: Instant | None
    created_at: Instant

    @staticmethod
    def of(row: DeliveryRow) -> DeliveryRowView:
        return DeliveryRowView(**{**vars(row), "state": name(names.DELIVERY_STATES, row.state)})


class DeliveryView(Value):
    """`attempts` is the log, oldest first: `status` null and `error` a code when no answer came."""

    event_id: str
    case_id: str
    sequence: int
    type: str
    state: Name
    tries: int
    attempts: tuple[WebhookAttempt, ...]
    next_at: Instant | None
    created_at: Instant
    expires_at: Instant

    @staticmethod
    def of(delivery: WebhookDelivery) -> DeliveryView:
        return DeliveryView(
            event_id=delivery.event_id,
            case_id=delivery.case_id,
            sequence=delivery.sequence,
            type=delivery.type,
            state=name(names.DELIVERY_STATES, delivery.state),
            tries=delivery.tries,
            attempts=delivery.attempts,
            next_at=delivery.next_at,
            created_at=delivery.created_at,
            expires_at=delivery.expires_at,
        )


class ReplayFailed(Value):
    """Everything that was given up or skipped of the events since then, the oldest first."""

    since: Instant


class ReplayedView(Value):
    """What is on its way again. `more`: there is more than one wish replays; ask again."""

    event_ids: Annotated[tuple[str, ...], Field(max_length=MOST)]
    more: bool
