"""A refund on its way to the provider."""

from __future__ import annotations

from datetime import UTC, datetime

from chalicelib.domain.refunds import Refund

REFUND = Refund(
    refund_no="rfd_01JTCPWZ3MXN4Q5R6S7T8V9WAB01",
    case_id="case_01JTCPWZ3MXN4Q5R6S7T8V9WAB",
    order_id="o1",
    merchant_id="m1",
    buyer_id="b1",
    payment_id="pay_1",
    method="card",
    provider="standard",
    amount=8900,
    currency="CNY",
    granted_at=datetime(2026, 5, 4, tzinfo=UTC),
)
