"""The judge: what came of it, measured against the provider's book, the journal and the timeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from chalicelib.domain.cases import Case
from chalicelib.domain.endpoints import Webhook
from chalicelib.domain.entries import Entry
from chalicelib.domain.gates import Gate
from chalicelib.domain.notifications import Notification, Preferences
from chalicelib.domain.orders import Order
from chalicelib.domain.recalls import Recall, Sold
from chalicelib.domain.recoveries import Recovery
from chalicelib.domain.refunds import Refund
from chalicelib.domain.webhooks import WebhookDelivery
from chalicelib.schemas.events import event_of, text_of
from chalicelib.schemas.templates import words
from tests.campaign.cloud import Cloud
from tests.campaign.settling import pursued, rests
from tests.standins import invariants

# Paid twice or without a grant; granted and not paid; over the cap; books that differ; nobody goes on; not told;
# errors that no design foresees.
CLASSES = ("doubled", "lost", "over_cap", "unbalanced", "stuck", "untold", "broken")


WARNED = "GoodsRecalled"  # the message to who bought dangerous goods; every other one is an event's


class Violation(NamedTuple):
    of: str
    what: str


def judge(cloud: Cloud, *, settled: bool) -> list[Violation]:
    """Every promise that is broken in this world, once everything has settled."""
    found = [Violation("broken", surprise) for surprise in cloud.surprises]
    for of, holds in PROMISES:
        try:
            holds(cloud)
        except Exception as error:
            found.append(Violation(of, f"{holds.__name__}: {str(error)[:300] or type(error).__name__}"))
    if not settled and not found:
        found.append(Violation("stuck", "it does not come to rest"))
    return found


def _doubled(cloud: Cloud) -> None:
    invariants.nobody_is_paid_twice(cloud, cloud.returned)
    invariants.the_provider_pays_only_what_was_granted(cloud)
    invariants.no_payment_without_a_grant(cloud)
    invariants.goods_or_money_for_goods(cloud)


def goods_or_money(cloud: Cloud) -> None:
    """Who is paid for goods that were sent does not have them, or has them because somebody said so, or is asked."""
    for case in cloud.table.all(Case):
        way = case.way_out
        if not any(ref.state == "settled" for ref in case.refunds):
            continue
        if way is None:
            _sent_meanwhile(cloud, case)
            continue
        decided = {entry.type for entry in cloud.table.all(Entry, case_id=case.case_id)} & {"ProofGiven", "RulingGiven"}
        assert way.because or decided, f"{case.case_id} was paid while its goods were on their way"
        signed = "signed" in way.endings and way.because not in (None, "no_proof")
        assert not signed or way.found, f"{case.case_id} has goods and money, and nobody asks for them"


def _sent_meanwhile(cloud: Cloud, case: Case) -> None:
    """Asked before the goods were sent, granted when we knew that their buyer has them: that is a return."""
    whole = [line for line in case.claim.lines if line.quantity and not line.asks_less]
    if case.delivery != "unshipped" or not whole:
        return
    granted = [refund.granted_at for refund in cloud.table.all(Refund, case_id=case.case_id)]
    came = cloud.arrived.get(case.order_id)
    in_time = came is not None and came < min(granted)
    assert not in_time or case.return_id is not None, f"{case.case_id} has goods and money, and nobody asked for them"


def _paid_once(cloud: Cloud) -> None:
    """The provider's book says of each refund what we say of it."""
    invariants.a_completed_case_owes_nothing(cloud)
    for refund in cloud.table.all(Refund):
        paid, number = refund.refund_no in cloud.provider.paid, f"{refund.refund_no} ({refund.state})"
        assert refund.state not in ("granted", "submitted", "unknown"), f"{number} has no outcome"
        if refund.voucher:
            assert not paid, f"{number} is a voucher, and a provider paid it"
            continue
        assert paid == (refund.state in ("settled", "reversed")), f"{number} in the book: {paid}"
        assert (refund.state == "reversed") == (refund.refund_no in cloud.returned), f"{number} came back?"


def _owed_is_gone_after(cloud: Cloud) -> None:
    """What can be had of what is owed was had, and only of what was really paid, or will be: a refund that failed or
    came back waits for a person to pay it by another way, and what a carrier paid meanwhile waits with it."""
    for debt in cloud.table.all(Recovery):
        assert pursued(cloud, debt), f"{debt.recovery_id} is {debt.state}, {debt.open} of {debt.amount} is owed"
        refunds = cloud.table.all(Refund, case_id=debt.case_id)
        waits = any(case.parking for case in cloud.table.all(Case, case_id=debt.case_id))
        paid = sum(one.amount for one in refunds if one.state == "settled" or (waits and one.state != "released"))
        assert debt.covers != "refund" or debt.recovered <= paid, (
            f"{debt.recovery_id}: {debt.recovered} was taken for {paid}"
        )


def _over_cap(cloud: Cloud) -> None:
    for order in cloud.table.all(Order):
        invariants.never_over_the_cap(cloud, order.order_id)


