"""The provider's bill, once a day: every day of the last week that still has no report, or one day by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.telemetry import count
from chalicelib.usecases import reconciliations as usecase

if TYPE_CHECKING:
    from chalicelib.domain.reconciliations import Reconciliation
    from chalicelib.ports import Ports
    from chalicelib.schemas.tasks import Occasion

reconciliations = Blueprint(__name__)


@reconciliations.lambda_function(name="on_bill_due")
@entry.occasion
def on_bill_due(ports: Ports, occasion: Occasion) -> Mapping[str, int]:
    broken = None
    if occasion.day is None:
        broken = usecase.catch_up(ports)
    else:
        usecase.reconcile(ports, occasion.day)
    news = usecase.news(ports, occasion.day)
    _count(news)
    usecase.told(ports, news)
    if broken is not None:
        raise broken
    return {"reconciled": len(news)}


def _count(news: Sequence[Reconciliation]) -> None:
    """Metrics of the reports that are new; what an alarm looks at stands under one name for all kinds."""
    for found in news:
        for kind, times in found.newest.differences.items():
            count("ReconciliationDifference", times, kind=kind)
    if news:
        count("ReconciliationDone", len(news))
        count("ReconciliationDifferences", sum(found.newest.total for found in news))
