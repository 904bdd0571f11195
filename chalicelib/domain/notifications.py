"""What a buyer is told, in the buyer's language, once per event."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints

from chalicelib.domain.base import Fact, Instant, Record

Channel = Literal["inbox", "email", "sms"]
Language = Literal["zh", "en"]


def _known(zone: str) -> str:
    from zoneinfo import ZoneInfo  # only who says so needs the database

    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # not there, a path out of the database, a folder of it
        raise ValueError("a name of the IANA time zone database") from None
    return zone


# Where the buyer's clock hangs: times are told by it.
TimeZone = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_known)]


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
    time_zone: TimeZone = "Asia/Shanghai"
    channels: frozenset[Channel] = frozenset({"inbox"})
