"""Money is promised once: numbers are fixed before the first call, and what is repeated changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain import journals, refs
from chalicelib.domain.cases import Parking
from chalicelib.domain.gates import GateRef
from chalicelib.domain.refunds import RefundRef, number_of
from chalicelib.errors import CaseNotFound, PaymentChargedBack, TransitionRefused
from chalicelib.ports import ProviderAnswer
from chalicelib.usecases import chargebacks, grants, parkings, settlements
from tests.refusals import refused
from tests.standins import stages
from tests.standins.debts import debt_shop
from tests.standins.shops import sell, shop
from tests.standins.time import MONDAY
from tests.standins.world import World


def test_the_number_is_fixed_before_the_first_call_and_a_second_grant_finds_it(world: World) -> None:
    case_id = stages.approved(world)
    assert grants.grant(world, case_id)["outcome"] == grants.grant(world, case_id)["outcome"] == "granted"
    assert ([], 1) == (world.payments.calls, len(world.listings.refunds_of(case_id)))


def test_a_submission_that_is_repeated_asks_again_and_changes_nothing(world: World) -> None:
    case_id = stages.submitted(world)
    version = world.case(case_id).version
    assert ("submitted", "settlement") == tuple(grants.submit(world, case_id)[name] for name in ("outcome", "gate"))
    assert version == world.case(case_id).version


def test_after_a_chargeback_nobody_is_paid_twice(world: World) -> None:
    case_id = stages.approved(world)
    for _ in range(2):
        chargebacks.open_chargeback(world, "cb1", "o1", "pay_card", 30000)
    assert 30000 == world.ledger().payments[0].charged_back
    with pytest.raises(PaymentChargedBack):
        grants.grant(world, case_id)


# Where an execution begins


def at(name: str) -> GateRef:
    gate = {"name": name, "round": 3, "owner": "m1", "due_at": MONDAY.replace(year=2027), "silence": "none"}
    return GateRef.model_validate({**gate, "deadline_version": 2})


def outcome(world: World, **case: Any) -> str:
    """Of a case that stands so."""
    known = world.case(stages.in_review(world))
    world.records.put(known.but(gate=None, **case))
    return str(grants.assess(world, known.case_id)["outcome"])


GRANTED = RefundRef(refund_no="rfd_1", payment_id="pay_card", amount=1, state="granted")
SETTLED = GRANTED.but(state="settled")
PARKED = Parking(because="fault", detail="it did not go on")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("submitted", "parked"),
        ("approved", "approve"),
        ("in_review", "refer"),
        ("countered", "countered"),
        ("rejected", "rejected"),
        ("in_dispute", "escalated"),
        ("awaiting_goods", "ship_back"),
        ("in_transit", "in_transit"),
        ("received", "received"),
        ("inspected", "approve"),
        ("repairing", "parked"),
        ("remedying", "parked"),
        ("completed", "settled"),
        ("withdrawn", "withdrawn"),
        ("closed", "closed"),
    ],
)
def test_an_execution_begins_where_its_case_stands(world: World, status: str, expected: str) -> None:
    assert expected == outcome(world, status=status)


@pytest.mark.parametrize(
    ("status", "gate", "expected"),
    [
        ("in_review", "carrier", "asked"),
        ("approved", "carrier", "asked"),
        ("in_review", "inquiry", "inquire"),
        ("in_dispute", "inquiry", "inquire"),
        ("in_dispute", "evidence", "gather"),
        ("in_dispute", "ruling", "escalated"),
        ("in_dispute", "appeal", "ruled"),
        ("awaiting_goods", "address", "unaddressed"),
        ("awaiting_goods", "pickup", "pickup"),
        ("awaiting_goods", "shipment", "ship_back"),
        ("repairing", "appointment", "booking"),
        ("repairing", "repair", "repairing"),
        ("repairing", "estimate", "estimated"),
        ("repairing", "dispatch", "dispatching"),
        ("repairing", "acceptance", "accepting"),
        ("repairing", "choice", "choosing"),
        ("repairing", "fee", "owing"),
        ("repairing", "person", "parked"),
        ("remedying", "difference", "unpaid"),
        ("remedying", "replacement", "requested"),
        ("remedying", "replacement_receipt", "replacing"),
        ("remedying", "settlement", "submitted"),
        ("remedying", "person", "parked"),
    ],
)
def test_whoever_is_awaited_says_where_it_begins(world: World, status: str, gate: str, expected: str) -> None:
    known = world.case(stages.in_review(world))
    world.records.put(known.but(status=status, gate=at(gate)))
    world.records.loads.clear()
    step = grants.assess(world, known.case_id)
    assert [1] == [len(wanted) for wanted in world.records.loads]
    assert {"outcome": expected, "gate": gate, "round": 3, "version": 2}.items() <= step.items()
    assert step["seconds"] > 0


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({"status": "completed", "has_replacement": True}, "replaced"),
        ({"status": "completed", "has_replacement": True, "refunds": (SETTLED,)}, "settled"),
        ({"status": "closed", "has_replacement": True}, "closed"),
        ({"status": "in_transit", "instant": "due"}, "handed_over"),
        ({"status": "in_transit", "refunds": (GRANTED,)}, "handed_over"),
        ({"status": "in_transit", "instant": "out", "refunds": (SETTLED,)}, "in_transit"),
        ({"status": "received", "instant": "due"}, "received"),
        ({"status": "remedying", "refunds": (SETTLED, GRANTED)}, "granted"),
        ({"status": "remedying", "refunds": (SETTLED,)}, "parked"),
        ({"status": "approved", "parking": PARKED}, "approve"),
    ],
)
def test_money_and_goods_that_moved_already_say_where_it_begins(
    world: World, case: dict[str, Any], expected: str
) -> None:
    assert expected == outcome(world, **case)


@pytest.mark.parametrize(
    ("status", "expected"), [("approved", "parked"), ("inspected", "parked"), ("rejected", "rejected")]
)
def test_while_a_person_is_asked_whether_it_is_granted_at_all_nothing_goes_on(
    world: World, status: str, expected: str
) -> None:
    known = world.case(stages.in_review(world))
    world.records.put(known.but(status=status, parking=PARKED, gate=at("person")))
    assert expected == grants.assess(world, known.case_id)["outcome"]


@pytest.mark.parametrize(("attempt", "expected"), [(1, "converted"), (2, "converted"), (3, "refer"), (None, "refer")])
def test_an_execution_of_a_machine_that_the_case_has_left_ends(
    world: World, attempt: int | None, expected: str
) -> None:
    known = world.case(stages.in_review(world))
    world.records.put(known.but(converted_in=2))
    assert expected == grants.assess(world, known.case_id, attempt)["outcome"]


def test_a_case_that_is_not_there_has_no_beginning(world: World) -> None:
    with pytest.raises(CaseNotFound):
        grants.assess(world, "case_" + "9" * 26)


# What is promised


def test_a_refund_is_promised_with_all_that_its_payment_needs_and_told(world: World) -> None:
    order = world.order()
    world.records.put(order.but(payments=(order.payments[0].but(provider="alipay"),)))
    case_id = stages.approved(world)
    step = grants.grant(world, case_id)
    assert ("granted", "none") == (step["outcome"], step["gate"])
    case, refund, now = world.case(case_id), world.refund(case_id), world.clock.now()
    assert ("remedying", (refund.ref,), 1) == (case.status, case.refunds, case.refund_count)
    assert (number_of(case_id, 1), "o1", "m1", "b1", "pay_card", 30789, "CNY", now) == (
        refund.refund_no, refund.order_id, refund.merchant_id, refund.buyer_id, refund.payment_id, refund.amount,
        refund.currency, refund.granted_at,
    )  # fmt: skip
    assert (order.payments[0].method, "alipay", False, "granted", "merchant#m1") == (
        refund.method, refund.provider, refund.voucher, refund.state, refund.bearer,
    )  # fmt: skip
    [told] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "RefundGranted"]
    assert ("remedying", refund.refund_no, 30789, "granted") == (
        told.after, told.data["refund_no"], told.data["refund_amount"], told.data["refund_after"],
    )  # fmt: skip
    [posted] = world.listings.journal_of("o1")
    assert ("granted", refund.refund_no, case_id) == (posted.kind, posted.refund_no, posted.case_id)
    assert {"merchant#m1": -30789, "payment_clearing": 30789} == journals.balance([posted])


def test_it_is_promised_by_three_reads(world: World) -> None:
    """The case; its order, ledger and delivery at once; and what its buyer leans on, or owes."""
    case_id = stages.approved(world)
    world.records.loads.clear()
    grants.grant(world, case_id)
    assert [1, 3, 1] == [len(wanted) for wanted in world.records.loads]


def test_what_is_handed_over_is_looked_at_again_in_a_minute_and_asked_for_at_once(world: World) -> None:
    case_id = stages.approved(world)
    grants.grant(world, case_id)
    world.clock.pass_by(minutes=5)
    step = grants.submit(world, case_id)
    refund, now = world.refund(case_id), world.clock.now()
    assert ("submitted", now, now + timedelta(minutes=1)) == (refund.state, refund.submitted_at, refund.ask_at)
    assert [(refund.refund_no, 0)] == world.payment_commands.asked
    assert ("submitted", "settlement", 1) == (step["outcome"], step["gate"], step["round"])
    gate = world.gate(case_id)
    assert ("payment", "unknown") == (gate.owner, gate.silence)
    [told] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "RefundSubmitted"]
    assert ("granted", "submitted") == (told.data["refund_before"], told.data["refund_after"])


def test_what_the_provider_has_not_answered_is_asked_for_again_by_who_hands_it_over_again(world: World) -> None:
    case_id = stages.submitted(world)
    settlements.record(world, world.refund(case_id).refund_no, ProviderAnswer("unknown"))
    world.payment_commands.asked.clear()
    grants.submit(world, case_id)
    assert [(world.refund(case_id).refund_no, 0)] == world.payment_commands.asked
    settlements.see_to(world, world.refund(case_id).refund_no)
    world.payment_commands.asked.clear()
    step = grants.submit(world, case_id)
    assert ([], "submitted", "settlement") == (world.payment_commands.asked, step["outcome"], step["gate"])


def test_who_hands_it_over_again_asks_again_and_reads_the_refunds_of_both_payments_at_once() -> None:
    world = shop()
    sell(world, payments={"card": 29000, "points": 10000})
    case_id = stages.approved(world)
    grants.grant(world, case_id)
    world.records.loads.clear()
    grants.submit(world, case_id)
    assert [1, 2] == [len(wanted) for wanted in world.records.loads]
    world.payment_commands.asked.clear()
    grants.submit(world, case_id)
    numbers = [ref.refund_no for ref in world.case(case_id).refunds]
    assert [(number, 0) for number in numbers] == world.payment_commands.asked


def test_a_person_who_was_asked_is_awaited_no_more_once_the_money_goes_out(world: World) -> None:
    case_id = stages.approved(world)
    grants.grant(world, case_id)
    parkings.park_case(world, case_id, {"Error": "States.Timeout"})
    assert "person" == world.gate(case_id).name
    grants.submit(world, case_id)
    person = world.records.one(refs.gate(case_id, "person", 1))
    assert person.answer is not None
    assert ("done", "settlement") == (person.answer.outcome, world.gate(case_id).name)


def test_a_case_that_has_nothing_to_hand_over_waits_for_nobody(world: World) -> None:
    step = grants.submit(world, stages.in_review(world))
    assert ("submitted", "none", []) == (step["outcome"], step["gate"], world.payment_commands.asked)


def test_what_went_wrong_is_not_promised_again_by_itself() -> None:
    """A refund failed, a person is asked, and the case is approved anew: who decides is the person."""
    world = shop()
    sell(world)
    case_id = stages.failed(world)
    known = world.case(case_id)
    world.records.put(known.but(status="approved"))
    [failed] = known.refunds
    assert "failed" == failed.state
    told = refused(TransitionRefused, lambda: grants.grant(world, case_id))
    assert ("a refund to pay_card went wrong before: a person decides", []) == told


def test_goods_that_were_sent_since_end_the_execution_and_say_so(world: World) -> None:
    known = world.case(stages.approved(world))
    for name in ("carrier", "address", "shipment"):
        world.records.put(known.but(status="awaiting_goods", gate=at(name)))
        told = refused(TransitionRefused, lambda: grants.grant(world, known.case_id))
        assert ("the shop has sent the goods since: the next execution waits for them", []) == told


def test_a_case_whose_money_is_promised_already_is_left_as_it_is(world: World) -> None:
    case_id = stages.submitted(world)
    before = world.case(case_id)
    step = grants.grant(world, case_id)
    assert ("granted", "settlement", before) == (step["outcome"], step["gate"], world.case(case_id))


def test_what_the_fund_bears_is_claimed_when_it_is_promised_and_once() -> None:
    from tests.standins.debts import PARCEL, damaged

    world = debt_shop(parcels=(PARCEL,))
    case_id = damaged(world)
    assert ("platform_fund", 1) == (world.refund(case_id).bearer, len(world.case(case_id).recoveries))
    grants.grant(world, case_id)
    assert 1 == len(world.records.one(refs.case(case_id)).recoveries)