def _balanced(cloud: Cloud) -> None:
    for order in cloud.table.all(Order):
        invariants.the_books_agree(cloud, order.order_id)
        out = {no for no in cloud.provider.paid if no not in cloud.returned}
        refunds = cloud.table.all(Refund, order_id=order.order_id)
        paid = sum(cloud.provider.paid[refund.refund_no] for refund in refunds if refund.refund_no in out)
        settled = sum(payment.settled for payment in cloud.ledger(order.order_id).payments)
        kept = invariants.kept_back(cloud, order.order_id)
        assert paid + kept == settled, f"book {paid} + kept back {kept} ≠ ledger {settled}"


def _collected_once(cloud: Cloud) -> None:
    """Credit is never over its limit, and a debt is never collected twice."""
    invariants.credit_is_what_is_out(cloud)
    invariants.a_debt_is_collected_once(cloud)


def _nobody_waits_for_ever(cloud: Cloud) -> None:
    for case in cloud.table.all(Case):
        awaited = case.gate.name if case.gate else "nobody"
        assert rests(case), f"{case.case_id} is {case.status}, awaited is {awaited}, refunds {case.refunds}"
        assert awaited != "person" or case.parking, f"{case.case_id} waits for a person and does not say why"
        gate = cloud.gate(case.case_id) if case.gate else None
        assert gate is None or gate.watch_at is not None, "the person is never called again"
    for gate in cloud.table.all(Gate):
        assert gate.answer is None or gate.told, f"nobody was told of {gate.name} {gate.round}"
    assert not cloud.queues.dead, f"dead letters: {[(dead.reader, dead.type) for dead in cloud.queues.dead][:3]}"


def _all_is_told(cloud: Cloud) -> None:
    invariants.every_story_is_whole(cloud)
    invariants.the_tallies_count_every_case(cloud)
    entries = {entry.event_id: entry for entry in cloud.table.all(Entry)}
    told = dict(cloud.queues.published)
    assert set(entries) == set(told), f"not published: {sorted(set(entries) - set(told))}"
    for event_id, text in cloud.queues.published:
        assert text_of(entries[event_id]) == text, f"{event_id} was told differently"
    noted = {one.event_id: one.state for one in cloud.table.all(WebhookDelivery)}
    # An endpoint that failed for five days is switched off: what it missed is noted, to be sent again by hand.
    off = any(not webhook.enabled for webhook in cloud.table.all(Webhook))
    fine = {"delivered", "skipped", "given_up"} if off or cloud.webhooks.switched_off else {"delivered"}
    missed = sorted(event_id for event_id in entries if noted.get(event_id) not in fine)
    assert not missed, f"no webhook: {missed}"


def _buyers_hear_once(cloud: Cloud) -> None:
    worth = {
        entry.event_id
        for entry in cloud.table.all(Entry)
        if words(event_of(entry).model_dump(mode="json", exclude_none=True), "zh") is not None
    }
    inbox = [one.event_id for one in cloud.table.all(Notification) if one.type != WARNED]
    assert sorted(worth) == sorted(inbox), f"inbox differs: {sorted(worth ^ set(inbox))}"
    mailed = Counter(one.event_id for _, one in cloud.courier.sent if one.type != WARNED)
    assert worth == set(mailed), f"no e-mail: {sorted(worth ^ set(mailed))}"


def _buyers_of_dangerous_goods_are_warned_once(cloud: Cloud) -> None:
    """Everybody but who said so has one message, however many orders; e-mail too, where it was wanted."""
    warned = Counter(one.buyer_id for one in cloud.table.all(Notification) if one.type == WARNED)
    mailed = {one.buyer_id for _, one in cloud.courier.sent if one.type == WARNED}
    bought: set[str] = set()
    for recall in cloud.table.all(Recall):
        assert recall.is_over, f"{recall.case_id}: buyers of {recall.skus} were not told, {recall.told} were"
        rows = [row for row in cloud.table.all(Sold) if row.sku in recall.skus]
        bought |= {cloud.order(row.order_id).buyer_id for row in rows} - {recall.buyer_id}
        assert recall.told == len(bought), f"{recall.case_id} counts {recall.told} of {sorted(bought)}"
    assert Counter(bought) == warned, f"{sorted(bought)} have bought it, {warned} were warned"
    reached = {one.buyer_id for one in cloud.table.all(Preferences) if "email" in one.channels} & bought
    assert reached == mailed, f"no e-mail: {sorted(reached ^ mailed)}"


PROMISES: tuple[tuple[str, Callable[[Cloud], None]], ...] = (
    ("doubled", _doubled),
    ("doubled", goods_or_money),
    ("lost", _paid_once),
    ("lost", _owed_is_gone_after),
    ("over_cap", _over_cap),
    ("unbalanced", _balanced),
    ("unbalanced", _collected_once),
    ("stuck", _nobody_waits_for_ever),
    ("untold", _all_is_told),
    ("untold", _buyers_hear_once),
    ("untold", _buyers_of_dangerous_goods_are_warned_once),
)
