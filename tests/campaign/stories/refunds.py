"""Refunds of what was not sent: decided, paid, unpaid, reversed, given up."""

from __future__ import annotations

from tests.campaign.stage import Stage
from tests.campaign.stories.shops import by_card_and_wallet, usual
from tests.campaign.stories.told import Stories, told
from tests.standins.shops import OTHER_OPERATOR, ask


def automatic(s: Stage) -> None:
    s.files(ask("scarf", 1, {"amount": 1500, "currency": "CNY"}))


def reviewed(s: Stage) -> None:
    s.files()
    s.shows()
    s.decides("approve")


def countered(s: Stage) -> None:
    s.files()
    s.offers(9000)
    s.answers("decline")
    s.offers(12000)
    s.answers("accept")


def withdrawn(s: Stage) -> None:
    s.files()
    s.withdraws()


def silent(s: Stage) -> None:
    """The merchant is silent, which approves; before that the deadline was moved once."""
    s.files()
    s.moves("decision", hours=30)
    s.nobody_answers()


def lapsed(s: Stage) -> None:
    """Refused, revised, refused again, and then the buyer is silent."""
    s.files()
    s.rejects()
    s.revises(ask("scarf", 2))
    s.rejects()
    s.nobody_answers()


def regranted(s: Stage) -> None:
    s.cloud.provider.deeds.append("decline")
    s.files()
    s.decides("approve")
    for refund in s.refunds:
        s.redoes("regrant", refund)


def reversed_(s: Stage) -> None:
    """The money comes back; two operators see to it, and the second one finds it done."""
    s.files()
    s.decides("approve")
    for refund in s.refunds:
        s.comes_back(refund)
        s.redoes("regrant", refund)
        s.redoes("regrant", refund, OTHER_OPERATOR)


def asked_again(s: Stage) -> None:
    """Nobody hears of the refund for a day; then an operator asks once more."""
    s.cloud.provider.deeds.append("pay_silently")
    s.cloud.provider.is_silent = True
    s.files()
    s.decides("approve")
    s.nobody_answers()
    s.cloud.provider.is_silent = False
    for refund in s.refunds:
        s.redoes("retry", refund)


def charged_back(s: Stage) -> None:
    """The buyer's bank takes the money before it is granted; an operator gives the refund up."""
    s.files()
    s.charges_back("pay_card", 20000)
    s.decides("approve")
    s.redoes("release")


def unsure(s: Stage) -> None:
    """The provider pays, and its answer never comes; nor does the next."""
    s.cloud.provider.deeds.extend(("lose", "pay_silently"))
    s.files()
    s.decides("approve")
    for refund in s.refunds:
        s.redoes("regrant", refund)  # what may still be paid keeps its number: an operator is refused
    s.minutes_pass()
    s.minutes_pass()


def given_up(s: Stage) -> None:
    """One of two payments fails, and its money is given up; the other comes back, and is given up too."""
    s.cloud.provider.deeds.extend(("decline", "pay"))
    s.files()
    s.decides("approve")
    for refund in s.refunds:
        s.comes_back(refund)
    for refund in s.refunds:
        s.redoes("release", refund)


def two_payments(s: Stage) -> None:
    """Card and wallet: one bank takes its time and tells later."""
    s.cloud.provider.deeds.extend(("accept", "pay"))
    s.files()
    s.decides("approve")
    s.minutes_pass()
    for refund in s.refunds:
        if s.cloud.provider.book.get(refund.refund_no) == "accepted":
            s.cloud.provider.settle(refund)
        if s.cloud.provider.book.get(refund.refund_no) == "settled":
            s.notified("refund.settled", refund)
    s.cloud.run()


STORIES: Stories = {
    **told(
        usual,
        automatic,
        reviewed,
        countered,
        withdrawn,
        silent,
        lapsed,
        regranted,
        reversed_,
        asked_again,
        charged_back,
        unsure,
    ),
    **told(by_card_and_wallet, given_up, two_payments),
}
