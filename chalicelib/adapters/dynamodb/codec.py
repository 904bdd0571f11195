"""Items and things. One codec for every noun: the body is the thing as pydantic writes and reads it."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.dynamodb.indexes import BESIDE, EXPIRES
from chalicelib.adapters.dynamodb.keys import key_of_thing, type_of
from chalicelib.domain.base import Record
from chalicelib.errors import InvalidRequest

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.keys import Key
    from chalicelib.domain.values import Value

Item = dict[str, dict[str, Any]]  # DynamoDB's own notation: {"pk": {"S": "case#…"}, …}

# Writing costs by the kilobyte and an item ends at 400 KB: 2,000 lines of JSON would not fit. Below this size,
# where nearly all cases, gates and refunds are, an operator can read the body in the console.
PACKED_FROM = 2048  # characters
MAX_BODY = 390_000  # bytes, which leaves room for keys and summary

# Level 1: a third of the CPU of level 6 for a tenth more bytes. A window of 16 KB and few hash tables: the usual 268 KB
# are filled with zeros each time, which takes twice as long as packing; a body of ours gets at most 1 % larger.
_LEVEL, _WINDOW_BITS, _MEMORY = 1, 14, 5


def item_of(thing: Value) -> Item:
    """The whole item: keys, body, version of a record, and what its indexes need.

    Raises InvalidRequest for what is too large for any item: only a caller's words and lines can make it so.
    """
    pk, sk = key_of_thing(thing)
    item: Item = {"pk": {"S": pk}, "sk": {"S": sk}, "body": _packed(thing.model_dump_json())}
    if isinstance(thing, Record):
        item["version"] = {"N": str(thing.version)}
    beside = BESIDE.get(type(thing).__name__)
    if beside is not None:
        for name, text in beside(thing).items():
            item[name] = {"S": text}
    expires = EXPIRES.get(type(thing).__name__)
    if expires is not None:
        item["expires_at"] = {"N": str(int(expires(thing).timestamp()))}
    return item


def thing_of(item: Mapping[str, Any]) -> Value:
    """The thing in an item, from a read or from a stream's image."""
    return type_of(key_in(item)).model_validate_json(_unpacked(item["body"]))


def key_in(item: Mapping[str, Any]) -> Key:
    return item["pk"]["S"], item["sk"]["S"]


def _packed(text: str) -> dict[str, Any]:
    if len(text) < PACKED_FROM:
        return {"S": text}
    packing = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW_BITS, _MEMORY)
    packed = packing.compress(text.encode()) + packing.flush()
    if len(packed) > MAX_BODY:
        raise InvalidRequest(f"{len(packed)} bytes are more than can be kept in one piece")
    return {"B": packed}


def _unpacked(body: Mapping[str, Any]) -> str | bytes:
    if "S" in body:
        return str(body["S"])
    packed = body["B"]
    if isinstance(packed, str):  # a Lambda event carries binary as base64 text; the SDK has decoded it
        packed = base64.b64decode(packed)
    return zlib.decompress(packed)
