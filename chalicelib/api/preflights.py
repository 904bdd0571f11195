"""What browsers ask before they call from the web pages' address: OPTIONS, of every route in the table."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.api.access import ACCESS, methods_of
from chalicelib.api.replies import GUARDS, across

ALLOWED = "Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match"
REMEMBERED = "600"  # seconds

preflights = Blueprint(__name__)


def answer_preflight(**ids: Any) -> Response:
    """Says which methods and headers a known origin may use; to others it says nothing."""
    request = preflights.current_request
    headers: dict[str, str | list[str]] = {**GUARDS, **across(request)}
    if "Access-Control-Allow-Origin" in headers:
        headers["Access-Control-Allow-Methods"] = ", ".join(methods_of(request.path))
        headers["Access-Control-Allow-Headers"] = ALLOWED
        headers["Access-Control-Max-Age"] = REMEMBERED
    return Response("", headers=headers, status_code=204)


for _path in sorted({path for _, path in ACCESS}):
    preflights.route(_path, methods=["OPTIONS"], content_types=[])(answer_preflight)
