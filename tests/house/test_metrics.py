"""What dashboard and alarms look at exists: an empty curve and an alarm that cannot ring are worse than none."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from chalicelib.schemas.names import ENTRIES
from chalicelib.telemetry import count
from tests.house import metrics
from tests.house.metrics import AWS, OURS, Metric


def exists(metric: Metric) -> bool:
    namespace, name, dimensions = metric
    if namespace == OURS:
        return metric in metrics.emitted()
    # Without dimensions AWS sums up over all functions of the account.
    if namespace == "AWS/Lambda" and not dimensions:
        return name in AWS["FunctionName"][namespace]
    [dimension] = dimensions
    return name in AWS[dimension].get(namespace, ())


def test_every_metric_of_an_alarm_is_emitted(resources: Mapping[str, Any]) -> None:
    assert [] == [told for told in metrics.of_alarms(resources) if not exists(told[1])]


def test_every_metric_of_the_dashboard_is_emitted(resources: Mapping[str, Any]) -> None:
    assert [] == [told for told in metrics.of_dashboard(resources) if not exists(told[1])]


def test_every_event_that_the_dashboard_counts_is_one_that_we_publish(resources: Mapping[str, Any]) -> None:
    types = {line[5] for each in metrics.widgets(resources) for line in metrics.lines(each) if "type" in line[2::2]}
    assert types
    assert types <= set(ENTRIES)


def test_every_resource_that_the_dashboard_names_is_deployed(
    resources: Mapping[str, Any], template: Mapping[str, Any]
) -> None:
    named = set(re.findall(r"\$\{([A-Za-z]+)", json.dumps(metrics.widgets(resources))))
    assert named - set(resources) - set(template["Parameters"]) <= {"AWS"}


def test_what_must_be_seen_is_on_the_dashboard(resources: Mapping[str, Any]) -> None:
    seen = {metric[1] for _, metric in metrics.of_dashboard(resources)}
    assert seen >= {
        "EventPublished", "Scheduled", "ApproximateNumberOfMessagesVisible", "ExecutionsFailed", "Latency", "5XXError",
        "IteratorAge",
    }  # fmt: skip


def test_widgets_stand_beside_each_other_and_not_on_top(resources: Mapping[str, Any]) -> None:
    places = [(widget["x"], widget["y"]) for widget in metrics.widgets(resources)]
    assert len(places) == len(set(places))
    assert all(widget["x"] + widget["width"] <= 24 for widget in metrics.widgets(resources))


def test_a_count_carries_exactly_the_dimensions_that_its_call_names(capsys: Any) -> None:
    count("EventPublished", 2, type="CaseSubmitted")
    [declared] = json.loads(capsys.readouterr().out)["_aws"]["CloudWatchMetrics"]
    assert (OURS, [["stage", "type"]]) == (declared["Namespace"], declared["Dimensions"])
