"""Shops that are programs: told by signed webhooks, answering by signed callbacks."""

from __future__ import annotations

import json
from typing import Any

import pytest
import urllib3

from local.standins.signatures import signed
from tests.journeys.endpoints import Endpoint
from tests.journeys.patience import until
from tests.journeys.provider import Provider
from tests.journeys.shops import LARGE, Shop
from tests.journeys.stories import Story

A_SECRET_OF_SOMEBODY_ELSE = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_a_shop_approves_by_signed_callback_and_hears_the_whole_story_in_order(shop: Shop, provider: Provider) -> None:
    endpoint = Endpoint(shop, kind="approve", reason="of course")
    story = shop.reviewed()
    case = story.until("completed")
    heard = until(endpoint.heard, lambda sequences: len(sequences) >= case["sequence"])

    # Each event once; a later one may overtake an earlier one, which is why they carry their sequence.
    assert list(range(1, case["sequence"] + 1)) == sorted(heard)
    assert [] == endpoint.log("refused", "unreadable", "answer_refused")
    assert [("approve", 200)] == [(entry["decision"], entry["status"]) for entry in endpoint.log("answered")]
    approved = next(entry for entry in story.entries() if entry["what"]["code"] == "CaseApproved")
    assert ("merchant", "of course") == (approved["actor"]["code"], approved["note"])
    assert LARGE == provider.out(story.order_id)


def test_an_endpoint_that_was_down_is_told_again(shop: Shop) -> None:
    endpoint = Endpoint(shop, kind="approve", fail=1)
    story = shop.reviewed()
    story.until("completed", within=60)

    assert 1 == len(endpoint.log("failed"))
    assert [200] == [entry["status"] for entry in endpoint.log("answered")]


@pytest.mark.parametrize("secret", [None, A_SECRET_OF_SOMEBODY_ELSE])
def test_a_callback_that_the_shop_did_not_sign_decides_nothing(shop: Shop, secret: str | None) -> None:
    Endpoint(shop, kind="silent")
    story = shop.reviewed()
    answer = _call_back(shop, story, "msg-forged", secret)

    assert (401, "SignatureInvalid") == (answer.status, answer.json()["code"])
    assert "application/problem+json" == answer.headers["Content-Type"]
    assert "in_review" == story.now()["status"]["code"]


def test_a_callback_that_comes_twice_decides_once(shop: Shop, provider: Provider) -> None:
    endpoint = Endpoint(shop, kind="silent")
    story = shop.reviewed()
    first, second = (_call_back(shop, story, "msg-1", endpoint.secret) for _ in range(2))

    assert (200, 200) == (first.status, second.status)
    assert (None, "true") == tuple(each.headers.get("Idempotent-Replayed") for each in (first, second))
    story.until("completed")
    assert LARGE == provider.out(story.order_id)


def _call_back(shop: Shop, story: Story, message_id: str, secret: str | None) -> Any:
    """The shop's approval, signed with `secret` or not at all."""
    body = json.dumps({"type": "decision", "case_id": story.case_id, "decision": "approve"})
    plain = {"content-type": "application/json"}
    headers = signed(secret, message_id, body) if secret else plain
    url = f"{shop.stack.api_url}/merchants/{shop.merchant_id}/callbacks"
    return urllib3.request("POST", url, body=body, headers=headers, timeout=30)
