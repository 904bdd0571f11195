"""Standard Webhooks, verified on the raw bytes: one place that knows how the library fails."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError, WebhookVerificationError

from chalicelib.errors import SignatureInvalid

# What is signed is `id.timestamp.body`. An id that may hold anything could swallow the beginning of a signed body and
# pass its rest off as a message that nobody ever signed; one without braces cannot reach into a JSON object.
_ID = re.compile(r"[A-Za-z0-9._:-]{1,256}")
# 32 bytes in their one spelling: readers of base64 skip what they do not know, and the bits that are left over.
_SIGNATURE = re.compile(r"v1,[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


def verified(secrets: Iterable[str], body: bytes, headers: Mapping[str, str]) -> str:
    """The id of a message that one of the secrets signed within five minutes of now. Raises SignatureInvalid."""
    given = {name.lower(): value for name, value in headers.items()}
    message_id = given.get("webhook-id", "")
    if not _ID.fullmatch(message_id) or not _TIMESTAMP.fullmatch(given.get("webhook-timestamp", "")):
        raise SignatureInvalid("the webhook's id or timestamp is missing or malformed")
    given["webhook-signature"] = " ".join(filter(_SIGNATURE.fullmatch, given.get("webhook-signature", "").split(" ")))
    for secret in secrets:
        try:
            Webhook(secret).verify(body, given, json_parse=False)
        except (WebhookVerificationError, EmptyWebhookSecretError, ValueError):
            # The library lets binascii's and unicode's errors out for malformed headers and bodies: ValueErrors.
            continue
        return message_id
    raise SignatureInvalid("the webhook's signature or time does not verify")
