"""Signed webhooks, both ways (Standard Webhooks): merchants hear of their cases, and tell us their decisions.

A merchant's secret is derived (HKDF, RFC 5869) from the master key, the merchant's id and the secret's version. While
the master key itself is being exchanged the secret of AWS holds two: each signs, each verifies, the newest is shown.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from standardwebhooks import Webhook

from chalicelib.adapters.faults import told_apart
from chalicelib.adapters.outbound import post
from chalicelib.adapters.signatures import verified
from chalicelib.adapters.targets import checked, resolve
from chalicelib.errors import Fault, InvalidRequest, SignatureInvalid
from chalicelib.ports import LONGEST_DELAY, WebhookResponse
from chalicelib.telemetry import count, facts, log

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from chalicelib.adapters.secrets import Secrets
    from chalicelib.adapters.targets import Resolve

SALT = b"aftersales webhook secrets, 1"
SHORTEST_MASTER = 32  # bytes


class StandardWebhooks:
    """`secret` holds `{"master": {"1": "<base64>"}}`; `allow` are loopback endpoints of a local stack."""

    def __init__(
        self,
        secret: Secrets,
        queue: SQSClient,
        queue_url: str,
        allow: Collection[tuple[str, int]] = (),
        resolve: Resolve = resolve,
    ) -> None:
        self._secret, self._allow, self._resolve = secret, allow, resolve
        self._queue, self._queue_url = queue, queue_url

    def send(
        self, merchant_id: str, url: str, message_id: str, payload: str, versions: Sequence[int]
    ) -> WebhookResponse:
        """One attempt. A target that may not be called (any more) is an answer too: `not_allowed`."""
        began = time.monotonic()  # before the name is looked up: a slow name server is a slow endpoint too
        response = self._send(merchant_id, url, message_id, payload, versions)
        count("WebhookSent", outcome=f"{response.status // 100}xx" if response.status else response.error or "lost")
        return replace(response, took=time.monotonic() - began)

    def _send(
        self, merchant_id: str, url: str, message_id: str, payload: str, versions: Sequence[int]
    ) -> WebhookResponse:
        try:
            target = checked(url, self._allow, self._resolve)
        except InvalidRequest:
            count("WebhookTargetRefused")
            return WebhookResponse(None, "not_allowed")
        now = datetime.now(UTC)
        headers = {
            "content-type": "application/json",
            "user-agent": "aftersales-webhooks/1",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(
                Webhook(secret).sign(message_id, now, payload) for secret in self._secrets(merchant_id, versions)
            ),
        }
        return post(target, payload.encode(), headers)

    def verify(self, merchant_id: str, body: bytes, headers: Mapping[str, str], versions: Sequence[int]) -> str:
        """The message's id. A master key that was exchanged is found by asking once more. Raises SignatureInvalid."""
        try:
            return verified(self._secrets(merchant_id, versions), body, headers)
        except SignatureInvalid:
            if not self._secret.again():
                count("SignatureRefused", by="merchant")
                raise
            return verified(self._secrets(merchant_id, versions), body, headers)

    def secret(self, merchant_id: str, version: int) -> str:
        return self._secrets(merchant_id, [version])[0]

    def refuse_target(self, url: str) -> None:
        checked(url, self._allow, self._resolve)

    def later(self, merchant_id: str, event_id: str, delay: int) -> None:
        with told_apart("SendMessage"):
            self._queue.send_message(
                QueueUrl=self._queue_url,
                MessageBody=json.dumps({"merchant_id": merchant_id, "event_id": event_id}),
                DelaySeconds=max(0, min(delay, LONGEST_DELAY)),
            )

    def disabled(self, merchant_id: str, because: str) -> None:
        count("WebhookDisabled", because=because)
        log.warning("a merchant's webhook was switched off", extra=facts(merchant_id=merchant_id, state=because))

    def _secrets(self, merchant_id: str, versions: Sequence[int]) -> list[str]:
        """Every secret that is good now: the newest master key's first, in the order of the versions given."""
        masters = _masters(self._secret.read().get("master"))
        return [derived(master, merchant_id, version) for master in masters for version in versions]


def derived(master: bytes, merchant_id: str, version: int) -> str:
    """`whsec_<base64 of 32 bytes>`: HKDF-SHA256, one block."""
    extracted = hmac.digest(SALT, master, hashlib.sha256)
    info = json.dumps(["merchant", merchant_id, version]).encode()
    return "whsec_" + base64.b64encode(hmac.digest(extracted, info + b"\x01", hashlib.sha256)).decode()


def _masters(held: object) -> list[bytes]:
    """The master keys, newest first. Raises Fault, quoting nothing, for what could be guessed."""
    if not isinstance(held, dict) or not held:
        raise Fault("the webhook secret holds no master key")
    try:
        keys = [base64.b64decode(held[number], validate=True) for number in sorted(held, key=int, reverse=True)]
    except (ValueError, TypeError):
        raise Fault("the master keys of the webhook secret cannot be read") from None
    if any(len(key) < SHORTEST_MASTER for key in keys):
        raise Fault(f"a master key of the webhook secret is shorter than {SHORTEST_MASTER} bytes")
    return keys
