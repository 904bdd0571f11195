"""Many workers, one endpoint that was slow: on the real table, too, one of them finds out whether it still is."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from chalicelib.domain import refs
from chalicelib.domain.endpoints import Webhook
from chalicelib.domain.webhooks import WebhookDelivery
from chalicelib.ports import WebhookResponse
from chalicelib.usecases import webhooks
from tests.concurrency.worlds import world_over
from tests.standins.carriers import event

pytestmark = pytest.mark.dynamodb
WORKERS = 8


class Endpoint:
    """Notes what arrives; never answers in time."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, merchant_id: str, url: str, message_id: str, payload: str, versions: Sequence[int]) -> Any:
        self.sent.append(message_id)
        return WebhookResponse(None, "timeout", took=10.0)

    def later(self, *_: Any) -> None: ...


@pytest.fixture
def world(dynamodb_client: DynamoDBClient, table: str) -> Any:
    """An endpoint whose rest is just over, and eight deliveries that were parked meanwhile."""
    world: Any = world_over(dynamodb_client, table)
    world.webhooks = Endpoint()
    before = world.clock.now() - timedelta(minutes=1)
    webhook = Webhook(merchant_id="m1", url="https://x.example", updated_at=before).heard(before, None, 10.0)
    parked = [webhooks._delivery(event(case_id=f"case_{i}"), before).parked() for i in range(WORKERS)]
    world.records.save([webhook.but(version=1), *parked])
    return world


def all_at_once(world: Any) -> None:
    start = Barrier(WORKERS)

    def work(number: int) -> None:
        start.wait()
        webhooks.retry(world, "m1", f"case_{number}-1")

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))


def test_one_of_many_workers_asks_a_slow_endpoint(world: Any) -> None:
    all_at_once(world)
    assert 1 == len(world.webhooks.sent)


def test_the_others_deliveries_are_as_they_were(world: Any) -> None:
    all_at_once(world)
    wanted = [refs.webhook_delivery("m1", f"case_{i}-1") for i in range(WORKERS)]
    found: list[WebhookDelivery] = list(world.records.load(wanted).values())
    assert [0] * (WORKERS - 1) + [1] == sorted(each.tries for each in found)
    assert WORKERS - 1 == sum(each.is_parked for each in found)
