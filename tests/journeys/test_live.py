"""Watching a case over a WebSocket while it is acted upon over HTTP."""

from __future__ import annotations

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from local.stack import Stack
from tests.journeys.shops import Shop
from tests.journeys.viewers import address, ticket, watching

PAGE = "http://127.0.0.1:5173"  # infra/parameters/local.json


def test_a_refund_is_watched_from_filing_to_settlement(shop: Shop, stack: Stack) -> None:
    story = shop.reviewed()
    with watching(stack, shop.api, shop.buyer, PAGE) as buyer, watching(stack, shop.api, shop.owner) as owner:
        told = buyer.follows(story.case_id)
        assert ("subscribed", "s", "in_review") == (told["type"], told["id"], told["case"]["status"]["code"])
        owner.follows(story.case_id)
        story.decide("approve")
        for viewer in (buyer, owner):
            assert "CaseSubmitted" == viewer.until("RefundSettled")[0]
    seen = [{name: entry[name] for name in story.entries()[0]} for entry in buyer.entries]
    assert story.entries()[: len(seen)] == seen
    assert list(range(1, len(seen) + 1)) == [entry["sequence"] for entry in seen]
    assert "completed" == buyer.entries[-1]["case"]["status"]["code"]
