"""Published entries leave the due index and enter the tallies, each exactly once however often it is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.stub import Stubber
from mypy_boto3_dynamodb import DynamoDBClient

from chalicelib.adapters.dynamodb.acknowledgements import TRIES
from chalicelib.adapters.dynamodb.listings import DynamoListings
from chalicelib.adapters.dynamodb.records import DynamoRecords
from chalicelib.domain.entries import Entry
from chalicelib.domain.tallies import SHARDS
from chalicelib.errors import TransientFault
from tests import tables
from tests.adapters.dynamodb import things
from tests.adapters.dynamodb.conftest import unhurried

pytestmark = pytest.mark.dynamodb
LATER = things.AT + things.HOUR


def story(case_id: str = things.CASE_ID, merchant_id: str = "m1") -> list[Entry]:
    """Submitted, referred to the merchant, and reduced to 20.00 in between."""
    submitted = things.entry(case_id, 1, merchant_id=merchant_id)
    referred = things.entry(
        case_id,
        2,
        merchant_id=merchant_id,
        type="CaseRevised",
        before="submitted",
        after="in_review",
        amount=2000,
        amount_before=3834,
    )
    return [submitted, referred]


STANDS = {"case:in_review:CNY:count": 1, "case:in_review:CNY:amount": 2000}


def numbers(listings: DynamoListings, merchant_id: str | None) -> dict[str, int]:
    """A tally without its zeros."""
    return {name: number for name, number in listings.tally_of(merchant_id).numbers.items() if number}


def due(listings: DynamoListings) -> int:
    return sum(len(listings.due(shard, LATER, 100)) for shard in range(SHARDS))


def test_an_acknowledged_entry_counts_for_its_shop_and_for_the_platform(
    records: DynamoRecords, listings: DynamoListings
) -> None:
    records.save(story())

    records.acknowledge(story())

    assert (STANDS, STANDS) == (numbers(listings, "m1"), numbers(listings, None))


def test_an_acknowledged_entry_is_not_due_any_more(records: DynamoRecords, listings: DynamoListings) -> None:
    records.save(story())
    assert 2 == due(listings)

    records.acknowledge(story()[:1])

    assert 1 == due(listings)


def test_an_entry_that_is_acknowledged_twice_counts_once(records: DynamoRecords, listings: DynamoListings) -> None:
    records.save(story())

    records.acknowledge(story())
    records.acknowledge(story())

    assert (STANDS, STANDS) == (numbers(listings, "m1"), numbers(listings, None))


def test_an_entry_that_stands_twice_in_one_batch_counts_once(records: DynamoRecords, listings: DynamoListings) -> None:
    records.save(story())

    records.acknowledge([*story(), *story()])

    assert STANDS == numbers(listings, "m1")


def test_of_a_batch_that_was_acknowledged_in_part_only_the_rest_counts(
    records: DynamoRecords, listings: DynamoListings
) -> None:
    records.save(story())
    records.acknowledge(story()[:1])

    records.acknowledge(story())

    assert (STANDS, STANDS) == (numbers(listings, "m1"), numbers(listings, None))


def test_an_entry_that_never_was_written_is_neither_counted_nor_made(
    records: DynamoRecords, listings: DynamoListings
) -> None:
    records.acknowledge(story())

    assert ({}, []) == (numbers(listings, "m1"), list(listings.timeline(things.CASE_ID, 10, None).rows))


def test_an_acknowledged_entry_still_tells_its_story(records: DynamoRecords, listings: DynamoListings) -> None:
    records.save(story())

    records.acknowledge(story())

    assert story() == listings.timeline(things.CASE_ID, 10, None).rows


def test_a_hundred_entries_of_a_hundred_shops_are_acknowledged_at_once(
    records: DynamoRecords, listings: DynamoListings
) -> None:
    entries = [things.entry(f"case_{i:03}", merchant_id=f"m{i}") for i in range(100)]
    records.save(entries)

    records.acknowledge(entries)

    assert 100 == listings.tally_of(None).count("case", "submitted", "CNY")
    assert 1 == listings.tally_of("m99").count("case", "submitted", "CNY")


def test_a_shop_may_be_called_platform(records: DynamoRecords, listings: DynamoListings) -> None:
    entries = [things.entry(f"case_{i}", merchant_id="platform") for i in range(SHARDS)]
    records.save(entries)

    for entry in entries:
        records.acknowledge([entry])

    assert SHARDS == listings.tally_of("platform").count("case", "submitted", "CNY")
    assert SHARDS == listings.tally_of(None).count("case", "submitted", "CNY")


def test_a_batch_that_many_deliver_at_once_counts_once(dynamodb_local: str, table: str) -> None:
    client = tables.client(dynamodb_local)
    records, listings = DynamoRecords(client, table), DynamoListings(client, table)
    entries = [things.entry(f"case_{i:03}") for i in range(20)]
    records.save(entries)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda shift: records.acknowledge(entries[shift:] + entries[:shift]), range(16)))

    assert 20 == listings.tally_of("m1").count("case", "submitted", "CNY")
    assert 20 == listings.tally_of(None).count("case", "submitted", "CNY")
    assert 20 * 3834 == listings.tally_of(None).amount("case", "submitted", "CNY")


def conflicts(client: DynamoDBClient, times: int) -> Stubber:
    """A tally that somebody else is just writing, this often."""
    stub = Stubber(client)
    for _ in range(times):
        stub.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            modeled_fields={"CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}]},
        )
    return stub


def test_a_busy_tally_is_tried_again(dynamodb_client: DynamoDBClient) -> None:
    stub = conflicts(dynamodb_client, TRIES - 1)
    stub.add_response("transact_write_items", {})

    with stub:
        DynamoRecords(dynamodb_client, "table", unhurried).acknowledge(story())

    stub.assert_no_pending_responses()


def test_a_tally_that_stays_busy_is_left_to_the_next_delivery(dynamodb_client: DynamoDBClient) -> None:
    with conflicts(dynamodb_client, TRIES), pytest.raises(TransientFault):
        DynamoRecords(dynamodb_client, "table", unhurried).acknowledge(story())
