"""A world over DynamoDB Local for what only many writers at once can show: real table, real clock, nothing else."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from chalicelib.adapters.clock import SystemClock, SystemIds
from chalicelib.adapters.dynamodb.policies import DynamoPolicies
from chalicelib.adapters.dynamodb.records import DynamoRecords
from chalicelib.domain.actors import Actor
from chalicelib.domain.merchants import Merchant
from chalicelib.domain.orders import LineDraft, OrderDraft, Payment
from chalicelib.domain.policies import Policy, PolicyIndex, VersionRef
from chalicelib.ports import Ports
from chalicelib.schemas.orders import RegisterOrder
from chalicelib.usecases import orders
from chalicelib.usecases.steps import Request

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
BUYER = Actor(role="buyer", id="b1")
ORDER_SYSTEM = Actor(role="orders", id="orders")


class QuickClock(SystemClock):
    """Pauses are there to let others go first; an engine on this machine needs only a part of them."""

    def pause(self, seconds: float) -> None:
        super().pause(seconds / 8)


def world_over(client: Any, table: str) -> Ports:
    """Ports with which orders are registered and cases filed."""
    records = DynamoRecords(client, table)
    policies = DynamoPolicies(records, 1)
    return cast(Ports, SimpleNamespace(clock=QuickClock(), ids=SystemIds(), records=records, policies=policies))


def open_shop(ports: Ports) -> None:
    """A merchant, and a platform policy that refers everything to it."""
    policy = Policy(
        policy_id="platform",
        version=1,
        name="everything is reviewed",
        effective_from=LONG_AGO,
        auto_approve_below={},
        instant_up_to={},
        published_at=LONG_AGO,
        published_by="test",
    )
    index = PolicyIndex(policy_id="platform", versions=(VersionRef(version=1, effective_from=LONG_AGO),))
    ports.records.save([policy, index, Merchant(merchant_id="m1", name="shop")])


def register(ports: Ports, draft: OrderDraft) -> None:
    body = RegisterOrder(**dict(draft))
    reply = orders.register(ports, Request.of(ORDER_SYSTEM, None, draft.order_id), body)
    assert reply.status == 201


def basket(order_id: str, chance: random.Random) -> OrderDraft:
    """A few lines that do not divide evenly, paid in two ways."""
    lines = tuple(
        LineDraft(
            line_id=str(i),
            sku=f"sku-{i}",
            title="goods",
            quantity=chance.randint(1, 7),
            unit_price=chance.randint(1, 9999),
        )
        for i in range(chance.randint(1, 4))
    )
    freight = chance.randint(0, 999)
    total = sum(line.quantity * line.unit_price for line in lines) + freight
    first = chance.randint(1, total)
    payments = [Payment(payment_id="card", method="card", amount=first)]
    if total > first:
        payments.append(Payment(payment_id="wallet", method="wallet", amount=total - first))
    return OrderDraft(
        order_id=order_id,
        buyer_id=BUYER.id,
        merchant_id="m1",
        currency="CNY",
        placed_at=datetime(2026, 11, 1, tzinfo=UTC),
        lines=lines,
        freight=freight,
        payments=tuple(payments),
    )
