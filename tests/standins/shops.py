"""A small shop to test with: its policy, its merchants, its people, one order of a coat and two scarves."""

from __future__ import annotations

from typing import Any, TypeVar

from chalicelib.domain.actors import Actor
from chalicelib.domain.deliveries import Delivery
from chalicelib.domain.ledgers import open_ledger
from chalicelib.domain.merchants import Merchant, Webhook
from chalicelib.domain.orders import Order
from chalicelib.domain.policies import Policy, PolicyIndex, VersionRef
from chalicelib.schemas.cases import AskBody, DecideCase, FileCase
from chalicelib.usecases import decisions, filings
from chalicelib.usecases.steps import Reply, Request
from tests.domain import drafts
from tests.standins.time import MONDAY
from tests.standins.world import World

BUYER = Actor(role="buyer", id="b1")
STRANGER = Actor(role="buyer", id="b2")
MERCHANT = Actor(role="merchant", id="anna", merchant_id="m1")
RIVAL = Actor(role="merchant", id="rita", merchant_id="m2")
AGENT = Actor(role="agent", id="a1")
OTHER_AGENT = Actor(role="agent", id="a2")
SUPERVISOR = Actor(role="supervisor", id="s1")
OTHER_SUPERVISOR = Actor(role="supervisor", id="s2")
OPERATOR = Actor(role="operator", id="op1")
OTHER_OPERATOR = Actor(role="operator", id="op2")
AUDITOR = Actor(role="auditor", id="au1")
ORDERS = Actor(role="orders", id="orders")

PLACED = MONDAY.replace(day=1)
COAT, SCARF = 30000, 4000  # minor units: above what is approved by itself


def shop(*, as_json: bool = True, **policy: Any) -> World:
    """A world with the platform's policy (changed by `policy`), two marketplace shops and one of the platform's own."""
    return furnish(World(as_json=as_json), **policy)


AnyWorld = TypeVar("AnyWorld", bound=World)


def furnish(world: AnyWorld, **policy: Any) -> AnyWorld:
    """The same in a world that is there already."""
    document = {
        "policy_id": "platform",
        "version": 1,
        "name": "standard",
        "effective_from": PLACED.replace(year=2020),
        "published_at": PLACED.replace(year=2020),
        "published_by": "operator:op1",
    }
    version = VersionRef(version=1, effective_from=PLACED.replace(year=2020))
    world.records.put(
        Policy(**{**document, **policy}),
        PolicyIndex(policy_id="platform", versions=(version,)),
        Merchant(merchant_id="m1", name="Anna's coats"),
        Merchant(merchant_id="m2", name="Rita's coats"),
        Merchant(merchant_id="own", name="The platform's coats", kind="self_operated"),
        Webhook(merchant_id="m1", url="https://shop.example/hook", updated_at=PLACED),
    )
    return world


def sell(world: World, order_id: str = "o1", *, delivery: dict[str, Any] | None = None, **more: Any) -> Order:
    """An order of b1 at m1: a coat at 300.00 and two scarves at 40.00, freight 10.00, paid by card; not shipped."""
    lines = more.pop("lines", None) or (drafts.line("coat", 1, COAT), drafts.line("scarf", 2, SCARF))
    usual = {"order_id": order_id, "placed_at": PLACED, "freight": 1000}
    order = drafts.order(*lines, **{**usual, **more}).but(policy_id="platform", policy_version=1)
    kind = "self_operated" if order.merchant_id == "own" else "marketplace"
    order = order.but(merchant_kind=kind)
    world.records.put(order, open_ledger(order), Delivery(order_id=order_id, **(delivery or {})))
    return order


def asking(key: str | None = None, actor: Actor = BUYER) -> Request:
    """A request under a key of its own (each key stands for one body here)."""
    return Request.of(actor, key, key)


def ask(line_id: str = "coat", quantity: int | None = None, amount: Any = None) -> AskBody:
    return AskBody(line_id=line_id, quantity=quantity, amount=amount)


def filing(*lines: AskBody, **more: Any) -> FileCase:
    """The coat back, unless lines are named."""
    return FileCase(**{"order_id": "o1", "reason": "not_wanted", "lines": lines or (ask(),), **more})


def file(world: World, *lines: AskBody, key: str | None = None, **more: Any) -> str:
    """Files a case and answers its id."""
    return case_id_of(filings.file(world, asking(key), filing(*lines, **more)))


def case_id_of(reply: Reply) -> str:
    return str(reply.body["case_id"])


def decide(world: World, case_id: str, decision: str, actor: Actor = MERCHANT, **more: Any) -> Reply:
    return decisions.decide(world, asking(None, actor), case_id, DecideCase(decision=decision, **more))
