"""One read: what DynamoDB leaves out is asked for again, and never taken for missing."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.adapters.dynamodb.codec import item_of
from chalicelib.adapters.dynamodb.records import DynamoRecords
from chalicelib.domain import refs
from chalicelib.errors import TransientFault
from tests.adapters.dynamodb import things


class Reluctant:
    """Answers the first `times` reads with one item less than it was asked for."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.asked: list[list[Any]] = []
        self.items = {item["pk"]["S"]: item for item in map(item_of, [things.case(f"case_{i}") for i in range(3)])}

    def batch_get_item(self, RequestItems: Any) -> Any:
        request = RequestItems["table"]
        keys = request["Keys"]
        self.asked.append(keys)
        left = keys[-1:] if len(self.asked) <= self.times else []
        given = [self.items[key["pk"]["S"]] for key in keys if key not in left]
        unprocessed = {"table": {**request, "Keys": left}} if left else {}
        return {"Responses": {"table": given} if given else {}, "UnprocessedKeys": unprocessed}


def test_what_was_left_out_is_asked_for_again_after_a_pause() -> None:
    store, pauses = Reluctant(2), list[float]()
    wanted = [refs.case(f"case_{i}") for i in range(3)]

    found = DynamoRecords(store, "table", pauses.append).load(wanted)  # type: ignore[arg-type]

    assert set(wanted) == set(found)
    assert [3, 1, 1] == [len(keys) for keys in store.asked]
    assert 2 == len(pauses)
    assert all(0 < pause < 1 for pause in pauses)


def test_what_stays_left_out_is_a_fault_and_not_an_absence() -> None:
    store = Reluctant(100)

    with pytest.raises(TransientFault, match="1 item"):
        DynamoRecords(store, "table", lambda _: None).load([refs.case("case_1")])  # type: ignore[arg-type]


def test_a_thing_that_is_wanted_twice_is_asked_for_once() -> None:
    store = Reluctant(0)

    DynamoRecords(store, "table").load([refs.case("case_1"), refs.case("case_1")])  # type: ignore[arg-type]

    assert [1] == [len(keys) for keys in store.asked]
