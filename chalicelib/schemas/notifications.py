"""Notifications on the wire."""

from __future__ import annotations

from chalicelib.domain.notifications import Channel, Language
from chalicelib.domain.values import Value


class PreferencesBody(Value):
    """The inbox is always written, whether it is named or not."""

    language: Language = "zh"
    channels: frozenset[Channel] = frozenset({"inbox"})
