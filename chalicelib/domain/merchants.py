"""A shop on the platform."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from chalicelib.domain.base import Record
from chalicelib.domain.endpoints import Webhook as Webhook

MerchantKind = Literal["self_operated", "marketplace"]


class Merchant(Record):
    """`self_operated` 自营: the platform's own agents decide. `marketplace` 平台商家: the shop decides."""

    merchant_id: str
    name: str = Field(min_length=1, max_length=200)
    kind: MerchantKind = "marketplace"
