"""Pages: 250 lines come by tens, hundreds or odd numbers, each exactly once and in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from chalicelib.adapters.dynamodb.listings import STATUSES, DynamoListings
from chalicelib.adapters.dynamodb.records import DynamoRecords
from chalicelib.domain.rows import Page
from tests import tables
from tests.adapters.dynamodb import things
from tests.adapters.dynamodb.conftest import unhurried

pytestmark = pytest.mark.dynamodb
AT = things.AT
MANY = 250
NEWEST_FIRST = [f"case_{i:03}" for i in reversed(range(MANY))]
Turn = Callable[[int, str | None], Page[Any]]


def instant(i: int) -> Any:
    """Three cases share each instant: a page must be able to end between them."""
    return AT + timedelta(minutes=i // 3)


@pytest.fixture(scope="module")
def shop(dynamodb_client: DynamoDBClient) -> Any:
    """250 cases of one buyer, with a gate, a refund, a message and an entry each, in every status."""
    with tables.fresh_table(dynamodb_client) as name:
        records = DynamoRecords(dynamodb_client, name, unhurried)
        for start in range(0, MANY, 20):
            records.save([thing for i in range(start, min(start + 20, MANY)) for thing in stored(i)])
        yield name


def stored(i: int) -> Sequence[Any]:
    case_id, at = f"case_{i:03}", instant(i)
    return (
        things.case(case_id, created_at=at, status=STATUSES[i % len(STATUSES)]),
        things.gate(case_id, due_at=at, remind_at=None),
        things.refund(case_id, refund_no=f"rfd_{i:03}", granted_at=at, state="unknown"),
        things.notification(case_id, at=at),
        things.entry("case_told", i + 1),
    )


@pytest.fixture
def listings(dynamodb_client: DynamoDBClient, shop: str) -> DynamoListings:
    return DynamoListings(dynamodb_client, shop, unhurried)


def turned(turn: Turn, limit: int) -> list[Any]:
    """All lines, page by page; every page but the last is full."""
    page = turn(limit, None)
    rows = [*page.rows]
    while page.cursor is not None:
        assert limit == len(page.rows)
        page = turn(limit, page.cursor)
        assert page.rows
        rows += page.rows
    return rows


limits = pytest.mark.parametrize("limit", [7, 25, 100])


@limits
def test_a_buyer_turns_all_pages(listings: DynamoListings, limit: int) -> None:
    rows = turned(lambda limit, cursor: listings.cases_of_buyer("b1", limit, cursor), limit)

    assert NEWEST_FIRST == [row.case_id for row in rows]


@limits
def test_a_shop_turns_all_pages_of_all_statuses(listings: DynamoListings, limit: int) -> None:
    rows = turned(lambda limit, cursor: listings.cases_of_merchant("m1", None, limit, cursor), limit)

    assert NEWEST_FIRST == [row.case_id for row in rows]


def test_a_shop_turns_all_pages_of_one_status(listings: DynamoListings) -> None:
    rows = turned(lambda limit, cursor: listings.cases_of_merchant("m1", "closed", limit, cursor), 5)

    closed = [case_id for case_id in NEWEST_FIRST if STATUSES[int(case_id[5:]) % len(STATUSES)] == "closed"]
    assert closed == [row.case_id for row in rows]


@pytest.mark.parametrize("limit", [60, 100])
def test_the_platform_turns_all_pages_of_all_shards_and_statuses(listings: DynamoListings, limit: int) -> None:
    rows = turned(lambda limit, cursor: listings.cases_of_platform(None, limit, cursor), limit)

    assert NEWEST_FIRST == [row.case_id for row in rows]


@limits
def test_the_platform_turns_all_pages_of_unknown_refunds(listings: DynamoListings, limit: int) -> None:
    rows = turned(lambda limit, cursor: listings.refunds_in("unknown", limit, cursor), limit)

    assert [f"rfd_{i:03}" for i in reversed(range(MANY))] == [row.refund_no for row in rows]


@limits
def test_who_is_awaited_turns_all_pages(listings: DynamoListings, limit: int) -> None:
    rows = turned(lambda limit, cursor: listings.awaited("merchant#m1", limit, cursor), limit)

    assert NEWEST_FIRST[::-1] == [row.case_id for row in rows]


@limits
def test_a_buyer_turns_all_pages_of_the_inbox(listings: DynamoListings, limit: int) -> None:
    rows = turned(lambda limit, cursor: listings.notifications_of("b1", limit, cursor), limit)

    assert NEWEST_FIRST == [row.event_id for row in rows]


@limits
def test_a_long_story_is_read_page_by_page(listings: DynamoListings, limit: int) -> None:
    rows = turned(lambda limit, cursor: listings.timeline("case_told", limit, cursor), limit)

    assert list(range(1, MANY + 1)) == [row.sequence for row in rows]


def test_a_list_that_ends_with_a_full_page_says_so(listings: DynamoListings) -> None:
    first = listings.cases_of_buyer("b1", 50, None)
    for _ in range(4):
        first = listings.cases_of_buyer("b1", 50, first.cursor)

    assert (50, None) == (len(first.rows), first.cursor)


def test_what_is_overdue_ends_where_its_time_ends_also_on_the_second_page(listings: DynamoListings) -> None:
    before = AT + timedelta(minutes=10)
    rows = turned(lambda limit, cursor: listings.awaited("merchant#m1", limit, cursor, before=before), 7)

    assert [f"case_{i:03}" for i in range(30)] == [row.case_id for row in rows]


def test_a_cursor_beyond_the_end_of_what_is_asked_gives_an_empty_page(listings: DynamoListings) -> None:
    late = listings.awaited("merchant#m1", 100, None).cursor

    page = listings.awaited("merchant#m1", 100, late, before=AT)

    assert ([], None) == (page.rows, page.cursor)


def test_a_case_that_moves_between_two_pages_is_neither_lost_nor_repeated(
    dynamodb_client: DynamoDBClient, table: str
) -> None:
    records = DynamoRecords(dynamodb_client, table, unhurried)
    listings = DynamoListings(dynamodb_client, table, unhurried)
    cases = [things.case(f"case_{i}", created_at=AT + timedelta(minutes=i)) for i in range(6)]
    records.save(cases)

    first = listings.cases_of_merchant("m1", None, 3, None)
    records.save([case.next(status="approved") for case in (cases[2], cases[4])])
    second = listings.cases_of_merchant("m1", None, 3, first.cursor)

    assert [f"case_{i}" for i in (5, 4, 3, 2, 1, 0)] == [row.case_id for row in (*first.rows, *second.rows)]
