"""`reindex`: the index from the table, through the product's own code, and what the operator is told."""

from __future__ import annotations

from typing import Any

import pytest

from operations import places, searches
from operations.__main__ import main
from operations.errors import Refused
from operations.places import Place
from tests.adapters.dynamodb import things
from tests.operations.shops import FakeApi
from tests.standins.searches import MemorySearch


@pytest.fixture
def engine(place: Place, api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> MemorySearch:
    """An empty engine beside a table with two cases of one order."""
    engine = MemorySearch()
    monkeypatch.setattr(Place, "search", engine)
    order, case = things.order(), things.case()
    place.records.save([order, things.policy(), case.but(order_id=order.order_id, case_id="case_1")])
    place.records.save([case.but(order_id=order.order_id, case_id="case_2")])
    api.will("GET", "/monitor", {"cases": [{"count": 2}]})
    return engine


def test_every_case_of_the_table_is_found_afterwards(
    place: Place, engine: MemorySearch, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = searches.reindex(place)
    assert ["case_1", "case_2"] == [document.case_id for document in engine.documents()]
    assert (2, 2) == (outcome.documents, outcome.lacking)
    told = capsys.readouterr().out
    assert "holds 2 cases" in told
    assert "lacked 2" in told


def test_a_second_time_nothing_differs(place: Place, engine: MemorySearch, capsys: pytest.CaptureFixture[str]) -> None:
    searches.reindex(place)
    searches.reindex(place)
    assert "was the same document by document" in capsys.readouterr().out


def test_progress_is_told_in_a_log_too(place: Place, engine: MemorySearch, capsys: pytest.CaptureFixture[str]) -> None:
    searches.reindex(place)
    told = capsys.readouterr().out
    assert ["writing: 2 in", "comparing with the table: 2 in"] == [
        line[: line.index(" in ") + 3] for line in told.splitlines() if " in " in line and ": 2" in line
    ]


def test_a_stage_without_search_says_so(place: Place) -> None:
    with pytest.raises(Refused, match="has no search"):
        searches.reindex(place)


def test_an_engine_that_is_away_is_told_in_a_line_and_nothing_was_replaced(
    place: Place, engine: MemorySearch, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.is_down = True
    monkeypatch.setattr(places, "find", lambda stage: place)
    assert 1 == main(["reindex"])
    assert "the engine is down" in capsys.readouterr().out


def test_the_scan_reads_consistently_and_nothing_but_cases(place: Place, engine: Any) -> None:
    assert {"case_1", "case_2"} == {case.case_id for cases in place.scan.cases() for case in cases}
