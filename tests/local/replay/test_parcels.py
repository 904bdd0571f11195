"""Customers who send back what they were asked for: each once, whatever the list says how often."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from local.importers.online_retail import Asked, Filing
from local.replay import parcels
from local.replay.names import Names
from local.replay.parcels import Senders
from local.replay.results import Filed, Results
from tests.local.replay.fakes import answer

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
CASE = "case_01KB0000000000000000000001"


class Lists:
    """An API whose list of awaited goods names the case again and again; `status` answers shipments."""

    def __init__(self, status: int = 200) -> None:
        self.shipped: list[tuple[str, str, dict[str, Any]]] = []
        self.looks, self._status = 0, status

    def listed(self, path: str, user: str) -> list[dict[str, Any]]:
        self.looks += 1
        return [{"case_id": CASE}, {"case_id": "case_of_another_run"}]

    def call(self, method: str, path: str, *, user: str, body: dict[str, Any], key: str) -> Any:
        self.shipped.append((user, path, body))
        return answer(self._status, {"code": "GateNotFound"})


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A carrier that knows the parcel at the second try."""
    asked: list[dict[str, Any]] = []

    def request(method: str, url: str, *, json: dict[str, Any], headers: dict[str, str]) -> Any:
        asked.append(json)
        return SimpleNamespace(status=201 if len(asked) > 1 else 400, data=b"")

    monkeypatch.setattr(parcels.urllib3, "request", request)
    monkeypatch.setattr(parcels, "EVERY", 0.001)
    return asked


def sent(api: Lists) -> Results:
    results = Results()
    results.file(Filed(Filing("C1-1", "1", "17850", NOW, (Asked(1, 2, 850),), 850), CASE, 850))
    stack: Any = SimpleNamespace(carrier_url="http://carrier", carrier_key="key")
    with Senders(stack, api, Names("r1"), results, 1):  # type: ignore[arg-type]
        while api.looks < 3:
            pass
    return results


def test_goods_are_sent_once_by_their_buyer_and_travel_once_the_carrier_knows_them(
    carrier: list[dict[str, Any]],
) -> None:
    api = Lists()
    results = sent(api)
    number = {"carrier": "sf", "waybill_no": f"UCI{CASE[-20:]}"}
    assert [("uci-17850", f"/cases/{CASE}/shipment", number)] * 2 == api.shipped
    assert ["arrives", "arrives"] == [one["journey"] for one in carrier]
    assert ({CASE}, []) == (results.sent_back, results.problems)


def test_goods_that_cannot_be_sent_are_a_problem_by_name(carrier: list[dict[str, Any]]) -> None:
    results = sent(Lists(409))
    assert (set(), 1) == (results.sent_back, len(results.problems))
    assert CASE in results.problems[0]
