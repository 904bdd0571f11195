"""What an index shows of a thing: its `summary`, the compact JSON of a list's row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter

from chalicelib.domain.rows import CaseRow, DeliveryRow, GateRow, PrecedentRow, RecoveryRow, RefundRow, ReturnRow

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.cases import Case
    from chalicelib.domain.disputes import Precedent
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.recoveries import Recovery
    from chalicelib.domain.refunds import Refund
    from chalicelib.domain.returns import Return
    from chalicelib.domain.webhooks import WebhookDelivery

Row = TypeVar("Row", CaseRow, GateRow, RecoveryRow, RefundRow, ReturnRow, DeliveryRow, PrecedentRow)

_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(type_: type[Any]) -> TypeAdapter[Any]:
    """Made when a list or a write first needs it: most functions know one kind of row, some none."""
    known = _ADAPTERS.get(type_)
    if known is None:
        known = _ADAPTERS[type_] = TypeAdapter(type_)
    return known


def case_summary(case: Case) -> str:
    row = CaseRow(
        case_id=case.case_id,
        order_id=case.order_id,
        merchant_id=case.merchant_id,
        buyer_id=case.buyer_id,
        remedy=case.remedy,
        reason=case.reason,
        status=case.status,
        amount=case.amount,
        currency=case.currency,
        created_at=case.created_at,
        updated_at=case.updated_at,
        gate=case.gate,
    )
    return _adapter(CaseRow).dump_json(row).decode()


def gate_summary(gate: Gate) -> str:
    row = GateRow(
        case_id=gate.case_id,
        name=gate.name,
        round=gate.round,
        owner=gate.owner,
        due_at=gate.due_at,
        silence=gate.silence,
    )
    return _adapter(GateRow).dump_json(row).decode()


def precedent_summary(precedent: Precedent) -> str:
    row = PrecedentRow(
        claimed=precedent.claimed,
        granted=precedent.granted,
        currency=precedent.currency,
        verdict=precedent.verdict,
        liability=precedent.liability,
        goods=precedent.goods,
        appealed=precedent.appealed,
        changed=precedent.changed,
        at=precedent.at,
    )
    return _adapter(PrecedentRow).dump_json(row).decode()


def refund_summary(refund: Refund) -> str:
    row = RefundRow(
        refund_no=refund.refund_no,
        case_id=refund.case_id,
        merchant_id=refund.merchant_id,
        state=refund.state,
        amount=refund.amount,
        currency=refund.currency,
        granted_at=refund.granted_at,
        voucher=refund.voucher,
    )
    return _adapter(RefundRow).dump_json(row).decode()


def recovery_summary(recovery: Recovery) -> str:
    row = RecoveryRow(
        recovery_id=recovery.recovery_id,
        case_id=recovery.case_id,
        merchant_id=recovery.merchant_id,
        debtor=recovery.debtor,
        debtor_id=recovery.debtor_id,
        covers=recovery.covers,
        because=recovery.because,
        state=recovery.state,
        amount=recovery.amount,
        open=recovery.open,
        currency=recovery.currency,
        opened_at=recovery.opened_at,
        due_at=recovery.due_at,
    )
    return _adapter(RecoveryRow).dump_json(row).decode()


def return_summary(goods: Return, due_at: datetime) -> str:
    row = ReturnRow(
        return_id=goods.return_id,
        case_id=goods.case_id,
        merchant_id=goods.merchant_id,
        rma=goods.rma,
        stock=goods.stock,
        missing=goods.missing,
        due_at=due_at,
    )
    return _adapter(ReturnRow).dump_json(row).decode()


def delivery_summary(delivery: WebhookDelivery) -> str:
    last = delivery.attempts[-1] if delivery.attempts else None
    row = DeliveryRow(
        event_id=delivery.event_id,
        case_id=delivery.case_id,
        sequence=delivery.sequence,
        type=delivery.type,
        state=delivery.state,
        tries=delivery.tries,
        status=last.status if last else None,
        error=last.error if last else None,
        next_at=delivery.next_at,
        created_at=delivery.created_at,
    )
    return _adapter(DeliveryRow).dump_json(row).decode()


def row_of(type_: type[Row], summary: str) -> Row:
    """The row that a summary holds."""
    row: Row = _adapter(type_).validate_json(summary)
    return row
