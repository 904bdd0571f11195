"""Refunds, returns, exchanges, goods sent again and disputes of one order, at once and in any order."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.usecases.remedy_machine import RemedyMachine

TestRemedyMachine = RemedyMachine.TestCase
TestRemedyMachine.settings = settings(
    max_examples=20,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
