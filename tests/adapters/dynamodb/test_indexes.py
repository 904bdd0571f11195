"""Indexes: after every kind of write, each index holds what its readers need and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from chalicelib.adapters.dynamodb.codec import item_of
from chalicelib.adapters.dynamodb.indexes import INDEXES
from chalicelib.adapters.dynamodb.records import DynamoRecords
from chalicelib.domain.base import Fact, Record
from chalicelib.domain.gates import Gate
from chalicelib.domain.refunds import Refund
from tests.adapters.dynamodb import things

pytestmark = pytest.mark.dynamodb
AT, HOUR, MINUTE = things.AT, things.HOUR, timedelta(minutes=1)
Standing = Mapping[str, tuple[str, str]]

LISTED = f"2026-11-22T13:27:54.123Z#{things.CASE_ID}"
OWED = f"2026-11-23T13:27:54.123Z#{things.CASE_ID}#decision#01"


@pytest.fixture
def write(dynamodb_client: DynamoDBClient, table: str, records: DynamoRecords) -> Any:
    """Saves one thing after another and says under which keys the last one stands in which index."""

    def written(*lives: Fact | Record) -> Standing:
        for life in lives:
            records.save([life])
        return {index.name: keys for index in INDEXES for keys in standing(dynamodb_client, table, index)}

    return written


def standing(client: DynamoDBClient, table: str, index: Any) -> list[tuple[str, str]]:
    items: list[Any] = client.scan(TableName=table, IndexName=index.name)["Items"]
    return [(item[index.pk]["S"], item[index.sk]["S"]) for item in items]


def test_a_case_is_listed_for_its_buyer_its_shop_and_the_platform(write: Any) -> None:
    expected = {
        "by_buyer": ("buyer#b1", LISTED),
        "by_merchant": ("merchant#m1", f"in_review#{LISTED}"),
        "by_state": ("case#in_review#6", LISTED),
    }

    assert expected == write(things.case(gate=things.gate().ref))


def test_a_case_that_nobody_is_awaited_for_is_watched(write: Any) -> None:
    assert ("due#6", "2026-11-22T13:29:54.123Z") == write(things.case())["by_due"]


def test_a_case_that_has_ended_stays_listed_and_is_watched_no_more(write: Any) -> None:
    found = write(things.case(), things.case().next(status="closed"))

    assert {"by_buyer", "by_merchant", "by_state"} == set(found)
    assert ("case#closed#6", LISTED) == found["by_state"]


def test_an_open_gate_is_owed_at_its_deadline_and_looked_at_for_its_reminder(write: Any) -> None:
    expected = {"by_due": ("due#6", "2026-11-23T07:27:54.123Z"), "by_owner": ("merchant#m1", OWED)}

    assert expected == write(things.gate())


def test_a_gate_that_was_reminded_is_looked_at_at_its_deadline(write: Any) -> None:
    assert ("due#6", "2026-11-23T13:27:54.123Z") == write(things.gate(), things.gate().reminded())["by_due"]


def test_a_gate_whose_deadline_moved_is_owed_later(write: Any) -> None:
    moved = things.gate().moved(AT + 48 * HOUR, "holiday")

    found = write(things.gate(), moved)

    assert "2026-11-24T13:27:54.123Z" == found["by_due"][1]
    assert f"2026-11-24T13:27:54.123Z#{things.CASE_ID}#decision#01" == found["by_owner"][1]


def answered() -> Gate:
    return things.gate().waited_on("token", 1).answered("approved", things.BUYER, AT + HOUR)


def test_an_answered_gate_is_owed_by_nobody_and_watched_until_its_flow_was_told(write: Any) -> None:
    gate = things.gate().waited_on("token", 1)

    assert {"by_due": ("due#6", "2026-11-22T14:28:54.123Z")} == write(things.gate(), gate, answered())


def test_a_gate_whose_flow_was_told_is_in_no_index(write: Any) -> None:
    assert {} == write(things.gate(), things.gate().waited_on("token", 1), answered(), answered().resumed())


def test_an_entry_is_watched_until_it_was_published(write: Any, records: DynamoRecords) -> None:
    assert {"by_due": ("due#6", "2026-11-22T13:28:54.123Z")} == write(things.entry())

    records.acknowledge([things.entry()])

    assert {} == write()


def asked() -> Refund:
    return things.refund().moved("submitted").asked(AT)


def test_a_refund_is_listed_by_its_state(write: Any) -> None:
    expected = {"by_state": ("refund#granted#6", f"2026-11-22T13:27:54.123Z#{things.refund().refund_no}")}

    assert expected == write(things.refund())


def test_a_refund_is_watched_while_its_provider_is_asked(write: Any) -> None:
    found = write(things.refund(), things.refund().moved("submitted"), asked())

    assert ("due#6", "2026-11-22T13:29:54.123Z") == found["by_due"]


def test_a_settled_refund_is_watched_no_more(write: Any) -> None:
    found = write(things.refund(), things.refund().moved("submitted"), asked(), asked().moved("settled"))

    assert ["by_state"] == list(found)
    assert "refund#settled#6" == found["by_state"][0]


def test_a_webhook_is_watched_while_another_attempt_is_due(write: Any) -> None:
    assert "2026-11-22T13:28:54.123Z" == write(things.delivery())["by_due"][1]
    assert "by_due" not in write(things.delivery().tried(AT, 200))


def test_a_message_is_listed_in_its_buyer_s_inbox(write: Any) -> None:
    expected = {"by_buyer": ("inbox#b1", f"2026-11-22T13:27:54.123Z#{things.CASE_ID}-1")}

    assert expected == write(things.notification())


def test_facts_that_nobody_lists_are_in_no_index(write: Any) -> None:
    assert {} == write(things.order(), things.ledger(), things.posting(), things.answer(), things.policy())


FILTERED = ("token", "answer", "moved")


@pytest.mark.parametrize(
    ("gate", "seen"),
    [
        (things.gate(), set()),
        (things.gate().waited_on("token", 1), {"token"}),
        (things.gate().waited_on("token", 1).moved(AT, "holiday"), {"token", "moved"}),
        (things.gate().moved(AT, "holiday"), set()),
        (things.gate().moved(AT, "holiday").waited_on("token", 1), {"token", "moved"}),
        (things.gate().moved(AT, "holiday").waited_on("token", 2), {"token"}),
        (things.gate().answered("approved", things.BUYER, AT), {"answer"}),
        (answered(), {"token", "answer"}),
        (answered().resumed(), {"answer"}),
    ],
)
def test_the_stream_s_filter_sees_who_waits_and_what_there_is_to_tell(gate: Gate, seen: set[str]) -> None:
    assert seen == {name for name in FILTERED if name in item_of(gate)}
