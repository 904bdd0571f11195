"""Every call of a run broken, before it was made, after it was made, and by the end of its container: the next run ends
as if nothing had happened, no report is told of that is not there, and nobody is paid or changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from chalicelib.domain import refs
from chalicelib.domain.reconciliations import Reconciliation
from chalicelib.domain.refunds import Refund
from chalicelib.errors import TransientFault
from chalicelib.usecases import reconciliations
from tests.reconciliation import days
from tests.reconciliation.days import DAY, PLANTS
from tests.standins.world import World
from tests.usecases.bills import caught_up, reconciled, world_of

CALLS = {
    "records": ("load", "save"),
    "listings": ("settled",),
    "bills": ("read", "find"),
    "reports": ("put",),
}


class Gone(BaseException):
    """The container's end: no `except Exception` sees it."""


class Tap:
    """Counts every call, and breaks one of them."""

    def __init__(self, world: World, at: int | None = None, how: str = "") -> None:
        self.made: list[str] = []
        self._at, self._how = at, how
        for port, methods in CALLS.items():
            for method in methods:
                real = getattr(getattr(world, port), method)
                setattr(getattr(world, port), method, self._through(f"{port}.{method}", real))

    def _through(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            self.made.append(name)
            if len(self.made) - 1 != self._at:
                return real(*given)
            if self._how == "before":
                raise TransientFault(name)
            answer = real(*given)
            if self._how == "half" and isinstance(answer, Iterator):
                return _half(answer)
            raise Gone(name) if self._how == "gone" else TransientFault(name)

        return call


def _half(things: Iterator[Any]) -> Iterator[Any]:
    for number, thing in enumerate(things):
        if number == 20:
            raise TransientFault("in the middle")
        yield thing
    raise TransientFault("at the end")


def fresh() -> World:
    return world_of(days.day(250, len(PLANTS), seed=5))


def _calls() -> list[str]:
    world = fresh()
    tap = Tap(world)
    reconciliations.reconcile(world, DAY)
    return tap.made


MADE = _calls()


def test_every_call_of_a_run_is_broken_below() -> None:
    assert {f"{port}.{method}" for port, methods in CALLS.items() for method in methods} == set(MADE)


@pytest.mark.parametrize("how", ["before", "after", "half", "gone"])
@pytest.mark.parametrize("at", range(len(MADE)), ids=lambda at: f"{at} {MADE[at]}")
def test_whatever_breaks_the_next_run_ends_as_if_nothing_had_happened(at: int, how: str) -> None:
    undisturbed = reconciled(fresh()).newest
    world = fresh()
    before = world.records.all(Refund)
    broken = world_of(days.day(250, len(PLANTS), seed=5))
    broken.records, broken.reports, broken.listings = world.records, world.reports, world.listings
    Tap(broken, at, how)
    with suppress(TransientFault, Gone):
        reconciliations.reconcile(broken, DAY)
    for stands in world.records.all(Reconciliation):
        assert stands.newest.object_key in world.reports.files, "a summary names a file that is not there"
    whole = fresh()
    whole.records.things, whole.reports.files = world.records.things, world.reports.files
    reconciliations.reconcile(whole, DAY)
    stands = whole.records.one(refs.reconciliation(DAY))
    assert undisturbed == stands.newest
    assert before == whole.records.all(Refund), "a run changes no refund"
    assert [] == whole.payments.calls


def test_two_runs_at_once_make_one_report() -> None:
    world = fresh()
    world.records.before_save.append(lambda: reconciled(world) and None)
    reconciliations.reconcile(world, DAY)
    stands = world.records.one(refs.reconciliation(DAY))
    assert (1, 1) == (stands.newest.number, len(stands.reports))


def test_a_save_whose_reply_was_lost_is_no_second_report() -> None:
    world = fresh()
    world.records.fates.append("lost_reply")
    reconciliations.reconcile(world, DAY)
    assert 1 == len(world.records.one(refs.reconciliation(DAY)).reports)


def test_a_provider_that_is_down_is_asked_again_the_next_hour() -> None:
    world = fresh()
    world.clock.at = days.ENDS + 3 * days.HOUR
    world.bills.is_down = True
    with pytest.raises(TransientFault):
        caught_up(world)
    assert [] == world.records.all(Reconciliation)
    world.bills.is_down = False
    world.bills.bills = {DAY: world.bills.bills[DAY]}
    assert [DAY] == caught_up(world)
