"""The check itself: it finds what is wrong, and it would see a reconciliation that does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain import reconciliations as domain
from tests.reconciliation import __main__ as check
from tests.reconciliation import days


@pytest.fixture(autouse=True)
def _small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "REPORT", tmp_path / "reconcile-check.json")
    monkeypatch.setattr(check, "ROOT", tmp_path)
    monkeypatch.setenv("ROWS", "600")
    monkeypatch.setenv("PLANTED", "44")


def told() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(check.REPORT.read_text("utf-8"))
    return document


def test_all_is_found_over_http_and_the_real_adapter() -> None:
    assert 0 == check.main()
    assert (44, 44, 0, 0) == tuple(told()[name] for name in ("planted", "found", "not_found", "made_up"))


def test_a_reconciliation_that_overlooks_something_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    real = domain.of_number

    def blind(*given: Any, **more: Any) -> Iterator[domain.Difference]:
        return (found for found in real(*given, **more) if found.kind != "other_amount")

    monkeypatch.setattr(domain, "of_number", blind)
    assert 1 == check.main()
    assert (12, 0) == (told()["not_found"], told()["made_up"])


def test_a_reconciliation_that_sees_ghosts_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain, "NEAR", days.HOUR / 7200)
    assert 1 == check.main()
    assert told()["not_found"] == 0 and told()["made_up"] > 0


def test_every_kind_and_reason_that_there_is_is_planted() -> None:
    from typing import get_args

    assert set(get_args(domain.Kind)) == {kind for kind, _ in days.PLANTS}
    assert set(get_args(domain.Because)) == {because for _, because in days.PLANTS}
