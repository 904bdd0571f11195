"""A pydantic refusal as our own error, naming the fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.errors import FieldError, InvalidRequest

if TYPE_CHECKING:
    from pydantic import ValidationError


def invalid_request(error: ValidationError) -> InvalidRequest:
    """The same refusal, with each field's path as `lines[0].quantity`. What was sent is not repeated."""
    fields = [FieldError(_path(fault["loc"]), fault["msg"]) for fault in error.errors(include_input=False)]
    return InvalidRequest(f"{fields[0].field or 'body'}: {fields[0].message}", errors=fields)


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path
