"""Instant refunds: money before goods, for buyers who have a limit."""

from __future__ import annotations

from tests.campaign.stage import Stage
from tests.campaign.stories.shops import trusting
from tests.campaign.stories.told import told
from tests.standins.shops import ask


def hastened(s: Stage) -> None:
    """极速退款: paid when the carrier has the goods; they come, and pass."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.ships()
    s.scanned("picked_up", number="SF1234567890", carrier="shunfeng")
    s.receives()
    s.inspects()


def hastened_in_vain(s: Stage) -> None:
    """Paid early for a brick: what was paid is owed, and the next refund pays a part of it."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.ships()
    s.scanned("picked_up", number="SF1234567890", carrier="shunfeng")
    s.receives()
    s.inspects("failed", reason="a brick")
    s.nobody_answers()
    s.files(ask("scarf", 2))
    s.decides("approve")


STORIES = told(trusting, hastened, hastened_in_vain)
