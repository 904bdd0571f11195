"""Whose case it is: others do not learn that it exists, and one's own is not everybody's to decide."""

from __future__ import annotations

from uuid import uuid4

import pytest

from local.api import Answer
from tests.journeys.shops import Shop
from tests.journeys.stories import AUDITOR, OPERATOR

APPROVE = {"decision": "approve"}


@pytest.mark.parametrize("stranger", ["buyer-2", "merchant-2"])
@pytest.mark.parametrize(
    "path", ["/cases/{case}", "/cases/{case}/timeline", "/cases/{case}/evidence", "/orders/{order}"]
)
def test_what_belongs_to_others_is_not_there(shop: Shop, path: str, stranger: str) -> None:
    story = shop.reviewed()
    asked = path.format(case=story.case_id, order=story.order_id)

    _problem(shop.api.call("GET", asked, user=stranger), 404)
    assert 200 == shop.api.call("GET", asked, user=shop.buyer).status
    assert 200 == shop.api.call("GET", asked, user=AUDITOR).status


def test_another_shop_cannot_decide_and_nobody_decides_in_its_place(shop: Shop) -> None:
    story = shop.reviewed()

    _problem(story.act("merchant-2", "decision", **APPROVE), 404)
    for user in (shop.buyer, "agent-1", OPERATOR, AUDITOR, "payments"):
        _problem(story.act(user, "decision", **APPROVE), 403)
    assert "in_review" == story.now()["status"]["code"]


def test_a_key_belongs_to_one_request_and_every_act_has_one(shop: Shop) -> None:
    order_id, key = shop.sells(quantity=2), uuid4().hex
    shop.asked(order_id, 1, key).expect(201)

    _problem(shop.asked(order_id, 2, key), 422, "KeyReused")
    body = {"order_id": order_id, "reason": "not_wanted"}
    without = shop.api.call("POST", "/cases", user=shop.buyer, body=body)
    _problem(without, 400, "IdempotencyKeyMissing")


def test_a_request_that_makes_no_sense_names_its_fields_and_writes_nothing(shop: Shop) -> None:
    order_id = shop.sells(quantity=2)

    wrong = _problem(shop.asked(order_id, 0), 400, "InvalidRequest")
    assert ["lines.0.quantity"] == [error["field"].replace("[", ".").replace("]", "") for error in wrong]
    _problem(shop.asked(order_id, 3), 422, "QuantityExceedsPurchased")
    _problem(shop.asked(order_id, 1, reason="because"), 422, "NotEligible")
    assert 2 == shop.api.get(f"/orders/{order_id}", shop.buyer)["lines"][0]["refundable_units"]


def _problem(answer: Answer, status: int, code: str = "") -> list[dict[str, str]]:
    """Checks the shape of a refusal; answers the fields that it names."""
    assert status == answer.status
    assert "application/problem+json" == answer.headers["content-type"]
    assert code in ("", answer.code)
    errors: list[dict[str, str]] = answer.body["errors"]
    return errors
