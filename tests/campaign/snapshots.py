"""A world that can be put back: everything in it that changes."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import replace
from typing import Any

from tests.campaign.cloud import Cloud


def taken(cloud: Cloud) -> dict[str, Any]:
    """Things are frozen, so copies of the containers are enough."""
    return {
        "at": cloud.clock.at,
        "ids": Counter(cloud.ids._counts),
        "things": dict(cloud.table.things),
        "unpublished": set(cloud.table.unpublished),
        "tallies": {of: Counter(numbers) for of, numbers in cloud.table.tallies.items()},
        "changes": list(cloud.table.changes),
        "waiting": [replace(letter) for letter in cloud.queues.waiting],
        "dead": [replace(letter) for letter in cloud.queues.dead],
        "published": list(cloud.queues.published),
        "book": (dict(cloud.provider.book), dict(cloud.provider.paid), list(cloud.provider.deeds)),
        "returned": set(cloud.returned),
        "arrived": dict(cloud.arrived),
        "carriers": (dict(cloud.carriers.book), dict(cloud.carriers.commands)),
        "runs": {
            key: replace(one, answers=list(one.answers)) for key, one in cloud.machine.executions.items()
        },
        "calls": dict(cloud.machine.calls),
        "sent": list(cloud.courier.sent),
    }  # fmt: skip


def put_back(cloud: Cloud, kept: dict[str, Any]) -> None:
    cloud.clock.at, cloud.ids._counts = kept["at"], Counter(kept["ids"])
    table, queues, provider = cloud.table, cloud.queues, cloud.provider
    table.things, table.unpublished = dict(kept["things"]), set(kept["unpublished"])
    table.tallies = {of: Counter(numbers) for of, numbers in kept["tallies"].items()}
    table.changes = deque(kept["changes"])
    table.saves.clear()
    table.loads.clear()
    queues.waiting = [replace(letter) for letter in kept["waiting"]]
    queues.dead = [replace(letter) for letter in kept["dead"]]
    queues.published = list(kept["published"])
    provider.book, provider.paid, provider.deeds = dict(kept["book"][0]), dict(kept["book"][1]), deque(kept["book"][2])
    provider.calls.clear()
    cloud.returned = set(kept["returned"])
    cloud.arrived = dict(kept["arrived"])
    cloud.carriers.book, cloud.carriers.commands = dict(kept["carriers"][0]), dict(kept["carriers"][1])
    cloud.carriers.calls.clear()
    cloud.machine.executions = {key: replace(one, answers=list(one.answers)) for key, one in kept["runs"].items()}
    cloud.machine.calls = dict(kept["calls"])
    cloud.courier._port.sent = list(kept["sent"])
    cloud.tap.order.clear()
    cloud.tap.hits.clear()
    cloud.surprises.clear()
