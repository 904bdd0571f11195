"""Sites: the places where our code speaks to AWS or to a partner, and where AWS invokes our code.

A site is named by the call, by who makes it and by what it writes. Nobody lists the sites by hand: they are found while
the stories run, so that a call that is new cannot hide from the campaign.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Any, NamedTuple


class Site(NamedTuple):
    call: str  # `records.save`, `payments.pay`, or a delivery: `queue.deliver`, `task.invoke` …
    by: str  # the use case that calls, or the function that is invoked
    writes: str = ""  # the types that one transaction writes

    def __str__(self) -> str:
        return " ".join(filter(None, (self.call, self.by, self.writes and f"[{self.writes}]")))


# The methods of each port that leave the process.
CALLS: Mapping[str, Sequence[str]] = {
    "records": ("load", "save", "acknowledge"),
    "listings": ("due", "awaited", "evidence_of", "sold"),
    "policies": ("get",),
    "flows": ("start", "resume", "is_running"),
    "events": ("publish",),
    "payment_commands": ("ask",),
    "payments": ("pay", "find"),
    "logistics_commands": ("ask",),
    "logistics": ("carry_out", "find"),
    "webhooks": ("send", "later"),
    "courier": ("send",),
    "evidence": ("upload", "fetch"),
}

# What these send arrives somewhere else, some time later: it can be late or overtaken after the caller went on.
SENDS = frozenset(
    {
        "events.publish",
        "payment_commands.ask",
        "logistics_commands.ask",
        "webhooks.later",
        "flows.start",
        "flows.resume",
    }
)

_ROOM = "chalicelib.usecases."


def of_call(call: str, args: Sequence[Any]) -> Site:
    """The site of a port's call that is being made right now."""
    written = args[0] if call in ("records.save", "records.acknowledge") else ()
    return Site(call, _use_case(sys._getframe(2)), " ".join(sorted({type(item).__name__ for item in written})))


def _use_case(frame: FrameType | None) -> str:
    """The use case on the stack: whoever asked `steps` for a change, else the nearest public function."""
    nearest = "?"
    changing = False
    while frame is not None:
        room = frame.f_globals.get("__name__", "")
        if room == "tests.campaign.tap":
            break  # the invocation that all of this belongs to
        function = frame.f_code.co_qualname.partition(".")[0]
        if room == f"{_ROOM}steps":
            changing = changing or function == "change"
        elif room.startswith(_ROOM) and not function.startswith("_"):
            name = f"{room.removeprefix(_ROOM)}.{function}"
            if changing:
                return name
            nearest = name if nearest == "?" else nearest
        frame = frame.f_back
    return nearest
