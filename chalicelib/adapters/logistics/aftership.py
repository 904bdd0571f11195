"""AfterShip: pushes a tracking with all its checkpoints, signed in `aftership-hmac-sha256`.

The signature is the base64 of the HMAC-SHA256 of the body under the account's webhook secret; any 2xx is enough.
Checkpoints carry the carrier's own time, some with a zone, some without: then it is read where the checkpoint is, if
that country has one zone, else as UTC. Documents: aftership.com/docs/tracking.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

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

# Tags, and the sub-tags that say more than their tag.
CODES: Codes = {
    "Pending": ("announced", None),
    "InfoReceived": ("announced", None),
    "InTransit": ("in_transit", None),
    "OutForDelivery": ("out_for_delivery", None),
    "AttemptFail": ("exception", "attempted"),
    "Delivered": ("signed", None),
    "AvailableForPickup": ("out_for_delivery", "in_locker"),
    "Exception": ("exception", None),
    "Expired": ("exception", "no_scans"),
    **{f"Pending_{n:03}": ("announced", None) for n in range(1, 7)},
    "InfoReceived_001": ("announced", None),
    "InTransit_001": ("in_transit", None),
    "InTransit_002": ("picked_up", None),
    "InTransit_003": ("in_transit", None),
    "InTransit_004": ("in_transit", None),
    "InTransit_005": ("in_transit", "customs"),
    "InTransit_006": ("in_transit", "customs"),
    "InTransit_007": ("in_transit", None),
    "InTransit_008": ("in_transit", None),
    "InTransit_009": ("in_transit", "forwarded"),
    "OutForDelivery_001": ("out_for_delivery", None),
    "OutForDelivery_003": ("out_for_delivery", None),
    "OutForDelivery_004": ("out_for_delivery", None),
    "AttemptFail_001": ("exception", "attempted"),
    "AttemptFail_002": ("exception", "unreachable"),
    "AttemptFail_003": ("exception", "attempted"),
    "AvailableForPickup_001": ("out_for_delivery", "in_locker"),
    "Delivered_001": ("signed", None),
    "Delivered_002": ("signed", "in_locker"),
    "Delivered_003": ("signed", None),
    "Delivered_004": ("signed", None),
    "Delivered_005": ("signed", "by_proxy"),
    "Exception_001": ("exception", None),
    "Exception_002": ("exception", "wrong_address"),
    "Exception_003": ("refused", None),
    "Exception_004": ("exception", "customs"),
    "Exception_005": ("exception", "delayed"),
    "Exception_006": ("exception", "held"),
    "Exception_007": ("exception", "wrong_address"),
    "Exception_008": ("exception", "attempted"),
    "Exception_009": ("exception", "held"),
    "Exception_010": ("returning", None),
    "Exception_011": ("returned_to_sender", None),
    "Exception_012": ("damaged", None),
    "Exception_013": ("lost", None),
    "Exception_016": ("exception", "delayed"),
    "Exception_017": ("exception", "delayed"),
    "Exception_018": ("exception", "held"),
    "Expired_001": ("exception", "no_scans"),
}
CARRIERS: Mapping[str, str] = {
    "sf-express": "sf",
    "yto": "yto",
    "zto-express": "zto",
    "sto": "sto",
    "yunda-express": "yunda",
    "jtexpress-cn": "jt",
    "jd-express": "jd",
    "china-ems": "ems",
    "china-post": "china-post",
    "deppon": "deppon",
    "ups": "ups",
    "fedex": "fedex",
    "dhl": "dhl",
    "usps": "usps",
    "4px": "4px",
}
# Countries of one zone. A checkpoint elsewhere that does not say its zone is read as UTC.
ZONES: Mapping[str, ZoneInfo] = {
    country: ZoneInfo(zone)
    for country, zone in (
        ("CHN", "Asia/Shanghai"),
        ("HKG", "Asia/Hong_Kong"),
        ("TWN", "Asia/Taipei"),
        ("SGP", "Asia/Singapore"),
        ("JPN", "Asia/Tokyo"),
        ("KOR", "Asia/Seoul"),
        ("GBR", "Europe/London"),
        ("DEU", "Europe/Berlin"),
        ("FRA", "Europe/Paris"),
    )
}
ACKNOWLEDGEMENT: Mapping[str, Any] = {"received": True}
HEADER = "aftership-hmac-sha256"
URL = "https://api.aftership.com/tracking/2025-04"
EXISTS = 4003  # “tracking already exists”, in the answer's own words


def verify(secret: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """The pushed document. Raises SignatureInvalid, InvalidRequest."""
    given = {name.lower(): value for name, value in headers.items()}.get(HEADER, "")
    if not hmac.compare_digest(sign(body, secret).encode(), given.encode(errors="replace")):
        raise SignatureInvalid("the signature does not verify")
    return document_of(body)


def sign(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def read(document: Mapping[str, Any]) -> list[News]:
    """What one push tells; events that are about no scans (an estimate, say) tell nothing."""
    tracking = members(document.get("msg"), "msg")
    number = tracking.get("tracking_number")
    if not number:
        return []
    scans = [_scan(members(one, "checkpoints")) for one in listed(tracking.get("checkpoints"), "checkpoints")]
    code = text_of(tracking.get("subtag")) or text_of(tracking.get("tag"))
    if scans and code:
        scans.extend(_overall(max(scans, key=lambda one: one.at), code, text_of(tracking.get("tag"))))
    return [report((carrier_of(tracking.get("slug"), CARRIERS),), number, scans)]


def _scan(checkpoint: Mapping[str, Any]) -> Scan:
    tag = text_of(checkpoint.get("tag"))
    code = text_of(checkpoint.get("subtag")) or tag or "InTransit"
    zone = ZONES.get(text_of(checkpoint.get("country_iso3") or checkpoint.get("country_region")))
    at = instant(checkpoint.get("checkpoint_time") or checkpoint.get("created_at"), zone)
    place = text_of(checkpoint.get("location")) or text_of(checkpoint.get("city"))
    meant = meaning("aftership", code, CODES, tag or None)
    return scan(at, code, meant, text_of(checkpoint.get("message")), place)


def _overall(newest: Scan, code: str, tag: str) -> list[Scan]:
    """The tracking's own state, where it says more than its newest checkpoint does."""
    meant = meaning("aftership", code, CODES, tag)
    if meant[0] in (None, "announced", newest.state):
        return []
    return [scan(newest.at, f"tag {code}", meant)]


class AfterShip:
    """Follows waybills. A tracking that exists is as good as a new one."""

    def __init__(self, settings: calls.Settings, url: str = URL) -> None:
        self._settings, self._url = settings, url

    def carry_out(self, command: CarrierCommand) -> CarrierAnswer:
        slug = next((theirs for theirs, name in CARRIERS.items() if name == command.carrier), command.carrier)
        asked = {"tracking_number": command.waybill_no, "slug": slug}
        headers = {"as-api-key": self._settings()["api_key"]}
        answer = calls.send("aftership", "POST", f"{self._url}/trackings", asked, headers)
        code = members(answer.body.get("meta"), "meta").get("code")
        if answer.status in (200, 201) or code == EXISTS:
            return CarrierAnswer("done")
        if answer.status in calls.OURS:
            return calls.refused_us("aftership", answer)
        if answer.status in (400, 422):
            return CarrierAnswer("failed", "not_followed")
        return calls.unknown("aftership", answer)

    def find(self, command: CarrierCommand) -> CarrierAnswer:
        """To create it again is to ask for it."""
        return CarrierAnswer("never_seen")
