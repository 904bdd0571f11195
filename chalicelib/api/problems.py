"""Errors as answers: whatever goes wrong, the caller reads the same shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib import errors
from chalicelib.api.access import methods_of
from chalicelib.api.replies import TYPE_PROBLEM, answered
from chalicelib.errors import AftersalesError, Fault, TransientFault
from chalicelib.schemas.problems import PREFIX, extensions, fields_of, language_of, status_of, title_of
from chalicelib.telemetry import count, facts, log

if TYPE_CHECKING:
    from chalice.app import Response

RETRY_AFTER = "1"  # seconds: what passes, passes soon

problems = Blueprint(__name__)

# Chalice's own refusals, of requests that never reach a route of ours.
_CHALICES: Mapping[int, type[AftersalesError]] = {
    404: errors.RouteNotFound,
    405: errors.MethodNotAllowed,
    413: errors.BodyTooLarge,
    415: errors.UnsupportedMediaType,
}


def problem(error: Exception, request: Any) -> Response:
    """The document for an error. What we did not foresee says no word about itself."""
    known = error if isinstance(error, AftersalesError) else Fault("it was logged and will be looked at")
    kind = type(known)
    if kind is errors.VersionLost:
        kind = TransientFault
    status = status_of(kind)
    if status >= 500:
        _note(error)
    detail = "it was logged and will be looked at" if kind is Fault else known.detail
    language = language_of(_header(request, "accept-language"))
    document = {
        "type": PREFIX + kind.__name__,
        "title": title_of(kind, language),
        "status": status,
        "code": kind.__name__,
        "detail": detail[:500],
        "errors": fields_of(known.errors),
        "request_id": request_id(request),
        **(extensions(known.facts) if status < 500 else {}),
    }
    headers = {"Content-Type": TYPE_PROBLEM, "Content-Language": language}
    if status == 503 or kind is errors.OrderBusy:
        headers["Retry-After"] = RETRY_AFTER
    if kind is errors.MethodNotAllowed:
        headers["Allow"] = ", ".join(methods_of(request.context.get("resourcePath", "")))
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return answered(request, document, status, headers)


@problems.middleware("http")
def one_shape(request: Any, get_response: Callable[[Any], Response]) -> Response:
    response = get_response(request)
    is_chalices = response.status_code >= 400 and isinstance(response.body, dict)
    return problem(_translated(response), request) if is_chalices else response


def _translated(response: Response) -> AftersalesError:
    kind = _CHALICES.get(response.status_code)
    if kind is None:
        kind = errors.InvalidRequest if response.status_code < 500 else Fault
    return kind(str(response.body.get("Message", ""))[:200])


def _note(error: Exception) -> None:
    level = log.warning if isinstance(error, TransientFault) else log.error
    level("a request failed", exc_info=error, extra=facts(code=type(error).__name__))
    count("Failed", kind="transient" if isinstance(error, TransientFault) else type(error).__name__)


def request_id(request: Any) -> str:
    """API Gateway's id of this request, which the caller can quote."""
    return str(request.context.get("requestId", "")) if request is not None else ""


def _header(request: Any, name: str) -> str:
    return str(request.headers.get(name, "")) if request is not None else ""
