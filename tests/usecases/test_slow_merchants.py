"""One slow merchant and 99 quick ones behind the same 25 workers: what the 99 feel of it is bounded and brief.

The queue, its workers and the sweeper run on virtual time over the real use cases. The worst is tried: the slow
merchant's events come first and all at once, before anybody can know that its endpoint has begun to hang.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any

import pytest

from chalicelib.domain.endpoints import Webhook
from chalicelib.domain.webhooks import WebhookDelivery
from chalicelib.ports import WebhookResponse
from chalicelib.usecases import sweeper, webhooks
from tests.standins.carriers import event
from tests.standins.crews import Crew
from tests.standins.time import MONDAY
from tests.standins.world import World

WORKERS = 25  # infra/app/triggers.yaml
CAP = 10.0  # seconds that one attempt may take
QUICK = 0.2
Message = tuple[datetime, int, dict[str, Any]]


class Endpoints:
    """The webhooks' port: each merchant answers in its own time, and the queue is the market's."""

    def __init__(self, market: Market, slow: dict[str, float]) -> None:
        self._market, self._slow = market, slow
        self.busy = 0.0  # seconds that workers spent with slow merchants

    def send(self, merchant_id: str, url: str, message_id: str, payload: str, versions: Sequence[int]) -> Any:
        took = self._slow.get(merchant_id, QUICK)
        self._market.crew.pause(took)
        self.busy += took if merchant_id in self._slow else 0
        return WebhookResponse(None, "timeout", took=took) if took >= CAP else WebhookResponse(200, took=took)

    def later(self, merchant_id: str, event_id: str, delay: int) -> None:
        self._market.put({"merchant_id": merchant_id, "event_id": event_id}, delay)

    def disabled(self, merchant_id: str, because: str) -> None: ...


class Market:
    """A queue, its workers, the sweeper and a hundred merchants."""

    def __init__(self, slow: dict[str, float], idle: float = 0.2) -> None:
        self.idle = idle  # seconds until a worker that found nothing looks again
        self.world = World(as_json=False)
        self.crew = Crew(MONDAY)
        self.endpoints = Endpoints(self, slow)
        self.world.clock, self.world.webhooks = self.crew, self.endpoints  # type: ignore[assignment]
        self.planned: dict[str, datetime] = {}  # when each event happened, by its id
        self._messages: list[Message] = []
        self._number = 0
        for merchant_id in (*slow, *(f"quick_{i}" for i in range(99))):
            self.world.records.put(Webhook(merchant_id=merchant_id, url="https://x.example", updated_at=MONDAY))
        for _ in range(WORKERS):
            self.crew.hire(self._work)
        self.crew.hire(self._sweep)

    def put(self, body: dict[str, Any], delay: float) -> None:
        self._number += 1
        heappush(self._messages, (self.crew.now() + timedelta(seconds=delay), self._number, body))

    def lateness(self, of: str) -> list[float]:
        """Seconds from each event of these merchants to its arrival, the longest last."""
        began = {name: at for name, at in self.planned.items() if name.startswith(f"case_{of}")}
        arrived = {
            each.event_id: each.attempts[-1].at
            for each in self.world.records.all(WebhookDelivery, state="delivered")
            if each.merchant_id.startswith(of)
        }
        assert began.keys() == arrived.keys(), "every event arrived"
        return sorted((arrived[one] - at).total_seconds() for one, at in began.items())

    def plan(self, of: str, merchants: int, events: int, within: float) -> None:
        """So many events of each, evenly spread over that time, in the order of the merchants."""
        for i in range(merchants):
            merchant_id = f"{of}_{i}" if merchants > 1 else of
            for number in range(events):
                after = within * (number + i / merchants) / events
                happened = event(case_id=f"case_{merchant_id}_{number}", merchant_id=merchant_id)
                self.put(happened, after)
                self.planned[happened["id"]] = self.crew.now() + timedelta(seconds=after)

    def _work(self) -> None:
        if not self._messages or self._messages[0][0] > self.crew.now():
            self.crew.pause(self.idle)
            return
        _, _, body = heappop(self._messages)
        if "type" in body:
            webhooks.notify(self.world, body)
        else:
            webhooks.retry(self.world, body["merchant_id"], body["event_id"])

    def _sweep(self) -> None:
        self.crew.pause(60)
        sweeper.sweep(self.world)


@pytest.fixture(scope="module", params=[CAP, 9.0], ids=["never answers", "answers after 9 s"])
def market(request: pytest.FixtureRequest) -> Iterator[Market]:
    """The slow merchant's burst of 300 stands in front of everybody else's minute."""
    market = Market({"slow": request.param})
    market.plan("slow", 1, 300, 0.1)
    market.plan("quick", 99, 10, 60)
    market.crew.run(minutes=3)
    yield market
    market.crew.dismiss()


def test_nobody_waits_longer_for_a_slow_merchant_than_one_attempt_may_take(market: Market) -> None:
    assert CAP + 2 >= market.lateness("quick")[-1]


def test_once_it_is_known_nobody_waits_at_all(market: Market) -> None:
    began = [at for name, at in market.planned.items() if name.startswith("case_quick")]
    later = sum(at > MONDAY + timedelta(seconds=CAP + 2) for at in began)
    assert 700 < later
    assert 1 >= market.lateness("quick")[:later][-1]


def test_after_its_onset_a_slow_merchant_takes_less_than_a_hundredth_of_the_workers_time(market: Market) -> None:
    onset = WORKERS * CAP
    assert 0.01 * WORKERS * 180 >= market.endpoints.busy - onset


def test_without_its_rest_everybody_would_wait_for_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the rest is worth: the same market, in which slowness is never noticed."""
    monkeypatch.setattr(Webhook, "heard", lambda webhook, *_, **__: webhook)
    market = Market({"slow": CAP})
    market.plan("slow", 1, 300, 0.1)
    market.plan("quick", 99, 10, 60)
    market.crew.run(minutes=4)
    market.crew.dismiss()
    assert 60 < market.lateness("quick")[-1]


def test_a_merchant_that_is_quick_again_hears_everything_it_missed() -> None:
    slow = {"slow": CAP}
    market = Market(slow, idle=5)
    market.plan("slow", 1, 150, 60)
    market.crew.run(minutes=5)
    slow["slow"] = QUICK
    market.crew.run(minutes=25)
    market.crew.dismiss()
    assert 150 == len(market.lateness("slow"))
