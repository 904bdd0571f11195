"""The tap through which every call and every delivery goes: it names the site, counts, and strikes where planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.errors import TransientFault
from chalicelib.ports import CarrierAnswer, ProviderAnswer, WebhookResponse
from tests.campaign import sites
from tests.campaign.kinds import ContainerGone, Do, Failed, Kind, strike
from tests.campaign.sites import Site

if TYPE_CHECKING:
    from tests.campaign.cloud import Cloud


class Strike(NamedTuple):
    """One fault: at the `nth` time (from 0) that a site is reached."""

    site: Site
    nth: int
    kind: Kind

    def __str__(self) -> str:
        return f"{self.kind} at {self.site} #{self.nth + 1}"


Moods = Callable[[Site], "Kind | None"]  # a seeded simulation strikes by mood, not by plan


class Tap:
    def __init__(self, cloud: Cloud, plan: Iterable[Strike] = (), moods: Moods | None = None) -> None:
        self._cloud = cloud
        self._plan = {(strike.site, strike.nth): strike.kind for strike in plan}
        self._moods = moods
        self.hits: Counter[Site] = Counter()
        self.order: list[tuple[Site, int]] = []  # every occurrence, as it came
        self.struck: list[Strike] = []
        self.throttled: Counter[str] = Counter()  # refusals that are left, by call
        self.dying = False  # the next call is the end of its container

    def through(self, site: Site, do: Do, failed: Failed) -> Any:
        nth = self.hits[site]
        self.hits[site] += 1
        self.order.append((site, nth))
        if self.dying:
            self.dying = False
            raise ContainerGone(site)
        kind = self._plan.pop((site, nth), None) or (self._moods(site) if self._moods else None)
        if self.throttled[site.call] > 0:
            self.throttled[site.call] -= 1
            return failed("throttled")
        if kind is None:
            return do()
        self.struck.append(Strike(site, nth, kind))
        return strike(self._cloud, kind, site, do, failed)

    def calm(self) -> None:
        """No faults by mood from here on."""
        self._moods = None
        self.throttled.clear()


class Tapped:
    """A port whose calls go through the tap; everything else is the stand-in's own."""

    def __init__(self, tap: Tap, name: str, port: Any) -> None:
        self._port = port
        for method in sites.CALLS[name]:
            setattr(self, method, partial(_call, tap, f"{name}.{method}", getattr(port, method)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._port, name)


def _call(tap: Tap, call: str, method: Callable[..., Any], *args: Any, **more: Any) -> Any:
    site = sites.of_call(call, args)
    return tap.through(site, lambda: method(*args, **more), partial(_failed, call))


def _failed(call: str, why: str) -> Any:
    """How the adapter of this port tells that a call failed."""
    if call in ("payments.pay", "payments.find"):
        return ProviderAnswer("unknown", why)
    if call in ("logistics.carry_out", "logistics.find"):
        return CarrierAnswer("unknown", why)
    if call == "webhooks.send":
        return WebhookResponse(429, why, retry_after=60) if why == "throttled" else WebhookResponse(None, why)
    raise TransientFault(f"{call}: {why}")
