"""Repairs: at the door or sent in, under warranty or paid for, and in vain."""

from __future__ import annotations

from typing import Any

from tests.campaign.stage import Stage
from tests.campaign.stories.shops import delivered, out_of_warranty
from tests.campaign.stories.told import Stories, told

_REPAIR: Any = {"remedy": "repair", "reason": "quality_defect"}


def mended_at_the_door(s: Stage) -> None:
    s.files(**_REPAIR, service="on_site")
    s.decides("approve")
    s.books()
    s.visits()
    s.repairs()
    s.accepts()


def mended_in_vain(s: Stage) -> None:
    """Sent in twice, and it does it again: the goods come in once more, for the money."""
    s.files(**_REPAIR, service="send_in")
    s.decides("approve")
    for number in ("1", "2"):
        s.ships(f"SF100000000{number}")
        s.receives()
        s.repairs()
        s.sends_back(f"SF200000000{number}")
        s.scanned("signed", number=f"SF200000000{number}")
        s.accepts(fixed=False)
    s.chooses("refund")
    s.ships("SF1000000003")
    s.receives()
    s.inspects()


def beyond_repair(s: Stage) -> None:
    """Nobody can mend it, and the buyer has the money rather than another."""
    s.files(**_REPAIR, service="send_in")
    s.decides("approve")
    s.ships()
    s.receives()
    s.repairs("not_repairable")
    s.chooses("refund")


def too_dear(s: Stage) -> None:
    """Out of warranty, and not worth the price: it goes back as it came."""
    s.files(**_REPAIR, service="send_in")
    s.decides("approve")
    s.ships()
    s.receives()
    s.prices()
    s.answers("decline")
    s.sends_back()
    s.accepts()


def price_unanswered(s: Stage) -> None:
    """No yes is no: it goes back as it came."""
    s.files(**_REPAIR, service="send_in")
    s.decides("approve")
    s.ships()
    s.receives()
    s.prices()
    s.nobody_answers()
    s.sends_back()
    s.accepts()


def fee_unpaid(s: Stage) -> None:
    """Mended for money that never comes."""
    s.files(**_REPAIR, service="send_in")
    s.decides("approve")
    s.ships()
    s.receives()
    s.prices()
    s.answers("accept")
    s.repairs()
    s.sends_back()
    s.accepts()
    s.nobody_answers()


def nobody_mends(s: Stage) -> None:
    """Nobody books a visit, nobody shows anything, and an agent rules."""
    s.files(**_REPAIR, service="on_site")
    s.nobody_answers()
    s.nobody_answers()
    s.nobody_answers()
    s.rules("approve")


def mended_for_money(s: Stage) -> None:
    """Out of warranty: the price is told, taken, and paid when it works."""
    s.files(**_REPAIR, service="send_in")
    s.decides("approve")
    s.ships()
    s.receives()
    s.prices()
    s.answers("accept")
    s.repairs()
    s.sends_back()
    s.accepts()
    s.pays()


STORIES: Stories = {
    **told(delivered, mended_at_the_door, mended_in_vain, beyond_repair, nobody_mends),
    **told(out_of_warranty, mended_for_money, too_dear, price_unanswered, fee_unpaid),
}
