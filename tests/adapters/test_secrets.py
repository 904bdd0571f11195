"""A secret is read once, and again when there is reason to."""

from __future__ import annotations

import pytest

from chalicelib.errors import Fault, TransientFault
from tests.adapters.held import Held


def test_a_secret_is_read_once_per_container() -> None:
    held = Held({"api_key": "a"})
    secrets = held.secrets()
    assert [{"api_key": "a"}] * 3 == [secrets.read() for _ in range(3)]
    assert 1 == held.reads


def test_a_rotated_secret_is_found_within_a_quarter_of_an_hour() -> None:
    held = Held({"api_key": "a"})
    secrets = held.secrets()
    secrets.read()
    held.value, held.now = {"api_key": "b"}, held.now + 900
    assert {"api_key": "b"} == secrets.read()


def test_a_doubt_finds_a_rotated_secret_at_once() -> None:
    held = Held({"api_key": "a"})
    secrets = held.secrets()
    secrets.read()
    held.value, held.now = {"api_key": "b"}, held.now + 30
    assert secrets.again()
    assert {"api_key": "b"} == secrets.read()


def test_a_doubt_about_an_unchanged_secret_finds_nothing() -> None:
    held = Held({"api_key": "a"})
    secrets = held.secrets()
    secrets.read()
    held.now += 30
    assert not secrets.again()


def test_a_thousand_doubts_read_twice_a_minute() -> None:
    held = Held({"api_key": "a"})
    secrets = held.secrets()
    secrets.read()
    for _ in range(1000):
        held.now += 0.06
        secrets.again()
    assert 3 >= held.reads


def test_a_partner_that_refuses_our_key_is_believed_every_time() -> None:
    held = Held({"api_key": "a"})
    secrets = held.secrets()
    secrets.read()
    for value in ("b", "c"):
        held.value = {"api_key": value}
        assert secrets.refused()
        assert {"api_key": value} == secrets.read()
    assert not secrets.refused()


def test_an_old_secret_works_on_during_an_outage() -> None:
    held = Held({"api_key": "a"})
    secrets = held.secrets()
    secrets.read()
    held.silent, held.now = True, held.now + 900
    assert {"api_key": "a"} == secrets.read()


def test_without_any_secret_an_outage_is_a_transient_fault() -> None:
    held = Held({})
    held.silent = True
    with pytest.raises(TransientFault):
        held.secrets().read()


@pytest.mark.parametrize("value", ["hidden", "[]", '"hidden"', "{", "null"])
def test_a_secret_that_is_no_object_is_a_fault_and_not_quoted(value: str) -> None:
    with pytest.raises(Fault) as caught:
        Held(value).secrets().read()
    assert "hidden" not in str(caught.value)
