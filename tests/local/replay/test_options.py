"""What LIMIT, DATA and WORKERS ask for, and how dates are moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.importers.online_retail import Asked, Filing, Retail
from local.importers.places import Skipped
from local.importers.purchases import Invoice
from local.replay import dates
from local.replay.main import main
from local.replay.names import Names
from local.replay.options import Options

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
ROOT = Path("/home/me/shop")


def retail(bought: datetime, cancelled: datetime) -> Retail:
    filing = Filing("C1-1", "1", "17850", cancelled, (Asked(1, 1, 1),), 1)
    return Retail({"1": Invoice("1", "17850", bought)}, (filing,), Skipped())


def test_the_data_lies_beside_the_repository_unless_somebody_says_otherwise() -> None:
    assert Path("/home/me/shared/data/online-retail") == Options.of({}, ROOT).folder
    assert Path("/d/online-retail") == Options.of({"SHARED_DATA": "/d"}, ROOT).folder
    assert Path("/other") == Options.of({"SHARED_DATA": "/d", "DATA": "/other"}, ROOT).folder


def test_an_empty_limit_is_none() -> None:
    assert [None, 40] == [Options.of({"LIMIT": text}, ROOT).limit for text in ("", "40")]


@pytest.mark.parametrize("limit", ["0", "-1", "1.5", "all"])
def test_a_limit_that_is_no_number_of_cases_is_refused(limit: str) -> None:
    with pytest.raises(ValueError, match="LIMIT is a whole number from 1"):
        Options.of({"LIMIT": limit}, ROOT)


def test_without_data_it_says_where_it_looked_and_ends_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA", str(tmp_path / "nowhere"))
    assert 2 == main()
    assert f"the data is not there: looked for {tmp_path}/nowhere/returns.csv\n" == capsys.readouterr().err


def test_the_last_date_becomes_yesterday_and_keeps_its_hour() -> None:
    last = datetime(2011, 8, 31, 17, 31, tzinfo=UTC)
    moved = dates.move(retail(datetime(2010, 12, 1, tzinfo=UTC), last), NOW)
    assert datetime(2026, 11, 21, 17, 31, tzinfo=UTC) == last + moved


def test_a_purchase_newer_than_the_last_cancellation_counts_as_the_last_date() -> None:
    bought = datetime(2011, 9, 2, 23, 59, tzinfo=UTC)
    assert bought + dates.move(retail(bought, bought - timedelta(days=5)), NOW) < NOW


@pytest.mark.parametrize(("days", "window"), [(9, 365), (270, 365), (363, 365), (500, 502)])
def test_the_window_is_a_year_or_as_long_as_the_data_needs(days: int, window: int) -> None:
    cancelled = datetime(2011, 8, 31, 12, 0, tzinfo=UTC)
    data = retail(cancelled - timedelta(days=days - 1), cancelled)
    assert window == dates.window_days(data, dates.move(data, NOW), NOW)


def test_two_runs_never_meet() -> None:
    first, second = Names.of(NOW), Names.of(NOW + timedelta(seconds=1))
    assert {"r261122143000", "r261122143001"} == {first.run, second.run}
    assert first.order_id("1") != second.order_id("1")
    assert first.buyer_id("1") == second.buyer_id("1")


def test_published_numbers_become_ids_that_an_address_can_hold() -> None:
    names = Names("r1")
    assert ("r1-C_2f1_20x", "uci-nobody") == (names.order_id("C/1 x"), names.buyer_id(""))


def test_the_money_alone_is_replayed_unless_the_goods_are_asked_for() -> None:
    assert ["refunds", "returns"] == [Options.of(asked, ROOT).mode for asked in ({}, {"MODE": "returns"})]
    with pytest.raises(ValueError, match="MODE is refunds or returns"):
        Options.of({"MODE": "exchanges"}, ROOT)
