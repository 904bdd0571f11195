"""Request units by the published rules."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.capacity import Index, Meter, read_units, size, write_units

INDEX = Index(("buyer_key", "listed_at"), ("summary",))


def item(body: int = 100, **more: str) -> dict[str, Any]:
    strings = {"pk": "p", "sk": "s", "body": "x" * body, **more}
    return {name: {"S": text} for name, text in strings.items()}


def put(*items: dict[str, Any]) -> dict[str, Any]:
    return {"TransactItems": [{"Put": {"Item": each}} for each in items]}


@pytest.mark.parametrize(("length", "expected"), [(0, 1), (1024, 1), (1025, 2), (10_240, 10)])
def test_writes_count_by_the_kibibyte(length: int, expected: int) -> None:
    assert expected == write_units(length)


@pytest.mark.parametrize(("length", "expected"), [(0, 1), (4096, 1), (4097, 2)])
def test_reads_count_by_four_kibibytes_and_a_missing_item_is_one(length: int, expected: int) -> None:
    assert expected == read_units(length)


def test_an_item_weighs_its_names_and_values() -> None:
    assert 9 == size({"pk": {"S": "ab"}, "n": {"N": "1234"}})
    assert 7 == size({"body": {"B": b"abc"}})
    assert 7 == size({"body": {"B": "YWJj"}})


def test_a_transaction_writes_twice() -> None:
    meter = Meter(())
    meter.transact(put(item(1500)))
    assert 4 == meter.written


def test_the_larger_of_old_and_new_is_paid_for() -> None:
    meter = Meter(())
    meter.transact(put(item(3000)))
    before = meter.written
    meter.transact(put(item(10)))
    assert 6 == meter.written - before


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({"buyer_key": "b", "listed_at": "1", "summary": "s"}, 0),
        ({"buyer_key": "b", "listed_at": "1", "summary": "t"}, 1),
        ({"buyer_key": "b", "listed_at": "2", "summary": "s"}, 2),
        ({}, 1),
    ],
    ids=["nothing changes", "the copy changes", "the key changes", "it leaves"],
)
def test_an_index_is_written_when_its_copy_changes(after: dict[str, str], expected: int) -> None:
    before = item(buyer_key="b", listed_at="1", summary="s")
    assert expected == INDEX.units(before, item(**after))


def test_an_acknowledged_entry_leaves_its_index() -> None:
    meter = Meter([Index(("due_key", "due_at"))])
    meter.transact(put(item(due_key="due#1", due_at="1")))
    before = meter.written
    key = {"pk": {"S": "p"}, "sk": {"S": "s"}}
    update = {"Key": key, "UpdateExpression": "REMOVE due_key, due_at"}
    meter.transact({"TransactItems": [{"Update": update}]})
    assert 2 * (1 + 1) == meter.written - before


def test_an_unknown_update_is_loud() -> None:
    update = {"Key": {"pk": {"S": "p"}, "sk": {"S": "s"}}, "UpdateExpression": "SET a = :a"}
    with pytest.raises(LookupError):
        Meter(()).transact({"TransactItems": [{"Update": update}]})


def test_a_query_of_an_index_reads_at_half() -> None:
    meter = Meter(())
    meter.query({}, {"Items": [item(3000), item(3000)]})
    assert 1.0 == meter.read
