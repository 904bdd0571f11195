"""The contract itself: OpenAPI, a page to read it, and a sign of life. Shipped files, read when they are asked for."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.api import door
from chalicelib.api.replies import TYPE_JSON, sent
from chalicelib.usecases.steps import Reply

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.api.asked import Asked

FOLDER = Path(__file__).parent / "documents"  # written by `python -m local.openapi`
CACHED = {"Cache-Control": "public, max-age=300"}

documents = Blueprint(__name__)


@cache
def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@door.route(documents, "GET", "/openapi.json")
def read_contract(asked: Asked) -> Response:
    return sent(asked.gateway, _text("openapi.json"), 200, {"Content-Type": TYPE_JSON, **CACHED})


@door.route(documents, "GET", "/docs")
def read_page(asked: Asked) -> Response:
    # The page has styles of its own and no script at all.
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy, **CACHED}
    return sent(asked.gateway, _text("docs.html"), 200, headers)


@door.route(documents, "GET", "/health")
def read_health(asked: Asked) -> Reply:
    return Reply(200, {"status": "ok"})
