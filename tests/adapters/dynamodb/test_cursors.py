"""Cursors: good for the list that gave them, and for nothing else."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.dynamodb.cursors import cursor_of, position_of
from chalicelib.errors import InvalidRequest

MINE = ("buyer", "b1")
POSITION = "2026-11-22T13:27:54.123Z#case_1"


def made_up(*values: object) -> str:
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


FINGERPRINT = json.loads(urlsafe_b64decode(cursor_of(MINE, "xx") + "=="))[0]


def test_a_cursor_leads_back_to_its_place() -> None:
    assert POSITION == position_of(MINE, cursor_of(MINE, POSITION))


def test_no_cursor_is_the_beginning() -> None:
    assert position_of(MINE, None) is None


def test_a_cursor_fits_into_an_address_as_it_is() -> None:
    assert cursor_of(MINE, POSITION).replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("other", [("buyer", "b2"), ("merchant", "b1"), ("buyer", "b1", "closed")])
def test_a_cursor_of_another_list_is_refused(other: tuple[str, ...]) -> None:
    with pytest.raises(InvalidRequest) as refused:
        position_of(MINE, cursor_of(other, POSITION))

    assert ["cursor"] == [error.field for error in refused.value.errors]


@pytest.mark.parametrize(
    "cursor",
    [
        made_up(),
        made_up("x"),
        made_up("x", POSITION),
        made_up(FINGERPRINT),
        made_up(FINGERPRINT, None),
        made_up(FINGERPRINT, 1),
        made_up(FINGERPRINT, [POSITION]),
        made_up(FINGERPRINT, "鱼"),
        made_up(FINGERPRINT, POSITION, "more"),
        made_up(FINGERPRINT, "x" * 1000),
        urlsafe_b64encode(b"[" * 3000).decode(),
        urlsafe_b64encode(b"null").decode(),
        urlsafe_b64encode(b"\xff").decode(),
    ],
    ids=lambda cursor: cursor[:24],
)
def test_a_cursor_that_somebody_made_up_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidRequest):
        position_of(MINE, cursor)


@given(st.text())
def test_garbage_is_refused_and_never_a_fault(text: str) -> None:
    with pytest.raises(InvalidRequest):
        position_of(MINE, text)
