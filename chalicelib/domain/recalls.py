"""Recalls 召回: the sale of dangerous goods is stopped, and everybody who has bought them is told, once.

Who bought what is an item per order and article, written with the order. The items of one article stand in several
partitions, because a sale day writes thousands of them a second.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING
from zlib import crc32

from pydantic import Field

from chalicelib.domain.base import Fact, Instant, Record
from chalicelib.domain.values import Identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SHARDS = 8  # of one article: each takes what a partition takes


class Sold(Fact):
    """An order has goods of this article. Nobody's name stands here: the order says who bought them."""

    merchant_id: Identifier
    sku: str
    shard: int = Field(ge=0, lt=SHARDS)
    order_id: Identifier
    at: Instant


def sold(merchant_id: str, order_id: str, skus: Iterable[str], at: datetime) -> list[Sold]:
    """One for each article, however many lines have it."""
    shard = crc32(order_id.encode()) % SHARDS
    return [
        Sold(merchant_id=merchant_id, sku=sku, shard=shard, order_id=order_id, at=at) for sku in dict.fromkeys(skus)
    ]


class Recall(Record):
    """How far the buyers of dangerous goods were told: the articles one after the other, each shard by shard.

    `after` is the last order of the shard that was seen to. `told` counts buyers by article.
    """

    case_id: str
    merchant_id: Identifier
    buyer_id: str  # who said so first, and need not be told
    skus: tuple[str, ...]
    batch: str | None = None
    opened_at: Instant
    moved_at: Instant  # when it came as far as it is
    article: int = 0
    shard: int = 0
    after: str | None = None
    told: int = 0

    @property
    def is_over(self) -> bool:
        return self.article >= len(self.skus)

    @property
    def sku(self) -> str:
        return self.skus[self.article]

    @property
    def watch_at(self) -> datetime | None:
        """The sweeper goes on with it at once, and every minute, until everybody was told; one that stands still is
        seen to be late."""
        return None if self.is_over else self.moved_at

    @property
    def warning_id(self) -> str:
        """What a buyer is told of an article is told once, however many cases find it dangerous. It names no case:
        whose that was is nobody's business."""
        of = "#".join((self.merchant_id, self.sku, self.batch or ""))
        return f"recall-{hashlib.sha256(of.encode()).hexdigest()[:32]}"

    def behind(self, rows: Sequence[Sold], page: int, told: int, at: datetime) -> Recall:
        """One page further: in this shard, in the next, or with the next article."""
        after = self.next(told=self.told + told, moved_at=at)
        if len(rows) == page:
            return after.but(after=rows[-1].order_id)
        if self.shard + 1 < SHARDS:
            return after.but(shard=self.shard + 1, after=None)
        return after.but(article=self.article + 1, shard=0, after=None)
