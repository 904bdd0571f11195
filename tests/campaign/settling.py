"""Everything settles: nobody acts any more, deadlines pass, the partners answer, the sweeper comes by."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.domain.cases import Case
from chalicelib.domain.deposits import Deposit
from chalicelib.domain.freezes import ASKED_AGAIN
from chalicelib.domain.gates import Gate
from chalicelib.domain.lifecycles import GRANTABLE
from chalicelib.domain.recalls import Recall
from chalicelib.domain.recoveries import Recovery
from chalicelib.domain.refunds import Refund
from chalicelib.domain.webhooks import WebhookDelivery
from tests.campaign.cloud import Cloud
from tests.campaign.stage import Stage

ROUNDS = 600  # of which a quiet story needs three
OF_A_CROWD = 3000  # whose carriers may be asked for weeks, each at its own times
PERSONS = ("person", "ruling", "inquiry")  # gates at which people are called again and again


def settle(stage: Stage, rounds: int = ROUNDS) -> bool:
    """Answers whether it came to rest."""
    cloud = stage.cloud
    cloud.tap.calm()
    for round in range(rounds):
        cloud.run()
        _partners_tell(stage)
        cloud.minute()
        cloud.run()
        if cloud.is_quiet and not cloud.queues.dead and _rests(cloud):
            return True
        if round % 5 == 4:
            cloud.queues.redrive()
        soon = cloud.clock.now() + timedelta(seconds=1)
        cloud.clock.reach(max(soon, cloud.next_time()) + timedelta(seconds=1))
    return False


def hand_over(stage: Stage) -> bool:
    """The operator sees once to what was parked on the way, as docs/operations.md says: what can go on does.

    What only a decision can end (a failed refund, a chargeback) stays with the person: that is no fault's doing.
    Answers whether there was anything to do.
    """
    parked = False
    for case in stage.cloud.table.all(Case):
        if case.parking is None or not case.is_open:
            continue
        stage.case_id, parked = case.case_id, True
        if case.status in GRANTABLE:
            stage.redoes("retry")
        for ref in case.refunds:
            if ref.state in ("granted", "submitted", "unknown"):
                stage.redoes("retry", stage.cloud.refund_of(ref.refund_no))
    return parked


def _partners_tell(stage: Stage) -> None:
    """What the provider accepted it pays, and says so once; what failed it says too."""
    book = stage.cloud.provider.book
    for refund in stage.cloud.table.all(Refund):
        if book.get(refund.refund_no) == "accepted":
            stage.cloud.provider.settle(refund)
            stage.notified("refund.settled", refund)


def _rests(cloud: Cloud) -> bool:
    if any(gate.answer is not None and not gate.told for gate in cloud.table.all(Gate)):
        return False
    if cloud.table.all(WebhookDelivery, state="waiting"):
        return False  # another attempt stands in its schedule
    if not all(pursued(cloud, debt) for debt in cloud.table.all(Recovery)):
        return False
    if not all(recall.is_over for recall in cloud.table.all(Recall)):
        return False
    return all(rests(case) for case in cloud.table.all(Case))


def pursued(cloud: Cloud, debt: Recovery) -> bool:
    """Nothing is owed any more, or nothing can be done about it now: the deposit is empty. Carriers are asked until
    they answer, or until their time is up."""
    deposits = cloud.table.all(Deposit, merchant_id=debt.debtor_id)
    settled = debt.amount  # vouchers are paid by the very write that opens what is owed for them
    if debt.covers == "refund":
        [case] = cloud.table.all(Case, case_id=debt.case_id)
        settled = sum(ref.amount for ref in case.refunds if ref.state == "settled")
    owes_now = debt.open and settled > debt.recovered
    if debt.debtor == "merchant":
        return not (owes_now and any(deposit.held(debt.currency) for deposit in deposits))
    return debt.debtor != "carrier" or debt.open == 0


def rests(case: Case) -> bool:
    """Over, or with a person who is called until somebody comes."""
    if case.gate is not None and (case.gate.name in PERSONS or case.gate.silence == ASKED_AGAIN):
        return True
    return not case.is_open
