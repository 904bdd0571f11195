"""The stories of refunds and returns: what people and partners do, while faults fall where they are planned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.buyers import Credit
from chalicelib.domain.deliveries import Delivery
from chalicelib.domain.deposits import Deposit, posting
from chalicelib.domain.lifecycles import ParcelState
from chalicelib.domain.logistics import Proof
from chalicelib.domain.notifications import Preferences
from chalicelib.domain.parcels import Course, Holder, Scan, Waybill
from chalicelib.domain.prices import Price, PriceFact
from chalicelib.ports import CarrierAnswer
from chalicelib.schemas.amounts import Amount
from tests.campaign.cloud import Cloud
from tests.campaign.stage import OUT, Stage
from tests.standins.debts import PARCEL
from tests.standins.repairs import OLD
from tests.standins.returns import BOOK, DELIVERED
from tests.standins.shops import AGENT, OTHER_OPERATOR, SUPERVISOR, ask, furnish, sell
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


def fetched(s: Stage) -> None:
    """上门取件: called off once, booked again, fetched; then as any other return."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.has_fetched()
    s.calls_off()
    s.has_fetched()
    s.fetches()
    s.receives()
    s.inspects()


def fetched_in_vain(s: Stage) -> None:
    """One courier came in vain, the other not at all; the buyer ships."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.has_fetched()
    s.fetches_nothing()
    s.nobody_answers()
    s.ships()
    s.receives()
    s.inspects()


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


def carried(s: Stage) -> None:
    """What its carrier tells of a return: handed over, signed for; the shop says nothing at all."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.ships()
    s.scanned("picked_up", "in_transit", "signed", number="SF1234567890", carrier="shunfeng")
    s.nobody_answers()


def carried_in_vain(s: Stage) -> None:
    """The carrier loses what the buyer sent back; an agent rules; then it turns up, and changes nothing."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.ships()
    s.scanned("picked_up", "lost", number="SF1234567890", carrier="shunfeng")
    s.nobody_answers()
    s.rules("approve")
    s.scanned("signed", number="SF1234567890", carrier="shunfeng")


def carried_back(s: Stage) -> None:
    """The parcel comes back to the buyer, who sends it once more."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.ships()
    s.scanned("picked_up", "returned_to_sender", number="SF1234567890", carrier="shunfeng")
    s.ships("SF2234567890")
    s.receives()
    s.inspects()


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


def intercepted(s: Stage) -> None:
    """拦截: the carrier stops the parcel, brings it back, and only then the money goes out."""
    s.files(ask("coat"), ask("scarf", 2))
    s.scanned("returning", "returned_to_sender")
    s.puts_away("coat", 1)


def not_stopped(s: Stage) -> None:
    """The parcel cannot be stopped, and arrives: what was asked is void."""
    s.carrier_will("failed", reason="delivered_already")
    s.files(ask("coat"), ask("scarf", 2))
    s.scanned("out_for_delivery", "signed")


def refused_at_the_door(s: Stage) -> None:
    """拒收: the carrier never answers, the buyer sends the courier away."""
    s.carrier_will("unknown")
    s.files(ask("coat"), ask("scarf", 2))
    s.nobody_answers()
    s.scanned("refused", "returning", "returned_to_sender")


def lost_and_found(s: Stage) -> None:
    """丢失: paid for as lost; then it is delivered all the same."""
    s.scanned("lost")
    s.files(ask("coat"), ask("scarf", 2), reason="lost_in_transit")
    s.scanned("signed")


def unproven(s: Stage) -> None:
    """签收争议: the carrier cannot say who signed."""
    s.scanned("signed")
    s.carrier_will("failed", reason="no_proof_kept")
    s.files(reason="delivery_disputed")


def proven(s: Stage) -> None:
    """签收争议: it can; the shop refuses, and an agent rules."""
    s.scanned("signed")
    s.carrier_will("done", proof=Proof(signed_at=s.cloud.clock.now(), how="in_person"))
    s.files(reason="delivery_disputed")
    s.rejects()
    s.escalates()
    s.nobody_answers()
    s.rules("close")


