"""Pushes as carrier systems really send them: each system's own document, codes, times and signature.

A history is told in our standard codes; the tables here say what each system calls them. They are written from the
systems' documents and not from our adapters, so that a test between the two says something.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from local.standins.signatures import signed

BEIJING = ZoneInfo("Asia/Shanghai")

KUAIDI100 = {
    "announced": "101",
    "picked_up": "103",
    "in_transit": "1002",
    "out_for_delivery": "5",
    "in_locker": "501",
    "delayed": "208",
    "attempted": "204",
    "damaged": "209",
    "refused": "203",
    "returning": "6",
    "returned_to_sender": "4",
    "signed": "301",
    "signed_by_proxy": "303",
    "cancelled": "401",
}
AFTERSHIP = {
    "announced": "InfoReceived_001",
    "picked_up": "InTransit_002",
    "in_transit": "InTransit_003",
    "out_for_delivery": "OutForDelivery_001",
    "in_locker": "AvailableForPickup_001",
    "delayed": "Exception_005",
    "attempted": "AttemptFail_001",
    "damaged": "Exception_012",
    "refused": "Exception_003",
    "returning": "Exception_010",
    "returned_to_sender": "Exception_011",
    "lost": "Exception_013",
    "signed": "Delivered_003",
    "signed_by_proxy": "Delivered_005",
}
SEVENTEEN_TRACK = {
    "announced": "InfoReceived",
    "picked_up": "InTransit_PickedUp",
    "in_transit": "InTransit_Departure",
    "out_for_delivery": "OutForDelivery_Other",
    "in_locker": "AvailableForPickup_Other",
    "delayed": "Exception_Delayed",
    "attempted": "DeliveryFailure_Other",
    "damaged": "Exception_Damage",
    "refused": "Exception_Rejected",
    "returning": "Exception_Returning",
    "returned_to_sender": "Exception_Returned",
    "lost": "Exception_Lost",
    "signed": "Delivered_Other",
    "cancelled": "Exception_Cancel",
}
# What each system calls a carrier.
COMPANIES: Mapping[str, Mapping[str, Any]] = {
    "kuaidi100": {"sf": "shunfeng", "yto": "yuantong", "ups": "ups"},
    "aftership": {"sf": "sf-express", "yto": "yto", "ups": "ups"},
    "seventeen_track": {"sf": 100012, "yto": 190157, "ups": 100002},
}


@dataclass(frozen=True)
class Event:
    """One scan: its number, when it was, what it was in our standard codes, and where."""

    event_id: str
    at: datetime
    code: str
    text: str = ""
    place: str = ""


@dataclass(frozen=True)
class Push:
    body: bytes
    headers: Mapping[str, str]


def push(system: str, secret: str, carrier: str, waybill_no: str, events: Sequence[Event], at: datetime) -> Push:
    """The whole history in a system's own words, signed as it signs. Raises ValueError for what it has no word for."""
    try:
        return _WRITERS[system](secret, carrier, waybill_no, sorted(events, key=lambda one: one.at), at)
    except KeyError as missing:
        raise ValueError(f"{system} has no word for {missing}") from None


def standard(secret: str, document: Mapping[str, Any], message_id: str, at: datetime) -> Push:
    """Any document of the standard protocol, signed."""
    text = json.dumps(document, ensure_ascii=False)
    return Push(text.encode(), signed(secret, message_id, text, at))


def _standard(secret: str, carrier: str, waybill_no: str, events: Sequence[Event], at: datetime) -> Push:
    scans = [
        {
            "event_id": one.event_id,
            "at": one.at.astimezone(UTC).isoformat(),
            "code": one.code,
            "text": one.text,
            "place": one.place,
        }
        for one in events
    ]
    document = {"type": "parcel.scanned", "carrier": carrier, "waybill_no": waybill_no, "scans": scans}
    return standard(secret, document, f"msg_{waybill_no}_{len(events)}", at)


def _kuaidi100(secret: str, carrier: str, waybill_no: str, events: Sequence[Event], at: datetime) -> Push:
    company = COMPANIES["kuaidi100"].get(carrier, carrier)
    data = [
        {
            "time": f"{one.at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}",
            "ftime": f"{one.at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}",
            "context": one.text,
            "areaName": one.place,
            "statusCode": KUAIDI100[one.code],
        }
        for one in reversed(events)
    ]
    over = events[-1].code in ("signed", "signed_by_proxy", "returned_to_sender")
    state = KUAIDI100[events[-1].code]
    document = {
        "status": "shutdown" if over else "polling",
        "message": "",
        "lastResult": {
            "message": "ok",
            "nu": waybill_no,
            "com": company,
            "state": state,
            "status": "200",
            "data": data,
        },
    }
    param = json.dumps(document, ensure_ascii=False)
    sign = hashlib.md5((param + secret).encode(), usedforsecurity=False).hexdigest().upper()
    body = urlencode({"param": param, "sign": sign}).encode()
    return Push(body, {"content-type": "application/x-www-form-urlencoded; charset=utf-8"})


def _aftership(secret: str, carrier: str, waybill_no: str, events: Sequence[Event], at: datetime) -> Push:
    checkpoints = [
        {
            "slug": COMPANIES["aftership"].get(carrier, carrier),
            "checkpoint_time": one.at.isoformat(),
            "created_at": at.isoformat(),
            "message": one.text,
            "location": one.place,
            "tag": AFTERSHIP[one.code].partition("_")[0],
            "subtag": AFTERSHIP[one.code],
        }
        for one in events
    ]
    latest = AFTERSHIP[events[-1].code]
    message = {
        "tracking_number": waybill_no,
        "slug": COMPANIES["aftership"].get(carrier, carrier),
        "tag": latest.partition("_")[0],
        "subtag": latest,
        "checkpoints": checkpoints,
    }
    document = {"event": "tracking_update", "event_id": f"{waybill_no}-{len(events)}", "ts": int(at.timestamp())}
    body = json.dumps({**document, "msg": message}, ensure_ascii=False).encode()
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    return Push(body, {"content-type": "application/json", "aftership-hmac-sha256": signature})


def _seventeen_track(secret: str, carrier: str, waybill_no: str, events: Sequence[Event], at: datetime) -> Push:
    def written(one: Event) -> dict[str, Any]:
        return {
            "time_utc": f"{one.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "description": one.text,
            "location": one.place,
            "stage": None,
            "sub_status": SEVENTEEN_TRACK[one.code],
        }

    key = COMPANIES["seventeen_track"].get(carrier, 0)
    latest = SEVENTEEN_TRACK[events[-1].code]
    info = {
        "latest_status": {"status": latest.partition("_")[0], "sub_status": latest},
        "latest_event": written(events[-1]),
        "tracking": {"providers": [{"provider": {"key": key}, "events": [written(one) for one in reversed(events)]}]},
    }
    document = {"event": "TRACKING_UPDATED", "data": {"number": waybill_no, "carrier": key, "track_info": info}}
    body = json.dumps(document, ensure_ascii=False).encode()
    signature = hashlib.sha256(body + b"/" + secret.encode()).hexdigest()
    return Push(body, {"content-type": "application/json", "sign": signature})


_WRITERS = {
    "standard": _standard,
    "kuaidi100": _kuaidi100,
    "aftership": _aftership,
    "seventeen_track": _seventeen_track,
}
