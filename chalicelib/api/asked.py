"""One request, as the routes want to see it: who asks, for what, under which key; checked when it is read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, get_origin

from pydantic import BaseModel, ValidationError

from chalicelib import wiring
from chalicelib.errors import (
    BodyTooLarge,
    FieldError,
    IdempotencyKeyMissing,
    InvalidRequest,
    UnsupportedMediaType,
)
from chalicelib.usecases import steps
from chalicelib.usecases.invalid import invalid_request

if TYPE_CHECKING:
    from chalicelib.api.access import Rule
    from chalicelib.domain.actors import Actor
    from chalicelib.ports import Ports

Shape = TypeVar("Shape", bound=BaseModel)
LIMIT, MOST = 20, 100  # lines of a list, unless asked for fewer or more; and at most

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_TAG = re.compile(r'"(\d{1,12})"')
_JSON = re.compile(r'application/json(\s*;\s*charset="?utf-8"?)?\s*', re.IGNORECASE)


class Asked:
    """`request` is Chalice's; `ids` are the checked values of the path."""

    def __init__(self, request: Any, rule: Rule, actor: Actor, ids: Mapping[str, str]) -> None:
        self.actor = actor
        self.gateway = request  # what the answer's headers depend on
        self._request, self._rule, self._ids = request, rule, ids
        self._read: set[str] = set()

    @property
    def ports(self) -> Ports:
        return wiring.ports()

    @property
    def headers(self) -> Mapping[str, str]:
        headers: Mapping[str, str] = self._request.headers
        return headers

    @cached_property
    def raw(self) -> bytes:
        """The body as it was sent. Raises BodyTooLarge."""
        raw: bytes = self._request.raw_body
        if len(raw) > self._rule.largest:
            raise BodyTooLarge(f"at most {self._rule.largest} bytes", maximum=self._rule.largest)
        return raw

    def body(self, shape: type[Shape]) -> Shape:
        """The body as what it should be. Raises InvalidRequest that names the fields."""
        _ = self._document
        try:
            return shape.model_validate_json(self.raw)
        except ValidationError as error:
            raise invalid_request(error) from None

    @cached_property
    def request(self) -> steps.Request:
        """For use cases that remember their answers: the key, and the fingerprint of all that makes this request."""
        path = self._request.path.format(**self._ids)
        return steps.Request.of(
            self.actor,
            self._key,
            self._request.method,
            path,
            self._document if self.raw else None,  # some acts need no words
            if_match=_versions(self.headers.get("if-match")),
        )

    @property
    def _key(self) -> str | None:
        key = self.headers.get("idempotency-key")
        if key is None:
            if self._rule.key:
                wrong = FieldError("Idempotency-Key", "needed: 1 to 255 visible ASCII characters, new for each act")
                raise IdempotencyKeyMissing(f"{wrong.field} is {wrong.message}", errors=[wrong])
            return None
        if not _KEY.fullmatch(key):
            raise _wrong("Idempotency-Key", "1 to 255 visible ASCII characters")
        return key

    @cached_property
    def _document(self) -> Any:
        """The body as plain data: for the fingerprint, and to refuse what two readers would understand differently."""
        if not _JSON.fullmatch(self.headers.get("content-type") or "application/json"):
            raise UnsupportedMediaType("send application/json in UTF-8")
        try:
            return json.loads(self.raw.decode(), object_pairs_hook=_once, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            said = str(error) if isinstance(error, _Ambiguous) else "not JSON"
            raise _wrong("body", said) from None

    def page(self) -> tuple[int, str | None]:
        """How many lines of a list, and from where."""
        return self.number("limit", MOST) or LIMIT, self.query("cursor")

    def number(self, name: str, most: int) -> int | None:
        text = self.query(name)
        if text is None:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= most:
            raise _wrong(name, f"a whole number, 1 to {most}", {"minimum": 1, "maximum": most})
        return int(text)

    def query(self, name: str) -> str | None:
        """A query parameter that may come once."""
        self._read.add(name)
        given = self._request.query_params
        values = given.getlist(name) if given is not None and name in given else []
        if len(values) > 1:
            raise _wrong(name, "may stand once")
        return str(values[0]) if values else None

    def parameters(self, shape: type[Shape]) -> Shape:
        """All query parameters as what they should be; a list's come one by one or with commas between.

        Raises InvalidRequest, also for a name that is not known: a filter that is passed over finds too much.
        """
        given = self._request.query_params
        self._read.update(given or ())
        several = {field.alias or name for name, field in shape.model_fields.items() if _is_list(field.annotation)}
        sent: dict[str, Any] = {}
        for name in given or ():
            values = given.getlist(name)
            sent[name] = (
                [part for value in values for part in value.split(",")] if name in several else self.query(name)
            )
        try:
            return shape.model_validate(sent)
        except ValidationError as error:
            raise invalid_request(error) from None

    def all_was_read(self) -> None:
        """Raises InvalidRequest for a query parameter that nobody asked for: a filter that is passed over finds too
        much."""
        for name in sorted(set(self._request.query_params or ()) - self._read):
            known = sorted(self._read)
            shown = name[:100].encode(errors="replace").decode()
            raise _wrong(shown, f"one of {', '.join(known)}" if known else "nothing may be asked here")

    def one_of(self, name: str, known: tuple[str, ...]) -> Any:
        value = self.query(name)
        if value is not None and value not in known:
            raise _wrong(name, f"one of {', '.join(known)}", {"allowed": list(known)})
        return value


class _Ambiguous(ValueError):
    """Raised for JSON that says two things at once, or no number."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        # A name may hold half a character, which no answer could carry.
        raise _Ambiguous(f"{twice[:100].encode(errors='replace').decode()} stands more than once")
    return document


def _no_number(constant: str) -> Any:
    raise _Ambiguous(f"{constant} is not JSON")


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple


def _versions(tags: str | None) -> frozenset[int] | None:
    """The versions in an If-Match header (None: any will do). Tags that we never gave out match nothing."""
    if tags is None or tags.strip() == "*":
        return None
    return frozenset(int(match[1]) for part in tags.split(",") if (match := _TAG.fullmatch(part.strip())))


def _wrong(field: str, message: str, limits: Mapping[str, Any] | None = None) -> InvalidRequest:
    return InvalidRequest(f"{field}: {message}", errors=[FieldError(field, message, limits)])
