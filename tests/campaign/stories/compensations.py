"""Money for goods that stay: a price that fell, something that went wrong."""

from __future__ import annotations

from chalicelib.domain.prices import Price, PriceFact
from chalicelib.schemas.amounts import Amount
from tests.campaign.stage import Stage
from tests.campaign.stories.shops import delivered, usual
from tests.campaign.stories.told import Stories, told
from tests.standins.shops import ask


def protected(s: Stage) -> None:
    """价保: the price falls twice, and only the further difference is paid the second time."""
    for amount in (26000, 25000):
        fact = PriceFact(amount=amount, currency="CNY", at=s.cloud.clock.now())
        s.cloud.table.put(Price(merchant_id="m1", sku="sku-coat", facts=(fact,)))
        s.files(remedy="price_protection", reason="price_dropped")
        s.minutes_pass()


def compensated(s: Stage) -> None:
    """赔付: the buyer asks for something, the shop offers less, and a voucher is credited."""
    s.files(ask("coat"), remedy="compensation", reason="out_of_stock", amount=Amount(amount=9900, currency="CNY"))
    s.offers(5000)
    s.answers("accept")


STORIES: Stories = {**told(delivered, protected), **told(usual, compensated)}
