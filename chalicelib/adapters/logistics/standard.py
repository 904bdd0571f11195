"""Our own protocol with carriers, for those who speak it themselves (and the stand-in on one machine).

    POST /commands {command_no, kind, …}      GET /commands/{command_no}

answers `{command_no, state: done | accepted | failed, …}`; the same number does one thing and gets the same answer.
Pushes are Standard Webhooks: `parcel.scanned` with scans, or `command.done|failed` with what became of a command. An
answer counts only when it names our very number; a status alone is never a refusal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from chalicelib.adapters.logistics import calls
from chalicelib.adapters.logistics.reading import (
    carrier_of,
    document_of,
    instant,
    invalid,
    meaning,
    report,
    scan,
)
from chalicelib.adapters.signatures import verified
from chalicelib.domain.base import Instant
from chalicelib.domain.logistics import Proof
from chalicelib.domain.parcels import Slot
from chalicelib.domain.values import MAX_AMOUNT, Integer
from chalicelib.errors import InvalidRequest
from chalicelib.ports import CarrierAnswer, CommandTold
from chalicelib.telemetry import count, facts, log

if TYPE_CHECKING:
    from chalicelib.adapters.logistics.reading import (
        Codes,
    )
    from chalicelib.domain.logistics import CarrierCommand
    from chalicelib.domain.parcels import Scan
    from chalicelib.ports import News

CODES: Codes = {
    "announced": ("announced", None),
    "picked_up": ("picked_up", None),
    "in_transit": ("in_transit", None),
    "customs": ("in_transit", "customs"),
    "forwarded": ("in_transit", "forwarded"),
    "out_for_delivery": ("out_for_delivery", None),
    "in_locker": ("out_for_delivery", "in_locker"),
    "exception": ("exception", None),
    "delayed": ("exception", "delayed"),
    "attempted": ("exception", "attempted"),
    "unreachable": ("exception", "unreachable"),
    "wrong_address": ("exception", "wrong_address"),
    "held": ("exception", "held"),
    "damaged": ("damaged", None),
    "refused": ("refused", None),
    "intercepted": ("returning", None),
    "returning": ("returning", None),
    "returned_to_sender": ("returned_to_sender", None),
    "signed": ("signed", None),
    "signed_by_proxy": ("signed", "by_proxy"),
    "signed_from_locker": ("signed", "in_locker"),
    "lost": ("lost", None),
    "destroyed": ("lost", "destroyed"),
    "cancelled": ("cancelled", None),
}
# Why a carrier refuses a command. A reason that is not here is believed all the same, and is loud.
REASONS = frozenset(
    "no_courier slot_full out_of_area nobody_home goods_refused not_packed weather picked_up_already delivered_already "
    "cannot_be_stopped unknown_waybill unknown_booking no_proof_kept cancelled_by_sender not_followed "
    "claim_unfounded claim_late not_liable".split()
)
OUTCOMES: Mapping[str, Literal["done", "accepted", "failed"]] = {
    "done": "done",
    "accepted": "accepted",
    "failed": "failed",
}
ACKNOWLEDGEMENT: Mapping[str, Any] = {"received": True}

Short = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Words = Annotated[str, StringConstraints(max_length=2000)]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)


class StandardScan(_Shape):
    """One event; `code` is one of CODES, `event_id` the carrier's own number for it."""

    event_id: Short
    at: Instant
    code: Short
    text: Words = ""
    place: Words = ""


class Paid(_Shape):
    """What a carrier pays for a claim, in minor units of the currency that it was claimed in."""

    amount: Annotated[Integer, Field(ge=1, le=MAX_AMOUNT)]
    currency: Short


class StandardPush(_Shape):
    """Scans of a waybill (`parcel.scanned`, or `parcel.<code>` for a single one), or a command's outcome."""

    type: Annotated[str, StringConstraints(pattern=r"^(parcel|command)\.[a-z_]{1,40}$")]
    carrier: Short | None = None
    waybill_no: Short | None = None
    scans: Annotated[tuple[StandardScan, ...], Field(max_length=500)] = ()
    event_id: Short | None = None
    at: Instant | None = None
    text: Words = ""
    place: Words = ""
    command_no: Short | None = None
    reason: Short | None = None
    slot: Slot | None = None
    proof: Proof | None = None
    paid: Paid | None = None


