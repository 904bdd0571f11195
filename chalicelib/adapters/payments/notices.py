"""The payment provider's notifications: Standard Webhooks, signed with the secret that we share with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.signatures import verified
from chalicelib.errors import SignatureInvalid
from chalicelib.telemetry import count

if TYPE_CHECKING:
    from chalicelib.adapters.secrets import Secrets


class SignedNotices:
    def __init__(self, secret: Secrets) -> None:
        self._secret = secret

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Mapping[str, Any]:
        """The notification, read. A secret that was rotated is found by asking once more. Raises SignatureInvalid."""
        try:
            self._verified(body, headers)
        except SignatureInvalid:
            if not self._secret.again():
                count("SignatureRefused", by="provider")
                raise
            self._verified(body, headers)
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            raise SignatureInvalid("what was signed is not a JSON object")
        return said

    def _verified(self, body: bytes, headers: Mapping[str, str]) -> None:
        held = self._secret.read()
        secrets = [held.get(name) for name in ("signing_secret", "former_signing_secret")]
        # Without a secret nothing verifies: an empty key would be everybody's.
        verified([secret for secret in secrets if isinstance(secret, str) and secret], body, headers)
