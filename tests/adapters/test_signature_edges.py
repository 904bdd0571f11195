"""Signed messages at their edges: what an id and a time may be, what is counted, what is told."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook

from chalicelib.adapters.payments.notices import SignedNotices
from chalicelib.adapters.signatures import verified
from chalicelib.errors import SignatureInvalid
from tests.adapters.held import Held
from tests.refusals import refused
from tests.telling import counted

SECRET, NEXT = (f"whsec_{base64.b64encode(letter * 32).decode()}" for letter in (b"o", b"n"))
MALFORMED = "the webhook's id or timestamp is missing or malformed"
UNVERIFIED = "the webhook's signature or time does not verify"
NOTICE = {"id": "m1", "type": "refund.settled"}
BODY = json.dumps(NOTICE).encode()


def signed(message_id: str = "m1", body: bytes = BODY, secret: str = SECRET, timestamp: str = "") -> dict[str, str]:
    """Headers with a signature that is right for whatever stands in them, however odd."""
    now = datetime.now(UTC)
    at = timestamp or str(int(now.timestamp()))
    key = Webhook(secret)
    signature = key.sign(message_id, datetime.fromtimestamp(int(at), UTC), body.decode())
    return {"webhook-id": message_id, "webhook-timestamp": at, "webhook-signature": signature}


def told(headers: Mapping[str, str], *secrets: str) -> str:
    detail, _ = refused(SignatureInvalid, lambda: verified(secrets or [SECRET], BODY, headers))
    return detail


@pytest.mark.parametrize("message_id", ["m", "m" * 256, "a.b_c:d-9"])
def test_an_id_is_up_to_256_plain_letters(message_id: str) -> None:
    assert message_id == verified([SECRET], BODY, signed(message_id))


@pytest.mark.parametrize("message_id", ["", "m" * 257, "m 1", "m{", "mé", "消", "m\n"])
def test_another_id_is_malformed_however_well_it_is_signed(message_id: str) -> None:
    assert MALFORMED == told(signed(message_id))


@pytest.mark.parametrize("digits", ["٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９"])
def test_the_digits_of_a_time_are_plain_ones(digits: str) -> None:
    headers = signed()
    at = "".join(digits[int(digit)] for digit in headers["webhook-timestamp"])
    assert MALFORMED == told({**headers, "webhook-timestamp": at})


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp"])
def test_a_message_without_id_or_time_is_malformed(missing: str) -> None:
    assert MALFORMED == told({name: value for name, value in signed().items() if name != missing})


def test_a_message_that_somebody_else_signed_does_not_verify() -> None:
    assert UNVERIFIED == told(signed(secret=NEXT))


def test_a_message_without_a_signature_does_not_verify() -> None:
    assert UNVERIFIED == told({**signed(), "webhook-signature": ""})
    assert UNVERIFIED == told({name: value for name, value in signed().items() if name != "webhook-signature"})


def test_the_right_one_of_two_signatures_is_found() -> None:
    headers, other = signed(), signed(secret=NEXT)["webhook-signature"]
    both = {**headers, "webhook-signature": f"{other} {headers['webhook-signature']}"}
    assert "m1" == verified([SECRET], BODY, both)


def test_signatures_stand_apart_by_spaces_and_nothing_else() -> None:
    headers = signed()
    assert UNVERIFIED == told({**headers, "webhook-signature": f"{headers['webhook-signature']}\tv2"})


@pytest.mark.parametrize("signature", ["v1,签", "v1,a", "v1", ","])
def test_a_signature_that_cannot_be_read_does_not_verify(signature: str) -> None:
    assert UNVERIFIED == told({**signed(), "webhook-signature": signature})


def test_one_signature_among_unreadable_ones_is_found() -> None:
    headers = signed()
    assert "m1" == verified(
        [SECRET], BODY, {**headers, "webhook-signature": f"v1,a x {headers['webhook-signature']} v2"}
    )


@pytest.mark.parametrize(
    "spell", [lambda good: good + "=", lambda good: good.replace("v1,", "v1, "), lambda good: f" {good}x"]
)
def test_a_signature_has_one_spelling(spell: Callable[[str], str]) -> None:
    headers = signed()
    assert UNVERIFIED == told({**headers, "webhook-signature": spell(headers["webhook-signature"])})


def test_a_body_that_is_no_text_does_not_verify() -> None:
    assert (UNVERIFIED, []) == refused(SignatureInvalid, lambda: verified([SECRET], b"\xff", signed()))


def test_the_time_is_what_was_signed() -> None:
    assert "m1" == verified([SECRET], BODY, signed(timestamp=str(int(time.time()) - 60)))


@pytest.mark.parametrize("secrets", [[SECRET, NEXT], [NEXT, SECRET], ["", SECRET], ["whsec_!", SECRET]])
def test_one_right_secret_among_others_verifies(secrets: list[str]) -> None:
    assert "m1" == verified(secrets, BODY, signed())


def test_what_is_signed_need_not_be_json() -> None:
    assert "m1" == verified([SECRET], b"hello", signed(body=b"hello"))


# --- the provider's notifications


def notices(held: Held | None = None) -> SignedNotices:
    return SignedNotices((held or Held({"signing_secret": SECRET})).secrets())


def test_the_former_secret_is_good_beside_the_new_one() -> None:
    held = Held({"signing_secret": NEXT, "former_signing_secret": SECRET})
    assert NOTICE == notices(held).verify(BODY, signed()) == notices(held).verify(BODY, signed(secret=NEXT))


@pytest.mark.parametrize("former", ["", None, 7])
def test_a_former_secret_that_is_none_opens_nothing(former: Any) -> None:
    held = Held({"signing_secret": NEXT, "former_signing_secret": former})
    with pytest.raises(SignatureInvalid):
        notices(held).verify(BODY, signed())


def test_a_forged_notification_is_counted_as_the_provider_s(written: Callable[[], str]) -> None:
    told = refused(SignatureInvalid, lambda: notices().verify(BODY, signed(secret=NEXT)))
    assert (UNVERIFIED, []) == told
    assert [("SignatureRefused", {"by": "provider"})] == counted(written())


def test_a_right_notification_counts_nothing(written: Callable[[], str]) -> None:
    assert NOTICE == notices().verify(BODY, signed())
    assert [] == counted(written())


def test_a_notification_that_verifies_with_neither_the_old_nor_the_new_secret_is_refused() -> None:
    held = Held({"signing_secret": SECRET})
    ours = notices(held)
    ours.verify(BODY, signed())
    held.value, held.now = {"signing_secret": NEXT}, held.now + 60
    third = f"whsec_{base64.b64encode(b'x' * 32).decode()}"
    assert (UNVERIFIED, []) == refused(SignatureInvalid, lambda: ours.verify(BODY, signed(secret=third)))


@pytest.mark.parametrize("body", [b"[]", b"7", b"null", b'""', b"{"])
def test_a_notification_that_is_no_object_is_told_so(body: bytes) -> None:
    told: Any = refused(SignatureInvalid, lambda: notices().verify(body, signed(body=body)))
    assert ("what was signed is not a JSON object", []) == told
