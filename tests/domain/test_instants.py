"""A time is written out, with its zone, in our time."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from chalicelib.domain.base import Instant

INSTANT = TypeAdapter(Instant)


@pytest.mark.parametrize(
    "text", ['"2026-11-22T09:00:00Z"', '"2026-11-22T17:00:00+08:00"', '"2026-11-22T09:00:00.123Z"']
)
def test_rfc_3339_is_a_time(text: str) -> None:
    assert 2026 == INSTANT.validate_json(text).year


@pytest.mark.parametrize(
    "text", ["0", "1795366873", "1.5", "true", '"0"', '"1795366873"', '"-1"', "null", '""', '"2026-11-22T09:00:00"']
)
def test_a_number_of_seconds_is_none(text: str) -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_json(text)


@pytest.mark.parametrize("year", ["0001", "1969", "2201", "9999"])
def test_the_ends_of_the_calendar_are_none(year: str) -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_json(f'"{year}-01-01T00:00:00Z"')
