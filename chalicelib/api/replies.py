"""Answers: JSON by one function, and the headers that every answer carries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalice.app import Response

from chalicelib import wiring

if TYPE_CHECKING:
    from chalicelib.usecases.steps import Reply

TYPE_JSON = "application/json"
TYPE_PROBLEM = "application/problem+json"

# Answers are for their caller alone, are what they say they are, and load nothing.
GUARDS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
EXPOSED = "Content-Language, ETag, Idempotent-Replayed, Retry-After, WWW-Authenticate"


def answered(request: Any, body: Any, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """An answer with a JSON body."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return sent(request, text, status, {"Content-Type": TYPE_JSON, **(headers or {})})


def sent(request: Any, text: str, status: int, headers: Mapping[str, str]) -> Response:
    """An answer with a body that is text already."""
    return Response(text, headers={**GUARDS, **across(request), **headers}, status_code=status)


def reply(request: Any, answer: Reply) -> Response:
    """What a use case answered; a thing with a version carries it as its ETag."""
    headers: dict[str, str] = {}
    if answer.version is not None:
        headers["ETag"] = f'"{answer.version}"'
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    return sent(request, answer.text, answer.status, {"Content-Type": TYPE_JSON, **headers})


def across(request: Any) -> dict[str, str]:
    """Cross-origin headers for the web pages' own addresses, and for nobody else."""
    origin = request.headers.get("origin") if request is not None else None
    if not origin:
        return {}
    if origin not in wiring.ports().settings.web_origins:
        return {"Vary": "Origin"}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": EXPOSED,
        "Vary": "Origin",
    }
