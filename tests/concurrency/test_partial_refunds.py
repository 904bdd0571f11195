"""Eight buyers' clicks at once on one order: never more than was paid, in money, value or quantity."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from chalicelib.domain import refs
from chalicelib.domain.balances import Ledger
from chalicelib.domain.ledgers import check
from chalicelib.domain.orders import Order
from chalicelib.errors import AftersalesError
from chalicelib.ports import Ports
from chalicelib.schemas.cases import AskBody, FileCase
from chalicelib.usecases import filings
from chalicelib.usecases.steps import Request
from tests.concurrency.worlds import BUYER, basket, open_shop, register, world_over

pytestmark = pytest.mark.dynamodb
WRITERS = 8
ROUNDS = 25  # in each of forty seeds, each with a table of its own (a large one slows the engine): 1,000 in all
REFUSALS = {"QuantityExceedsPurchased", "RefundExceedsPaid", "InvalidRequest"}


@pytest.fixture
def ports(dynamodb_client: DynamoDBClient, table: str) -> Ports:
    world = world_over(dynamodb_client, table)
    open_shop(world)
    return world


@pytest.fixture(scope="module")
def writers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(WRITERS) as pool:
        yield pool


@pytest.mark.parametrize("seed", range(40))
def test_eight_simultaneous_partial_refunds_never_exceed_what_was_paid(
    ports: Ports, writers: ThreadPoolExecutor, seed: int
) -> None:
    chance, outcomes = random.Random(seed), Counter[str]()

    for round in range(ROUNDS):
        order_id = f"order-{seed}-{round}"
        draft = basket(order_id, chance)
        register(ports, draft)
        bodies = [_some_of(draft.order_id, len(draft.lines), chance) for _ in range(WRITERS)]
        start = Barrier(WRITERS)
        answers = list(writers.map(partial(_file, ports, start), bodies))
        outcomes.update(code for code, _ in answers)
        _holds(ports, order_id, sum(amount for _, amount in answers))

    assert set(outcomes) <= {"filed"} | REFUSALS
    assert outcomes["filed"] >= ROUNDS


def _some_of(order_id: str, lines: int, chance: random.Random) -> FileCase:
    asks = tuple(
        AskBody(line_id=str(i), quantity=chance.randint(1, 4))
        for i in sorted(chance.sample(range(lines), chance.randint(1, lines)))
    )
    return FileCase(order_id=order_id, reason="not_wanted", lines=asks)


def _file(ports: Ports, start: Barrier, body: FileCase) -> tuple[str, int]:
    start.wait()
    request = Request.of(BUYER, ports.ids.new("key"), body.model_dump(mode="json"))
    try:
        reply = filings.file(ports, request, body)
    except AftersalesError as refused:
        return refused.code, 0
    return "filed", reply.body["amount"]["amount"]


def _holds(ports: Ports, order_id: str, filed: int) -> None:
    """The invariants, and that what the buyers were told is what the ledger holds."""
    order_ref, ledger_ref = refs.order(order_id), refs.ledger(order_id)
    loaded = ports.records.load([order_ref, ledger_ref])
    order, ledger = loaded[order_ref], loaded[ledger_ref]
    assert isinstance(order, Order) and isinstance(ledger, Ledger)
    check(order, ledger)
    assert filed == sum(line.reserved for line in ledger.lines) + ledger.freight.reserved
    assert filed <= order.paid_total


def test_sixty_four_simultaneous_requests_with_one_key_file_one_case(ports: Ports) -> None:
    chance = random.Random(64)
    draft = basket("order-64", chance)
    register(ports, draft)
    body = FileCase(order_id="order-64", reason="not_wanted", lines=(AskBody(line_id="0", quantity=1),))
    request = Request.of(BUYER, "one-key", body.model_dump(mode="json"))
    start = Barrier(64)

    def file(_: int) -> tuple[str, bool]:
        start.wait()
        reply = filings.file(ports, request, body)
        return reply.body["case_id"], reply.replayed

    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(file, range(64)))

    assert 1 == len({case_id for case_id, _ in answers})
    assert 1 == sum(not replayed for _, replayed in answers)
