"""Exchanges: even, dearer, cheaper, late, lost; goods sent again; and repairs that become exchanges."""

from __future__ import annotations

from typing import Any

from tests.campaign.stage import Stage
from tests.campaign.stories.shops import delivered
from tests.campaign.stories.told import Stories, told
from tests.campaign.swaps import (
    CHEAPER,
    DEARER,
    NUMBERS,
    carried,
    comes_back,
    gets,
    gets_nothing,
    has_none,
    pays,
    sends,
    swaps,
)
from tests.standins.shops import ask

_REPAIR: Any = {"remedy": "repair", "reason": "quality_defect"}


def exchanged(s: Stage) -> None:
    """Even: the carrier says that the new coat was signed for."""
    swaps(s)
    comes_back(s)
    sends(s)
    carried(s, "picked_up", "signed")


def exchanged_for_more(s: Stage) -> None:
    """Dearer: too little is paid and goes back, then the difference, and once more, which goes back too."""
    swaps(s, DEARER)
    comes_back(s)
    pays(s, 1, "pay_little")
    pays(s)
    pays(s, payment_id="pay_again")
    sends(s)
    gets(s)


def exchange_unpaid(s: Stage) -> None:
    """Dearer and not paid for: a refund; the money that comes after that goes back."""
    swaps(s, DEARER)
    comes_back(s)
    s.nobody_answers()
    pays(s)


def exchange_paid_in_vain(s: Stage) -> None:
    """Dearer and paid for, and then there are none: both payments go back to where they came from."""
    swaps(s, DEARER)
    comes_back(s)
    pays(s)
    has_none(s)


def exchanged_for_less(s: Stage) -> None:
    """Cheaper: what is left is refunded when the goods have come."""
    swaps(s, CHEAPER)
    comes_back(s)
    sends(s)
    gets(s)


def exchange_late(s: Stage) -> None:
    """The shop looks at nothing and sends nothing."""
    swaps(s)
    s.ships()
    s.receives()
    s.nobody_answers()
    s.nobody_answers()


def exchange_lost(s: Stage) -> None:
    """The new goods are lost, sent once more, and signed for; then the first parcel turns up."""
    swaps(s)
    comes_back(s)
    sends(s)
    carried(s, "picked_up", "lost")
    sends(s, NUMBERS[1])
    carried(s, "signed", number=NUMBERS[1])
    carried(s, "signed")


def exchange_lost_twice(s: Stage) -> None:
    """Lost and refused at the door: a refund."""
    swaps(s)
    comes_back(s)
    sends(s)
    carried(s, "picked_up", "lost")
    sends(s, NUMBERS[1])
    carried(s, "picked_up", "refused", "returned_to_sender", number=NUMBERS[1])


def exchange_empty(s: Stage) -> None:
    """Nothing was in the box: an agent has them sent once more."""
    swaps(s)
    comes_back(s)
    sends(s)
    gets_nothing(s)
    s.nobody_answers()
    s.rules("approve")
    s.nobody_answers()
    sends(s, NUMBERS[1])
    gets(s)


def sent_again(s: Stage) -> None:
    """补发: nothing comes back, and nobody says that it came."""
    s.files(ask("scarf", 1), remedy="reship", reason="missing_item")
    s.decides("approve")
    sends(s)
    s.nobody_answers()


def exchanged_instead(s: Stage) -> None:
    """Beyond repair, and the buyer would have the same one anew."""
    s.files(**_REPAIR, service="send_in")
    s.decides("approve")
    s.ships()
    s.receives()
    s.repairs("not_repairable")
    s.chooses("exchange")
    sends(s)
    gets(s)


def exchanged_after_two_visits(s: Stage) -> None:
    """Mended at the door twice in vain: the old one comes in before the new one goes out."""
    s.files(**_REPAIR, service="on_site")
    s.decides("approve")
    for _ in range(2):
        s.books()
        s.visits()
        s.repairs()
        s.accepts(fixed=False)
    s.chooses("exchange")
    comes_back(s)
    sends(s)
    gets(s)


def none_instead(s: Stage) -> None:
    """The shop is late with a repair, the buyer chooses another, and there are none: the money, once."""
    s.files(**_REPAIR, service="send_in")
    s.decides("approve")
    s.ships()
    s.receives()
    s.nobody_answers()
    s.chooses("exchange")
    has_none(s)


def unchosen(s: Stage) -> None:
    """Beyond repair, and the buyer does not choose."""
    s.files(**_REPAIR, service="send_in")
    s.decides("approve")
    s.ships()
    s.receives()
    s.repairs("not_repairable")
    s.nobody_answers()


STORIES: Stories = told(
    delivered,
    *(exchanged, exchanged_for_more, exchange_unpaid, exchange_paid_in_vain, exchanged_for_less, exchange_late),
    *(exchange_lost, exchange_lost_twice, exchange_empty, sent_again),
    *(exchanged_instead, exchanged_after_two_visits, none_instead, unchosen),
)