def verify(secret: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """The pushed document. Raises SignatureInvalid, InvalidRequest."""
    verified([secret] if secret.startswith("whsec_") else [], body, headers)
    return document_of(body)


def read(document: Mapping[str, Any]) -> list[News]:
    """What one push tells. Raises InvalidRequest."""
    try:
        push = StandardPush.model_validate(document)
    except ValidationError as error:
        raise invalid(error) from None
    kind, _, what = push.type.partition(".")
    if kind == "command":
        if push.command_no is None or what not in OUTCOMES:
            raise InvalidRequest("a command's news names its command_no, and that it is done, accepted or failed")
        told = {**push.model_dump(exclude_none=True), "state": what}
        return [CommandTold(push.command_no, _answer(told, push.slot, push.proof, push.paid))]
    if push.carrier is None or push.waybill_no is None:
        raise InvalidRequest("scans name their carrier and waybill_no")
    scans = list(push.scans)
    if what != "scanned":
        if push.at is None:
            raise InvalidRequest("a single scan names when it was")
        one = {"event_id": push.event_id or what, "at": push.at, "code": what}
        scans.append(StandardScan(**one, text=push.text, place=push.place))
    return [report((carrier_of(push.carrier, {}),), push.waybill_no, [_scan(one) for one in scans])]


def _scan(one: StandardScan) -> Scan:
    meant = meaning("standard", one.code, CODES)
    return scan(instant(one.at.isoformat()), one.code, meant, one.text, one.place, one.event_id)


class StandardCarrier:
    """One carrier system. Never raises for what it does."""

    def __init__(self, settings: calls.Settings, url: str) -> None:
        self._settings, self._url = settings, url.rstrip("/")

    def carry_out(self, command: CarrierCommand) -> CarrierAnswer:
        named = {
            "command_no", "kind", "booking_no", "carrier", "waybill_no", "slot", "sender", "receiver", "claim"
        }  # fmt: skip
        asked = command.model_dump(mode="json", include=named, exclude_none=True)
        return self._told("POST", "/commands", command, asked)

    def find(self, command: CarrierCommand) -> CarrierAnswer:
        return self._told("GET", f"/commands/{quote(command.command_no, safe='')}", command)

    def _told(self, method: str, path: str, command: CarrierCommand, asked: object = None) -> CarrierAnswer:
        headers = {"authorization": f"Bearer {self._settings()['api_key']}"}
        answer = calls.send("standard", method, self._url + path, asked, headers)
        body = answer.body
        if body.get("command_no") == command.command_no:
            if answer.status == 404 and body.get("code") == "never_seen":
                return CarrierAnswer("never_seen")
            if body.get("state") in OUTCOMES and (answer.status < 300 or body["state"] == "failed"):
                return _believed(body)
        if answer.status in calls.OURS or answer.status in (400, 409, 422):
            return calls.refused_us("standard", answer)
        return calls.unknown("standard", answer)


class _Told(_Shape):
    slot: Slot | None = None
    proof: Proof | None = None
    paid: Paid | None = None


def _believed(body: Mapping[str, Any]) -> CarrierAnswer:
    try:
        told = _Told.model_validate({name: body.get(name) for name in ("slot", "proof", "paid")})
        return _answer(body, told.slot, told.proof, told.paid)
    except (ValidationError, InvalidRequest):
        log.error("a carrier's answer names what cannot be", extra=facts(provider="standard"))
        count("CarrierRefusesUs")
        return CarrierAnswer("unknown", "unreadable")


def _answer(said: Mapping[str, Any], slot: Slot | None, proof: Proof | None, paid: Paid | None = None) -> CarrierAnswer:
    outcome = OUTCOMES[str(said["state"])]
    reason = str(said.get("reason") or "no_reason")[:64] if outcome == "failed" else None
    if reason is not None and reason not in REASONS:
        log.error("a carrier gave a reason that is not in our table", extra=facts(provider="standard"))
        count("CarrierCodeUnknown")
    carrier, number = carrier_of(said.get("carrier"), {}) or None, said.get("waybill_no")
    if number is not None:
        [checked] = [report((carrier or "",), number, [])]
        number = checked.waybill_no
    money = (paid.amount, paid.currency) if paid else (None, None)
    return CarrierAnswer(outcome, reason, carrier, number, slot, proof, *money)
