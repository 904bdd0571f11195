"""Carriers' pushes at their edges: forms that are almost right, secrets that are almost there, what is told of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import get_args
from urllib.parse import urlencode

import pytest

from chalicelib.adapters.logistics import aftership, kuaidi100, seventeen_track, standard
from chalicelib.adapters.logistics.notices import SignedNotices
from chalicelib.domain.carriers import System
from chalicelib.errors import SignatureInvalid
from tests.adapters.held import Held
from tests.adapters.test_signature_edges import BODY, SECRET, UNVERIFIED, signed
from tests.refusals import refused
from tests.telling import counted, logged

SALT = "the-salt"
PARAM = '{"a":1}'
GOOD = urlencode({"param": PARAM, "sign": kuaidi100.sign(PARAM, SALT)}).encode()
NO_FORM, NOT_ONE, WRONG = (
    "not a form of param and sign",
    "not a form of one param and one sign",
    "the signature does not verify",
)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"\xff", NO_FORM),
        (GOOD + b"&param=%ff", NO_FORM),
        (GOOD + b"&more", NO_FORM),
        (GOOD + b"&a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8", NO_FORM),
        (GOOD + b"&sign=", NOT_ONE),
        (GOOD + b"&param=%7B%7D", NOT_ONE),
        (GOOD.partition(b"&")[0], NOT_ONE),
        (GOOD.partition(b"&")[0] + b"&sign=", WRONG),
        (GOOD + b"0", WRONG),
    ],
)
def test_a_form_is_one_param_and_its_sign(body: bytes, why: str) -> None:
    assert (why, []) == refused(SignatureInvalid, lambda: kuaidi100.verify(SALT, body, {}))


@pytest.mark.parametrize("more", [b"", b"&a=1&b=2&c=3&d=4&e=5&f=6&g="])
def test_a_form_may_say_up_to_seven_things_more(more: bytes) -> None:
    assert {"a": 1} == kuaidi100.verify(SALT, GOOD + more, {})


@pytest.mark.parametrize("value", ["", "00", "é", "\ud800"])
def test_a_header_that_is_no_signature_is_refused_whatever_stands_in_it(value: str) -> None:
    for system in (aftership, seventeen_track):
        told = refused(SignatureInvalid, lambda: system.verify("k" * 8, b"{}", {system.HEADER: value}))  # noqa: B023
        assert (WRONG, []) == told


def test_a_standard_secret_says_that_it_is_one() -> None:
    assert json.loads(BODY) == standard.verify(SECRET, BODY, signed())
    told = refused(SignatureInvalid, lambda: standard.verify(SECRET.removeprefix("whsec_"), BODY, signed()))
    assert (UNVERIFIED, []) == told


# --- all of them


def notices(salt: str = SALT) -> SignedNotices:
    return SignedNotices(Held({"kuaidi100": salt}).secrets())


def test_a_secret_of_eight_letters_is_one_and_a_shorter_one_is_not() -> None:
    assert 8 == len(SALT)
    notices().verify("kuaidi100", GOOD, {})
    short = urlencode({"param": PARAM, "sign": kuaidi100.sign(PARAM, SALT[:7])}).encode()
    told = refused(SignatureInvalid, lambda: notices(SALT[:7]).verify("kuaidi100", short, {}))
    assert ("nothing of this system's verifies here", []) == told


def test_a_forged_push_is_counted_as_the_carriers(written: Callable[[], str]) -> None:
    assert (WRONG, []) == refused(SignatureInvalid, lambda: notices().verify("kuaidi100", GOOD + b"0", {}))
    assert [("SignatureRefused", {"by": "carrier"})] == counted(written())


def test_a_right_push_counts_nothing(written: Callable[[], str]) -> None:
    notices().verify("kuaidi100", GOOD, {})
    assert [] == counted(written())


@pytest.mark.parametrize("system", get_args(System))
def test_a_carrier_that_contradicts_itself_is_loud(system: System, written: Callable[[], str]) -> None:
    notices().contradicted(system)
    told = written()
    assert [("ParcelContradicted", {})] == counted(told)
    assert [("ERROR", "a carrier contradicts itself", None)] == logged(told)
    assert f'"provider":"{system}"' in told.replace(": ", ":")


@pytest.mark.parametrize("system", get_args(System))
def test_scans_that_nobody_waits_for_are_counted_by_system(system: System, written: Callable[[], str]) -> None:
    notices().unclaimed(system)
    told = written()
    assert [("WaybillUnclaimed", {"system": system})] == counted(told)
    assert [("INFO", "scans came for a waybill that nobody has announced", None)] == logged(told)
    assert f'"provider":"{system}"' in told.replace(": ", ":")
