"""`python -m local.event_schemas`: writes the JSON Schema of every event, with an example, to docs/events."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.domain.actors import Actor
from chalicelib.domain.entries import Entry, EntryType
from chalicelib.schemas.events import TYPES, VERSION, model_of, text_of

FOLDER = Path(__file__).parent.parent / "docs" / "events"
AT = datetime(2026, 5, 4, 8, 30, 0, 123_000, tzinfo=UTC)
DATA: dict[str, Any] = {
    "because": "above_auto_limit",
    "gate": "decision",
    "awaiting": "decision",
    "due_at": AT + timedelta(days=2),
    "before_due_at": AT + timedelta(days=1),
    "remedy": "refund_only",
    "reason": "not_as_described",
    "silence": "approved",
    "offer": 4500,
    "return_id": "ret_01JTCPWZ3MXN4Q5R6S7T8V9WAB",
    "parcel_id": "prc_01JTCPWZ3MXN4Q5R6S7T8V9WAC",
    "inspection": "passed",
    "lines": [{"line_id": "1", "sku": "coat-m", "quantity": 1, "disposition": "restock"}],
    "line_id": "1",
    "quantity": 1,
    "warehouse": "hz1",
    "stock": "done",
    "missing": 0,
    "refund_no": "rfd_01JTCPWZ3MXN4Q5R6S7T8V9WAB01",
    "refund_before": "submitted",
    "refund_after": "settled",
    "refund_amount": 8900,
    "freight_amount": 1200,
    "multiple_amount": 26700,
    "buyers": 3,
    "liability": "carrier",
    "liability_before": "merchant",
    "recovery_id": "rec_01JTCPWZ3MXN4Q5R6S7T8V9WAB01",
    "debtor": "merchant",
    "covers": "refund",
    "recovery_state": "open",
    "recovery_amount": 8900,
    "recovery_open": 8900,
    "payment_id": "pay_01JTCPWZ3MXN4Q5R6S7T8V9WAB",
    "paid": {"amount": 1500, "currency": "CNY"},
    "purpose": "pickup",
    "parcel_before": "in_transit",
    "parcel_after": "signed",
    "command": "book_pickup",
    "outcome": "done",
}


def example(type: EntryType) -> Entry:
    """An entry with everything in it, also what must never reach the bus."""
    return Entry(
        case_id="case_01JTCPWZ3MXN4Q5R6S7T8V9WAB",
        sequence=3,
        at=AT,
        actor=Actor(role="buyer", id="b1"),
        type=type,
        before="submitted",
        after="in_review",
        merchant_id="m1",
        buyer_id="b1",
        order_id="o1",
        currency="CNY",
        amount=8900,
        amount_before=8900,
        policy_version=4,
        note="what a person wrote",
        data=DATA,
    )


def schema(type: EntryType) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a type's current version, with its example."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{type}.v{VERSION}.json",
        **_tidy(model_of(type).model_json_schema()),
        "examples": [json.loads(text_of(example(type)))],
    }


def _tidy(node: Any) -> Any:
    """Without pydantic's titles, and without the nulls that are never sent: what is not known is left out."""
    if isinstance(node, list):
        return [_tidy(part) for part in node]
    if not isinstance(node, dict):
        return node
    if "anyOf" in node and node.get("default", ...) is None:
        kinds = [kind for kind in node["anyOf"] if kind != {"type": "null"}]
        node = {**kinds[0], **{key: value for key, value in node.items() if key not in ("anyOf", "default")}}
    return {key: _tidy(value) for key, value in node.items() if not (key == "title" and isinstance(value, str))}


def written(type: EntryType) -> str:
    return json.dumps(schema(type), indent=2, ensure_ascii=False) + "\n"


def file_of(type: EntryType) -> Path:
    return FOLDER / f"{type}.v{VERSION}.json"


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for type in TYPES:
        file_of(type).write_text(written(type))
    print(f"{len(TYPES)} schemas in {FOLDER}")
