"""Any story that actors, a moody provider, time and crashes can tell: exact, whole, paid at most once, never stuck."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.usecases.refund_machine import RefundMachine

TestRefundMachine = RefundMachine.TestCase
TestRefundMachine.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
