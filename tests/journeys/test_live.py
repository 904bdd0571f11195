"""Watching cases over a WebSocket while they are acted upon over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from local.stack import Stack
from tests.journeys.patience import until
from tests.journeys.shops import Shop
from tests.journeys.viewers import Viewer, address, ticket, watching

PAGE = "http://127.0.0.1:5173"  # infra/parameters/local.json


def refused(url: str, origin: str | None = None, status: int = 401) -> None:
    with pytest.raises(InvalidStatus) as answer, connect(url, origin=origin, proxy=None):  # type: ignore[arg-type]
        pass
    assert status == answer.value.response.status_code


def test_a_refund_is_watched_from_filing_to_settlement(shop: Shop, stack: Stack) -> None:
    story = shop.reviewed()
    with watching(stack, shop.api, shop.buyer, PAGE) as buyer, watching(stack, shop.api, shop.owner) as owner:
        told = buyer.follows(story.case_id)
        assert ("subscribed", "s", "in_review") == (told["type"], told["id"], told["case"]["status"]["code"])
        owner.follows(story.case_id)
        story.decide("approve")
        for viewer in (buyer, owner):
            assert "CaseSubmitted" == viewer.until("RefundSettled")[0]
    timeline = story.entries(story.buyer)
    seen = [{name: entry[name] for name in timeline[0]} for entry in buyer.entries]
    assert timeline[: len(seen)] == seen
    assert list(range(1, len(seen) + 1)) == [entry["sequence"] for entry in seen]
    assert "completed" == buyer.entries[-1]["case"]["status"]["code"]


def test_who_loses_its_connection_in_the_middle_resumes_where_it_was(shop: Shop, stack: Stack) -> None:
    story = shop.reviewed()
    with watching(stack, shop.api, shop.buyer) as before:
        before.follows(story.case_id)
        before.until("CaseSubmitted")
    story.decide("approve")  # while nobody listens
    with watching(stack, shop.api, shop.buyer) as after:
        after.follows(story.case_id, after=before.last)
        after.until("RefundSettled")
    sequences = [entry["sequence"] for entry in (*before.entries, *after.entries)]
    assert list(range(1, len(sequences) + 1)) == sequences
    assert [entry["sequence"] for entry in story.entries()][: len(sequences)] == sequences


def test_a_ticket_opens_one_connection_and_no_second(shop: Shop) -> None:
    url = address(ticket(shop.api, shop.buyer))
    with connect(url, proxy=None):
        refused(url)
    refused(url)


def test_a_ticket_lasts_a_minute_and_says_so(shop: Shop, stack: Stack) -> None:
    issued = ticket(shop.api, shop.buyer)
    ends = int(datetime.fromisoformat(issued["expires_at"]).timestamp())
    [kept] = [
        item
        for item in stack.client("dynamodb").scan(TableName="aftersales-local-live")["Items"]
        if item["pk"]["S"].startswith("ticket#") and shop.buyer in item["body"]["S"]
    ]
    assert ends == int(kept["expires_at"]["N"])
    assert issued["ticket"] not in repr(kept)
    # The minute passes.
    kept["expires_at"] = {"N": str(ends - 61)}
    stack.client("dynamodb").put_item(TableName="aftersales-local-live", Item=kept)
    refused(address(issued))


@pytest.mark.parametrize("query", ["", "?ticket=", "?ticket=forged", "?ticket={0}&ticket={0}", "?Ticket={0}"])
def test_nobody_connects_without_a_ticket_of_his_own(shop: Shop, stack: Stack, query: str) -> None:
    refused(stack.live_url + query.format(ticket(shop.api, shop.buyer)["ticket"]))


def test_a_foreign_page_does_not_connect_and_a_page_of_ours_still_can(shop: Shop) -> None:
    url = address(ticket(shop.api, shop.buyer))
    for origin in ("https://evil.example", "http://127.0.0.1:5173.evil.example", "null"):
        refused(url, origin, 403)
    with connect(url, origin=PAGE, proxy=None) as socket:  # type: ignore[arg-type]
        Viewer(socket).says(action="ping")


@pytest.mark.parametrize("stranger", ["buyer-2", "merchant-2"])
def test_a_foreign_case_is_not_found(shop: Shop, stack: Stack, stranger: str) -> None:
    story = shop.reviewed()
    with watching(stack, shop.api, stranger) as viewer:
        assert ("not_found", story.case_id) == ((told := viewer.follows(story.case_id))["type"], told["case_id"])
        viewer.says(action="ping", id="still here")
        assert {"type": "pong", "id": "still here"} == viewer.hears()


def test_what_makes_no_sense_is_answered_and_closes_nothing(shop: Shop, stack: Stack) -> None:
    with watching(stack, shop.api, shop.buyer) as viewer:
        for text in ("", "hello", "[]", '{"action": "dance"}', '{"action": "subscribe"}', b"\x00\xff", "x" * 3000):
            viewer.socket.send(text)
            assert "error" == viewer.hears()["type"], text
        viewer.says(action="ping", id="1")
        assert "pong" == viewer.hears()["type"]


def test_who_opens_too_many_keeps_the_newest(shop: Shop, stack: Stack) -> None:
    with ExitStack() as held:
        viewers = [held.enter_context(watching(stack, shop.api, shop.buyer)) for _ in range(11)]
        assert "closing" == viewers[0].hears()["type"]
        with pytest.raises(ConnectionClosed):
            viewers[0].hears()
        for viewer in (viewers[1], viewers[-1]):
            viewer.says(action="ping")
            assert "pong" == viewer.hears()["type"]
    partition = {":pk": {"S": f"actor#buyer:{shop.buyer}"}}
    query = {"TableName": "aftersales-local-live", "KeyConditionExpression": "pk = :pk"}
    until(
        lambda: stack.client("dynamodb").query(**query, ExpressionAttributeValues=partition)["Items"],
        lambda items: items == [],
    )


def test_many_refunds_are_watched_at_once_each_by_both_parties(shop: Shop, stack: Stack) -> None:
    stories = [shop.automatic() for _ in range(6)]

    def watched(number: int) -> list[str]:
        story = stories[number % 6]
        with watching(stack, shop.api, shop.buyer if number < 6 else shop.owner) as viewer:
            viewer.follows(story.case_id)
            return viewer.until("RefundSettled")

    with ThreadPoolExecutor(6) as crowd:
        told = list(crowd.map(watched, range(12)))
    assert [stories[n % 6].told()[: len(each)] for n, each in enumerate(told)] == told
