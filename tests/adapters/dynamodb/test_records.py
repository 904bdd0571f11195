"""Load and save: what was saved comes back, all or nothing, and nobody overwrites what he did not see."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.adapters.dynamodb.keys import key_of_thing, ref_of
from chalicelib.adapters.dynamodb.records import DynamoRecords
from chalicelib.domain import refs
from chalicelib.domain.answers import StoredAnswer
from chalicelib.domain.refs import Ref
from chalicelib.domain.values import Value
from chalicelib.errors import Fault, VersionLost
from tests.adapters.dynamodb import things

pytestmark = pytest.mark.dynamodb
EACH = things.one_of_each()


def ref_to(thing: Value) -> Ref[Any]:
    if isinstance(thing, StoredAnswer):
        return refs.answer(thing.actor_key, thing.key)
    return ref_of(key_of_thing(thing))


@pytest.mark.parametrize("thing", EACH, ids=lambda thing: type(thing).__name__)
def test_everything_comes_back_as_it_was_saved(records: DynamoRecords, thing: Value) -> None:
    records.save([thing])

    assert {ref_to(thing): thing} == records.load([ref_to(thing)])


def test_one_of_each_is_saved_and_read_together(records: DynamoRecords) -> None:
    records.save(EACH)

    assert {ref_to(thing): thing for thing in EACH} == records.load([ref_to(thing) for thing in EACH])


def test_what_is_not_there_is_not_in_the_answer(records: DynamoRecords) -> None:
    records.save([things.case()])

    found = records.load([refs.case("case_other"), refs.case(things.CASE_ID)])

    assert [refs.case(things.CASE_ID)] == list(found)


def test_nothing_wanted_is_nothing_read(records: DynamoRecords) -> None:
    assert {} == records.load([])


def test_the_same_thing_may_be_wanted_twice(records: DynamoRecords) -> None:
    records.save([things.case()])

    assert 1 == len(records.load([refs.case(things.CASE_ID), refs.case(things.CASE_ID)]))


@pytest.mark.parametrize("case_id", ["x" * 2048, "\ud800", ""])
def test_a_name_that_no_key_can_have_is_simply_not_there(records: DynamoRecords, case_id: str) -> None:
    assert {} == records.load([refs.case(case_id)])


def test_more_than_one_read_can_hold_is_loud(records: DynamoRecords) -> None:
    with pytest.raises(Fault):
        records.load([refs.case(f"case_{i}") for i in range(101)])


def test_a_fact_is_written_once(records: DynamoRecords) -> None:
    records.save([things.entry()])

    with pytest.raises(VersionLost):
        records.save([things.entry(note="another story")])

    assert [things.entry()] == list(records.load([ref_to(things.entry())]).values())


def test_a_new_record_does_not_replace_one_that_stands(records: DynamoRecords) -> None:
    records.save([things.case()])

    with pytest.raises(VersionLost):
        records.save([things.case(status="closed")])


def test_a_record_replaces_the_version_before_its_own(records: DynamoRecords) -> None:
    records.save([things.case()])

    records.save([things.case().next(status="approved")])

    assert (
        things.case(status="approved", version=2)
        == records.load([refs.case(things.CASE_ID)])[refs.case(things.CASE_ID)]
    )


@pytest.mark.parametrize("version", [2, 4])
def test_a_record_that_moved_on_is_not_overwritten(records: DynamoRecords, version: int) -> None:
    records.save([things.case()])
    records.save([things.case(version=2)])

    with pytest.raises(VersionLost, match=f"case version {version}"):
        records.save([things.case(version=version)])


def test_a_later_version_of_what_was_never_there_is_lost(records: DynamoRecords) -> None:
    with pytest.raises(VersionLost):
        records.save([things.case(version=2)])


def test_one_lost_version_means_that_nothing_is_written(records: DynamoRecords) -> None:
    records.save([things.case()])

    with pytest.raises(VersionLost):
        records.save([things.case(), things.entry(), things.gate()])

    assert {} == records.load([ref_to(things.entry()), ref_to(things.gate())])


def test_saving_nothing_is_no_call(records: DynamoRecords) -> None:
    records.save([])


def test_what_the_table_does_not_know_is_loud(records: DynamoRecords) -> None:
    with pytest.raises(Fault, match="Actor"):
        records.save([things.BUYER])


def test_two_writes_of_one_thing_are_loud(records: DynamoRecords) -> None:
    with pytest.raises(Exception, match="one item"):
        records.save([things.case(), things.case().next()])


def test_a_transaction_of_more_than_a_hundred_is_loud(records: DynamoRecords) -> None:
    with pytest.raises(Fault):
        records.save([things.entry(sequence=i) for i in range(1, 102)])


def test_a_hundred_things_are_saved_and_read_at_once(records: DynamoRecords) -> None:
    story = [things.entry(sequence=i) for i in range(1, 101)]

    records.save(story)

    assert story == list(records.load([ref_to(entry) for entry in story]).values())
