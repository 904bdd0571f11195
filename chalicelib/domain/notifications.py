"""What a buyer is told, in the buyer's language, once per event."""

from __future__ import annotations

from typing import Literal

from chalicelib.domain.base import Fact, Instant, Record

Channel = Literal["inbox", "email", "sms"]
Language = Literal["zh", "en"]


class Notification(Fact):
    """One message in a buyer's inbox. The other channels carry the same words. A warning of goods is about no case."""

    buyer_id: str
    event_id: str
    case_id: str | None = None
    type: str
    title: str
    text: str
    language: Language
    at: Instant


class Preferences(Record):
    """How a buyer wants to be told. The inbox is always written; the others only when chosen."""

    buyer_id: str
    language: Language = "zh"
    channels: frozenset[Channel] = frozenset({"inbox"})
