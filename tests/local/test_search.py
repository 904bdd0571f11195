"""The search engine beside the stack: an engine that is slow at first is asked again, one that is broken is told of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters.opensearch.cases import OpenSearchCases
from chalicelib.errors import SearchUnavailable
from local import search
from local.engines import opensearch
from local.engines.engine import Engine
from local.engines.errors import EngineUnavailable


def test_what_an_engine_left_behind_is_gone_before_the_next_one_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    left = tmp_path / "opensearch" / "node_1" / "data"
    left.mkdir(parents=True)
    found: list[bool] = []

    def start(_: Path) -> Engine:
        found.append(left.exists())
        raise EngineUnavailable("no Java here")

    monkeypatch.setattr(opensearch, "start", start)
    with search.starting(tmp_path) as starting:
        assert "" == starting.wait()
    assert [False] == found


class Slow:
    """Answers from the `n`th try on."""

    def __init__(self, n: int) -> None:
        self.n, self.tried, self.opened = n, 0, ""

    def begin(self) -> str:
        self.tried += 1
        if self.tried < self.n:
            raise SearchUnavailable("the search engine does not answer")
        return "index"

    def replace(self, index: str) -> None:
        self.opened = index


def opened(monkeypatch: pytest.MonkeyPatch, engine: Any) -> None:
    monkeypatch.setattr(OpenSearchCases, "of", lambda *_: engine)
    search.open_index("http://127.0.0.1:9201", "local")


def test_a_start_on_a_busy_machine_waits_for_the_first_index(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Slow(search.TRIES)
    opened(monkeypatch, engine)
    assert "index" == engine.opened


def test_an_engine_that_never_makes_an_index_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SearchUnavailable):
        opened(monkeypatch, Slow(search.TRIES + 1))
