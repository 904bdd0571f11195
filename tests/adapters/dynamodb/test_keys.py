"""Keys: each kind of thing has its own place, a ref leads there, and a key leads back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.dynamodb import keys
from chalicelib.adapters.dynamodb.stamps import instant, stamp
from chalicelib.domain import refs
from chalicelib.domain.answers import StoredAnswer
from chalicelib.domain.values import Value
from chalicelib.errors import Fault
from tests.adapters.dynamodb import things

FINDABLE = [thing for thing in things.one_of_each() if not isinstance(thing, StoredAnswer)]


@pytest.mark.parametrize(
    ("thing", "key"),
    [
        (things.order(), ("order#o1", "order")),
        (things.posting(), ("order#o1", "journal#2026-11-22T13:27:54.123Z#j1")),
        (things.gate(round=3), (f"case#{things.CASE_ID}", "gate#decision#03")),
        (things.entry(sequence=7), (f"case#{things.CASE_ID}", "entry#000007")),
        (things.answer(), ("key#buyer:b1#k1", "answer")),
        (things.policy(12), ("policy#platform", "version#000012")),
    ],
    ids=lambda of: type(of).__name__,
)
def test_a_thing_stands_where_the_architecture_says(thing: Value, key: keys.Key) -> None:
    assert key == keys.key_of_thing(thing)


@pytest.mark.parametrize("thing", FINDABLE, ids=lambda thing: type(thing).__name__)
def test_a_key_leads_back_to_its_thing(thing: Value) -> None:
    key = keys.key_of_thing(thing)

    assert key == keys.key_of(keys.ref_of(key))
    assert type(thing) is keys.type_of(key)


def test_no_two_things_of_one_story_stand_in_one_place() -> None:
    each = things.one_of_each()

    assert len(each) == len({keys.key_of_thing(thing) for thing in each})


@pytest.mark.parametrize("key", [("tally#m1#0", "tally"), ("case#c1", "shelf#1"), ("case", "case"), ("", "")])
def test_a_key_of_nothing_known_is_loud(key: keys.Key) -> None:
    with pytest.raises(Fault):
        keys.ref_of(key)


def test_an_idempotency_key_may_hold_anything() -> None:
    assert ("key#buyer:b1#a#b c/鱼", "answer") == keys.key_of(refs.answer("buyer:b1", "a#b c/鱼"))


def test_stamps_are_utc_with_milliseconds() -> None:
    shanghai = datetime(2026, 11, 22, 21, 27, 54, 123999, timezone(timedelta(hours=8)))

    assert "2026-11-22T13:27:54.123Z" == stamp(shanghai)
    assert datetime(2026, 11, 22, 13, 27, 54, 123000, UTC) == instant(stamp(shanghai))


instants = st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.timezones())


@given(instants, instants)
def test_the_order_of_stamps_is_the_order_of_time(one: datetime, other: datetime) -> None:
    earlier, later = sorted([one, other])

    assert stamp(earlier) <= stamp(later)


@given(st.text())
def test_a_thing_always_belongs_to_the_same_one_of_eight_shards(of: str) -> None:
    assert keys.shard(of.encode(errors="replace").decode()) in range(8)
