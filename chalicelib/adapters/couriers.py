"""E-mail and SMS, until a provider is chosen: they log that a message went out, never its words or the address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.telemetry import bound, count, facts, log

if TYPE_CHECKING:
    from chalicelib.domain.notifications import Notification


class LoggingCourier:
    def send(self, channel: str, notification: Notification) -> None:
        with bound(case_id=notification.case_id):
            about = facts(channel=channel, event_id=notification.event_id, event_type=notification.type)
            log.info("a message went out", extra=about)
        count("MessageSent", channel=channel)
