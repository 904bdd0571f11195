"""Webhooks both ways: what merchants can verify, what we refuse to believe, and secrets that may change."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from standardwebhooks import Webhook, WebhookVerificationError

from chalicelib.adapters.webhooks import SALT, StandardWebhooks, derived
from chalicelib.errors import Fault, InvalidRequest, SignatureInvalid, TransientFault
from tests.adapters.held import Held
from tests.adapters.servers import serving
from tests.adapters.stubs import stubbed

OLD, NEW = base64.b64encode(b"o" * 32).decode(), base64.b64encode(b"n" * 32).decode()
BODY = b'{"decision": "approve", "note": "\xe5\x90\x8c\xe6\x84\x8f"}'
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/webhooks"


def webhooks(held: Held | None = None, allow: Any = (), queue: Any = None, addresses: Any = ("8.8.8.8",)) -> Any:
    held = held or Held({"master": {"1": OLD}})
    return StandardWebhooks(held.secrets(), queue, QUEUE, allow, lambda *_: addresses)


def signed(secret: str, body: bytes = BODY, message_id: str = "msg_1", at: datetime | None = None) -> dict[str, str]:
    at = at or datetime.now(UTC)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at, body.decode()),
    }


# --- secrets


def test_a_secret_is_the_merchant_s_and_the_version_s_own() -> None:
    ours = webhooks()
    secrets = {ours.secret(merchant, version) for merchant in ("m1", "m2", "m1/2") for version in (1, 2, 12)}
    assert 9 == len(secrets)
    assert all(secret.startswith("whsec_") and 32 == len(base64.b64decode(secret[6:])) for secret in secrets)


def test_a_secret_never_changes_by_itself() -> None:
    # The value that merchants hold: a change of the derivation would silence all of them at once.
    assert "whsec_XmGOZo09+QdQLDQbTOzThxjaASaRquuFsIyaY4ldGCo=" == derived(b"o" * 32, "m1", 1)


def test_the_derivation_is_the_published_one() -> None:
    hkdf = HKDF(SHA256(), 32, salt=SALT, info=b'["merchant", "m1", 1]')
    assert base64.b64encode(hkdf.derive(b"o" * 32)).decode() == derived(b"o" * 32, "m1", 1)[6:]


def test_while_master_keys_are_exchanged_the_newest_is_shown() -> None:
    held = Held({"master": {"9": OLD, "10": NEW}})
    assert derived(b"n" * 32, "m1", 1) == webhooks(held).secret("m1", 1)


@pytest.mark.parametrize(
    "value",
    [{}, {"master": {}}, {"master": None}, {"master": "x"}, {"master": {"1": ""}}, {"master": {"1": "c2hvcnQ="}},
     {"master": {"1": "!hidden!"}}, {"master": {"one": OLD}}, {"master": {"1": 7}}],
)  # fmt: skip
def test_a_master_key_that_is_missing_or_weak_is_a_fault_and_not_quoted(value: Any) -> None:
    with pytest.raises(Fault) as caught:
        webhooks(Held(value)).secret("m1", 1)
    assert "hidden" not in str(caught.value)


# --- inbound


def test_a_merchant_s_message_is_known_by_its_id() -> None:
    ours = webhooks()
    assert "msg_1" == ours.verify("m1", BODY, signed(ours.secret("m1", 1)), [1])


def test_headers_are_found_in_any_case() -> None:
    ours = webhooks()
    headers = {name.title(): value for name, value in signed(ours.secret("m1", 1)).items()}
    assert "msg_1" == ours.verify("m1", BODY, headers, [1])


@pytest.mark.parametrize("version", [1, 2])
def test_during_a_rotation_both_versions_verify(version: int) -> None:
    ours = webhooks()
    assert "msg_1" == ours.verify("m1", BODY, signed(ours.secret("m1", version)), [2, 1])


def test_a_signature_among_others_is_found() -> None:
    ours = webhooks()
    headers = signed(ours.secret("m1", 1))
    headers["webhook-signature"] = f"v1,AAAA v1a,xyz {headers['webhook-signature']}"
    assert "msg_1" == ours.verify("m1", BODY, headers, [1])


def test_a_master_key_that_was_just_exchanged_is_found() -> None:
    held = Held({"master": {"1": OLD}})
    ours = webhooks(held)
    ours.secret("m1", 1)
    held.value, held.now = {"master": {"1": OLD, "2": NEW}}, held.now + 60
    assert "msg_1" == ours.verify("m1", BODY, signed(derived(b"n" * 32, "m1", 1)), [1])


def test_forged_messages_do_not_make_us_read_the_secret_each_time() -> None:
    held = Held({"master": {"1": OLD}})
    ours = webhooks(held)
    for _ in range(100):
        with pytest.raises(SignatureInvalid):
            ours.verify("m1", BODY, signed(derived(b"x" * 32, "m1", 1)), [1])
    assert 1 == held.reads


def altered(**changes: str | None) -> dict[str, str]:
    headers = {**signed(derived(b"o" * 32, "m1", 1)), **{k.replace("_", "-"): v for k, v in changes.items()}}
    return {name: value for name, value in headers.items() if value is not None}


def good() -> str:
    return signed(derived(b"o" * 32, "m1", 1))["webhook-signature"]


# Made when they are used: what was made while the tests were collected would be refused for its age alone.
HEADERS: dict[str, Callable[[], dict[str, str]]] = {
    "none": dict,
    "no id": lambda: altered(webhook_id=None),
    "an empty id": lambda: altered(webhook_id=""),
    "another id": lambda: altered(webhook_id="msg_2"),
    "an id with a space": lambda: altered(webhook_id="msg 1"),
    "an id with a brace": lambda: altered(webhook_id='msg_1.1.{"a":'),
    "an id without end": lambda: altered(webhook_id="m" * 257),
    "an id in other letters": lambda: altered(webhook_id="消息"),
    "no time": lambda: altered(webhook_timestamp=None),
    "an empty time": lambda: altered(webhook_timestamp=""),
    "a time that is a word": lambda: altered(webhook_timestamp="now"),
    "a time that is not a number": lambda: altered(webhook_timestamp="nan"),
    "a time without end": lambda: altered(webhook_timestamp="inf"),
    "a time with an exponent": lambda: altered(webhook_timestamp="1e9"),
    "a time in other digits": lambda: altered(webhook_timestamp="١٧٩٥٣٥٥٣٧٧"),
    "a negative time": lambda: altered(webhook_timestamp="-1"),
    "a time beyond all calendars": lambda: altered(webhook_timestamp="999999999999"),
    "the time of somebody else": lambda: altered(webhook_timestamp=str(int(time.time()) - 5)),
    "no signature": lambda: altered(webhook_signature=None),
    "an empty signature": lambda: altered(webhook_signature=""),
    "a space": lambda: altered(webhook_signature=" "),
    "a version alone": lambda: altered(webhook_signature="v1"),
    "a comma alone": lambda: altered(webhook_signature=","),
    "two commas": lambda: altered(webhook_signature="v1,a,b"),
    "not base64": lambda: altered(webhook_signature="v1,a"),
    "letters that base64 lacks": lambda: altered(webhook_signature="v1,签名"),
    "a signature cut short": lambda: altered(webhook_signature=good()[:-8]),
    "a signature and rubbish": lambda: altered(webhook_signature=f"v1,AAAA x {good()[3:]}"),
    "an unknown version": lambda: altered(webhook_signature=good().replace("v1,", "v2,")),
    "another merchant's": lambda: signed(derived(b"o" * 32, "m2", 1)),
    "another version's": lambda: signed(derived(b"o" * 32, "m1", 2)),
    "another master's": lambda: signed(derived(b"x" * 32, "m1", 1)),
    "another body's": lambda: signed(derived(b"o" * 32, "m1", 1), b"{}"),
    "six minutes old": lambda: signed(derived(b"o" * 32, "m1", 1), at=datetime.now(UTC) - timedelta(minutes=6)),
    "six minutes early": lambda: signed(derived(b"o" * 32, "m1", 1), at=datetime.now(UTC) + timedelta(minutes=6)),
}


@pytest.mark.parametrize("what", HEADERS)
def test_a_malformed_or_foreign_signature_is_invalid(what: str) -> None:
    with pytest.raises(SignatureInvalid):
        webhooks().verify("m1", BODY, HEADERS[what](), [1])


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"\x80" * 100, b"{}", BODY + b" ", BODY[:-1], b"\0"])
def test_a_body_that_was_not_signed_is_invalid(body: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        webhooks().verify("m1", body, signed(derived(b"o" * 32, "m1", 1)), [1])


def test_a_piece_of_a_signed_body_is_no_message() -> None:
    """What is signed is `id.timestamp.body`: whoever may write words into a body could move the dots."""
    now = str(int(time.time()))
    words = '{"decision": "approve"}'
    headers = signed(derived(b"o" * 32, "m1", 1), f'{{"note": "see .{now}.{words}'.encode())
    moved = {**headers, "webhook-id": f'msg_1.{headers["webhook-timestamp"]}.{{"note": "see ', "webhook-timestamp": now}
    with pytest.raises(SignatureInvalid):
        webhooks().verify("m1", words.encode(), moved, [1])


def test_the_raw_bytes_are_what_counts() -> None:
    pretty = json.dumps(json.loads(BODY), indent=2).encode()
    with pytest.raises(SignatureInvalid):
        webhooks().verify("m1", pretty, signed(derived(b"o" * 32, "m1", 1)), [1])


def test_no_secret_verifies_nothing() -> None:
    with pytest.raises(SignatureInvalid):
        webhooks().verify("m1", BODY, signed(derived(b"o" * 32, "m1", 1)), [])


# --- outbound


def sent(versions: list[int], held: Held | None = None, *answers: Any) -> tuple[Any, Any]:
    with serving(*answers) as server:
        ours = webhooks(held, allow={("127.0.0.1", server.port)}, addresses=["127.0.0.1"])
        response = ours.send("m1", f"{server.url}/hook", "case_1-3", '{"a": "同意"}', versions)
    return response, server.asked


def test_a_merchant_can_verify_what_we_send() -> None:
    response, [asked] = sent([1])
    assert (200, '{"a": "同意"}'.encode()) == (response.status, asked.body)
    assert {"a": "同意"} == Webhook(derived(b"o" * 32, "m1", 1)).verify(asked.body, dict(asked.headers))
    assert "case_1-3" == asked.headers["webhook-id"]


@pytest.mark.parametrize("version", [1, 2])
def test_during_a_rotation_a_message_is_signed_with_both_versions(version: int) -> None:
    _, [asked] = sent([2, 1])
    Webhook(derived(b"o" * 32, "m1", version)).verify(asked.body, dict(asked.headers))


def test_after_a_rotation_the_former_secret_signs_no_more() -> None:
    _, [asked] = sent([2])
    assert 1 == len(asked.headers["webhook-signature"].split())
    with pytest.raises(WebhookVerificationError):
        Webhook(derived(b"o" * 32, "m1", 1)).verify(asked.body, dict(asked.headers))


def test_how_long_an_endpoint_took_is_told_whatever_it_answered() -> None:
    def slow(*_: Any) -> list[str]:
        time.sleep(0.05)  # its name server lets us wait
        return ["127.0.0.1"]

    ours = StandardWebhooks(Held({"master": {"1": OLD}}).secrets(), None, QUEUE, (), slow)  # type: ignore[arg-type]
    response = ours.send("m1", "https://shop.example.com/", "e1", "{}", [1])
    assert ("not_allowed", True) == (response.error, 0.05 <= response.took < 3)


def test_a_webhook_that_was_switched_off_is_counted_by_its_reason(written: Callable[[], str]) -> None:
    webhooks().disabled("m1", "failing")
    assert '"WebhookDisabled"' in written() and '"failing"' in written()


@pytest.mark.parametrize("master", [b"o" * 32, b"n" * 32])
def test_while_master_keys_are_exchanged_both_sign(master: bytes) -> None:
    _, [asked] = sent([1], Held({"master": {"1": OLD, "2": NEW}}))
    Webhook(derived(master, "m1", 1)).verify(asked.body, dict(asked.headers))


def test_a_pause_that_the_merchant_asks_for_is_told() -> None:
    response, _ = sent([1], None, (429, {"retry-after": "7"}, b""))
    assert (429, 7) == (response.status, response.retry_after)


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], []])
def test_an_endpoint_whose_name_has_moved_inside_is_not_called(addresses: list[str]) -> None:
    response = webhooks(addresses=addresses).send("m1", "https://shop.example.com/", "e1", "{}", [1])
    assert (None, "not_allowed") == (response.status, response.error)


def test_an_inside_target_is_refused_when_it_is_registered() -> None:
    with pytest.raises(InvalidRequest):
        webhooks(addresses=["169.254.169.254"]).refuse_target("https://shop.example.com/")


def test_a_public_target_may_be_registered() -> None:
    webhooks().refuse_target("https://shop.example.com/hook")


@pytest.mark.parametrize(("delay", "queued"), [(5, 5), (900, 900), (7200, 900), (-1, 0)])
def test_another_attempt_is_queued_with_a_delay_that_sqs_accepts(delay: int, queued: int) -> None:
    client, stubber = stubbed("sqs")
    body = json.dumps({"merchant_id": "m1", "event_id": "e1"})
    asked = {"QueueUrl": QUEUE, "MessageBody": body, "DelaySeconds": queued}
    stubber.add_response("send_message", {"MessageId": "m"}, asked)
    webhooks(queue=client).later("m1", "e1", delay)
    stubber.assert_no_pending_responses()


def test_a_queue_that_throttles_may_be_asked_again() -> None:
    client, stubber = stubbed("sqs")
    stubber.add_client_error("send_message", "RequestThrottled", http_status_code=403)
    with pytest.raises(TransientFault):
        webhooks(queue=client).later("m1", "e1", 5)
