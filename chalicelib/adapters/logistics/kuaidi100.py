"""快递100 (Kuaidi100): pushes the whole history of a subscribed waybill, as a form of `param` (JSON) and `sign`.

`sign` is the MD5 of `param` and the subscription's salt, in capitals. Times are Beijing's, without saying so. Anything
but `{"result": true, "returnCode": "200"}` is pushed again after half an hour. Documents: api.kuaidi100.com.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from chalicelib.adapters.logistics import calls
from chalicelib.adapters.logistics.reading import (
    SHANGHAI,
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

# 基础与高级物流状态
CODES: Codes = {
    "1": ("picked_up", None),
    "101": ("announced", None),
    "102": ("announced", None),
    "103": ("picked_up", None),
    "0": ("in_transit", None),
    "1001": ("in_transit", None),
    "1002": ("in_transit", None),
    "1003": ("in_transit", "forwarded"),
    "5": ("out_for_delivery", None),
    "501": ("out_for_delivery", "in_locker"),
    "3": ("signed", None),
    "301": ("signed", None),
    "302": ("signed", None),
    "303": ("signed", "by_proxy"),
    "304": ("signed", "in_locker"),
    "6": ("returning", None),
    "4": ("returned_to_sender", None),
    "401": ("cancelled", None),
    "14": ("refused", None),
    "7": ("in_transit", "forwarded"),
    "2": ("exception", None),
    "201": ("exception", "delayed"),
    "202": ("exception", "no_scans"),
    "203": ("refused", None),
    "204": ("exception", "attempted"),
    "205": ("exception", "in_locker"),
    "206": ("exception", "unreachable"),
    "207": ("exception", "wrong_address"),
    "208": ("exception", "delayed"),
    "209": ("damaged", None),
    "210": ("cancelled", None),
    "8": ("in_transit", "customs"),
    "10": ("in_transit", "customs"),
    "11": ("in_transit", "customs"),
    "12": ("in_transit", "customs"),
    "13": ("exception", "customs"),
}
# Without `resultv2`, entries carry the state's name alone.
NAMES: Mapping[str, str] = {
    "揽收": "1",
    "已下单": "101",
    "待揽收": "102",
    "已揽收": "103",
    "在途": "0",
    "到达派件城市": "1001",
    "干线": "1002",
    "转递": "1003",
    "派件": "5",
    "投柜或驿站": "501",
    "签收": "3",
    "本人签收": "301",
    "派件异常后签收": "302",
    "代签": "303",
    "投柜或站签收": "304",
    "退回": "6",
    "退签": "4",
    "已销单": "401",
    "拒签": "14",
    "转投": "7",
    "疑难": "2",
    "超时未签收": "201",
    "超时未更新": "202",
    "拒收": "203",
    "派件异常": "204",
    "柜或驿站超时未取": "205",
    "无法联系": "206",
    "超区": "207",
    "滞留": "208",
    "破损": "209",
    "销单": "210",
    "清关": "8",
    "待清关": "10",
    "清关中": "11",
    "已清关": "12",
    "清关异常": "13",
}
CARRIERS: Mapping[str, str] = {
    "shunfeng": "sf",
    "yuantong": "yto",
    "zhongtong": "zto",
    "shentong": "sto",
    "yunda": "yunda",
    "jtexpress": "jt",
    "jd": "jd",
    "ems": "ems",
    "youzhengguonei": "china-post",
    "debangwuliu": "deppon",
    "debangkuaidi": "deppon",
    "ups": "ups",
    "fedex": "fedex",
    "dhl": "dhl",
    "usps": "usps",
}
ACKNOWLEDGEMENT: Mapping[str, Any] = {"result": True, "returnCode": "200", "message": "成功"}
URL = "https://poll.kuaidi100.com"
# What a subscription is answered with: taken, or taken before.
SUBSCRIBED = frozenset({"200", "501"})
# Our key, or our right to subscribe to that carrier: a person must look.
OURS = frozenset({"600", "601", "701"})


def verify(salt: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """The pushed document. Raises SignatureInvalid, InvalidRequest."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=9)
    except ValueError:
        raise SignatureInvalid("not a form of param and sign") from None
    form = dict(pairs)
    if len(form) != len(pairs) or not form.keys() >= {"param", "sign"}:
        raise SignatureInvalid("not a form of one param and one sign")
    if not hmac.compare_digest(sign(form["param"], salt).encode(), form["sign"].encode()):
        raise SignatureInvalid("the signature does not verify")
    return document_of(form["param"])


def sign(param: str, salt: str) -> str:
    return hashlib.md5((param + salt).encode(), usedforsecurity=False).hexdigest().upper()


def read(document: Mapping[str, Any]) -> list[News]:
    """What one push tells. A push about the subscription alone (`abort`, `shutdown` without scans) tells nothing."""
    result = members(document.get("lastResult"), "lastResult")
    number = result.get("nu")
    if not number:
        return []
    names = (document.get("comNew"), result.get("com"), document.get("comOld"))
    scans = [_scan(members(entry, "data")) for entry in listed(result.get("data"), "data")]
    state = text_of(result.get("state"))
    if scans and state:
        scans.extend(_overall(max(scans, key=lambda one: one.at), state))
    return [report(tuple(carrier_of(name, CARRIERS) for name in names), number, scans)]


def _scan(entry: Mapping[str, Any]) -> Scan:
    name = text_of(entry.get("status"))
    # Entries of old carriers' systems carry no state at all: where there is a scan, the parcel moves.
    code = text_of(entry.get("statusCode")) or NAMES.get(name, name) or "0"
    place = text_of(entry.get("areaName")) or text_of(entry.get("location"))
    at = instant(entry.get("ftime") or entry.get("time"), SHANGHAI)
    return scan(at, code, meaning("kuaidi100", code, CODES), text_of(entry.get("context")), place)


def _overall(newest: Scan, state: str) -> list[Scan]:
    """The parcel's own state, where it says more than its newest scan does."""
    meant = meaning("kuaidi100", state, CODES)
    if meant[0] is None or meant[0] == newest.state:
        return []
    return [scan(newest.at, f"state {state}", meant)]


class Kuaidi100:
    """Follows waybills. The same subscription twice is answered `501`, which is as good."""

    def __init__(self, settings: calls.Settings, url: str = URL) -> None:
        self._settings, self._url = settings, url

    def carry_out(self, command: CarrierCommand) -> CarrierAnswer:
        ours = self._settings()
        company = next((theirs for theirs, name in CARRIERS.items() if name == command.carrier), command.carrier or "")
        param = {
            "company": company,
            "number": command.waybill_no,
            "key": ours["key"],
            "parameters": {"callbackurl": ours["callback_url"], "salt": ours["salt"], "resultv2": "4"},
        }
        form = {"schema": "json", "param": json.dumps(param, ensure_ascii=False)}
        answer = calls.send("kuaidi100", "POST", f"{self._url}/poll", form=form)
        code = text_of(answer.body.get("returnCode"))
        if answer.status == 200 and code in SUBSCRIBED:
            return CarrierAnswer("done")
        if answer.status == 200 and code in OURS:
            return calls.refused_us("kuaidi100", answer)
        if answer.status == 200 and code == "700":
            return CarrierAnswer("failed", "not_followed")
        return calls.unknown("kuaidi100", answer)

    def find(self, command: CarrierCommand) -> CarrierAnswer:
        """Nobody can ask for a subscription; it may be sent again."""
        return CarrierAnswer("never_seen")
