"""What an index of cases is: its fields, how their words are taken apart, its settings and its names.

Mappings are strict: a field that is not here is refused, so that nothing gets into the index that nobody decided on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

_KEYWORD: Json = {"type": "keyword", "ignore_above": 1024}
_DATE: Json = {"type": "date"}
_LONG: Json = {"type": "long"}
# `cjk` makes pairs of neighbouring characters, which is how Chinese is found without a dictionary; `english` finds
# `lamps` by `lamp`, and single characters, because it takes each as a word.
_WORDS: Json = {"type": "text", "analyzer": "cjk", "fields": {"en": {"type": "text", "analyzer": "english"}}}
_TEXT: Json = {**_WORDS, "copy_to": "words"}


def _object(**fields: Json) -> Json:
    return {"type": "object", "dynamic": "strict", "properties": fields}


FIELDS: Mapping[str, Json] = {
    "case_id": _KEYWORD,
    "order_id": _KEYWORD,
    "buyer_id": _KEYWORD,
    "merchant_id": _KEYWORD,
    "merchant_kind": _KEYWORD,
    "remedy": _KEYWORD,
    "reason": _KEYWORD,
    "reason_zh": _TEXT,
    "reason_en": _TEXT,
    "description": _TEXT,
    "status": _KEYWORD,
    "closed_because": _KEYWORD,
    "currency": _KEYWORD,
    "amount": _LONG,
    "delivery": _KEYWORD,
    "verdict": _KEYWORD,
    "awaiting": _object(
        gate=_KEYWORD, round={"type": "integer"}, owner=_KEYWORD, who=_KEYWORD, due_at=_DATE, silence=_KEYWORD
    ),
    "parked": {"type": "boolean"},
    "parked_because": _KEYWORD,
    "policy_id": _KEYWORD,
    "policy_version": {"type": "integer"},
    "refunds": _object(refund_no=_KEYWORD, state=_KEYWORD, amount=_LONG),
    # Nested, so that a line's fields stay together; and at the root too, where facets count.
    "lines": {
        "type": "nested",
        "dynamic": "strict",
        "include_in_root": True,
        "properties": {
            "line_id": _KEYWORD,
            "sku": _KEYWORD,
            "title": _TEXT,
            "specification": _TEXT,
            "category": _KEYWORD,
            "quantity": _LONG,
        },
    },
    "revisions": {"type": "integer"},
    "created_at": _DATE,
    "updated_at": _DATE,
}

# All words of a case together: what is asked for may stand half in a title and half in the description.
_BESIDE: Mapping[str, Json] = {"words": _WORDS}

MAPPINGS: Json = {"dynamic": "strict", "properties": {**FIELDS, **_BESIDE}}
SETTINGS: Json = {
    "index": {
        "number_of_shards": 1,  # a million cases are a few GB: one shard is fastest, and ranks by one measure
        "auto_expand_replicas": "0-1",
        "refresh_interval": "1s",
        "gc_deletes": "25h",  # tombstones outlive whatever the stream may still repeat (24 h)
        "mapping": {"nested_objects": {"limit": 5000}},  # an order has at most 2,000 lines
    }
}


def alias(stage: str) -> str:
    """What is searched, whichever index stands behind it."""
    return f"aftersales-{stage}-cases"


def written_through(index: str) -> str:
    """The alias that an index is written through: it goes with its index, so a late write cannot bring one back."""
    return f"{index}-writing"


def all_written(stage: str) -> str:
    """The alias of every index that the projection writes to."""
    return f"{alias(stage)}-writing"


def template(stage: str) -> Json:
    return {
        "index_patterns": [f"{alias(stage)}-*"],
        "priority": 200,
        "template": {"settings": SETTINGS, "mappings": MAPPINGS},
    }
