"""Many clicks at once, over HTTP: never more than was paid, in money or in units, and one key acts once."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from local.api import Answer
from tests.journeys.shops import LARGE, Shop

ROUNDS, WRITERS, CLICKS = 20, 8, 16
UNITS, DISCOUNT = 10, 1001  # minor units that ten cups do not share evenly


def test_eight_partial_refunds_at_once_never_exceed_what_was_paid(shop: Shop) -> None:
    chance, outcomes = random.Random(8), Counter[str]()
    with ThreadPoolExecutor(WRITERS) as crowd:
        for _ in range(ROUNDS):
            order_id = _discounted(shop)
            asks = [chance.randint(2, 6) for _ in range(WRITERS)]
            answers = list(crowd.map(lambda units, order_id=order_id: shop.asked(order_id, units), asks))
            outcomes.update(answer.code or "filed" for answer in answers)
            _adds_up(shop, order_id, asks, answers)

    assert {"filed", "QuantityExceedsPurchased"} == set(outcomes)
    assert outcomes["filed"] >= ROUNDS


def test_sixteen_clicks_with_one_key_file_one_case(shop: Shop) -> None:
    order_id, key = shop.sells(LARGE, CLICKS), uuid4().hex
    with ThreadPoolExecutor(CLICKS) as crowd:
        answers = list(crowd.map(lambda _: shop.asked(order_id, 1, key), range(CLICKS)))

    assert {(201, answers[0].raw)} == {(answer.status, answer.raw) for answer in answers}
    assert Counter({True: CLICKS - 1, False: 1}) == Counter(answer.replayed for answer in answers)
    order = shop.api.get(f"/orders/{order_id}", shop.buyer)
    assert CLICKS - 1 == order["lines"][0]["refundable_units"]


def _discounted(shop: Shop) -> str:
    """An order of ten cups with a discount on all of them together."""
    draft = shop.draft(LARGE, UNITS)
    draft["promotions"] = [{"kind": "promotion", "label": "满减", "amount": DISCOUNT}]
    draft["payments"][0]["amount"] -= DISCOUNT
    shop.register(draft)
    return str(draft["order_id"])


def _adds_up(shop: Shop, order_id: str, asks: list[int], answers: list[Answer]) -> None:
    """What was filed and what is left are what was paid, and every unit is on one side."""
    filed = [
        (units, answer.body["amount"]["amount"]) for units, answer in zip(asks, answers, strict=True) if _ok(answer)
    ]
    order = shop.api.get(f"/orders/{order_id}", shop.buyer)
    assert UNITS == sum(units for units, _ in filed) + order["lines"][0]["refundable_units"]
    assert UNITS * LARGE - DISCOUNT == sum(amount for _, amount in filed) + order["refundable"]["amount"]


def _ok(answer: Answer) -> bool:
    return answer.status == 201
