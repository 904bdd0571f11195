"""What a stage may configure, and what it may not."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from chalicelib.errors import Fault
from chalicelib.settings import Settings, on_lambda, stage
from tests.settings_values import ENVIRONMENT


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def test_a_complete_environment_is_read() -> None:
    assert ENVIRONMENT["TABLE"] == Settings.read().table


def test_time_runs_at_its_own_speed_unless_told_otherwise() -> None:
    assert Settings.read().speed == 1


@pytest.mark.parametrize("name", sorted(ENVIRONMENT))
def test_a_missing_variable_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(Fault, match=rf": {name}$"):
        Settings.read()


def test_all_that_is_wrong_is_said_at_once_and_no_value_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPEED", "hidden-0")
    monkeypatch.setenv("JWKS_URL", "hidden-1")
    with pytest.raises(Fault) as caught:
        Settings.read()
    assert caught.value.detail == "missing or malformed in the environment: JWKS_URL, SPEED"


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "0.5"])
def test_time_neither_stands_still_nor_runs_backwards(speed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPEED", speed)
    with pytest.raises(Fault):
        Settings.read()


def test_loopback_stand_ins_may_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_ALLOW", "127.0.0.1:9700, localhost:9701,[::1]:9702")
    assert Settings.read().webhook_allow == {("127.0.0.1", 9700), ("localhost", 9701), ("::1", 9702)}


@pytest.mark.parametrize("host", ["10.0.0.1:80", "169.254.169.254:80", "8.8.8.8:443", "shop.example.com:443", "x"])
def test_nothing_but_loopback_may_be_allowed(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_ALLOW", host)
    with pytest.raises(Fault, match="WEBHOOK_ALLOW"):
        Settings.read()


@pytest.mark.parametrize("name", ["PAYMENT_URL", "JWKS_URL"])
@pytest.mark.parametrize("address", ["http://payments.example.com", "http://10.0.0.1:80/x", "ftp://x", "payments", ""])
def test_partners_are_reached_in_tls(name: str, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, address)
    with pytest.raises(Fault, match=name):
        Settings.read()


@pytest.mark.parametrize("address", ["http://127.0.0.1:9700", "http://localhost:9700/x", "http://a.localhost/x"])
def test_stand_ins_on_this_machine_need_none(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYMENT_URL", address)
    assert address == Settings.read().payment_url


def test_the_provider_s_days_are_of_a_zone_that_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Asia/Shanghai" == Settings.read().payment_zone
    for name in ("Shanghai", "../etc/passwd", "UTC+8"):
        monkeypatch.setenv("PAYMENT_ZONE", name)
        with pytest.raises(Fault, match="PAYMENT_ZONE"):
            Settings.read()


@pytest.mark.parametrize("address", ["ws://live.example.com/live", "https://live.example.com/live", "wss://x", ""])
def test_tickets_travel_in_tls(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVE_URL", address)
    with pytest.raises(Fault, match="LIVE_URL"):
        Settings.read()


def test_a_local_gateway_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVE_URL", "ws://127.0.0.1:4566/_aws/execute-api/abc/live")
    assert Settings.read().live_url.startswith("ws://127.0.0.1")


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings.read().speed = 2  # type: ignore[misc]


def test_telemetry_can_speak_without_any_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STAGE")
    assert stage() == "none"


def test_a_test_is_no_container() -> None:
    assert not on_lambda()
