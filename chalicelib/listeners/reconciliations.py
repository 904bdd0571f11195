"""The provider's bill, once a day: every day of the last week that still has no report, or one day by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.domain.reconciliations import Reconciliation
from chalicelib.ports import Ports
from chalicelib.schemas.tasks import Occasion
from chalicelib.telemetry import count
from chalicelib.usecases import reconciliations as usecase

reconciliations = Blueprint(__name__)


@reconciliations.lambda_function(name="on_bill_due")
@entry.occasion
def on_bill_due(ports: Ports, occasion: Occasion) -> Mapping[str, int]:
    if occasion.day is None:
        return _counted(usecase.catch_up(ports))
    found = usecase.reconcile(ports, occasion.day)
    return _counted({occasion.day: found} if found else {})


def _counted(news: Mapping[date, Reconciliation]) -> Mapping[str, int]:
    """Metrics of the reports that are new; what an alarm looks at stands under one name for all kinds."""
    for found in news.values():
        for kind, times in found.newest.differences.items():
            count("ReconciliationDifference", times, kind=kind)
    if news:
        count("ReconciliationDone", len(news))
        count("ReconciliationDifferences", sum(found.newest.total for found in news.values()))
    return {"reconciled": len(news)}
