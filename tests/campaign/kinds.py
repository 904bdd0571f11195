"""The eight ways in which a call or a delivery goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, get_args

from tests.campaign.sites import SENDS, Site

if TYPE_CHECKING:
    from tests.campaign.cloud import Cloud

Kind = Literal["before", "lost_reply", "duplicate", "late", "reordered", "crash", "throttle", "redeploy"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MEANING: dict[Kind, str] = {
    "before": "fails before it did anything",
    "lost_reply": "is done, and nobody hears so",
    "duplicate": "is done twice, or comes twice",
    "late": "takes longer than the deadline of whoever is awaited",
    "reordered": "is overtaken by everything else that is under way",
    "crash": "is the last that its handler does",
    "throttle": "is refused, and so are the next eight of its sort",
    "redeploy": "meets a new version: the container and its memory are gone, inputs and items have the old shape",
}
THROTTLED = 8  # further refusals: as many as a lost race is tried again, so that callers do run out of tries

Do = Callable[[], Any]
Failed = Callable[[str], Any]


class ContainerGone(BaseException):
    """The process ends here; no `except Exception` of ours may live to see it."""


def strike(cloud: Cloud, kind: Kind, site: Site, do: Do, failed: Failed) -> Any:
    """What the caller of a struck call gets: an answer, an error, or its end."""
    match kind:
        case "before":
            return failed("it failed")
        case "lost_reply":
            do()
            return failed("no answer came")
        case "duplicate":
            return _twice(site, do)
        case "late":
            return _after(cloud, site, do, late=True)
        case "reordered":
            return _after(cloud, site, do, late=False)
        case "crash":
            return _last(cloud, site, do)
        case "throttle":
            cloud.tap.throttled[site.call] = THROTTLED
            return failed("throttled")
        case "redeploy":
            cloud.redeploy()
            raise ContainerGone(site)


def _twice(site: Site, do: Do) -> Any:
    """The second time is what the caller hears of. A write that is made again is refused by its own condition."""
    do()
    return do()


def _after(cloud: Cloud, site: Site, do: Do, *, late: bool) -> Any:
    """A message arrives later; an answer is waited for while the world moves on."""
    if site.call in SENDS:
        cloud.hold(do, late=late)
        return None
    if late:
        cloud.clock.reach(cloud.after_deadlines())
    else:
        cloud.others()
    return do()


def _last(cloud: Cloud, site: Site, do: Do) -> Any:
    if not site.call.endswith((".deliver", ".invoke", ".request")):
        with suppress(Exception):
            do()
        raise ContainerGone(site)
    cloud.tap.dying = True  # the invoked handler's first call
    try:
        return do()
    finally:
        cloud.tap.dying = False
