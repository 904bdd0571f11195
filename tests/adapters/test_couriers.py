"""The stand-ins of e-mail and SMS say that a message went out, and not what it said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from chalicelib.adapters.couriers import LoggingCourier
from chalicelib.domain.notifications import Notification

NOTIFICATION = Notification(
    buyer_id="hidden-buyer",
    event_id="case_1-3",
    case_id="case_1",
    type="RefundSettled",
    title="hidden title",
    text="hidden text",
    language="zh",
    at=datetime(2026, 5, 4, tzinfo=UTC),
)


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_a_message_is_counted_and_its_words_are_not_kept(channel: str, written: Callable[[], str]) -> None:
    LoggingCourier().send(channel, NOTIFICATION)
    assert "hidden" not in written()
    assert f'"channel":"{channel}"' in written() and '"MessageSent"' in written() and "a message went out" in written()
