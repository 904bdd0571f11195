"""What a carrier damaged or lost it is asked to pay: accepted, paid, refused, or the platform bears it."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import journals, refs
from chalicelib.domain.logistics import CarrierCommand
from chalicelib.domain.recoveries import SOON
from chalicelib.errors import Forbidden, RecoveryNotFound, TransitionRefused
from chalicelib.ports import CarrierAnswer
from chalicelib.schemas.recoveries import RecordPayment, WriteOff
from chalicelib.usecases import carrier_claims, pursuits, tracking
from tests.standins import debts, invariants
from tests.standins.debts import PARCEL, claimed, damaged, debt, debt_shop, owed, shows, swept
from tests.standins.shops import BUYER, MERCHANT, OPERATOR, asking, decide, file
from tests.standins.world import World

OWED = 30789
ACCEPTED, REFUSED = CarrierAnswer("accepted"), CarrierAnswer("failed", "claim_unfounded")


def paid(amount: int = OWED, currency: str = "CNY") -> CarrierAnswer:
    return CarrierAnswer("done", paid=amount, currency=currency)


def told(world: World, command_no: str, what: str, **more: Any) -> None:
    """The carrier says it by itself, over the bus."""
    tracking.take_event(world, f"command.{what}", {"command_no": command_no, **more})


@pytest.fixture
def world() -> World:
    return debt_shop(parcels=(PARCEL,))


def command(world: World, number: str) -> CarrierCommand:
    return world.records.one(refs.command(number))


def fund(world: World) -> int:
    return journals.balance(world.listings.journal_of("o1"))["platform_fund"]


def test_it_is_filed_with_what_there_is_to_show_of_both_sides() -> None:
    world = debt_shop(parcels=(PARCEL,))
    case_id = file(world, reason="damaged_in_transit")
    for actor in (BUYER, MERCHANT):
        shows(world, case_id, actor)
    decide(world, case_id, "approve")
    debts.paid(world, case_id)
    asked = command(world, claimed(world, case_id))
    assert asked.claim is not None
    assert ("file_claim", "sf", PARCEL.waybill_no) == (asked.kind, asked.carrier, asked.waybill_no)
    assert ("damage", OWED, "CNY", 2) == (
        asked.claim.because, asked.claim.amount, asked.claim.currency, len(asked.claim.files),
    )  # fmt: skip
    assert all(len(shown.digest) == 64 for shown in asked.claim.files)
    assert (asked.command_no, 0) in world.logistics_commands.asked
    assert ("filed", OWED, 0, 0, 0) == owed(world, case_id)


def shown_and_paid(world: World) -> str:
    case_id = file(world, reason="damaged_in_transit")
    shows(world, case_id)
    decide(world, case_id, "approve")
    return debts.paid(world, case_id)


def said(world: World, case_id: str, type: str) -> list[tuple[Any, ...]]:
    """Why, how much it is about and what is open then, of every line of this type."""
    rows = world.listings.timeline(case_id, 100, None).rows
    names = ("because", "recovery_amount", "recovery_open")
    return [tuple(one.data.get(name) for name in names) for one in rows if one.type == type]


def test_of_many_files_it_is_shown_the_first_twenty(world: World) -> None:
    case_id = shown_and_paid(world)
    [photo] = world.listings.evidence_of(case_id)
    world.records.put(*(photo.but(evidence_id=f"{photo.evidence_id[:-2]}{n}") for n in range(20, 40)))
    asked = command(world, claimed(world, case_id))
    assert asked.claim is not None
    everything = [one.evidence_id for one in world.listings.evidence_of(case_id)]
    assert 21 == len(everything)
    assert everything[:20] == [shown.evidence_id for shown in asked.claim.files]


def test_filed_it_waits_for_its_carrier_and_is_looked_at_before_it_is_given_up(world: World) -> None:
    case_id = damaged(world)
    number = claimed(world, case_id)
    one, asked = debt(world, case_id), command(world, number)
    assert number.startswith("cmd_")
    assert (one.warn_at, asked.asked_at + SOON) == (one.look_at, asked.ask_at)
    assert [("damage", OWED, OWED)] == said(world, case_id, "RecoveryFiled")


def test_of_lost_goods_the_carrier_is_told_that_they_were_lost() -> None:
    world = debt_shop(parcels=(PARCEL.but(state="lost", damaged_at=None),), state="shipped")
    case_id = file(world, reason="lost_in_transit")
    if world.case(case_id).status == "in_review":
        decide(world, case_id, "approve")
    debts.paid(world, case_id)
    asked = command(world, claimed(world, case_id))
    assert asked.claim is not None
    assert "loss" == asked.claim.because


def test_it_is_filed_by_one_read_and_only_once(world: World) -> None:
    case_id = damaged(world)
    reads = len(world.records.loads)
    assert "filed" == carrier_claims.file(world, debt(world, case_id))
    assert 1 == len(world.records.loads) - reads
    known = debt(world, case_id)
    assert carrier_claims.file(world, known) is None
    assert (known, 1) == (debt(world, case_id), len(world.records.all(CarrierCommand)))


def test_what_is_due_by_now_is_not_filed_any_more(world: World) -> None:
    case_id = damaged(world)
    world.clock.reach(debt(world, case_id).due_at)
    assert carrier_claims.file(world, debt(world, case_id)) is None
    assert ("open", []) == (debt(world, case_id).state, world.records.all(CarrierCommand))


def test_what_it_pays_is_recovered_once_however_often_it_says_so(world: World) -> None:
    case_id = damaged(world)
    number = claimed(world, case_id, paid())
    for _ in range(2):
        told(world, number, "done", paid={"amount": OWED, "currency": "CNY"})
        tracking.see_to(world, number)
    assert (("recovered", 0, OWED, 0, 0), 0) == (owed(world, case_id), fund(world))
    assert [("carrier", OWED, 0)] == said(world, case_id, "RecoveryPaid")
    assert debt(world, case_id).refused_because is None
    invariants.the_books_agree(world)


def test_what_it_accepts_it_may_pay_later_and_has_as_long_again(world: World) -> None:
    case_id = damaged(world)
    number = claimed(world, case_id, ACCEPTED)
    before = debt(world, case_id)
    assert ("accepted", 30) == (before.state, (before.due_at - world.clock.now()).days)
    assert before.warn_at == before.look_at
    tracking.see_to(world, number)
    assert [("accepted", OWED, OWED)] == said(world, case_id, "RecoveryAnswered")
    [answered] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "RecoveryAnswered"]
    assert before.due_at.isoformat() == answered.data["due_at"]
    swept(world, days=20)
    told(world, number, "done", paid={"amount": OWED, "currency": "CNY"})
    assert ("recovered", 0, OWED, 0, 0) == owed(world, case_id)


def test_a_refusal_is_no_end_until_the_deadline(world: World) -> None:
    case_id = damaged(world)
    claimed(world, case_id, REFUSED)
    assert ("refused", "claim_unfounded") == (debt(world, case_id).state, debt(world, case_id).refused_because)
    assert debt(world, case_id).warn_at == debt(world, case_id).look_at
    assert [("claim_unfounded", OWED, OWED)] == said(world, case_id, "RecoveryAnswered")
    again(world, case_id)
    one = debt(world, case_id)
    assert ("filed", 2, None) == (one.state, one.filings, one.refused_because)
    tracking.see_to(world, str(debt(world, case_id).command_no))
    assert ("recovered", 0, OWED, 0, 0) == owed(world, case_id)
    invariants.the_books_agree(world)


def again(world: World, case_id: str) -> None:
    pursuits.file_again(world, asking(None, OPERATOR), case_id, debt(world, case_id).recovery_id)


def test_only_what_was_refused_in_time_is_filed_again(world: World) -> None:
    case_id = damaged(world)
    claimed(world, case_id, ACCEPTED)
    with pytest.raises(TransitionRefused):
        again(world, case_id)
    with pytest.raises(Forbidden):
        pursuits.file_again(world, asking(None, MERCHANT), case_id, debt(world, case_id).recovery_id)
    other = damaged(debt_shop(parcels=(PARCEL,)))
    with pytest.raises(RecoveryNotFound):
        pursuits.file_again(world, asking(None, OPERATOR), other, "rec_" + "9" * 28)


@pytest.mark.parametrize("answers", [(), (REFUSED,)])
def test_after_the_deadline_the_platform_bears_it_and_nobody_is_asked_any_more(
    world: World, answers: tuple[CarrierAnswer, ...]
) -> None:
    world.logistics.mute = not answers
    case_id = damaged(world)
    number = claimed(world, case_id, *answers)
    swept(world, days=26)
    assert ("filed" if not answers else "refused") == debt(world, case_id).state
    swept(world, days=3)
    assert (("written_off", 0, 0, OWED, 0), -OWED) == (owed(world, case_id), fund(world))
    assert not command(world, number).is_open
    invariants.the_books_agree(world)


def test_a_carrier_that_pays_after_all_has_paid(world: World) -> None:
    world.logistics.mute = True
    case_id = damaged(world)
    number = claimed(world, case_id)
    swept(world, days=30)
    for _ in range(2):
        told(world, number, "done", paid={"amount": OWED, "currency": "CNY"})
    assert (("recovered", 0, OWED, 0, 0), 0) == (owed(world, case_id), fund(world))
    invariants.the_books_agree(world)


def test_who_files_too_late_is_not_even_asked_and_the_platform_bears_it() -> None:
    world = debt_shop(parcels=(PARCEL,), deadlines={"carrier_claim": {"amount": 1, "unit": "days"}})
    case_id = damaged(world)
    swept(world)
    assert (("written_off", 0, 0, OWED, 0), []) == (owed(world, case_id), world.records.all(CarrierCommand))


def test_what_it_pays_in_part_leaves_the_rest_open(world: World) -> None:
    case_id = damaged(world)
    claimed(world, case_id, paid(10000))
    assert (("refused", OWED - 10000, 10000, 0, 0), "paid_in_part") == (
        owed(world, case_id), debt(world, case_id).refused_because,
    )  # fmt: skip
    body = RecordPayment.model_validate({"amount": {"amount": OWED - 10000, "currency": "CNY"}, "note": "by transfer"})
    pursuits.record_payment(world, asking(None, OPERATOR), case_id, debt(world, case_id).recovery_id, body)
    assert ("recovered", 0, OWED, 0, 0) == owed(world, case_id)


def test_what_it_accepted_and_pays_in_part_it_pays_no_more_of_by_its_own_word(world: World) -> None:
    case_id = damaged(world)
    number = claimed(world, case_id, ACCEPTED)
    told(world, number, "done", paid={"amount": 1, "currency": "CNY"})
    one = debt(world, case_id)
    assert ("refused", OWED - 1, 1, 0, 0) == owed(world, case_id)
    assert ("paid_in_part", one.due_at) == (one.refused_because, one.look_at)


def test_what_it_accepted_it_may_refuse_after_all(world: World) -> None:
    case_id = damaged(world)
    number = claimed(world, case_id, ACCEPTED)
    told(world, number, "failed", reason="claim_unfounded")
    assert ("refused", "claim_unfounded") == (debt(world, case_id).state, debt(world, case_id).refused_because)


def test_a_claim_that_was_late_and_is_accepted_is_late_no_more(world: World) -> None:
    world.logistics.mute = True
    case_id = damaged(world)
    number = claimed(world, case_id)
    swept(world, days=26)
    assert debt(world, case_id).is_late
    told(world, number, "accepted")
    assert not debt(world, case_id).is_late


def test_what_was_paid_by_hand_before_the_carrier_says_so_is_paid_once(world: World) -> None:
    case_id = damaged(world)
    number = claimed(world, case_id, ACCEPTED)
    body = RecordPayment.model_validate({"amount": {"amount": OWED, "currency": "CNY"}, "note": "by transfer"})
    pursuits.record_payment(world, asking(None, OPERATOR), case_id, debt(world, case_id).recovery_id, body)
    before = world.case(case_id)
    told(world, number, "done", paid={"amount": OWED, "currency": "CNY"})
    assert (("recovered", 0, OWED, 0, 0), "done") == (owed(world, case_id), command(world, number).state)
    assert before == world.case(case_id)


def test_of_what_it_pays_too_much_only_what_is_owed_is_ours(world: World) -> None:
    case_id = damaged(world)
    claimed(world, case_id, paid(OWED + 5))
    assert ("recovered", 0, OWED, 0, 0) == owed(world, case_id)


@pytest.mark.parametrize("said", [{}, {"paid": {"amount": OWED, "currency": "USD"}}])
def test_a_claim_that_is_said_to_be_paid_and_not_how_much_in_its_currency_is_no_answer(
    world: World, said: dict[str, Any]
) -> None:
    case_id = damaged(world)
    number = claimed(world, case_id)
    told(world, number, "done", **said)
    assert ("filed", OWED, 0, 0, 0) == owed(world, case_id)
    assert ("unknown", None) == (command(world, number).state, command(world, number).answered_at)
    told(world, number, "done", paid={"amount": OWED, "currency": "CNY"})
    assert ("recovered", 0, OWED, 0, 0) == owed(world, case_id)


@pytest.mark.parametrize("answer", [CarrierAnswer("done"), paid(currency="USD")])
def test_a_carrier_that_never_says_how_much_it_paid_is_asked_until_the_deadline_and_no_longer(
    world: World, answer: CarrierAnswer
) -> None:
    case_id = damaged(world)
    number = claimed(world, case_id, answer)
    days = (debt(world, case_id).due_at - world.clock.now()).days
    for _ in range(days):
        world.logistics.answers.append(answer)
        swept(world, days=1)
        tracking.see_to(world, number)
    assert "filed" == debt(world, case_id).state
    swept(world, days=1)
    assert ("written_off", OWED) == (debt(world, case_id).state, debt(world, case_id).written_off)
    asks = command(world, number).asks
    assert (False, days < asks <= 2 * days) == (command(world, number).is_open, True)
    world.logistics_commands.asked.clear()
    swept(world, days=30)
    tracking.see_to(world, number)
    assert ([], asks) == (world.logistics_commands.asked, command(world, number).asks)


def test_no_answer_for_days_is_no_refusal(world: World) -> None:
    """Weeks are nothing to a carrier: it is asked about every day, and never given up before the deadline."""
    world.logistics.mute = True
    case_id = damaged(world)
    number = claimed(world, case_id)
    for _ in range(80):
        tracking.see_to(world, number)
    assert ("filed", True) == (debt(world, case_id).state, command(world, number).is_open)
    assert 24 * 3600 == command(world, number).delay_after(80)


@pytest.mark.parametrize("fate", ["refused", "lost_reply"])
def test_whatever_happens_to_the_write_it_is_filed_once(world: World, fate: Any) -> None:
    case_id = damaged(world)
    world.records.fates.append(fate)
    swept(world)
    swept(world)
    assert (1, 1) == (len(world.records.all(CarrierCommand)), debt(world, case_id).filings)


def test_what_is_written_off_by_hand_is_asked_about_no_more(world: World) -> None:
    case_id = damaged(world)
    number = claimed(world, case_id, ACCEPTED)
    body = WriteOff(reason="it went bankrupt")
    pursuits.write_off(world, asking(None, OPERATOR), case_id, debt(world, case_id).recovery_id, body)
    assert ("written_off", "failed") == (debt(world, case_id).state, command(world, number).state)


def test_what_is_paid_and_not_how_much_is_no_answer_and_everything_else_stays_as_it_was_said(world: World) -> None:
    asked = command(world, claimed(world, damaged(world)))
    assert asked.claim is not None
    for said in (paid(0), paid(OWED, "USD"), CarrierAnswer("done")):
        assert CarrierAnswer("unknown", "unreadable") == carrier_claims.understood(asked.claim, said)
    for said in (paid(1), ACCEPTED, REFUSED):
        assert said is carrier_claims.understood(asked.claim, said)


def test_an_answer_that_says_nothing_leaves_case_and_debt_as_they_are(world: World) -> None:
    world.logistics.mute = True
    case_id = damaged(world)
    number = claimed(world, case_id)
    before = world.case(case_id), debt(world, case_id)
    tracking.see_to(world, number)
    assert (before, 1) == ((world.case(case_id), debt(world, case_id)), command(world, number).asks)
