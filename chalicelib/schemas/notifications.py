"""Notifications on the wire."""

from __future__ import annotations

from chalicelib.domain.notifications import Channel, Language, TimeZone
from chalicelib.domain.values import Value


class PreferencesBody(Value):
    """The inbox is always written, whether it is named or not. Times are told by the clocks of `time_zone`."""

    language: Language = "zh"
    time_zone: TimeZone = "Asia/Shanghai"
    channels: frozenset[Channel] = frozenset({"inbox"})
