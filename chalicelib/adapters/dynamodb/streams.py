"""Reading the table's stream: what a record of it says happened to which thing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.dynamodb.codec import key_in, thing_of
from chalicelib.adapters.dynamodb.keys import is_known
from chalicelib.schemas.messages import Change

if TYPE_CHECKING:
    from chalicelib.domain.values import Value


def read_change(record: Mapping[str, Any]) -> Change:
    """A thing before and after a write. Both are None for an item that is no thing, like a tally."""
    change = record["dynamodb"]
    return Change(
        sequence=change["SequenceNumber"],
        before=_read(change.get("OldImage")),
        after=_read(change.get("NewImage")),
    )


def _read(image: Mapping[str, Any] | None) -> Value | None:
    return thing_of(image) if image and is_known(key_in(image)) else None
