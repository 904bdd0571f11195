"""Lists on the wire: `{"items": [...], "cursor": "…" | null}`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.domain.base import Instant
from chalicelib.domain.values import Value
from chalicelib.schemas import names
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.cases import NextAction
from chalicelib.schemas.names import Name, name

if TYPE_CHECKING:
    from chalicelib.domain.rows import CaseRow, GateRow


class CaseRowView(Value):
    case_id: str
    order_id: str
    merchant_id: str
    remedy: Name
    reason: str
    status: Name
    amount: Amount
    next_action: NextAction | None
    created_at: Instant
    updated_at: Instant

    @staticmethod
    def of(row: CaseRow) -> CaseRowView:
        return CaseRowView(
            case_id=row.case_id,
            order_id=row.order_id,
            merchant_id=row.merchant_id,
            remedy=name(names.REMEDIES, row.remedy),
            reason=row.reason,
            status=name(names.STATUSES, row.status),
            amount=Amount(amount=row.amount, currency=row.currency),
            next_action=NextAction.of(row.gate) if row.gate else None,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )


class DueView(Value):
    """An open gate: which case waits for whom, until when. `who_id`: which merchant or buyer; of others none."""

    case_id: str
    gate: Name
    who: Name
    who_id: str | None
    due_at: Instant
    silence: Name

    @staticmethod
    def of(row: GateRow) -> DueView:
        who, _, who_id = row.owner.partition("#")
        return DueView(
            case_id=row.case_id,
            gate=name(names.GATES, row.name),
            who=name(names.ACTORS, who),
            who_id=who_id or None,
            due_at=row.due_at,
            silence=name(names.SILENCES, row.silence),
        )


class ListView(Value):
    items: tuple[Any, ...]
    cursor: str | None

    @staticmethod
    def body(items: Sequence[Value], cursor: str | None) -> dict[str, Any]:
        return {"items": [item.model_dump(mode="json") for item in items], "cursor": cursor}
