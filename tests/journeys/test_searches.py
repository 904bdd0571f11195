"""Finding a case: filed in Chinese, found in both languages, by who may see it; and what goes on without the engine."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from local.api import Api
from local.packaging import ROOT
from local.stack import Stack
from operations import searches
from operations.places import Place
from tests.journeys.patience import until
from tests.journeys.shops import LARGE, SMALL, Shop
from tests.journeys.stories import AGENT, AUDITOR, Story

pytestmark = pytest.mark.journey


@pytest.fixture(autouse=True)
def searchable(stack: Stack) -> None:
    if not stack.search_url:
        assert os.environ.get("CI") != "true", "CI tests everything"
        pytest.skip("left out: search needs Java")


def search(api: Api, user: str, **asked: Any) -> dict[str, Any]:
    return api.get(f"/cases/search?{urlencode(asked, doseq=True)}", user)


def found(api: Api, user: str, **asked: Any) -> list[str]:
    return [item["case_id"] for item in search(api, user, **asked)["items"]]


@contextmanager
def silent_engine(stack: Stack) -> Iterator[None]:
    """The engine's process stands still: connections are taken, and nothing answers."""
    [pid] = [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if _is_engine(folder, stack)]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _is_engine(folder: Path, stack: Stack) -> bool:
    try:
        words = (folder / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    base = str(int(stack.search_url.rpartition(":")[2]) - 1).encode()
    return (
        words[0].endswith(b"java")
        and b"-baseHttpPort" in words
        and base in words
        and str(ROOT).encode() in b"".join(words)
    )


def described(shop: Shop, words: str, price: int = LARGE) -> Story:
    return shop.files(shop.sells(price), description=words)


def test_a_case_filed_in_chinese_is_found_in_both_languages_by_who_may_see_it(
    shop: Shop, api: Api, stack: Stack
) -> None:
    story = described(shop, "杯口有裂纹，收到时已经破了")
    other = Shop(stack, api)
    rival = described(other, "杯口有裂纹")
    for q in ("裂纹", "cup", "CUPS", "茶杯", story.order_id, story.case_id):
        until(lambda q=q: found(api, shop.buyer, q=q), lambda seen: seen == [story.case_id])
        assert [story.case_id] == found(api, shop.owner, q=q)
    until(lambda: set(found(api, AGENT, q="裂纹", limit=100)), lambda seen: {story.case_id, rival.case_id} <= seen)
    assert {story.case_id, rival.case_id} <= set(found(api, AUDITOR, q="裂纹", limit=100))
    assert [rival.case_id] == until(lambda: found(api, other.buyer), len)
    assert (
        [] == found(api, shop.buyer, order_id=rival.order_id) == found(api, shop.owner, merchant_id=other.merchant_id)
    )
    assert 403 == api.call("GET", "/cases/search", user="orders").status
    [mark] = [
        each for each in search(api, shop.buyer, q="裂纹")["items"][0]["highlights"] if each["field"] == "description"
    ]
    assert "<mark>裂纹</mark>" in mark["html"]


def test_a_case_is_found_as_it_stands_and_counted(shop: Shop, api: Api) -> None:
    waiting, paid = shop.reviewed(), shop.automatic()
    paid.until("completed")
    until(lambda: found(api, shop.owner, status="completed"), lambda seen: seen == [paid.case_id])
    until(lambda: found(api, shop.owner, awaiting="merchant", sort="due"), lambda seen: seen == [waiting.case_id])
    refund_no = paid.now()["refunds"][0]["refund_no"]
    assert [paid.case_id] == found(api, shop.owner, q=refund_no) == found(api, shop.owner, refund_state="settled")
    answer = search(api, shop.owner, sort="amount")
    assert [waiting.case_id, paid.case_id] == [item["case_id"] for item in answer["items"]]
    assert {"in_review": 1, "completed": 1} == {
        each["value"]["code"]: each["count"] for each in answer["facets"]["status"]
    }
    assert [LARGE + SMALL] == [each["total"]["amount"] for each in answer["amounts"]]


def test_the_index_is_made_anew_while_people_file_and_equals_the_table(shop: Shop, api: Api, stack: Stack) -> None:
    place = Place("local", api, stack.cloud, stack.table, stack.refund_flow_arn, stack.search_url)
    before = shop.reviewed()
    until(lambda: found(api, shop.buyer), lambda seen: seen == [before.case_id])
    with ThreadPoolExecutor(2) as people:
        filing = [people.submit(shop.reviewed) for _ in range(6)]
        first = searches.reindex(place)
        filed = {before.case_id, *(each.result().case_id for each in filing)}
    until(lambda: set(found(api, shop.buyer)), lambda seen: seen == filed)
    assert first.index == place.search.live()
    again = searches.reindex(place)
    assert (first.index, 0, 0, 0) == (again.before, again.lacking, again.stale, again.extra)
    assert filed == set(found(api, shop.buyer))


def test_while_the_engine_is_silent_search_says_503_and_everything_else_goes_on(
    shop: Shop, api: Api, stack: Stack
) -> None:
    described(shop, "before")
    until(lambda: found(api, shop.buyer), len)

    def asked() -> Any:
        """Once: our own client would try a 503 again, and again."""
        return requests.get(f"{stack.api_url}/cases/search?q=after", headers=stack.headers(shop.buyer), timeout=60)

    with silent_engine(stack):
        refused = asked()
        assert (503, "SearchUnavailable") == (refused.status_code, refused.json()["code"])
        paid = described(shop, "after", SMALL)
        paid.until("completed")
        until(lambda: api.listed("/cases", shop.buyer), lambda rows: len(rows) == 2)
        assert 503 == asked().status_code
    # The stream kept what could not be written: the index catches up by itself.
    until(lambda: asked().status_code, lambda status: status == 200)
    until(lambda: found(api, shop.buyer, q="after", status="completed"), lambda seen: seen == [paid.case_id], within=60)
