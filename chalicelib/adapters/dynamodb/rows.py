"""What an index shows of a thing: its `summary`, the compact JSON of a list's row."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter

from chalicelib.domain.rows import CaseRow, DeliveryRow, GateRow, PrecedentRow, RecoveryRow, RefundRow, ReturnRow

if TYPE_CHECKING:
    from chalicelib.domain.values import Value
    from chalicelib.domain.webhooks import WebhookDelivery

Row = TypeVar("Row", CaseRow, GateRow, RecoveryRow, RefundRow, ReturnRow, DeliveryRow, PrecedentRow)

_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(type_: type[Any]) -> TypeAdapter[Any]:
    """Made when a list or a write first needs it: most functions know one kind of row, some none."""
    known = _ADAPTERS.get(type_)
    if known is None:
        known = _ADAPTERS[type_] = TypeAdapter(type_)
    return known


def summary(type_: type[Any], thing: Value, **otherwise: object) -> str:
    """A row of this type: the thing's fields of the same names, but for those that are given."""
    alike = {field.name: getattr(thing, field.name) for field in fields(type_) if field.name not in otherwise}
    return _adapter(type_).dump_json(type_(**alike, **otherwise)).decode()


def delivery_summary(delivery: WebhookDelivery) -> str:
    last = delivery.attempts[-1] if delivery.attempts else None
    return summary(DeliveryRow, delivery, status=last.status if last else None, error=last.error if last else None)


def row_of(type_: type[Row], summary: str) -> Row:
    """The row that a summary holds."""
    row: Row = _adapter(type_).validate_json(summary)
    return row
