"""A shop on the platform and the endpoint it listens at."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from chalicelib.domain.base import Instant, Record

MerchantKind = Literal["self_operated", "marketplace"]


class Merchant(Record):
    """`self_operated` 自营: the platform's own agents decide. `marketplace` 平台商家: the shop decides."""

    merchant_id: str
    name: str = Field(min_length=1, max_length=200)
    kind: MerchantKind = "marketplace"


class Webhook(Record):
    """Where a merchant hears of its cases. The secret is derived from `secret_version`, never stored."""

    merchant_id: str
    url: str
    enabled: bool = True
    secret_version: int = 1
    former_until: Instant | None = None  # until when the version before is signed and accepted too
    updated_at: Instant

    def versions(self, now: datetime) -> tuple[int, ...]:
        """The secret versions that are good now, the newest first."""
        if self.former_until is not None and now < self.former_until:
            return (self.secret_version, self.secret_version - 1)
        return (self.secret_version,)
