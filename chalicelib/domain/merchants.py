"""A shop on the platform."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from chalicelib.domain.actors import Actor
from chalicelib.domain.base import Instant, Record
from chalicelib.domain.endpoints import Webhook as Webhook
from chalicelib.domain.values import Value

MerchantKind = Literal["self_operated", "marketplace"]


class Freeze(Value):
    """One turn of the switch: what it was set to, by whom, when and why. The reason is for the platform's eyes."""

    frozen: bool
    by: Actor
    at: Instant
    reason: str = Field(min_length=1, max_length=500)


class Merchant(Record):
    """`self_operated` 自营: the platform's own agents decide. `marketplace` 平台商家: the shop decides."""

    merchant_id: str
    name: str = Field(min_length=1, max_length=200)
    kind: MerchantKind = "marketplace"
    freezes: tuple[Freeze, ...] = ()  # every turn of the switch, the newest last

    @property
    def is_frozen(self) -> bool:
        return bool(self.freezes) and self.freezes[-1].frozen
