"""The function that the clock, or an operator, starts: what it runs, and what it counts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.errors import InvalidRequest, TransientFault
from chalicelib.listeners.reconciliations import on_bill_due
from chalicelib.usecases import reconciliations as usecase
from tests.reconciliation import days
from tests.reconciliation.days import DAY, PLANTS
from tests.standins.world import World
from tests.usecases.bills import ONE, world_of


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = world_of(days.day(50, len(PLANTS)))
    world.bills.bills = {DAY: world.bills.bills[DAY]}
    world.clock.at = days.ENDS + 4 * days.HOUR
    monkeypatch.setattr(wiring, "ports", lambda: world)
    return world


def counted(text: str) -> dict[str, int]:
    """Metrics without dimensions of their own; those by kind as `name.kind`."""
    found = {}
    for line in text.splitlines():
        told = json.loads(line)
        for metric in told.get("_aws", {}).get("CloudWatchMetrics", [{}])[0].get("Metrics", []):
            name = metric["Name"]
            found[f"{name}.{told['kind']}" if "kind" in told else name] = int(told[name][0])
    return found


def test_by_the_clock_what_is_due_is_run_and_its_differences_are_counted(world: World, capsys: Any) -> None:
    assert {"reconciled": 1} == on_bill_due({"source": "aws.events", "time": "2026-11-21T00:00:00Z"}, None)
    told = counted(capsys.readouterr().out)
    assert (1, 10, 3) == (  # what is missing is not known yet
        told["ReconciliationDone"], told["ReconciliationDifferences"], told["ReconciliationDifference.other_amount"]
    )  # fmt: skip


def test_an_hour_with_nothing_new_counts_nothing(world: World, capsys: Any) -> None:
    on_bill_due({}, None)
    capsys.readouterr()
    assert {"reconciled": 0} == on_bill_due({}, None)
    assert not [name for name in counted(capsys.readouterr().out) if name.startswith("Reconciliation")]


def test_an_operator_runs_one_day_and_no_other(world: World) -> None:
    on_bill_due({"day": str(DAY)}, None)
    assert {DAY, DAY - ONE, DAY + ONE} == set(world.bills.reads)


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", 1.5, []])
def test_a_day_that_is_none_is_refused(world: World, day: object) -> None:
    with pytest.raises(InvalidRequest, match="not a day"):
        on_bill_due({"day": day}, None)
    assert [] == world.bills.reads


def test_a_provider_that_is_down_is_an_error_of_the_function_so_that_it_rings(world: World) -> None:
    world.bills.is_down = True
    with pytest.raises(TransientFault):
        on_bill_due({}, None)


@pytest.mark.parametrize("fate", ["lost_reply", "refused"])
def test_no_difference_goes_uncounted_whatever_breaks_while_it_is_kept(world: World, fate: Any, capsys: Any) -> None:
    """A summary that stands although its reply was lost is news all the same."""
    world.records.fates.append(fate)
    on_bill_due({}, None)
    assert 10 == counted(capsys.readouterr().out)["ReconciliationDifferences"]


def test_a_day_that_breaks_leaves_no_other_uncounted(world: World, capsys: Any) -> None:
    world.bills.bills[DAY - ONE] = []
    world.bills.breaks_after.append(0)  # the older day, read first
    with pytest.raises(TransientFault):
        on_bill_due({}, None)
    assert 10 == counted(capsys.readouterr().out)["ReconciliationDifferences"]


def test_what_was_counted_and_not_noted_is_counted_again(
    world: World, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(usecase, "told", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            on_bill_due({}, None)
    capsys.readouterr()
    on_bill_due({}, None)
    assert 10 == counted(capsys.readouterr().out)["ReconciliationDifferences"]
