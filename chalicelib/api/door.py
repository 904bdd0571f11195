"""The front door of every route: who asks, may they, what of it is well formed; then one use case, then the answer.

@door.route(cases, "POST", "/cases/{case_id}/withdraw")
def withdraw_case(asked: Asked, case_id: str) -> Reply:
    return decisions.withdraw(asked.ports, asked.request, case_id, asked.body(WithdrawCase))
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import unquote

from chalice.app import Response

from chalicelib import wiring
from chalicelib.api.access import ACCESS
from chalicelib.api.asked import Asked
from chalicelib.api.authorizer import authorize
from chalicelib.api.problems import problem, request_id
from chalicelib.api.replies import reply
from chalicelib.domain.actors import Actor
from chalicelib.domain.carriers import System
from chalicelib.domain.gates import GateName
from chalicelib.errors import FieldError, Forbidden, InvalidRequest, Unauthorized
from chalicelib.telemetry import bound, facts, log
from chalicelib.usecases.steps import Reply

if TYPE_CHECKING:
    from chalice.app import Blueprint

    from chalicelib.api.access import Rule

View = Callable[..., Reply | Response]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}")
_CASE_ID = re.compile(r"case_[0-9A-Z]{26}")
_WAYBILL_NO = re.compile(r"[A-Z0-9][A-Z0-9-]{3,39}")
_DAY = re.compile(r"2[01][0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
# Parts of a path that are one of a few words.
_CHOICES: Mapping[str, tuple[str, ...]] = {"gate": get_args(GateName), "carrier_system": get_args(System)}
_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "case_id": _CASE_ID,
    "waybill_no": _WAYBILL_NO,
    "day": _DAY,
    **{name: re.compile("|".join(words)) for name, words in _CHOICES.items()},
}
_WORDS = {
    "day": "must be YYYY-MM-DD",
    **{name: f"one of {', '.join(words)}" for name, words in _CHOICES.items()},
}
NOBODY = Actor(role="system", id="nobody")  # who asks where no token is asked for


def route(blueprint: Blueprint, method: str, path: str) -> Callable[[View], Any]:
    """Registers a route that the table of `access` knows; one that it does not know is a KeyError at import."""
    rule = ACCESS[method, path]
    asks = {} if rule.is_open else {"authorizer": authorize}
    wiring.warm()

    def register(view: View) -> Any:
        # Content types are ours to judge: Chalice would refuse in its own words.
        return blueprint.route(path, methods=[method], content_types=[], **asks)(_through(blueprint, rule, view))

    return register


def _through(blueprint: Blueprint, rule: Rule, view: View) -> Callable[..., Response]:
    @wraps(view)
    def through(**ids: str) -> Response:
        request = blueprint.current_request
        with bound(function="api", request_id=request_id(request), case_id=ids.get("case_id", "")[:64] or None):
            try:
                response = _answer(rule, view, request, ids)
            except Exception as error:
                response = problem(error, request)
            log.info("answered", extra=facts(operation=view.__name__, status_code=response.status_code))
        return response

    return through


def _answer(rule: Rule, view: View, request: Any, ids: Mapping[str, str]) -> Response:
    actor = NOBODY if rule.is_open else _actor(request)
    if not rule.is_open and actor.role not in rule.roles:
        raise Forbidden(f"not for the role {actor.role}")
    checked = {name: _checked(name, value) for name, value in ids.items()}
    asked = Asked(request, rule, actor, checked)
    answer = view(asked, **checked)
    if request.method == "GET" and not rule.is_open:
        asked.all_was_read()  # after it: what may be asked stands nowhere but in the view, and reading changes nothing
    return answer if isinstance(answer, Response) else reply(request, answer)


def _actor(request: Any) -> Actor:
    """Whom the authorizer let in. Without an authorizer nobody is: then the answer is 401 and not a guess."""
    known = request.context.get("authorizer") or {}
    if not known.get("role") or not known.get("id"):
        raise Unauthorized("a valid token is needed")
    return Actor(role=known["role"], id=known["id"], merchant_id=known.get("merchant_id"))


def _checked(name: str, value: str) -> str:
    """An id of the path. None of ours holds a `%`, so it does not matter who decodes it."""
    value = unquote(value)
    if not _PATTERNS.get(name, _ID).fullmatch(value):
        wrong = FieldError(name, _WORDS.get(name, "is not an id"))
        raise InvalidRequest(f"{name}: {wrong.message}", errors=[wrong])
    return value
