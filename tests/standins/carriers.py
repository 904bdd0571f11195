"""The webhooks' queue and the sweeper's minute, on the hand clock: days pass, and whatever is due in them happens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Any

from chalicelib.domain.webhooks import WebhookDelivery
from chalicelib.usecases import sweeper, webhooks
from tests.standins.world import World

FOREVER = datetime(2200, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def event(sequence: int = 1, case_id: str = "case_x", merchant_id: str = "m1") -> dict[str, Any]:
    """Something that happened to a case of the shop, as the bus tells it."""
    data = {"merchant_id": merchant_id}
    return {
        "id": f"{case_id}-{sequence}",
        "type": "CaseSubmitted",
        "case_id": case_id,
        "sequence": sequence,
        "data": data,
    }


class Carrier:
    """`run(hours=75)` lets time pass: messages come when their delay is over, the sweeper when something is due."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._queue: list[tuple[datetime, int, str, str]] = []
        self._swept = world.clock.now()
        self._number = 0
        self.carried = 0  # messages so far

    def run(self, **duration: float) -> None:
        end = self._world.clock.now() + timedelta(**duration)
        while (at := min(self._next_message(), self._next_sweep())) <= end:
            self._world.clock.reach(at)
            if self._queue and self._queue[0][0] <= at:
                _, _, merchant_id, event_id = heappop(self._queue)
                self.carried += 1
                webhooks.retry(self._world, merchant_id, event_id)
            else:
                self._swept = at
                sweeper.sweep(self._world)
        self._world.clock.reach(end)

    def lose(self) -> None:
        """The queue forgets everything: what is left is what stands in the table."""
        self._world.webhooks.delayed.clear()
        self._queue.clear()

    def _next_message(self) -> datetime:
        for merchant_id, event_id, delay in self._world.webhooks.delayed:
            self._number += 1
            at = self._world.clock.now() + timedelta(seconds=delay)
            heappush(self._queue, (at, self._number, merchant_id, event_id))
        self._world.webhooks.delayed.clear()
        return self._queue[0][0] if self._queue else FOREVER

    def _next_sweep(self) -> datetime:
        """The first whole minute after something is due."""
        due = min((at for _, _, at in self._world.records.due(FOREVER)), default=FOREVER)
        return FOREVER if due == FOREVER else max(self._swept + MINUTE, due.replace(second=0, microsecond=0) + MINUTE)


def delivery(world: World, event_id: str = "case_x-1") -> WebhookDelivery:
    [found] = world.records.all(WebhookDelivery, event_id=event_id)
    return found


def sent(world: World) -> list[str]:
    """The ids of what went out, in order."""
    return [event_id for _, event_id, _, _ in world.webhooks.sent]
