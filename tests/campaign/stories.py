"""The stories of refunds and returns: what people and partners do, while faults fall where they are planned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.deposits import Deposit, posting
from chalicelib.domain.notifications import Preferences
from chalicelib.ports import CarrierAnswer
from tests.campaign.cloud import Cloud
from tests.campaign.stage import Stage
from tests.standins.debts import PARCEL
from tests.standins.returns import BOOK, DELIVERED
from tests.standins.shops import OTHER_OPERATOR, SUPERVISOR, ask, furnish, sell
from tests.standins.time import MONDAY


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


def disputed(s: Stage) -> None:
    s.files()
    s.rejects()
    s.escalates()
    s.rules("approve")


def ruled_late(s: Stage) -> None:
    """The agent is silent; the supervisor grants less than was asked."""
    s.files()
    s.rejects()
    s.escalates()
    s.nobody_answers()
    s.rules("approve", SUPERVISOR, amount={"amount": 7000, "currency": "CNY"})


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


def given_up(s: Stage) -> None:
    """One of two payments fails, and its money is given up; the other comes back, and is given up too."""
    s.cloud.provider.deeds.extend(("decline", "pay"))
    s.files()
    s.decides("approve")
    for refund in s.refunds:
        s.comes_back(refund)
    for refund in s.refunds:
        s.redoes("release", refund)


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


def unsure(s: Stage) -> None:
    """The provider pays, and its answer never comes; nor does the next."""
    s.cloud.provider.deeds.extend(("lose", "pay_silently"))
    s.files()
    s.decides("approve")
    for refund in s.refunds:
        s.redoes("regrant", refund)  # what may still be paid keeps its number: an operator is refused
    s.minutes_pass()
    s.minutes_pass()


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
    s.nobody_answers()
    s.rules("approve")


def unaddressed(s: Stage) -> None:
    """The shop must say where to; nothing comes, whatever the buyer sent, and an agent rules."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.writes_its_book()
    s.ships()
    s.receives(received=False, note="an empty doorstep")
    s.rules("approve")


def unsent(s: Stage) -> None:
    """The shop is silent, which approves; so is the buyer, who ships nothing."""
    s.files(remedy="return_and_refund")
    s.nobody_answers()
    s.nobody_answers()


def advanced(s: Stage) -> None:
    """先行赔付: evidence pays the buyer, the deposit the fund, and the settlement system the same once more."""
    s.files(reason="quality_defect")
    s.shows()
    s.minutes_pass()
    s.debtors_pay()
    s.minutes_pass()


def claimed(s: Stage) -> None:
    """物流破损: the carrier is asked to pay for what its own scan says."""
    s.files(reason="damaged_in_transit")
    s.decides("approve")
    s.minutes_pass()
    s.minutes_pass()


def unclaimed(s: Stage) -> None:
    """The carrier refuses, nobody files again, and when time is up the platform bears it."""
    s.cloud.logistics._port.answers.append(CarrierAnswer("failed", "claim_unfounded"))
    s.files(reason="damaged_in_transit")
    s.decides("approve")
    s.minutes_pass()
    s.minutes_pass(60 * 24 * 31)


Story = Callable[[Stage], None]
DEBTS = ("advanced", "claimed", "unclaimed")
RETURNS = ("returned", "returned_short", "return_disputed", "unaddressed", "unsent")
STORIES: Mapping[str, Story] = {
    story.__name__.rstrip("_"): story
    for story in (
        *(automatic, reviewed, countered, disputed, ruled_late, withdrawn, silent, lapsed),
        *(regranted, reversed_, given_up, asked_again, charged_back, two_payments, unsure),
        *(returned, returned_short, return_disputed, unaddressed, unsent),
        *(advanced, claimed, unclaimed),
    )
}


def shop_for(story: str, cloud: Cloud) -> Cloud:
    """The small shop, its buyer reached by e-mail too; sold by card, and in two stories by card and wallet."""
    furnish(cloud, instant_up_to={})
    cloud.table.put(Preferences(buyer_id="b1", channels=frozenset({"inbox", "email"})))
    payments: Any = {"card": 20000, "wallet": 19000} if story in ("two_payments", "given_up") else None
    if story in DEBTS:
        sell(cloud, delivery={**DELIVERED, "parcels": (PARCEL,)})
        deposit = Deposit(merchant_id="m1").moved("deposited", 50000, "CNY").but(version=1)
        cloud.table.put(deposit, posting(deposit, "deposited", 50000, "CNY", entry_id="paid-in", at=MONDAY))
        return cloud
    sell(cloud, payments=payments, delivery=DELIVERED if story in RETURNS else None)
    if story in RETURNS and story != "unaddressed":
        cloud.table.put(BOOK)
    return cloud
