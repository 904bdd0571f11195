"""The provider's bill of a day, read page by page with a key that moves no money.

    GET /bill?day=2026-11-22&cursor=…      409 `bill_not_ready` while there is none
    {"refund_no", "reference", "payment_id", "amount", "currency", "state": "settled" | "reversed", "settled_at"}
    {"page": {"day", "zone", "rows", "next"}}

A JSON line for each movement, whole minor units, and a last line that closes the page. A page without it was cut off:
taken for whole, it would call everything missing that stood behind. A line that is no row is handed on as unreadable;
nothing is guessed, rounded or left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError

from chalicelib.adapters.payments.standard import StandardProvider
from chalicelib.domain.bills import BillRow, Unreadable
from chalicelib.domain.money import EXPONENTS
from chalicelib.domain.values import MAX_AMOUNT
from chalicelib.errors import Fault, TransientFault
from chalicelib.telemetry import count, facts, log

if TYPE_CHECKING:
    from chalicelib.adapters.secrets import Secrets
    from chalicelib.domain.bills import BillLine, Moved
    from chalicelib.domain.refunds import Refund
    from chalicelib.ports import ProviderAnswer

PAGE = 5000  # lines that we ask for at once: a megabyte and a half
LARGEST_PAGE = 16 * 1024 * 1024  # bytes
MOST_PAGES = 10_000  # a provider whose pages never end must not hold us for ever
TIMEOUT = urllib3.Timeout(connect=2, read=30)
EXCERPT = 200  # characters of a line that cannot be read
_NUMBER = re.compile(r'"refund_no"\s*:\s*"([A-Za-z0-9][A-Za-z0-9._:@-]{0,127})"')
_TEXTS = ("refund_no", "reference", "payment_id")
_STATES: dict[str, Moved] = {"settled": "settled", "reversed": "reversed"}


class StandardBills:
    """`zone` is the provider's: a bill in another one is of other days, and is refused."""

    def __init__(self, url: str, secret: Secrets, zone: str) -> None:
        self._url, self._secret, self.zone = url.rstrip("/"), secret, zone
        self._provider = StandardProvider(url, secret)
        # No retries of urllib3's own: the clock comes again, and a run that breaks off has changed nothing.
        self._pool = urllib3.PoolManager(retries=False, timeout=TIMEOUT, maxsize=1)

    def find(self, refund: Refund) -> ProviderAnswer:
        return self._provider.find(refund)

    def read(self, day: date) -> Iterator[BillLine] | None:
        """The lines of the day; None while there is no bill. Raises TransientFault, Fault for a bill of another day."""
        first = self._page(day, None)
        return None if first is None else self._lines(day, first)

    def _lines(self, day: date, page: list[str]) -> Iterator[BillLine]:
        for _ in range(MOST_PAGES):
            cursor = self._closed(day, page)
            yield from map(read_line, page[:-1])
            if cursor is None:
                return
            following = self._page(day, cursor)
            if following is None:
                raise TransientFault("the provider's bill went away while it was read")
            page = following
        raise Fault("the provider's bill has no end")

    def _closed(self, day: date, page: list[str]) -> str | None:
        """The next page's cursor. Raises TransientFault for a page that was cut off."""
        told = _object(page[-1]).get("page") if page else None
        if not isinstance(told, dict) or told.get("rows") != len(page) - 1:
            raise TransientFault("a page of the provider's bill is not whole")
        if (told.get("day"), told.get("zone")) != (day.isoformat(), self.zone):
            raise Fault(f"the provider's bill is not of {day} in {self.zone}: see the setting PAYMENT_ZONE")
        cursor = told.get("next")
        if cursor is not None and not (isinstance(cursor, str) and cursor):
            raise TransientFault("a page of the provider's bill does not say what follows")
        return cursor

    def _page(self, day: date, cursor: str | None) -> list[str] | None:
        """The page's lines; None while there is no bill."""
        query = {"day": day.isoformat(), "limit": str(PAGE), **({"cursor": cursor} if cursor else {})}
        path = f"/bill?{urlencode(query)}"
        status, content = self._send(path)
        if status in (401, 403) and self._secret.refused():  # it may have been rotated
            status, content = self._send(path)
        if status == 409 and _object(content.decode(errors="replace")).get("code") == "bill_not_ready":
            return None
        if status != 200:
            log.error("the provider gives no bill", extra=facts(provider="standard", status_code=status))
            count("BillRefused", status=str(status))
            raise TransientFault(f"the provider's bill: HTTP {status}")
        # Not `splitlines`, which also divides at characters that a text may hold.
        return [line for line in content.decode(errors="replace").replace("\r\n", "\n").split("\n") if line.strip()]

    def _send(self, path: str) -> tuple[int, bytes]:
        headers = {"authorization": f"Bearer {self._secret.read()['api_key']}", "accept": "application/jsonl"}
        try:
            answer = self._pool.request(
                "GET", self._url + path, headers=headers, redirect=False, preload_content=False, decode_content=True
            )
            content = answer.read(LARGEST_PAGE + 1)
            answer.release_conn()
        except (HTTPError, OSError) as error:
            raise TransientFault(f"the provider's bill: {type(error).__name__}") from error
        if len(content) > LARGEST_PAGE:
            raise Fault("a page of the provider's bill is larger than any should be")
        return answer.status, content


def read_line(text: str) -> BillLine:
    """A row, or what is wrong with the line. Amounts are whole numbers as they stand there, never by way of a float."""
    try:
        return _row(json.loads(text, object_pairs_hook=_once, parse_float=_no_float, parse_constant=_no_float))
    except _Wrong as wrong:
        because = str(wrong)
    except (ValueError, RecursionError):
        because = "is not JSON"
    found = _NUMBER.search(text)
    return Unreadable(_excerpt(text), because, found[1] if found else "")


def _row(line: Any) -> BillRow:
    if not isinstance(line, dict):
        raise _Wrong("is no object")
    for name in _TEXTS:
        value = line.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= 128:
            raise _Wrong(f"{name} is missing")
    amount, currency, state = line.get("amount"), line.get("currency"), line.get("state")
    if isinstance(amount, bool) or not isinstance(amount, int) or not 0 < amount <= MAX_AMOUNT:
        raise _Wrong("amount is no whole number of minor units")
    if not isinstance(currency, str) or currency not in EXPONENTS:
        raise _Wrong("currency is none")
    if not isinstance(state, str) or state not in _STATES:
        raise _Wrong("state is neither settled nor reversed")
    refund_no, reference, payment_id = (str(line[name]) for name in _TEXTS)
    at = _instant(line.get("settled_at"))
    return BillRow(refund_no, reference, payment_id, amount, currency, _STATES[state], at)


def _instant(value: object) -> datetime:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        if at is not None and at.tzinfo is not None and 1970 < at.year < 2200:
            return at.astimezone(UTC)
    except ValueError:
        pass
    raise _Wrong("settled_at is no instant with its offset")


class _Wrong(ValueError):
    """Raised for a line that is no row; says why."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    line = dict(pairs)
    if len(line) != len(pairs):
        raise _Wrong("a name stands more than once")
    return line


def _no_float(text: str) -> NoReturn:
    raise _Wrong("a number is not whole")


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _excerpt(text: str) -> str:
    """The line's beginning, with what no cell of a table should hold written out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:EXCERPT])
