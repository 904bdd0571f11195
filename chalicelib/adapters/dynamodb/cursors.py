"""Cursors: where the next page of one listing begins, opaque to whoever carries it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2s

from chalicelib.errors import FieldError, InvalidRequest

LONGEST = 600  # characters; ours are shorter, and nothing of a longer one is read


def cursor_of(listing: tuple[str, ...], position: str) -> str:
    """`listing` says what is listed for whom; `position` is the sort key of the next page's first row."""
    return urlsafe_b64encode(json.dumps([_fingerprint(listing), position]).encode()).decode().rstrip("=")


def position_of(listing: tuple[str, ...], cursor: str | None) -> str | None:
    """The position in a cursor (None: from the start).

    Raises InvalidRequest, naming `cursor`, for what this listing did not give out. A cursor is no secret: one
    that is made up can only point elsewhere in the list that its bearer may see anyway.
    """
    if cursor is None:
        return None
    try:
        if len(cursor) > LONGEST:
            raise ValueError
        fingerprint, position = json.loads(urlsafe_b64decode(cursor + "=="))
    except (ValueError, TypeError):  # too long, not base64, not UTF-8, not JSON, not a pair
        raise _refusal("is not one of ours") from None
    if fingerprint != _fingerprint(listing):
        raise _refusal("belongs to another list")
    if not isinstance(position, str) or not position.isascii():
        raise _refusal("is not one of ours")
    return position


def _fingerprint(listing: tuple[str, ...]) -> str:
    return blake2s("\n".join(listing).encode(errors="replace"), digest_size=8).hexdigest()


def _refusal(message: str) -> InvalidRequest:
    return InvalidRequest(f"the cursor {message}", errors=[FieldError("cursor", message)])
