"""Where the next page of one question begins: bound to the question and to whom it was shown."""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.dynamodb.cursors import cursor_of, position_of
from chalicelib.errors import FieldError, InvalidRequest

if TYPE_CHECKING:
    from chalicelib.domain.searches import CaseQuery, Scope

Point = list[Any]


def _question(query: CaseQuery, scope: Scope) -> tuple[str, ...]:
    return ("search", json.dumps(dict(scope)), query.model_dump_json(exclude={"cursor", "limit"}))


def next_cursor(query: CaseQuery, scope: Scope, now: datetime, point: Point) -> str:
    """`now` goes along: what is overdue on the first page is what is overdue on the last."""
    return cursor_of(_question(query, scope), json.dumps([now.isoformat(), point], separators=(",", ":")))


def place_of(query: CaseQuery, scope: Scope, now: datetime, length: int) -> tuple[datetime, Point | None]:
    """The instant and the point from which to go on. Raises InvalidRequest for what this question did not give out."""
    position = position_of(_question(query, scope), query.cursor)
    if position is None:
        return now, None
    try:
        at, point = json.loads(position)
        asked_at = datetime.fromisoformat(at)
        if asked_at.tzinfo is None or len(point) != length or not all(map(_is_place, point)):
            raise ValueError
    except (ValueError, TypeError):
        raise not_ours() from None
    return asked_at, point


def not_ours() -> InvalidRequest:
    return InvalidRequest("the cursor is not one of ours", errors=[FieldError("cursor", "is not one of ours")])


def _is_place(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, int | float) and math.isfinite(value))
