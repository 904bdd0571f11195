"""What the readers of all carrier systems share: documents, instants, identities, and codes that nobody knows."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.domain.lifecycles import ParcelState
from chalicelib.domain.parcels import Detail, Scan, tidy
from chalicelib.errors import FieldError, InvalidRequest
from chalicelib.ports import Report
from chalicelib.telemetry import count, facts, log

if TYPE_CHECKING:
    from pydantic import ValidationError

    from chalicelib.domain.carriers import System

Meaning = tuple[ParcelState, Detail | None]
Codes = Mapping[str, Meaning]

MOST_SCANS = 500  # of one push
LONGEST_TEXT, LONGEST_PLACE, LONGEST_CODE = 200, 100, 64
SHANGHAI = ZoneInfo("Asia/Shanghai")
# Carriers write the courier's telephone number into their words. Waybills are as long, but stand elsewhere.
_PHONE = re.compile(r"\+?\d[\d -]{5,}\d")
_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9-]{3,39}")
_CARRIER = re.compile(r"[^a-z0-9_-]+")


def refused(field: str, message: str) -> InvalidRequest:
    return InvalidRequest(f"{field}: {message}", errors=[FieldError(field, message)])


def document_of(raw: bytes | str) -> dict[str, Any]:
    """A JSON object. Raises InvalidRequest."""
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        raise refused("body", "not JSON") from None
    if not isinstance(said, dict):
        raise refused("body", "not a JSON object")
    return said


def instant(text: object, zone: ZoneInfo | None = None) -> datetime:
    """An instant of a carrier; `zone` is where a time without one was read. Raises InvalidRequest."""
    try:
        at = datetime.fromisoformat(str(text))
        at = at if at.tzinfo is not None else at.replace(tzinfo=zone or UTC)
        # Clocks that are changed back say an hour twice; of both we take the first, every time.
        at = at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)
    except (ValueError, OverflowError):
        raise refused("time", "not a time") from None
    if not 1970 <= at.year <= 2200:
        raise refused("time", "between 1970 and 2200")
    return at


def meaning(system: System, code: str, codes: Codes, coarse: str | None = None) -> Meaning | tuple[None, None]:
    """What a code means; of one that the table does not know, what its coarse code means, loudly; else nothing."""
    known = codes.get(code)
    if known is not None:
        return known
    log.error("a carrier system used a code that is not in our table", extra=facts(provider=system, code=code[:32]))
    count("CarrierCodeUnknown")
    return codes.get(coarse, (None, None)) if coarse is not None else (None, None)


def scan(
    at: datetime, code: str, meant: Meaning | tuple[None, None], text: str = "", place: str = "", own_id: str = ""
) -> Scan:
    """A scan whose identity is what it says: systems push the whole history again and again, most without ids."""
    state, detail = meant
    told = "\n".join((at.isoformat(), code, text, place, own_id))
    return Scan(
        event=hashlib.sha256(told.encode(errors="replace")).hexdigest()[:24],
        at=at,
        state=state,
        detail=detail,
        code=_clean(code, LONGEST_CODE),
        text=_clean(_PHONE.sub("…", text), LONGEST_TEXT),
        place=_clean(place, LONGEST_PLACE),
    )


def report(carriers: tuple[str, ...], number: object, scans: list[Scan]) -> Report:
    """Raises InvalidRequest for what is no waybill's number, or far too long a history."""
    waybill_no = tidy(str(number))
    if not _NUMBER.fullmatch(waybill_no):
        raise refused("number", "is not a waybill's number")
    if len(scans) > MOST_SCANS:
        raise refused("scans", f"at most {MOST_SCANS}")
    names = tuple(dict.fromkeys(filter(None, carriers)))
    if not names:
        raise refused("carrier", "is not named")
    return Report(names, waybill_no, tuple(scans))


def carrier_of(name: object, known: Mapping[str, str]) -> str:
    """Our name of a carrier; one that we have no name for keeps its own. Empty when there is none."""
    given = str(name).strip().lower() if name is not None else ""
    return known.get(given) or _CARRIER.sub("-", given).strip("-_")[:32]


def listed(thing: object, field: str) -> list[Any]:
    """Raises InvalidRequest for what is no list; nothing is an empty one."""
    if thing is None:
        return []
    if not isinstance(thing, list):
        raise refused(field, "not a list")
    return thing


def members(thing: object, field: str) -> Mapping[str, Any]:
    """Raises InvalidRequest for what is no object; nothing is an empty one."""
    if thing is None:
        return {}
    if not isinstance(thing, dict):
        raise refused(field, "not an object")
    return thing


def text_of(thing: object) -> str:
    return "" if thing is None else str(thing).strip()


def invalid(error: ValidationError) -> InvalidRequest:
    """The fields that are wrong, without what was sent."""
    wrong = [FieldError(".".join(map(str, bad["loc"])), bad["msg"]) for bad in error.errors(include_input=False)[:20]]
    return InvalidRequest(f"{wrong[0].field or 'body'}: {wrong[0].message}", errors=wrong)


def _clean(text: str, longest: int) -> str:
    """Half characters would not be stored, and endless words not be read."""
    return text.encode(errors="replace").decode()[:longest]
