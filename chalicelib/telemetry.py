"""Logs and metrics: JSON lines with function, request and case; nothing personal, held by an allow-list of keys.

A log line is a constant sentence plus facts (`log.info("flow started", extra=facts(attempt=2))`). Whatever is not on
the list below does not come through, from our own code or from a library's.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import MetricUnit
from pydantic import ValidationError

from chalicelib import settings
from chalicelib.errors import AftersalesError, Fault

NAMESPACE = "Aftersales"
FACTS = frozenset(
    "attempt attempts batch channel code codes count deadline_version due_at duration_ms error_code "
    "event_id event_type failed fields gate kid merchant_id message_id operation outcome provider "
    "published receives refund_no repaired retry_after role round sequence settlement source state "
    "status status_code".split()
)
CONTEXT = frozenset({"case_id", "function", "request_id", "stage", "cold_start"})
_OWN = frozenset({"level", "location", "message", "timestamp", "service", "xray_trace_id", "error", "detail", "frames"})
_LONGEST = 200
_KNOWN = FACTS | CONTEXT
_ALLOWED = _KNOWN | _OWN

_context: ContextVar[Mapping[str, Any]] = ContextVar("telemetry", default=MappingProxyType({}))


class _Formatter(LambdaPowertoolsFormatter):
    """Only what is on the list, and of an exception its name and place, never its words."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {**self._extract_log_keys(record), **_context.get(), "stage": settings.stage()}
        # Values that were formatted into a sentence cannot be judged by key: the template alone is written.
        line["message"] = str(record.msg)[:_LONGEST]
        line["xray_trace_id"] = self._get_latest_trace_id()
        if isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
            line.update(_told(record.exc_info[1]))
        return self.serialize({k: _plain(v) for k, v in line.items() if k in _ALLOWED and v is not None})


def _told(error: BaseException) -> dict[str, Any]:
    """Where an error happened. A message may quote a buyer's words; those of our own faults do not."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    told: dict[str, Any] = {
        "error": type(error).__name__,
        "frames": [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if isinstance(error, Fault):
        told["detail"] = error.detail
    if isinstance(error, AftersalesError):
        told["fields"] = [wrong.field for wrong in error.errors] or None
    if isinstance(error, ValidationError):
        # A place's first step is a field of ours; further ones may be keys that somebody chose.
        places = (wrong["loc"] for wrong in error.errors(include_url=False, include_context=False, include_input=False))
        told["fields"] = sorted({str(place[0]) for place in places if place})
    # botocore's errors carry AWS's own code, which says more than the class; nothing is imported to find it.
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        told["error_code"] = response.get("Error", {}).get("Code")
        told["operation"] = getattr(error, "operation_name", None)
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [str(part)[:_LONGEST] for part in list(value)[:32]]
    return str(value)[:_LONGEST]


def _logger() -> Logger:
    for noisy in ("botocore", "boto3", "urllib3", "jwt", "opensearch"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    # Chalice's own logger has the app's name, which is this one: what the framework writes passes the list as well.
    # The level is ours: a LOG_LEVEL that is somebody else's (the local cloud's) must not silence us.
    return Logger(service="aftersales", level="INFO", logger_formatter=_Formatter(utc=True, use_rfc3339=True))


log = _logger()


@contextmanager
def bound(**keys: Any) -> Iterator[None]:
    """Adds context (`case_id=…`) to every line that is written inside; nests, and is its thread's own."""
    token = _context.set({**_context.get(), **{k: v for k, v in keys.items() if k in CONTEXT and v is not None}})
    try:
        yield
    finally:
        _context.reset(token)


def facts(**facts: Any) -> dict[str, Any]:
    """The facts of a log line. Keys that are not on the list are left out (tests/house finds them beforehand)."""
    return {key: value for key, value in facts.items() if key in _KNOWN}


def count(name: str, n: int = 1, **dimensions: str) -> None:
    """Adds `n` to a CloudWatch metric (EMF on stdout), by stage and the given dimensions (few values each)."""
    by = {"stage": settings.stage(), **dimensions}
    with single_metric(name, MetricUnit.Count, n, namespace=NAMESPACE, default_dimensions=by):
        pass
