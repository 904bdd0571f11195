"""What was written down, read back: metrics with their dimensions, and log lines with what stood beside them."""

from __future__ import annotations

import json
from typing import Any


def counted(written: str) -> list[tuple[str, dict[str, str]]]:
    """The metrics in the order in which they were counted, each with its dimensions but the stage."""
    return [_metric(line) for line in _lines(written) if "_aws" in line]


def logged(written: str) -> list[tuple[Any, ...]]:
    """(level, message, error, …) of each log line; the error is the class name, or None."""
    return [(line["level"], line["message"], line.get("error")) for line in _lines(written) if "message" in line]


def _metric(line: dict[str, Any]) -> tuple[str, dict[str, str]]:
    [directive] = line["_aws"]["CloudWatchMetrics"]
    [metric] = directive["Metrics"]
    [names] = directive["Dimensions"]
    return metric["Name"], {name: line[name] for name in names if name not in ("stage", "service")}


def _lines(written: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.splitlines() if line.startswith("{")]
