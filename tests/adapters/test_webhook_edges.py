"""What stands in a webhook that we send, what is counted of it, and which secrets are good."""

from __future__ import annotations

import base64
import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook

from chalicelib.adapters import webhooks as adapter
from chalicelib.adapters.targets import Target
from chalicelib.adapters.webhooks import SALT, SHORTEST_MASTER, StandardWebhooks, derived
from chalicelib.errors import Fault, InvalidRequest, SignatureInvalid, TransientFault
from chalicelib.ports import WebhookResponse
from tests.adapters.held import Held
from tests.adapters.stubs import stubbed
from tests.refusals import refused
from tests.telling import counted, logged

OLD, NEW = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n"))
URL, QUEUE = "https://shop.example.com/hook", "https://sqs.eu-west-1.amazonaws.com/1/webhooks"
BODY = b'{"decision": "approve"}'


def webhooks(held: Held | None = None, **more: Any) -> StandardWebhooks:
    of = {"queue": None, "queue_url": QUEUE, "resolve": lambda *_: ["8.8.8.8"], **more}
    return StandardWebhooks((held or Held({"master": {"1": OLD}})).secrets(), **of)


class Wire:
    """Stands in for `post`: what was sent, and the answer."""

    def __init__(self, *answers: WebhookResponse) -> None:
        self.answers = list(answers) or [WebhookResponse(200)]
        self.sent: list[tuple[Target, bytes, Mapping[str, str]]] = []

    def __call__(self, target: Target, body: bytes, headers: Mapping[str, str]) -> WebhookResponse:
        self.sent.append((target, body, headers))
        return self.answers.pop(0)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire = Wire()
    monkeypatch.setattr(adapter, "post", wire)
    return wire


def send(ours: StandardWebhooks | None = None, versions: tuple[int, ...] = (1,)) -> WebhookResponse:
    return (ours or webhooks()).send("m1", URL, "case_1-3", '{"a": "同意"}', list(versions))


def test_a_message_says_what_it_is_who_sends_it_which_it_is_and_when(wire: Wire) -> None:
    before = int(datetime.now(UTC).timestamp())
    send()
    [(target, body, headers)] = wire.sent
    assert ("shop.example.com", ("8.8.8.8",), '{"a": "同意"}'.encode()) == (target.host, target.addresses, body)
    assert {"content-type": "application/json", "user-agent": "aftersales-webhooks/1", "webhook-id": "case_1-3"} == {
        name: value for name, value in headers.items() if name not in ("webhook-timestamp", "webhook-signature")
    }
    assert before <= int(headers["webhook-timestamp"]) <= before + 30


def test_each_version_s_signature_stands_beside_the_others(wire: Wire) -> None:
    send(webhooks(Held({"master": {"1": OLD, "2": NEW}})), (2, 1))
    [(_, body, headers)] = wire.sent
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    masters = (b"n" * 32, b"o" * 32)
    secrets = [derived(master, "m1", version) for master in masters for version in (2, 1)]
    expected = [Webhook(secret).sign("case_1-3", at, body.decode()) for secret in secrets]
    assert expected == headers["webhook-signature"].split(" ")


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        (WebhookResponse(200), "2xx"),
        (WebhookResponse(199), "1xx"),
        (WebhookResponse(404), "4xx"),
        (WebhookResponse(599), "5xx"),
        (WebhookResponse(None, "timeout"), "timeout"),
        (WebhookResponse(None, "tls"), "tls"),
        (WebhookResponse(None), "lost"),
    ],
)
def test_an_attempt_is_counted_by_what_came_of_it(
    wire: Wire, written: Callable[[], str], response: WebhookResponse, outcome: str
) -> None:
    wire.answers = [response]
    told = send()
    assert (response.status, response.error) == (told.status, told.error)
    assert [("WebhookSent", {"outcome": outcome})] == counted(written())


def test_a_target_that_may_not_be_called_is_counted_and_not_called(wire: Wire, written: Callable[[], str]) -> None:
    response = send(webhooks(resolve=lambda *_: ["10.0.0.1"]))
    assert (None, "not_allowed", []) == (response.status, response.error, wire.sent)
    assert [("WebhookTargetRefused", {}), ("WebhookSent", {"outcome": "not_allowed"})] == counted(written())


def test_how_long_it_took_is_told_in_seconds(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 107.5])
    monkeypatch.setattr(adapter.time, "monotonic", lambda: next(clock))
    assert 7.5 == send().took


def test_an_endpoint_of_a_local_stack_may_be_called_and_registered_where_settings_name_it(wire: Wire) -> None:
    ours = webhooks(allow={("127.0.0.1", 9700)}, resolve=lambda *_: ["127.0.0.1"])
    ours.refuse_target("http://127.0.0.1:9700/hook")
    assert 200 == ours.send("m1", "http://127.0.0.1:9700/hook", "e1", "{}", [1]).status
    with pytest.raises(InvalidRequest):
        ours.refuse_target("http://127.0.0.1:9701/hook")


def test_by_default_nothing_local_may_be_called_and_the_real_name_server_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []

    def fails(host: str, *_: Any, **__: Any) -> Any:
        asked.append(host)
        raise OSError("no such host")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    ours = StandardWebhooks(Held({"master": {"1": OLD}}).secrets(), None, QUEUE)  # type: ignore[arg-type]
    with pytest.raises(InvalidRequest, match="cannot be found"):
        ours.refuse_target("https://nowhere.example/")
    with pytest.raises(InvalidRequest, match="must begin with https"):
        ours.refuse_target("http://127.0.0.1:9700/")
    assert ["nowhere.example"] == asked


