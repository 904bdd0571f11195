"""When a secret is read again to the second, what an outage leaves behind in the log, and what a doubt answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.adapters.secrets import OLDEST, SOONEST, Secrets
from chalicelib.errors import Fault, TransientFault
from tests.adapters.held import Held
from tests.refusals import refused
from tests.telling import counted, logged


def read(held: Held) -> Secrets:
    """Secrets that were read once already."""
    secrets = held.secrets()
    secrets.read()
    return secrets


def test_a_secret_is_old_after_a_quarter_of_an_hour_and_doubted_twice_a_minute() -> None:
    assert (900, 30) == (OLDEST, SOONEST)


@pytest.mark.parametrize(("later", "reads"), [(OLDEST - 0.1, 1), (OLDEST, 2)])
def test_a_secret_is_read_again_when_it_is_old(later: float, reads: int) -> None:
    held = Held({"api_key": "a"})
    secrets = read(held)
    held.now += later
    secrets.read()
    assert reads == held.reads


def test_a_secret_that_was_read_again_is_new() -> None:
    held = Held({"api_key": "a"})
    secrets = read(held)
    for _ in range(3):
        held.now += OLDEST - 1
        secrets.read()
    assert 2 == held.reads


def test_a_container_that_started_with_its_clock_at_nothing_keeps_what_it_read() -> None:
    held = Held({"api_key": "a"})
    held.now = 0.0
    secrets = read(held)
    secrets.read()
    assert 1 == held.reads


@pytest.mark.parametrize(("later", "found"), [(SOONEST - 0.1, False), (SOONEST, True)])
def test_a_doubt_that_comes_too_soon_finds_nothing(later: float, found: bool) -> None:
    held = Held({"api_key": "a"})
    secrets = read(held)
    held.value, held.now = {"api_key": "b"}, held.now + later
    assert found is secrets.again()


def test_who_doubts_before_anything_was_read_finds_what_is_there() -> None:
    assert Held({"api_key": "a"}).secrets().again()


def test_an_outage_is_logged_and_counted_and_keeps_the_secret(written: Callable[[], str]) -> None:
    held = Held({"api_key": "a"})
    secrets = read(held)
    held.silent, held.now = True, held.now + OLDEST
    secrets.read()
    said = written()
    assert [("WARNING", "a secret could not be read again", "TransientFault")] == logged(said)
    assert [("SecretStale", {})] == counted(said)


def test_an_outage_says_what_could_not_be_done() -> None:
    held = Held({})
    held.silent = True
    assert ("GetSecretValue: InternalServiceError", []) == refused(TransientFault, held.secrets().read)


@pytest.mark.parametrize("value", ["hidden", "[]", '"hidden"', "{", "null", '""'])
def test_a_secret_that_is_no_object_is_named_and_not_quoted(value: str) -> None:
    assert ("the secret the-secret is not a JSON object", []) == refused(Fault, Held(value).secrets().read)
