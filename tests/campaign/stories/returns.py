"""Returns: what buyers send back, and shops receive, inspect and put away."""

from __future__ import annotations

from tests.campaign.stage import Stage
from tests.campaign.stories.shops import delivered, without_address
from tests.campaign.stories.told import Stories, told
from tests.standins.shops import AGENT, ask


def returned(s: Stage) -> None:
    """Sent back, received, inspected, paid, put away."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.ships()
    s.receives()
    s.inspects()
    s.puts_away("coat", 1)


def returned_short(s: Stage) -> None:
    """One scarf of two came, and the coat is worn; the buyer takes what is left."""
    s.files(ask("coat"), ask("scarf", 2), remedy="return_and_refund")
    s.decides("approve")
    s.ships()
    s.receives()
    amount = {"amount": 20000, "currency": "CNY"}
    s.inspects("reduced", lines=[{"line_id": "scarf", "received": 1}], amount=amount, reason="worn")
    s.answers("accept")


def return_disputed(s: Stage) -> None:
    """The shop takes the goods for worn, the buyer does not answer, and an agent rules."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.ships()
    s.receives()
    s.inspects("reduced", amount={"amount": 100, "currency": "CNY"}, reason="worn")
    s.nobody_answers()  # to the offer
    s.nobody_answers()  # in the dispute
    s.rules("approve")


def never_addressed(s: Stage) -> None:
    """The shop does not say where to: that is no reason to wait for ever, and an agent rules."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.nobody_answers()
    s.nobody_answers()
    s.rules("approve", goods="stay")


def unsent(s: Stage) -> None:
    """The shop is silent, which approves; so is the buyer, who ships nothing."""
    s.files(remedy="return_and_refund")
    s.nobody_answers()
    s.nobody_answers()


def frozen(s: Stage) -> None:
    """The shop is frozen while its goods are on their way: the platform receives and inspects in its place."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.ships()
    s.freezes()
    s.receives()
    s.receives(AGENT)
    s.inspects("passed", AGENT)
    s.freezes(frozen=False)


def frozen_undecided(s: Stage) -> None:
    """Frozen before it decided: its silence is no yes; let go again, it decides as ever."""
    s.files(remedy="return_and_refund")
    s.freezes()
    s.decides("approve")
    s.nobody_answers()
    s.freezes(frozen=False)
    s.decides("approve", AGENT)
    s.minutes_pass()
    s.decides("approve", AGENT)  # whoever came a moment too late comes again
    s.ships()
    s.nobody_answers()


def unaddressed(s: Stage) -> None:
    """The shop must say where to; nothing comes, whatever the buyer sent, and an agent rules."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.writes_its_book()
    s.ships()
    s.receives(received=False, note="an empty doorstep")
    s.nobody_answers()
    s.rules("approve")


STORIES: Stories = {
    **told(delivered, returned, returned_short, return_disputed, unsent, frozen, frozen_undecided),
    **told(without_address, unaddressed, never_addressed),
}