# --- inbound


def signed(secret: str, body: bytes = BODY) -> dict[str, str]:
    now = datetime.now(UTC)
    signature = Webhook(secret).sign("m1", now, body.decode())
    return {"webhook-id": "m1", "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature}


def test_a_forged_message_is_counted_as_a_merchant_s(written: Callable[[], str]) -> None:
    with pytest.raises(SignatureInvalid):
        webhooks().verify("m1", BODY, signed(derived(b"x" * 32, "m1", 1)), [1])
    assert [("SignatureRefused", {"by": "merchant"})] == counted(written())


def test_a_message_that_neither_the_old_nor_the_new_master_key_signed_is_refused() -> None:
    held = Held({"master": {"1": OLD}})
    ours = webhooks(held)
    ours.secret("m1", 1)
    held.value, held.now = {"master": {"2": NEW}}, held.now + 60
    with pytest.raises(SignatureInvalid):
        ours.verify("m1", BODY, signed(derived(b"x" * 32, "m1", 1)), [1])
    assert 2 == held.reads


def test_after_an_exchange_the_same_merchant_and_versions_are_asked_about() -> None:
    held = Held({"master": {"1": OLD}})
    ours = webhooks(held)
    ours.secret("m1", 1)
    held.value, held.now = {"master": {"2": NEW}}, held.now + 60
    assert "m1" == ours.verify("m1", BODY, signed(derived(b"n" * 32, "m1", 7)), [8, 7])


def test_one_merchant_does_not_speak_for_another() -> None:
    with pytest.raises(SignatureInvalid):
        webhooks().verify("m1", BODY, signed(derived(b"o" * 32, "m2", 1)), [1])


# --- secrets


def test_the_newest_master_key_is_the_one_with_the_highest_number() -> None:
    masters = {"2": OLD, "10": NEW, "9": base64.b64encode(b"x" * 32).decode()}
    assert derived(b"n" * 32, "m1", 3) == webhooks(Held({"master": masters})).secret("m1", 3)


def test_the_derivation_is_salted_by_what_it_is_for() -> None:
    assert (b"aftersales webhook secrets, 1", 32) == (SALT, SHORTEST_MASTER)


def test_a_master_key_has_at_least_32_bytes() -> None:
    def of(size: int) -> StandardWebhooks:
        return webhooks(Held({"master": {"1": base64.b64encode(b"k" * size).decode()}}))

    assert derived(b"k" * 32, "m1", 1) == of(32).secret("m1", 1)
    told = ("a master key of the webhook secret is shorter than 32 bytes", [])
    assert told == refused(Fault, lambda: of(31).secret("m1", 1))


def test_one_weak_master_key_among_strong_ones_is_one_too_many() -> None:
    with pytest.raises(Fault):
        webhooks(Held({"master": {"1": "c2hvcnQ=", "2": NEW}})).secret("m1", 1)


@pytest.mark.parametrize("value", [{}, {"master": {}}, {"master": None}, {"master": [NEW]}])
def test_a_secret_without_a_master_key_is_told_as_such(value: Any) -> None:
    told = ("the webhook secret holds no master key", [])
    assert told == refused(Fault, lambda: webhooks(Held(value)).secret("m1", 1))


@pytest.mark.parametrize("masters", [{"1": 7}, {"x": NEW}, {"1": NEW + "!"}, {"1": "a"}, {"1": None}])
def test_master_keys_that_cannot_be_read_are_told_as_such(masters: Any) -> None:
    told = ("the master keys of the webhook secret cannot be read", [])
    assert told == refused(Fault, lambda: webhooks(Held({"master": masters})).secret("m1", 1))


# --- what follows


@pytest.mark.parametrize(("delay", "queued"), [(-1, 0), (0, 0), (1, 1), (899, 899), (900, 900), (901, 900)])
def test_a_delay_is_what_the_queue_can_hold(delay: int, queued: int) -> None:
    client, stubber = stubbed("sqs")
    body = json.dumps({"merchant_id": "m1", "event_id": "e1"})
    stubber.add_response(
        "send_message", {"MessageId": "m"}, {"QueueUrl": QUEUE, "MessageBody": body, "DelaySeconds": queued}
    )
    webhooks(queue=client).later("m1", "e1", delay)
    stubber.assert_no_pending_responses()


def test_a_queue_that_does_not_take_it_says_so() -> None:
    client, stubber = stubbed("sqs")
    stubber.add_client_error("send_message", "ServiceUnavailable", http_status_code=503)
    told = refused(TransientFault, lambda: webhooks(queue=client).later("m1", "e1", 5))
    assert ("SendMessage: ServiceUnavailable", []) == told


def test_a_webhook_that_was_switched_off_is_logged_with_merchant_and_reason(written: Callable[[], str]) -> None:
    webhooks().disabled("m1", "failing")
    said = written()
    assert [("WebhookDisabled", {"because": "failing"})] == counted(said)
    assert [("WARNING", "a merchant's webhook was switched off", None)] == logged(said)
    [line] = [json.loads(line) for line in said.splitlines() if '"message"' in line]
    assert ("m1", "failing") == (line["merchant_id"], line["state"])


@pytest.fixture
def in_shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as there:
        there.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        yield
    time.tzset()


def test_a_message_verifies_wherever_our_clock_stands(wire: Wire, in_shanghai: None) -> None:
    send()
    [(_, body, headers)] = wire.sent
    Webhook(derived(b"o" * 32, "m1", 1)).verify(body, dict(headers))
