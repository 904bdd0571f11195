"""Which metrics are emitted, and which the dashboard and the alarms name: both as (namespace, name, dimensions)."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from local.packaging import ROOT
from tests.house.names import of_type

Metric = tuple[str, str, frozenset[str]]
OURS = "Aftersales"
BESIDE = {"n"}  # of `count`: how many, no dimension
SEARCH = re.compile(r"SEARCH\('\{([A-Za-z,]+)\} MetricName=\"(\w+)\" stage=\"\$\{Stage\}\"', '\w+', \d+\)")

# What AWS's services publish by themselves, as far as we look at it (their “metrics and dimensions” pages).
AWS: Mapping[str, Mapping[str, frozenset[str]]] = {
    dimension: {namespace: frozenset(names.split())}
    for namespace, dimension, names in (
        ("AWS/SQS", "QueueName", "ApproximateNumberOfMessagesVisible ApproximateAgeOfOldestMessage"),
        (
            "AWS/States",
            "StateMachineArn",
            "ExecutionsStarted ExecutionsFailed ExecutionsTimedOut ExecutionsAborted ExecutionThrottled",
        ),
        ("AWS/ApiGateway", "ApiName", "Count 4XXError 5XXError Latency"),
        ("AWS/Lambda", "FunctionName", "Invocations Errors Throttles IteratorAge"),
    )
}


def emitted() -> set[Metric]:
    """Every `count(…)` of the code. Each is by stage, as telemetry adds it."""
    found: set[Metric] = set()
    for file in (ROOT / "chalicelib").rglob("*.py"):
        tree = ast.parse(file.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "count":
                assert isinstance(node.args[0], ast.Constant), f"{file.name}:{node.lineno} names no metric by itself"
                dimensions = {keyword.arg for keyword in node.keywords if keyword.arg} - BESIDE
                found.add((OURS, str(node.args[0].value), frozenset({"stage", *dimensions})))
    return found


def of_alarms(resources: Mapping[str, Any]) -> Iterator[tuple[str, Metric]]:
    """(alarm, metric)."""
    for name, alarm in of_type(resources, "AWS::CloudWatch::Alarm").items():
        dimensions = frozenset(each["Name"] for each in alarm.get("Dimensions", ()))
        yield name, (alarm["Namespace"], alarm["MetricName"], dimensions)


def widgets(resources: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    [dashboard] = of_type(resources, "AWS::CloudWatch::Dashboard").values()
    return list(json.loads(dashboard["DashboardBody"]["Fn::Sub"])["widgets"])


def lines(widget: Mapping[str, Any]) -> Iterator[list[str]]:
    """The widget's metrics written out: `...` stands for what the line before it says at that place."""
    before: list[str] = []
    for metric in widget["properties"]["metrics"]:
        texts = [part for part in metric if isinstance(part, str)]
        if texts and texts[0] == "...":
            texts = [*before[: len(before) - len(texts) + 1], *texts[1:]]
        if texts:
            before = texts
            yield texts


def searches(widget: Mapping[str, Any]) -> Iterator[str]:
    for metric in widget["properties"]["metrics"]:
        yield from (part["expression"] for part in metric if isinstance(part, dict) and "expression" in part)


def of_dashboard(resources: Mapping[str, Any]) -> Iterator[tuple[str, Metric]]:
    """(widget's title, metric)."""
    for widget in widgets(resources):
        title = str(widget["properties"]["title"])
        for namespace, name, *pairs in lines(widget):
            yield title, (namespace, name, frozenset(pairs[::2]))
        for expression in searches(widget):
            found = SEARCH.fullmatch(expression)
            assert found, f"{title}: {expression} is not searched for as the others are"
            namespace, *dimensions = found[1].split(",")
            yield title, (namespace, found[2], frozenset(dimensions))
