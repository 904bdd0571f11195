"""Standard Webhooks, the partner's half: signed and verified with the published library."""

from collections.abc import Mapping
from datetime import UTC, datetime

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError


class SignatureRefused(Exception):
    """Raised when a message is unsigned, signed by somebody else, altered, or older or newer than five minutes."""


def signed(secret: str, message_id: str, body: str, at: datetime | None = None) -> dict[str, str]:
    """The headers that go with `body`. `secret` is `whsec_<base64>`; `at` (default: now) is in UTC."""
    at = at or datetime.now(UTC)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at, body),
        "content-type": "application/json",
    }


def check(secret: str) -> None:
    """Raises ValueError for what cannot be a signing secret, before a message depends on it."""
    try:
        Webhook(secret)
    except Exception as error:  # the library has one error of its own, and base64's
        raise ValueError(f"not a signing secret: {error}") from None


def verified(secret: str, headers: Mapping[str, str], body: bytes) -> str:
    """The id of a message that `secret` signed. Raises SignatureRefused."""
    held = {name.lower(): value for name, value in headers.items()}
    try:
        Webhook(secret).verify(body, held, json_parse=False)
    except (WebhookVerificationError, ValueError) as error:  # a signature that is not base64 is a ValueError
        raise SignatureRefused(str(error) or "unreadable signature") from error
    return held["webhook-id"]
