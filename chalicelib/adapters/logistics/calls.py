"""How carrier systems are asked: one request, short, without retries of its own; silence is an answer too."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError

from chalicelib.ports import CarrierAnswer
from chalicelib.telemetry import count, facts, log

if TYPE_CHECKING:
    from chalicelib.domain.carriers import System

# Statuses that say that the mistake is ours: no refusal, no outage, but something that a person must put right.
OURS = frozenset({401, 403, 404, 405, 413, 415, 429})
LARGEST_ANSWER = 256 * 1024  # bytes
TIMEOUT = urllib3.Timeout(connect=2, read=10)

Settings = Callable[[], Mapping[str, str]]  # what we are known by in one system: key, callback address


@dataclass(frozen=True)
class Answer:
    """Status 0 when no answer came; an empty body for one that is not a JSON object."""

    status: int
    body: Mapping[str, Any]


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(retries=False, timeout=TIMEOUT, maxsize=4)


def send(
    system: System,
    method: str,
    url: str,
    asked: object = None,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
) -> Answer:
    """One request, JSON unless it is a `form`. Never raises for what the other side does."""
    sent = {"accept": "application/json", **(headers or {})}
    content: bytes | None = None
    if form is not None:
        content, sent["content-type"] = urlencode(form).encode(), "application/x-www-form-urlencoded"
    elif asked is not None:
        content, sent["content-type"] = json.dumps(asked, ensure_ascii=False).encode(), "application/json"
    try:
        answer = _pool().request(method, url, body=content, headers=sent, redirect=False, preload_content=False)
        text = answer.read(LARGEST_ANSWER)
        if len(text) < LARGEST_ANSWER:
            answer.release_conn()
        else:
            answer.close()  # what is left of it must not be taken for the next answer's beginning
    except (HTTPError, OSError) as error:
        return Answer(0, {"code": type(error).__name__})
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    return Answer(answer.status, body if isinstance(body, dict) else {})


def refused_us(system: System, answer: Answer) -> CarrierAnswer:
    """It does not want to hear us: the command stays open, and somebody looks."""
    log.error("a carrier system refuses us", extra=facts(provider=system, status_code=answer.status))
    count("CarrierRefusesUs")
    return CarrierAnswer("unknown", f"HTTP {answer.status}")


def unknown(system: System, answer: Answer) -> CarrierAnswer:
    """Nothing is known. What makes no sense is loud; an outage only counts."""
    about = facts(provider=system, status_code=answer.status)
    if 0 < answer.status < 500:
        log.error("a carrier system's answer makes no sense", extra=about)
        count("CarrierRefusesUs")
    else:
        log.warning("a carrier system did not answer", extra=about)
        count("CarrierSilent", system=system)
    return CarrierAnswer("unknown", f"HTTP {answer.status}" if answer.status else str(answer.body.get("code")))
