"""A provider's notification counts only when it is the provider's."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.adapters.payments.notices import SignedNotices
from chalicelib.errors import SignatureInvalid
from local.standins.signatures import signed
from tests.adapters.held import Held

SECRET, NEXT = "whsec_" + "c2VjcmV0" * 4, "whsec_" + "bmV4dG5l" * 4
NOTICE = {"id": "msg_1_refund.settled", "type": "refund.settled", "refund_no": "r1", "state": "settled"}
BODY = json.dumps(NOTICE)


def notices(held: Held | None = None) -> SignedNotices:
    return SignedNotices((held or Held({"api_key": "a", "signing_secret": SECRET})).secrets())


def test_a_signed_notification_is_read() -> None:
    assert NOTICE == notices().verify(BODY.encode(), signed(SECRET, NOTICE["id"], BODY))


def test_a_secret_that_was_rotated_is_found_without_a_restart() -> None:
    held = Held({"signing_secret": SECRET})
    ours = notices(held)
    ours.verify(BODY.encode(), signed(SECRET, "m1", BODY))
    held.value, held.now = {"signing_secret": NEXT}, held.now + 60
    assert NOTICE == ours.verify(BODY.encode(), signed(NEXT, "m2", BODY))


@pytest.mark.parametrize("secret", [SECRET, NEXT])
def test_while_a_secret_is_exchanged_the_former_one_verifies_too(secret: str) -> None:
    held = Held({"signing_secret": NEXT, "former_signing_secret": SECRET})
    assert NOTICE == notices(held).verify(BODY.encode(), signed(secret, "m1", BODY))


@pytest.mark.parametrize("former", ["", None, 7, []])
def test_without_a_former_secret_the_former_one_is_nobody_s(former: Any) -> None:
    with pytest.raises(SignatureInvalid):
        notices(Held({"signing_secret": NEXT, "former_signing_secret": former})).verify(
            BODY.encode(), signed(SECRET, "m1", BODY)
        )


FORGED: dict[str, Callable[[], dict[str, str]]] = {
    "unsigned": dict,
    "by somebody else": lambda: signed(NEXT, "m1", BODY),
    "another body's": lambda: signed(SECRET, "m1", "{}"),
    "six minutes old": lambda: signed(SECRET, "m1", BODY, datetime.now(UTC) - timedelta(minutes=6)),
    "six minutes early": lambda: signed(SECRET, "m1", BODY, datetime.now(UTC) + timedelta(minutes=6)),
    "another id": lambda: {**signed(SECRET, "m1", BODY), "webhook-id": "m2"},
    "a version alone": lambda: {**signed(SECRET, "m1", BODY), "webhook-signature": "v1"},
    "letters that base64 lacks": lambda: {**signed(SECRET, "m1", BODY), "webhook-signature": "v1,签"},
    "a time that is a word": lambda: {**signed(SECRET, "m1", BODY), "webhook-timestamp": "now"},
}


@pytest.mark.parametrize("what", FORGED)
def test_a_notification_that_is_not_the_provider_s_is_refused(what: str) -> None:
    with pytest.raises(SignatureInvalid):
        notices().verify(BODY.encode(), FORGED[what]())


@pytest.mark.parametrize("secret", ["", None, 7, "whsec_", "!"])
def test_without_a_secret_nothing_is_the_provider_s(secret: Any) -> None:
    for guess in ("", SECRET):
        headers = signed(guess, "m1", BODY) if guess else {**signed(SECRET, "m1", BODY), "webhook-signature": "v1,"}
        with pytest.raises(SignatureInvalid):
            notices(Held({"signing_secret": secret})).verify(BODY.encode(), headers)


@pytest.mark.parametrize("body", ["[]", "null", "7", "{", "", "[" * 60_000])
def test_what_is_signed_and_makes_no_sense_is_invalid(body: str) -> None:
    with pytest.raises(SignatureInvalid):
        notices().verify(body.encode(), signed(SECRET, "m1", body))
