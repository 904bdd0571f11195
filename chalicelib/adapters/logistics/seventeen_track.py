"""17TRACK: pushes a tracking with the events of all its carriers, signed in `sign`.

The signature is the SHA-256 of the body, a slash and the account's key, in hexadecimal; the same key opens its API.
Every event carries its time in UTC. Any 200 is enough. Documents: api.17track.net.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.logistics import calls
from chalicelib.adapters.logistics.reading import (
    carrier_of,
    document_of,
    instant,
    listed,
    meaning,
    members,
    report,
    scan,
    text_of,
)
from chalicelib.errors import SignatureInvalid
from chalicelib.ports import CarrierAnswer

if TYPE_CHECKING:
    from chalicelib.adapters.logistics.reading import (
        Codes,
    )
    from chalicelib.domain.logistics import CarrierCommand
    from chalicelib.domain.parcels import Scan
    from chalicelib.ports import News

# Main and sub-statuses of a tracking, and the stages of its events.
CODES: Codes = {
    "NotFound": ("announced", None),
    "NotFound_Other": ("announced", None),
    "NotFound_InvalidCode": ("announced", None),
    "InfoReceived": ("announced", None),
    "InTransit": ("in_transit", None),
    "InTransit_PickedUp": ("picked_up", None),
    "InTransit_Other": ("in_transit", None),
    "InTransit_Departure": ("in_transit", None),
    "InTransit_Arrival": ("in_transit", None),
    "InTransit_CustomsProcessing": ("in_transit", "customs"),
    "InTransit_CustomsReleased": ("in_transit", "customs"),
    "InTransit_CustomsRequiringInformation": ("exception", "customs"),
    "Expired": ("exception", "no_scans"),
    "Expired_Other": ("exception", "no_scans"),
    "AvailableForPickup": ("out_for_delivery", "in_locker"),
    "AvailableForPickup_Other": ("out_for_delivery", "in_locker"),
    "OutForDelivery": ("out_for_delivery", None),
    "OutForDelivery_Other": ("out_for_delivery", None),
    "DeliveryFailure": ("exception", "attempted"),
    "DeliveryFailure_Other": ("exception", "attempted"),
    "DeliveryFailure_NoBody": ("exception", "unreachable"),
    "DeliveryFailure_Security": ("exception", "held"),
    "DeliveryFailure_Rejected": ("refused", None),
    "DeliveryFailure_InvalidAddress": ("exception", "wrong_address"),
    "Delivered": ("signed", None),
    "Delivered_Other": ("signed", None),
    "Exception": ("exception", None),
    "Exception_Other": ("exception", None),
    "Exception_Returning": ("returning", None),
    "Exception_Returned": ("returned_to_sender", None),
    "Exception_NoBody": ("exception", "unreachable"),
    "Exception_Security": ("exception", "held"),
    "Exception_Damage": ("damaged", None),
    "Exception_Rejected": ("refused", None),
    "Exception_Delayed": ("exception", "delayed"),
    "Exception_Lost": ("lost", None),
    "Exception_Destroyed": ("lost", "destroyed"),
    "Exception_Cancel": ("cancelled", None),
    "PickedUp": ("picked_up", None),
    "Departure": ("in_transit", None),
    "Arrival": ("in_transit", None),
    "Returning": ("returning", None),
    "Returned": ("returned_to_sender", None),
}
CARRIERS: Mapping[str, str] = {
    "100001": "dhl",
    "100002": "ups",
    "100003": "fedex",
    "100012": "sf",
    "21051": "usps",
    "3011": "china-post",
    "3013": "ems",
    "190094": "4px",
}
ACKNOWLEDGEMENT: Mapping[str, Any] = {"received": True}
HEADER = "sign"
URL = "https://api.17track.net/track/v2.2"
REGISTERED = -18019901  # “has been registered”


def verify(key: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """The pushed document. Raises SignatureInvalid, InvalidRequest."""
    given = {name.lower(): value for name, value in headers.items()}.get(HEADER, "")
    if not hmac.compare_digest(sign(body, key).encode(), given.lower().encode(errors="replace")):
        raise SignatureInvalid("the signature does not verify")
    return document_of(body)


def sign(body: bytes, key: str) -> str:
    return hashlib.sha256(body + b"/" + key.encode()).hexdigest()


def read(document: Mapping[str, Any]) -> list[News]:
    """What one push tells; `TRACKING_STOPPED` tells nothing of the parcel."""
    data = members(document.get("data"), "data")
    info = members(data.get("track_info"), "track_info")
    number = data.get("number")
    if not number or not info:
        return []
    providers = listed(members(info.get("tracking"), "tracking").get("providers"), "providers")
    names, scans = [], []
    for one in providers:
        provider = members(one, "providers")
        names.append(members(provider.get("provider"), "provider").get("key"))
        scans += [_scan(members(event, "events")) for event in listed(provider.get("events"), "events")]
    scans += _latest(info)
    carriers = tuple(_carrier(name) for name in (*names, data.get("carrier")))
    return [report(carriers, number, scans)]


def _scan(event: Mapping[str, Any], code: str | None = None, coarse: str | None = None) -> Scan:
    stage = text_of(event.get("stage"))
    code = code or text_of(event.get("sub_status")) or stage or "InTransit"
    at = instant(event.get("time_utc") or event.get("time_iso"))
    meant = meaning("seventeen_track", code, CODES, coarse or stage or None)
    return scan(at, code, meant, text_of(event.get("description")), text_of(event.get("location")))


def _latest(info: Mapping[str, Any]) -> list[Scan]:
    """The tracking's own status says more than its newest event's stage: refused, lost, on the way back."""
    event = members(info.get("latest_event"), "latest_event")
    status = members(info.get("latest_status"), "latest_status")
    code = text_of(status.get("sub_status")) or text_of(status.get("status"))
    if not event or not code:
        return []
    return [_scan(event, code, text_of(status.get("status")))]


def _carrier(key: object) -> str:
    """Carriers are numbers there; one that we have no name for keeps its number."""
    if key in (None, "", 0):
        return ""
    name = carrier_of(key, CARRIERS)
    return f"17track-{name}" if name.isdigit() else name


class SeventeenTrack:
    """Follows waybills. A number that is registered already is as good as a new one."""

    def __init__(self, settings: calls.Settings, url: str = URL) -> None:
        self._settings, self._url = settings, url

    def carry_out(self, command: CarrierCommand) -> CarrierAnswer:
        key = next((int(theirs) for theirs, name in CARRIERS.items() if name == command.carrier), None)
        asked = [{"number": command.waybill_no} | ({"carrier": key} if key else {})]
        headers = {"17token": self._settings()["key"]}
        answer = calls.send("seventeen_track", "POST", f"{self._url}/register", asked, headers)
        data = members(answer.body.get("data"), "data")
        if answer.status == 200 and listed(data.get("accepted"), "accepted"):
            return CarrierAnswer("done")
        for one in listed(data.get("rejected"), "rejected"):
            code = members(members(one, "rejected").get("error"), "error").get("code")
            return CarrierAnswer("done") if code == REGISTERED else CarrierAnswer("failed", "not_followed")
        if answer.status in calls.OURS:
            return calls.refused_us("seventeen_track", answer)
        return calls.unknown("seventeen_track", answer)

    def find(self, command: CarrierCommand) -> CarrierAnswer:
        """To register it again is to ask for it."""
        return CarrierAnswer("never_seen")
