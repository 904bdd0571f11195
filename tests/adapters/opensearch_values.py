"""Cases in an index, as tests want them: one shop's coat by default, and whatever differs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.searches import CaseDocument, IndexedGate, IndexedLine, IndexedRefund, Written

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def case_id(number: int) -> str:
    return f"case_{number:026}"


def line(title: str = "羊毛大衣 woollen coat", **more: Any) -> IndexedLine:
    usual = {"line_id": "1", "sku": "COAT-1", "specification": "", "category": "clothing", "quantity": 1}
    return IndexedLine(**{**usual, "title": title, **more})


def awaiting(who: str = "merchant", due_at: datetime = NOON + timedelta(days=1), **more: Any) -> IndexedGate:
    usual = {"gate": "decision", "round": 1, "owner": who, "silence": "approved"}
    return IndexedGate(**{**usual, "who": who, "due_at": due_at, **more})


def refund(number: int, state: str = "settled") -> IndexedRefund:
    return IndexedRefund(refund_no=f"rfd_{number:026}01", state=state, amount=100)


def document(number: int, **more: Any) -> CaseDocument:
    usual = {
        "case_id": case_id(number),
        "order_id": f"o{number}",
        "buyer_id": "b1",
        "merchant_id": "m1",
        "merchant_kind": "marketplace",
        "remedy": "refund_only",
        "reason": "not_wanted",
        "reason_zh": "不想要了",
        "reason_en": "Changed my mind",
        "description": "",
        "status": "in_review",
        "closed_because": None,
        "currency": "CNY",
        "amount": 1000 * number,
        "delivery": "delivered",
        "verdict": "refer",
        "awaiting": None,
        "parked": False,
        "parked_because": None,
        "policy_id": "platform",
        "policy_version": 1,
        "refunds": (),
        "lines": (line(),),
        "revisions": 0,
        "created_at": NOON + timedelta(minutes=number),
        "updated_at": NOON + timedelta(minutes=number),
    }
    return CaseDocument(**{**usual, **more})


def written(number: int, version: int = 1, **more: Any) -> Written:
    return Written(case_id(number), version, document(number, **more))


def tombstone(number: int, version: int) -> Written:
    return Written(case_id(number), version, None)
