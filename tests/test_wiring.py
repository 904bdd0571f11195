"""Ports and adapters meet once per container, each when it is first asked for."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from chalicelib import settings, wiring
from chalicelib.errors import Fault
from chalicelib.ports import Ports
from chalicelib.wiring import World
from tests.settings_values import ENVIRONMENT

PORTS = sorted(name for name in vars(Ports) if isinstance(vars(Ports)[name], property))


@pytest.fixture(autouse=True)
def container(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A fresh container with a whole environment and no credentials that would open anything."""
    aws = {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    for name, value in {**ENVIRONMENT, **aws}.items():
        monkeypatch.setenv(name, value)
    wiring.ports.cache_clear()
    yield
    wiring.ports.cache_clear()
    gc.unfreeze()


def test_there_are_ports_to_wire() -> None:
    assert {"clock", "records", "payments", "webhooks"} <= set(PORTS)


@pytest.mark.parametrize("name", [*PORTS, "tokens"])
def test_every_port_is_built_without_a_call_and_once(name: str) -> None:
    world = wiring.ports()
    assert getattr(world, name) is getattr(world, name)


def test_a_container_has_one_world() -> None:
    assert wiring.ports() is wiring.ports()


def test_nothing_is_built_before_it_is_asked_for() -> None:
    assert {"settings"} == set(vars(wiring.ports()))


def test_who_verifies_notifications_never_holds_the_key_that_pays() -> None:
    world = wiring.ports()
    assert world._payment_secret is not world._notice_secret


def test_who_reads_bills_never_holds_the_key_that_pays() -> None:
    world = wiring.ports()
    assert world._bill_secret is not world._payment_secret
    assert ("aftersales/test/bills", "aftersales/test/payment") == (
        world._bill_secret._name, world._payment_secret._name
    )  # fmt: skip


def test_what_stands_after_starting_is_frozen() -> None:
    before = gc.get_freeze_count()
    wiring.ports()
    assert gc.get_freeze_count() > before


def test_a_container_warms_up_while_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "open_gate")
    wiring.warm()
    assert "records" in vars(wiring.ports())


def test_who_needs_something_else_warms_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "authorize")
    wiring.warm("tokens")
    assert {"settings", "tokens"} == set(vars(wiring.ports()))


def test_a_test_and_the_packager_stay_cold() -> None:
    wiring.warm()
    assert 0 == wiring.ports.cache_info().currsize


def test_a_container_without_its_settings_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "open_gate")
    monkeypatch.delenv("TABLE")
    with pytest.raises(Fault, match="TABLE"):
        wiring.warm()


def test_clients_wait_briefly_and_try_again() -> None:
    config = World(settings.Settings.read()).clients.sqs.meta.config
    assert (2, 5, "standard", True) == (
        config.connect_timeout, config.read_timeout, config.retries["mode"], config.tcp_keepalive  # type: ignore[attr-defined]
    )  # fmt: skip


def test_clients_of_one_service_are_one() -> None:
    clients = World(settings.Settings.read()).clients
    assert clients.sqs is clients.sqs
