"""Merchants and their webhooks on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.domain.base import Instant
from chalicelib.domain.endpoints import Disabled
from chalicelib.domain.merchants import Merchant, MerchantKind
from chalicelib.domain.values import Value
from chalicelib.schemas.cases import DecideCase


class PutMerchant(Value):
    name: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    kind: MerchantKind = "marketplace"


class MerchantView(Value):
    merchant_id: str
    name: str
    kind: MerchantKind
    version: int

    @staticmethod
    def of(merchant: Merchant) -> MerchantView:
        return MerchantView(
            merchant_id=merchant.merchant_id, name=merchant.name, kind=merchant.kind, version=merchant.version
        )


class PutWebhook(Value):
    """Where to send. `rotate`: a new secret from now on; the one before is accepted and signed with for a day.

    Setting it enables it again and forgets its failures; `enabled: false` switches it off.
    """

    url: Annotated[str, StringConstraints(min_length=8, max_length=2000)]
    rotate: bool = False
    enabled: bool = True


class WebhookView(Value):
    """`secret` is shown to the shop's owner only, when it is set.

    `failing_since`: the first failure since the last success; after five days of it the webhook is disabled.
    `resting_until`: the endpoint was too slow, and nothing is sent there until then.
    """

    merchant_id: str
    url: str
    enabled: bool
    secret: str | None
    secret_version: int
    updated_at: Instant
    failing_since: Instant | None
    resting_until: Instant | None
    disabled_at: Instant | None
    disabled_because: Disabled | None


class Callback(DecideCase):
    """A merchant's signed answer: the same as a decision by hand."""

    type: Literal["decision"]
    case_id: Annotated[str, Field(pattern=r"^case_[0-9A-Z]{26}$")]
