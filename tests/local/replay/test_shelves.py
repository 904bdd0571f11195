"""The shelves are looked at once nothing is on its way there any more, and not for ever."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from chalicelib.domain.inspections import Disposal
from chalicelib.domain.refs import Ref
from chalicelib.domain.returns import PutAway, Return
from local.replay import shelves
from tests.standins import returns as stages


class Table:
    """Answers one state of the returns after the other, the last one for ever."""

    def __init__(self, *states: Return | None) -> None:
        self._states, self.reads = list(states), 0

    def load(self, wanted: Sequence[Ref[Any]]) -> dict[Ref[Any], Return]:
        self.reads += 1
        state = self._states.pop(0) if len(self._states) > 1 else self._states[0]
        return dict.fromkeys(wanted, state) if state else {}


class Somewhere:
    """A stack whose table somebody else plays."""

    table = "aftersales-test"

    def client(self, service: str) -> str:
        return service


@pytest.fixture
def goods() -> Return:
    world = stages.return_shop()
    case_id = stages.received(world)
    disposed = Disposal(line_id="coat", sku="coat", quantity=1, disposition="restock")
    return stages.goods(world, case_id).but(disposals=(disposed,))


def read(monkeypatch: pytest.MonkeyPatch, table: Table) -> shelves.Shelves:
    monkeypatch.setattr(shelves, "DynamoRecords", lambda client, name: table)
    seconds: Iterator[int] = iter(range(0, 10_000, 30))
    return shelves.read(Somewhere(), ["case_1"], clock=lambda: next(seconds), sleep=lambda _: None)  # type: ignore[arg-type]


def test_what_is_on_its_way_to_the_shelf_is_waited_for(monkeypatch: pytest.MonkeyPatch, goods: Return) -> None:
    said = PutAway(put_away_id="p", line_id="coat", quantity=1, warehouse="main", at=goods.opened_at)
    found = read(monkeypatch, Table(goods, goods.shelved(said)))
    assert (1, 0, []) == (found.count("done"), found.units_missing, found.disagreements())


def test_what_nobody_puts_away_is_told_after_a_minute(monkeypatch: pytest.MonkeyPatch, goods: Return) -> None:
    table = Table(goods)
    found = read(monkeypatch, table)
    assert (1, 1) == (found.count("awaited"), found.units_missing)
    assert 2 < table.reads < 6


def test_a_case_without_goods_has_nothing_on_a_shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1 == len(read(monkeypatch, Table(None)).disagreements())
