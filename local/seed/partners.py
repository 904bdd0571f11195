"""What the stand-ins are told: how a payment will go, how a merchant answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import urllib3

from local.stack import Stack

CARRIER = "sf"


def payment_will(stack: Stack, payment_id: str, **rule: Any) -> None:
    """A rule of the payment stand-in for the refunds of one payment (local/standins/payment_faults.py)."""
    _tell(f"{stack.payment_url}/faults", stack.payment_key, {"payment_id": payment_id, **rule})


def merchant_answers(stack: Stack, merchant_id: str, secret: str, kind: str) -> None:
    """How a merchant's own system decides: `approve`, `silent` and others (local/standins/merchant_rules.py)."""
    shop = {"merchant_id": merchant_id, "secret": secret, "api_url": stack.api_url, "rule": {"kind": kind}}
    _tell(f"{stack.merchant_url}/merchants", stack.merchant_key, shop)


def carrier_scans(stack: Stack, waybill_no: str, code: str) -> None:
    """The carrier sees a parcel, and says so (local/standins/carrier_desk.py)."""
    told = {"scan": code, "carrier": CARRIER, "waybill_no": waybill_no}
    _tell(f"{stack.carrier_url}/script", stack.carrier_key, told)


def courier_fails(stack: Stack, waybill_no: str, reason: str) -> None:
    """The courier who should fetch this parcel did not."""
    headers = {"Authorization": f"Bearer {stack.carrier_key}"}
    book = urllib3.request("GET", f"{stack.carrier_url}/book", headers=headers).json()
    [number] = [number for number, asked in book["commands"].items() if asked.get("waybill_no") == waybill_no]
    told = {"told": "failed", "command_no": number, "reason": reason}
    _tell(f"{stack.carrier_url}/script", stack.carrier_key, told)


def tells(stack: Stack, source: str, type: str, **fact: Any) -> None:
    """A fact of a partner's (orders, payments, stock, our own carriers) on the bus, as the deployed rules read it."""
    entry = {"Source": source, "DetailType": type, "Detail": json.dumps(fact), "EventBusName": stack.bus}
    if stack.client("events").put_events(Entries=[entry])["FailedEntryCount"]:
        raise RuntimeError(f"the bus did not take {type} of {source}")


def upload(url: str, fields: Mapping[str, str], content: bytes, content_type: str) -> None:
    """Sends a file by a presigned form, as a browser would."""
    parts = {**fields, "file": ("photo", content, content_type)}
    reply = urllib3.request("POST", url, fields=parts)
    if reply.status >= 300:
        raise RuntimeError(f"the bucket did not take the file: {reply.status} {reply.data[:300]!r}")


def _tell(url: str, key: str, told: Mapping[str, Any]) -> None:
    reply = urllib3.request("POST", url, json=told, headers={"Authorization": f"Bearer {key}"})
    if reply.status >= 300:
        raise RuntimeError(f"{url} did not take {told}: {reply.status} {reply.data[:300]!r}")
