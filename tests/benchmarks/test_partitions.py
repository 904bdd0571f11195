"""Units by partition are the very units that the bill counts, only told apart."""

from __future__ import annotations

import pytest

from benchmarks.costs import meter
from benchmarks.partitions import Meter, _kind
from chalicelib.adapters.dynamodb.codec import item_of
from tests.adapters.dynamodb import things


def puts(*some: object) -> dict[str, object]:
    return {"TransactItems": [{"Put": {"Item": item_of(thing)}} for thing in some]}  # type: ignore[arg-type]


def test_they_add_up_to_what_is_billed() -> None:
    ours, billed = Meter(), meter()
    gate = things.gate()
    for request in (
        puts(things.case(), gate, things.entry()),
        puts(gate.answered("approved", things.BUYER, things.AT)),
    ):
        ours.transact(request)
        billed.transact(request)
    assert billed.written == ours.written_to.total() == ours.written


def test_what_leaves_an_index_is_written_to_the_partition_that_it_leaves() -> None:
    meter, gate = Meter(), things.gate(owner="agent")
    meter.transact(puts(gate))
    meter.transact(puts(gate.answered("approved", things.BUYER, things.AT)))
    assert 4 == meter.written_to["by_owner", "agent"]


def test_a_gate_that_no_person_is_asked_to_see_costs_no_list_of_what_is_due() -> None:
    meter, gate = Meter(), things.gate(name="settlement", owner="payment", silence="unknown")
    meter.transact(puts(gate))
    meter.transact(puts(gate.answered("settled", things.BUYER, things.AT)))
    assert {("table", "case"), ("by_due", "due")} == set(meter.written_to)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("due#3", "due"),
        ("tally#*#3", "tally of the platform"),
        ("tally#m1#0", "tally of the shop"),
        ("case#in_review#5", "case#in_review"),
        ("case#case_01", "case"),
    ],
)
def test_shards_are_one_line(key: str, kind: str) -> None:
    assert kind == _kind(key)
