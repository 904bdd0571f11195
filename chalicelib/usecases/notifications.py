"""Buyers are told: in the inbox always, by e-mail and SMS if they chose so; in Chinese or English; once per event."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from chalicelib.domain import refs
from chalicelib.domain.notifications import Notification, Preferences
from chalicelib.errors import VersionLost
from chalicelib.schemas.templates import words
from chalicelib.usecases import steps
from chalicelib.usecases.access import act_as
from chalicelib.usecases.steps import Found, Reply

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.ports import Ports
    from chalicelib.schemas.notifications import PreferencesBody
    from chalicelib.usecases.steps import Decision


def tell_buyer(ports: Ports, event: Mapping[str, Any]) -> None:
    """Tells the buyer what an event means, if it means something. A repeated event tells nothing again.

    Sent before it is written down: at least once, never lost. A courier knows a repetition by the event's id.
    """
    buyer_id = event["data"]["buyer_id"]
    wanted = [refs.preferences(buyer_id), refs.notification(buyer_id, event["id"])]
    found = Found(ports, ports.records.load(wanted), wanted)
    preferences = found.get(refs.preferences(buyer_id)) or Preferences(buyer_id=buyer_id)
    text = words(event, preferences.language, preferences.time_zone)
    if text is None or found.get(refs.notification(buyer_id, event["id"])) is not None:
        return
    notification = Notification(
        buyer_id=buyer_id,
        event_id=event["id"],
        case_id=event["case_id"],
        type=event["type"],
        title=text.title,
        text=text.text,
        language=preferences.language,
        at=ports.clock.now(),
    )
    for channel in sorted(preferences.channels - {"inbox"}):
        ports.courier.send(channel, notification)
    with suppress(VersionLost):  # somebody else told it
        ports.records.save([notification])


def inbox(ports: Ports, actor: Actor, limit: int, cursor: str | None) -> Reply:
    """The buyer's messages, newest first."""
    # Only here: the listener that shares this file should not load every shape of the API to write a message.
    from chalicelib.schemas.lists import ListView

    act_as(actor, "buyer")
    page = ports.listings.notifications_of(actor.id, limit, cursor)
    return Reply(200, ListView.body(page.rows, page.cursor))


def prefer(ports: Ports, actor: Actor, body: PreferencesBody) -> Reply:
    """How the buyer wants to be told from now on."""
    act_as(actor, "buyer")
    ref = refs.preferences(actor.id)

    def once(found: Found) -> Decision[Reply]:
        known = found.get(ref) or Preferences(buyer_id=actor.id, version=0)
        after = known.next(language=body.language, time_zone=body.time_zone, channels=body.channels | {"inbox"})
        return [after], Reply(200, after.model_dump(mode="json", exclude={"buyer_id", "version"}))

    return steps.change(ports, [ref], once)
