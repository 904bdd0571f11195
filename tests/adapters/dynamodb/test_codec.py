"""Items: readable while small, packed when large, never near the 400 KB at which DynamoDB refuses them."""

from __future__ import annotations

import base64
import secrets
from typing import Any

import pytest
from hypothesis import given

from chalicelib.adapters.dynamodb.codec import PACKED_FROM, Item, item_of, thing_of
from chalicelib.adapters.dynamodb.records import DynamoRecords
from chalicelib.adapters.dynamodb.streams import read_change
from chalicelib.domain import refs
from chalicelib.domain.balances import Ledger
from chalicelib.domain.ledgers import reserve
from chalicelib.domain.orders import Order
from chalicelib.domain.values import Value
from chalicelib.errors import InvalidRequest
from tests.adapters.dynamodb import things
from tests.domain.drafts import orders

KB = 1024


def size(item: Item) -> int:
    """Bytes as DynamoDB counts them: names and values; a number is about half its digits, and one."""
    return sum(len(name) + _bytes(value) for name, value in item.items())


def _bytes(value: dict[str, Any]) -> int:
    [(kind, held)] = value.items()
    return len(held) if kind == "B" else len(held.encode()) if kind == "S" else len(held) // 2 + 2


def everything_taken(order: Order) -> Ledger:
    """The ledger after all lines were claimed, which is as large as it gets."""
    return reserve(order, things.ledger(order), things.case(of=order).claim)


@pytest.mark.parametrize("thing", things.one_of_each(), ids=lambda thing: type(thing).__name__)
def test_what_is_written_is_what_is_read(thing: Value) -> None:
    assert thing == thing_of(item_of(thing))


@given(orders())
def test_any_order_and_its_ledger_are_read_as_they_were_written(order: Order) -> None:
    for thing in (order, things.ledger(order)):
        assert thing == thing_of(item_of(thing))


def test_a_small_body_is_json_that_a_person_can_read_in_the_console() -> None:
    assert {"S": things.gate().model_dump_json()} == item_of(things.gate())["body"]


def test_a_large_body_is_packed() -> None:
    answer = things.answer(body="x" * PACKED_FROM)

    assert ["B"] == list(item_of(answer)["body"])
    assert answer == thing_of(item_of(answer))


def test_a_fact_has_no_version_and_a_record_has() -> None:
    assert "version" not in item_of(things.entry())
    assert {"N": "1"} == item_of(things.case())["version"]


@pytest.mark.parametrize(
    ("lines", "order_kb", "case_kb", "ledger_kb"),
    [(277, 16, 17, 3), (2000, 110, 110, 16)],
)
def test_the_items_of_long_orders_are_small(lines: int, order_kb: int, case_kb: int, ledger_kb: int) -> None:
    """Real orders reach 277 lines, the API takes 2,000. DynamoDB refuses items of more than 400 KB."""
    order = things.order(lines)
    sizes = [size(item_of(thing)) for thing in (order, things.case(of=order), everything_taken(order))]

    assert all(each <= kb * KB for each, kb in zip(sizes, (order_kb, case_kb, ledger_kb), strict=True)), sizes


@pytest.mark.dynamodb
def test_dynamodb_takes_an_order_of_2000_lines_with_its_ledger_and_a_case_about_all_of_it(
    records: DynamoRecords,
) -> None:
    order = things.order(2000)
    case, ledger = things.case(of=order), everything_taken(order)

    records.save([order, ledger, case])

    wanted = [refs.order("o1"), refs.ledger("o1"), refs.case(things.CASE_ID)]
    assert dict(zip(wanted, (order, ledger, case), strict=True)) == records.load(wanted)


def test_more_words_than_an_item_can_hold_are_the_caller_s_fault() -> None:
    with pytest.raises(InvalidRequest, match="more than can be kept"):
        item_of(things.answer(body=secrets.token_hex(500_000)))


def as_stream(item: Item) -> Item:
    """An image as Lambda hands it over: the event is JSON, so bytes have become base64 text."""
    return {
        name: {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value for name, value in item.items()
    }


def record(before: Item | None, after: Item | None) -> dict[str, Any]:
    images = {"OldImage": before, "NewImage": after}
    return {"dynamodb": {"SequenceNumber": "42", **{name: as_stream(it) for name, it in images.items() if it}}}


def test_the_stream_says_what_was_and_what_is() -> None:
    before, after = things.case(of=things.order(50)), things.case(of=things.order(50), status="approved")

    change = read_change(record(item_of(before), item_of(after)))

    assert ("42", before, after) == (change.sequence, change.before, change.after)


def test_the_stream_says_what_was_not_there_and_what_is_gone() -> None:
    assert read_change(record(None, item_of(things.entry()))).before is None
    assert read_change(record(item_of(things.entry()), None)).after is None


def test_a_tally_in_the_stream_is_no_thing() -> None:
    tally = {"pk": {"S": "tally#m1#0"}, "sk": {"S": "tally"}, "case:closed:CNY:count": {"N": "1"}}

    change = read_change(record(None, tally))

    assert (None, None) == (change.before, change.after)


def test_only_the_log_of_webhooks_is_ever_forgotten_by_the_table() -> None:
    forgotten = [type(thing).__name__ for thing in things.one_of_each() if "expires_at" in item_of(thing)]

    assert ["WebhookDelivery"] == forgotten


def test_a_delivery_is_forgotten_ninety_days_after_the_last_thing_that_happened_to_it() -> None:
    ninety_days = 90 * 24 * 3600
    later = things.AT + 24 * things.HOUR
    delivered = things.delivery().tried(later, 200)

    assert {"N": str(int(things.AT.timestamp()) + ninety_days)} == item_of(things.delivery())["expires_at"]
    assert {"N": str(int(later.timestamp()) + ninety_days)} == item_of(delivered)["expires_at"]