def sent_meanwhile(s: Stage) -> None:
    """The shop sends the goods while it decides, and then approves: they are stopped before they are paid for."""
    s.files(ask("coat"), ask("scarf", 2))
    s.leaves()
    s.scanned("picked_up")
    s.decides("approve")
    s.scanned("returning", "returned_to_sender")


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
    s.files(**_REPAIR, service="send_in")
    s.decides("approve")
    s.ships()
    s.receives()
    s.repairs("not_repairable")
    s.chooses("refund")


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


def nobody_mends(s: Stage) -> None:
    """Nobody books a visit, nobody shows anything, and an agent rules."""
    s.files(**_REPAIR, service="on_site")
    s.nobody_answers()
    s.nobody_answers()
    s.nobody_answers()
    s.rules("approve")


Story = Callable[[Stage], None]
REPAIRS = ("mended_at_the_door", "mended_in_vain", "beyond_repair", "mended_for_money", "nobody_mends")
DEBTS = ("advanced", "claimed", "unclaimed")
TRUSTED = ("hastened", "hastened_in_vain")
RETURNED = ("returned", "returned_short", "return_disputed", "unaddressed", "unsent", "fetched", "fetched_in_vain")
CARRIED = ("carried", "carried_in_vain", "carried_back", "frozen", "frozen_undecided")
RETURNS = (*RETURNED, *CARRIED, *TRUSTED, "protected")
UNDER_WAY = ("intercepted", "not_stopped", "refused_at_the_door", "lost_and_found", "unproven", "proven")
STORIES: Mapping[str, Story] = {
    story.__name__.rstrip("_"): story
    for story in (
        *(automatic, reviewed, countered, disputed, ruled_late, withdrawn, silent, lapsed),
        *(regranted, reversed_, given_up, asked_again, charged_back, two_payments, unsure),
        *(returned, returned_short, return_disputed, unaddressed, unsent),
        *(advanced, claimed, unclaimed),
        *(fetched, fetched_in_vain),
        *(carried, carried_in_vain, carried_back, frozen, frozen_undecided),
        *(intercepted, not_stopped, refused_at_the_door, lost_and_found, unproven, proven, sent_meanwhile),
        *(mended_at_the_door, mended_in_vain, beyond_repair, mended_for_money, nobody_mends),
        *(hastened, hastened_in_vain, protected, compensated),
    )
}


def shop_for(story: str, cloud: Cloud) -> Cloud:
    """The small shop, its buyer reached by e-mail too; sold by card, and in two stories by card and wallet."""
    furnish(cloud, instant_up_to={"CNY": 50000} if story in TRUSTED else {})
    if story in TRUSTED:
        cloud.table.put(Credit(buyer_id="b1", limits={"CNY": 50000}))
    cloud.table.put(Preferences(buyer_id="b1", channels=frozenset({"inbox", "email"})))
    payments: Any = {"card": 20000, "wallet": 19000} if story in ("two_payments", "given_up") else None
    if story in DEBTS:
        sell(cloud, delivery={**DELIVERED, "parcels": (PARCEL,)})
        deposit = Deposit(merchant_id="m1").moved("deposited", 50000, "CNY").but(version=1)
        cloud.table.put(deposit, posting(deposit, "deposited", 50000, "CNY", entry_id="paid-in", at=MONDAY))
        return cloud
    delivery = OLD if story == "mended_for_money" else DELIVERED if story in (*RETURNS, *REPAIRS) else None
    sell(cloud, payments=payments, delivery=delivery)
    if story in (*RETURNS, *REPAIRS) and story != "unaddressed":
        cloud.table.put(BOOK)
    if story in UNDER_WAY:
        under_way(cloud)
    return cloud


def under_way(cloud: Cloud, order_id: str = "o1", *, signed: bool = False) -> None:
    """The order's goods left under a waybill, and the carrier has them, or says that somebody signed for them."""
    order, at = cloud.order(order_id), cloud.clock.now()
    state: ParcelState = "signed" if signed else "picked_up"
    scan = Scan(event=f"{OUT}-{state}", at=at, state=state, code=state)
    waybill = Waybill(carrier="sf", number=OUT, course=Course().heard([scan]))
    holder = Holder(buyer_id=order.buyer_id, merchant_id=order.merchant_id, goes_back=False, order_id=order.order_id)
    delivery = Delivery(order_id=order.order_id).sent("sf", OUT).moved("sf", OUT, waybill.course)
    cloud.table.put(waybill.but(holders=(holder,)), delivery.but(version=1))
