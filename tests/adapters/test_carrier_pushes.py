"""What carrier systems push: real bodies, whole journeys in each system's words, and signatures that are not theirs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args
from urllib.parse import parse_qs, urlencode

import pytest

from chalicelib.adapters.logistics import aftership, kuaidi100, notices, reading, seventeen_track, standard
from chalicelib.adapters.logistics.notices import SYSTEMS, SignedNotices
from chalicelib.domain.carriers import System
from chalicelib.domain.parcels import Course, Detail
from chalicelib.errors import InvalidRequest, SignatureInvalid
from chalicelib.ports import CommandTold, Report
from local.standins import carrier_formats
from local.standins.carrier_formats import Event, Push
from tests.adapters.held import Held

ROOT = Path(__file__).resolve().parents[2]
PAYLOADS = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data")) / "partner-payloads"
SECRETS: dict[System, str] = {
    "standard": "whsec_" + "c2VjcmV0" * 4,
    "kuaidi100": "the-salt-of-ours",
    "aftership": "the-webhook-secret",
    "seventeen_track": "the-account-key",
}
ALL: tuple[System, ...] = get_args(System)
NOW = datetime.now(UTC).replace(microsecond=0)
START = NOW - timedelta(days=3)


def ours(held: Held | None = None) -> SignedNotices:
    return SignedNotices((held or Held(SECRETS)).secrets())


def payload(name: str) -> bytes:
    file = PAYLOADS / name
    if not file.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"not tested, and CI tests everything: {file} is missing", pytrace=False)
        pytest.skip(f"left out: {file} is missing")
    return file.read_bytes()


def only(news: Any) -> Report:
    [one] = news
    assert isinstance(one, Report)
    return one


def ending(report: Report) -> Course:
    return Course().heard(report.scans)


# --- real bodies


def kuaidi_form(body: bytes) -> bytes:
    param = json.dumps(json.loads(body), ensure_ascii=False)
    return urlencode({"param": param, "sign": kuaidi100.sign(param, SECRETS["kuaidi100"])}).encode()


def test_a_real_push_of_kuaidi100_is_read() -> None:
    report = only(ours().verify("kuaidi100", kuaidi_form(payload("kuaidi100/push_polling_yuantong.json")), {}))
    course = ending(report)
    assert (("yto",), "YT6186594166532", 4) == (report.carriers, report.waybill_no, len(course.scans))
    assert "in_transit" == course.state
    # 2021-12-15 17:10:09 in Beijing, which the push does not say.
    assert datetime(2021, 12, 15, 9, 10, 9, tzinfo=UTC) == course.reached["picked_up"]


def test_the_documented_push_of_kuaidi100_is_read_under_both_names_of_its_carrier() -> None:
    report = only(ours().verify("kuaidi100", kuaidi_form(payload("kuaidi100/push_documented.json")), {}))
    assert (("ems", "yto"), "V030344422") == (report.carriers, report.waybill_no)
    assert ["in_transit", "in_transit"] == [scan.state for scan in report.scans]


def test_a_real_push_of_17track_is_read() -> None:
    body = payload("17track/tracking_updated_ups_delivered.json")
    headers = {"Sign": seventeen_track.sign(body, SECRETS["seventeen_track"])}
    report = only(ours().verify("seventeen_track", body, headers))
    course = ending(report)
    # The tracking's own carrier is wrong there; who delivered it is named first.
    assert (("ups", "china-post"), "1Z2617V10397725789") == (report.carriers, report.waybill_no)
    assert ("signed", datetime(2022, 4, 4, 23, 35, 22, tzinfo=UTC)) == (course.state, course.at)
    assert datetime(2022, 4, 4, 15, 46, 6, tzinfo=UTC) == course.reached["out_for_delivery"]


def recorded(name: str) -> Mapping[str, Any]:
    """The tracking in a recorded answer of AfterShip; a webhook carries the same as its `msg`."""
    import gzip

    text = payload(f"aftership/{name}").decode()
    if "!!binary" in text:
        block = text.split("!!binary |", 1)[1].split("    headers:", 1)[0]
        text = gzip.decompress(base64.b64decode("".join(block.split()))).decode()
    else:
        text = text.split("string: '", 1)[1].split("'\n    headers:", 1)[0]
    tracking: Mapping[str, Any] = json.loads(text)["data"]["tracking"]
    return tracking


def test_a_recorded_tracking_of_aftership_is_read() -> None:
    tracking = recorded("TrackingTestCase.test_get_tracking.yaml")
    body = json.dumps({"event": "tracking_update", "msg": tracking}).encode()
    headers = {"aftership-hmac-sha256": aftership.sign(body, SECRETS["aftership"])}
    report = only(ours().verify("aftership", body, headers))
    course = ending(report)
    assert (("4px",), "HH19260817") == (report.carriers, report.waybill_no)
    assert len(tracking["checkpoints"]) <= len(course.scans)
    assert all(scan.state is not None for scan in course.scans)


# --- one contract for all systems

# What happens, as our stand-in tells it in each system's words, and what must be understood. Trackers that have no word
# for something are left out by the stand-in itself.
JOURNEYS: dict[str, tuple[tuple[str, ...], str]] = {
    "arrives": (("picked_up", "in_transit", "out_for_delivery", "signed"), "signed"),
    "refused at the door": (("picked_up", "out_for_delivery", "refused", "returning", "returned_to_sender"),
                            "returned_to_sender"),
    "refused and not sent back yet": (("picked_up", "out_for_delivery", "refused"), "refused"),
    "lost": (("picked_up", "in_transit", "lost"), "lost"),
    "damaged": (("picked_up", "damaged"), "damaged"),
    "late": (("picked_up", "in_transit", "delayed"), "exception"),
    "nobody home": (("picked_up", "out_for_delivery", "attempted"), "exception"),
    "in a locker": (("picked_up", "in_locker"), "out_for_delivery"),
    "cancelled": (("announced", "cancelled"), "cancelled"),
}  # fmt: skip


def events(*codes: str) -> list[Event]:
    return [
        Event(f"e{number}", START + timedelta(hours=number), code, f"{code} 13800001111", "Shanghai")
        for number, code in enumerate(codes)
    ]


def pushed(system: System, *codes: str, carrier: str = "sf", secret: str | None = None) -> Push:
    signing, now = secret or SECRETS[system], datetime.now(UTC)
    return carrier_formats.push(system, signing, carrier, "SF1234567890", events(*codes), now)


def _has_words(system: System, codes: tuple[str, ...]) -> bool:
    words = {
        "kuaidi100": carrier_formats.KUAIDI100,
        "aftership": carrier_formats.AFTERSHIP,
        "seventeen_track": carrier_formats.SEVENTEEN_TRACK,
    }
    return system == "standard" or set(codes) <= set(words[system])


SAID = [(system, name) for name, (codes, _) in JOURNEYS.items() for system in ALL if _has_words(system, codes)]


@pytest.mark.parametrize(("system", "name"), SAID)
def test_every_system_is_understood_to_say_the_same(system: System, name: str) -> None:
    codes, end = JOURNEYS[name]
    push = pushed(system, *codes)
    report = only(ours().verify(system, push.body, push.headers))
    course = ending(report)
    assert (end, "SF1234567890") == (course.state, report.waybill_no)
    assert "sf" == report.carriers[0]
    assert START + timedelta(hours=len(codes) - 1) == course.at


@pytest.mark.parametrize("system", ALL)
def test_a_history_that_is_pushed_as_it_grows_is_one_history(system: System) -> None:
    """Systems push everything again each time, and what was the newest says less when it is not any more."""
    codes = ("picked_up", "in_transit", "out_for_delivery", "refused", "returning", "returned_to_sender")
    reports = [only(ours().read(system, _document(system, pushed(system, *codes[: n + 1])))) for n in range(len(codes))]
    forward, backward = Course(), Course()
    for report in reports:
        forward = forward.heard(report.scans)
    for report in reversed(reports):
        backward = backward.heard(report.scans)
    assert forward == backward
    assert ("returned_to_sender", None) == (forward.state, forward.contradiction)


def _document(system: System, push: Push) -> Mapping[str, Any]:
    if system == "kuaidi100":
        return json.loads(parse_qs(push.body.decode())["param"][0])  # type: ignore[no-any-return]
    return json.loads(push.body)  # type: ignore[no-any-return]


@pytest.mark.parametrize("system", ALL)
def test_no_telephone_number_is_kept(system: System) -> None:
    push = pushed(system, "picked_up")
    [*scans] = only(ours().verify(system, push.body, push.headers)).scans
    assert "13800001111" not in "".join(scan.model_dump_json() for scan in scans)


@pytest.mark.parametrize("system", ALL)
def test_each_system_hears_what_it_wants_to_hear(system: System) -> None:
    said = ours().acknowledgement(system)
    if system == "kuaidi100":
        assert (True, "200") == (said["result"], said["returnCode"])
    assert json.dumps(said)


@pytest.mark.parametrize("system", ALL)
def test_an_unknown_code_is_loud_and_loses_nothing(
    system: System, monkeypatch: pytest.MonkeyPatch, written: Callable[[], str]
) -> None:
    tables = {"kuaidi100": "KUAIDI100", "aftership": "AFTERSHIP", "seventeen_track": "SEVENTEEN_TRACK"}
    if system in tables:
        table = getattr(carrier_formats, tables[system])
        monkeypatch.setitem(table, "strange", {"kuaidi100": "9999"}.get(system, "Strange_999"))
    push = pushed(system, "picked_up", "strange")
    course = ending(only(ours().verify(system, push.body, push.headers)))
    assert "picked_up" == course.state
    assert {"picked_up", None} == {scan.state for scan in course.scans}
    assert "CarrierCodeUnknown" in written()


def test_an_unknown_sub_tag_is_as_good_as_its_tag(written: Callable[[], str]) -> None:
    checkpoint = {"checkpoint_time": "2026-11-02T09:00:00+00:00", "tag": "Exception", "subtag": "Exception_099"}
    document = {"msg": {"tracking_number": "SF1234", "slug": "ups", "checkpoints": [checkpoint]}}
    [scan] = only(aftership.read(document)).scans
    assert ("exception", "Exception_099") == (scan.state, scan.code)
    assert "CarrierCodeUnknown" in written()


# --- signatures


def tampered(system: System) -> dict[str, Callable[[], tuple[bytes, Mapping[str, str]]]]:
    good, other = pushed(system, "signed"), pushed(system, "signed", secret=_another(system))
    another = pushed(system, "picked_up", "lost" if system != "kuaidi100" else "refused")
    ways: dict[str, Callable[[], tuple[bytes, Mapping[str, str]]]] = {
        "by somebody else": lambda: (other.body, other.headers),
        "unsigned": lambda: _without_signature(system, good),
        "empty": lambda: (b"", good.headers),
        "one byte more": lambda: (good.body + b" ", good.headers),
        "one letter changed": lambda: (good.body.replace(b"SF1234567890", b"SF1234567891"), good.headers),
        "not text": lambda: (b"\xff\xfe" + good.body, good.headers),
        "with half of it cut off": lambda: (good.body[: len(good.body) // 2], good.headers),
        "an empty signature": lambda: (good.body, {**good.headers, **dict.fromkeys(_named(system), "")}),
        "letters that no signature has": lambda: (good.body, {**good.headers, **dict.fromkeys(_named(system), "签名")}),
    }
    if system != "kuaidi100":
        ways["another body's"] = lambda: (another.body, good.headers)
    else:
        del ways["an empty signature"], ways["letters that no signature has"]
        ways["a form with two params"] = lambda: (good.body + b"&param=%7B%7D", good.headers)
        ways["a form with two signs"] = lambda: (good.body + b"&sign=00", good.headers)
        ways["in small letters"] = lambda: (_lowered(good.body), good.headers)
        ways["no form"] = lambda: (b"{}", good.headers)
    return ways


def _another(system: System) -> str:
    return "whsec_" + "bmV4dG5l" * 4 if system == "standard" else "somebody-else-s"


def _named(system: System) -> tuple[str, ...]:
    return {
        "standard": ("webhook-signature",),
        "aftership": ("aftership-hmac-sha256",),
        "seventeen_track": ("sign",),
        "kuaidi100": (),
    }[system]


def _without_signature(system: System, push: Push) -> tuple[bytes, Mapping[str, str]]:
    if system == "kuaidi100":
        return push.body.partition(b"&sign=")[0], push.headers
    return push.body, {"content-type": "application/json"}


def _lowered(body: bytes) -> bytes:
    head, sign, rest = body.partition(b"sign=")
    return head + sign + rest.lower()


CASES = [(system, way) for system in ALL for way in tampered(system)]


@pytest.mark.parametrize(("system", "way"), CASES)
def test_a_push_that_is_not_the_system_s_is_refused(system: System, way: str) -> None:
    with pytest.raises(SignatureInvalid):
        ours().verify(system, *tampered(system)[way]())


@pytest.mark.parametrize("system", ALL)
@pytest.mark.parametrize("other", ALL)
def test_one_system_s_push_is_no_other_s(system: System, other: System) -> None:
    if system != other:
        push = pushed(system, "signed")
        with pytest.raises(SignatureInvalid):
            ours().verify(other, push.body, push.headers)


@pytest.mark.parametrize("system", ALL)
@pytest.mark.parametrize("secret", [None, "", 7, "short", {"key": "x"}])
def test_without_a_secret_nothing_is_believed(system: System, secret: Any) -> None:
    guess = secret if isinstance(secret, str) and secret and system != "standard" else None
    push = pushed(system, "signed", secret=guess)
    with pytest.raises(SignatureInvalid):
        ours(Held({**SECRETS, system: secret})).verify(system, push.body, push.headers)


@pytest.mark.parametrize("system", ALL)
def test_a_secret_that_was_rotated_is_found_without_a_restart(system: System) -> None:
    held = Held(SECRETS)
    reader = ours(held)
    first = pushed(system, "signed")
    reader.verify(system, first.body, first.headers)
    held.value, held.now = {**SECRETS, system: _another(system)}, held.now + 60
    second = pushed(system, "signed", secret=_another(system))
    assert "signed" == ending(only(reader.verify(system, second.body, second.headers))).state


def test_the_signatures_are_those_of_the_systems_documents() -> None:
    body, key = b'{"a":1}', "k"
    assert hashlib.md5(b'{"a":1}k').hexdigest().upper() == kuaidi100.sign(body.decode(), key)
    assert base64.b64encode(hmac.digest(b"k", body, "sha256")).decode() == aftership.sign(body, key)
    assert hashlib.sha256(b'{"a":1}/k').hexdigest() == seventeen_track.sign(body, key)


# --- what cannot be read

JUNK: tuple[Any, ...] = (None, True, 0, -1, 2**70, 1.5, "", "x", "\ud800", [], [[]], {}, [{}], {"a": []}, "9" * 5000)


def twisted(document: Any) -> Iterator[Any]:
    """The document with one of its parts replaced by what does not belong there, or taken out; each part in turn."""
    yield from JUNK
    parts = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, part in parts:
        for other in twisted(part):
            copy: Any = dict(document) if isinstance(document, dict) else list(document)
            copy[key] = other
            yield copy


@pytest.mark.parametrize("system", ALL)
def test_whatever_a_system_pushes_it_is_read_or_refused(system: System) -> None:
    tried = 0
    for document in twisted(_document(system, pushed(system, "picked_up", "signed"))):
        tried += 1
        if isinstance(document, dict):
            try:
                notices.SYSTEMS[system][1](document)
            except InvalidRequest as refusal:
                assert refusal.detail
    assert tried > 200


@pytest.mark.parametrize("number", ["", "AB", "x" * 41, "../../etc", "SF#1", "签"])
def test_what_is_no_waybill_s_number_is_refused(number: str) -> None:
    with pytest.raises(InvalidRequest):
        standard.read({"type": "parcel.signed", "carrier": "sf", "waybill_no": number, "at": NOW.isoformat()})


def test_an_endless_history_is_refused() -> None:
    entry = {"time": "2026-11-02 09:00:00", "context": "a", "statusCode": "0"}
    with pytest.raises(InvalidRequest):
        kuaidi100.read({"lastResult": {"nu": "SF1234", "com": "shunfeng", "data": [entry] * 501}})


def test_a_push_about_the_subscription_alone_tells_nothing() -> None:
    assert [] == kuaidi100.read({"status": "abort", "message": "3天查询无记录", "lastResult": {"data": []}})
    assert [] == seventeen_track.read({"event": "TRACKING_STOPPED", "data": {"number": "1Z", "carrier": 100002}})
    assert [] == aftership.read({"event": "edd_revise", "msg": {}})


@pytest.mark.parametrize(
    ("country", "utc"), [("CHN", 1), ("GBR", 9), ("USA", 9), (None, 9)]
)  # 9 o'clock where the parcel is
def test_a_time_without_a_zone_is_read_where_the_parcel_is(country: str | None, utc: int) -> None:
    checkpoint = {"checkpoint_time": "2026-11-02T09:00:00", "tag": "InTransit", "country_iso3": country}
    [scan] = only(
        aftership.read({"msg": {"tracking_number": "SF1234", "slug": "ups", "checkpoints": [checkpoint]}})
    ).scans
    assert datetime(2026, 11, 2, utc, tzinfo=UTC) == scan.at


# --- the standard protocol's other words


def test_a_single_fact_of_the_bus_is_a_scan() -> None:
    fact = {"type": "parcel.refused", "carrier": "SF", "waybill_no": "sf 1234", "at": NOW.isoformat()}
    report = only(ours().read("standard", fact))
    assert (("sf",), "SF1234", "refused") == (report.carriers, report.waybill_no, report.scans[0].state)


def test_a_word_about_a_command_names_it() -> None:
    [told] = ours().read("standard", {"type": "command.failed", "command_no": "cmd_1", "reason": "nobody_home"})
    assert isinstance(told, CommandTold)
    assert ("cmd_1", "failed", "nobody_home") == (told.command_no, told.answer.outcome, told.answer.reason)


@pytest.mark.parametrize("document", [{"type": "command.eaten", "command_no": "c"}, {"type": "command.done"}, {}])
def test_a_word_about_nothing_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        ours().read("standard", document)


@pytest.mark.parametrize("system", ALL)
def test_every_meaning_in_a_table_is_one_of_ours(system: System) -> None:
    tables = {"standard": standard, "kuaidi100": kuaidi100, "aftership": aftership, "seventeen_track": seventeen_track}
    codes: reading.Codes = tables[system].CODES
    assert {detail for _, detail in codes.values()} - {None} <= set(get_args(Detail))
    assert set(SYSTEMS) == set(ALL)
