"""Going after a debt, step by step: when it is looked at again, what is told, and what is refused in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain import refs
from chalicelib.domain.actors import Actor
from chalicelib.errors import (
    CaseNotFound,
    CurrencyMismatch,
    Forbidden,
    KeyReused,
    RecoveryExceedsOwed,
    RecoveryNotFound,
    TransitionRefused,
)
from chalicelib.ports import CarrierAnswer
from chalicelib.schemas.recoveries import RecordPayment, WriteOff
from chalicelib.usecases import deposits, pursuits
from chalicelib.usecases.steps import Reply
from tests.refusals import refused
from tests.standins.debts import PARCEL, advanced, claimed, damaged, debt, debt_shop, owed, paid, shows, swept
from tests.standins.pursuing import of_insurer
from tests.standins.returns import DELIVERED
from tests.standins.shops import (
    AGENT,
    BUYER,
    MERCHANT,
    OPERATOR,
    OTHER_OPERATOR,
    SUPERVISOR,
    asking,
    decide,
    file,
    sell,
)
from tests.standins.world import World

OWED = 30789
REFUSED = CarrierAnswer("failed", "claim_unfounded")


@pytest.fixture
def world() -> World:
    return debt_shop(parcels=(PARCEL,))


def pursue(world: World, case_id: str) -> str | None:
    return pursuits.pursue(world, debt(world, case_id))


def told(world: World, case_id: str, type: str) -> list[tuple[Any, ...]]:
    """Why, how much, the note, and who said so, of every line of this type."""
    rows = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == type]
    return [(one.data.get("because"), one.data["recovery_amount"], one.note, one.actor.role) for one in rows]


def record(world: World, case_id: str, amount: int = 100, actor: Actor = OPERATOR, **more: Any) -> Reply:
    money = {"amount": amount, "currency": more.get("currency", "CNY")}
    body = RecordPayment.model_validate({"amount": money, "note": "by transfer"})
    number = more.get("recovery_id") or debt(world, case_id).recovery_id
    return pursuits.record_payment(world, asking(None, actor), case_id, number, body)


def write_off(world: World, case_id: str, actor: Actor = OPERATOR, recovery_id: str | None = None) -> Reply:
    number = recovery_id or debt(world, case_id).recovery_id
    return pursuits.write_off(world, asking(None, actor), case_id, number, WriteOff(reason="nobody will pay"))


def file_again(world: World, case_id: str, actor: Actor = OPERATOR, recovery_id: str | None = None) -> Reply:
    number = recovery_id or debt(world, case_id).recovery_id
    return pursuits.file_again(world, asking(None, actor), case_id, number)


# --- of a shop


def test_what_the_deposit_pays_is_told_named_after_the_debt_and_taken_by_two_reads(world: World) -> None:
    case_id = advanced(world)
    world.records.loads.clear()
    assert "collected" == pursue(world, case_id)
    assert [1, 3] == [len(wanted) for wanted in world.records.loads]
    one = debt(world, case_id)
    [drawn, _] = world.listings.deposit_moves("m1", 9, None).rows
    assert (f"drawn-{one.recovery_id}-{one.version}", case_id, one.recovery_id) == (
        drawn.entry_id, drawn.case_id, drawn.recovery_id,
    )  # fmt: skip
    assert [("deposit", OWED, None, "system")] == told(world, case_id, "RecoveryPaid")
    assert pursuits.collect(world, case_id, one.recovery_id) is None


def test_a_deposit_that_holds_a_part_pays_it_and_is_looked_at_tomorrow(world: World) -> None:
    case_id = advanced(world)
    deposits.tell(world, "m1", "withdrawn", 49999, "CNY", "out-1")
    assert "collected" == pursue(world, case_id)
    assert (OWED - 1, world.clock.now() + timedelta(days=1)) == (
        debt(world, case_id).open,
        debt(world, case_id).look_at,
    )
    assert pursue(world, case_id) is None
    assert world.clock.now() + timedelta(days=1) == debt(world, case_id).look_at


def test_a_refund_that_is_on_its_way_is_looked_at_again_in_ten_minutes(world: World) -> None:
    world.payments.deeds.append("accept")
    case_id = advanced(world)
    world.clock.reach(debt(world, case_id).due_at)
    assert pursue(world, case_id) is None
    assert world.clock.now() + timedelta(minutes=10) == debt(world, case_id).look_at
    assert [] == told(world, case_id, "RecoveryLate")


def test_on_the_day_an_empty_deposit_is_late_once(world: World) -> None:
    case_id = advanced(world)
    deposits.tell(world, "m1", "withdrawn", 50000, "CNY", "out-1")
    world.clock.reach(debt(world, case_id).due_at)
    assert ["late", None] == [pursue(world, case_id), pursue(world, case_id)]
    assert [("overdue", OWED, None, "system")] == told(world, case_id, "RecoveryLate")


def test_the_last_unit_of_a_deposit_is_taken_too_and_of_a_debt_waited_for(world: World) -> None:
    case_id = advanced(world)
    deposits.tell(world, "m1", "withdrawn", 49999, "CNY", "out-1")
    pursuits.tell_payment(world, debt(world, case_id).recovery_id, "net-1", OWED - 2, "CNY")
    assert ("collected", 1) == (pursue(world, case_id), debt(world, case_id).open)
    assert (None, world.clock.now() + timedelta(days=1)) == (pursue(world, case_id), debt(world, case_id).look_at)
    world.clock.reach(debt(world, case_id).due_at)
    assert "late" == pursue(world, case_id)


def test_of_two_refunds_only_the_one_that_was_paid_is_taken_and_once() -> None:
    world = debt_shop()
    sell(world, payments={"card": 20000, "wallet": 19000}, delivery=DELIVERED)
    world.payments.deeds.extend(["pay", "accept"])
    case_id = advanced(world)
    [settled] = [ref for ref in world.case(case_id).refunds if ref.state == "settled"]
    assert ("collected", settled.amount) == (pursue(world, case_id), debt(world, case_id).recovered)
    assert (None, settled.amount) == (pursue(world, case_id), debt(world, case_id).recovered)
    assert world.clock.now() + timedelta(minutes=10) == debt(world, case_id).look_at


def test_a_deposit_in_another_currency_pays_nothing(world: World) -> None:
    case_id = advanced(world)
    deposits.tell(world, "m1", "withdrawn", 50000, "CNY", "out-1")
    deposits.tell(world, "m1", "deposited", 50000, "USD", "in-2")
    assert pursue(world, case_id) is None


# --- of a carrier, or an insurer


def test_a_claim_is_filed_until_it_is_due_and_given_up_from_then_on(world: World) -> None:
    case_id = damaged(world)
    one = debt(world, case_id)
    world.clock.reach(one.due_at)
    assert "lapsed" == pursue(world, case_id)
    assert [("silence", OWED, None, "clock")] == told(world, case_id, "RecoveryWrittenOff")
    assert pursuits.lapse(world, case_id, one.recovery_id) is None


def test_a_moment_before_it_is_filed(world: World) -> None:
    case_id = damaged(world)
    world.clock.reach(debt(world, case_id).due_at - timedelta(milliseconds=1))
    assert "filed" == pursue(world, case_id)


def test_what_is_not_due_does_not_lapse(world: World) -> None:
    case_id = damaged(world)
    world.clock.reach(debt(world, case_id).due_at - timedelta(milliseconds=1))
    assert pursuits.lapse(world, case_id, debt(world, case_id).recovery_id) is None
    assert ("open", OWED, 0, 0, 0) == owed(world, case_id)


def test_a_claim_that_waits_for_its_carrier_is_warned_of_once_and_looked_at_when_it_lapses(world: World) -> None:
    case_id = damaged(world)
    claimed(world, case_id)
    one = debt(world, case_id)
    assert (None, one) == (pursue(world, case_id), debt(world, case_id)), "its time has not come"
    world.clock.reach(one.warn_at)
    assert "late" == pursue(world, case_id)
    late = debt(world, case_id)
    assert (world.clock.now(), one.due_at) == (late.late_at, late.look_at)
    world.records.put(late.but(look_at=world.clock.now()))
    assert pursue(world, case_id) is None
    assert (one.due_at, 1) == (debt(world, case_id).look_at, len(told(world, case_id, "RecoveryLate")))


def test_what_is_looked_at_too_soon_is_looked_at_when_it_may_be_late() -> None:
    world, case_id = of_insurer()
    one = debt(world, case_id)
    world.records.put(one.but(look_at=world.clock.now()))
    assert pursue(world, case_id) is None
    assert (one.due_at, None) == (debt(world, case_id).look_at, debt(world, case_id).late_at)


def test_an_insurer_that_was_told_of_is_looked_at_no_more() -> None:
    world, case_id = of_insurer()
    world.clock.reach(debt(world, case_id).due_at)
    assert "late" == pursue(world, case_id)
    world.records.put(debt(world, case_id).but(look_at=world.clock.now()))
    assert (None, None) == (pursue(world, case_id), debt(world, case_id).look_at)
    record(world, case_id, debt(world, case_id).open)
    assert pursue(world, case_id) is None


@pytest.mark.parametrize("step", [pursuits.warn, pursuits.lapse])
def test_each_step_is_one_read(world: World, step: Any) -> None:
    case_id = damaged(world)
    one = debt(world, case_id)
    world.clock.reach(one.due_at)
    world.records.loads.clear()
    step(world, case_id, one.recovery_id)
    assert 1 == len(world.records.loads)


# --- what people and systems say


@pytest.mark.parametrize("actor", [OPERATOR, SUPERVISOR])
def test_the_platform_s_people_record_what_was_paid_and_see_how_it_stands(world: World, actor: Actor) -> None:
    case_id = damaged(world)
    world.records.loads.clear()
    reply = record(world, case_id, 100, actor)
    assert (200, "open", {"amount": OWED - 100, "currency": "CNY"}) == (
        reply.status, reply.body["state"]["code"], reply.body["open"],
    )  # fmt: skip
    assert isinstance(reply.body["due_at"], str), "as it crosses the wire"
    assert [("payment", 100, "by transfer", actor.role)] == told(world, case_id, "RecoveryPaid")


@pytest.mark.parametrize("act", [record, write_off, file_again])
@pytest.mark.parametrize("actor", [AGENT, MERCHANT, BUYER])
def test_nobody_else_records_gives_up_or_files_again(world: World, act: Any, actor: Actor) -> None:
    case_id = damaged(world)
    claimed(world, case_id, REFUSED)
    before = debt(world, case_id)
    with pytest.raises(Forbidden):
        act(world, case_id, actor=actor)
    assert before == debt(world, case_id)


@pytest.mark.parametrize("act", [record, write_off, file_again])
def test_a_debt_is_named_with_its_own_case(world: World, act: Any) -> None:
    case_id = damaged(world)
    number = "rec_" + "9" * 28
    told = refused(RecoveryNotFound, lambda: act(world, case_id, recovery_id=number))
    assert (f"{number} is not owed because of this case", []) == told
    with pytest.raises(CaseNotFound):
        act(world, "case_" + "9" * 26, recovery_id=debt(world, case_id).recovery_id)


def test_what_is_owed_is_paid_in_its_own_currency(world: World) -> None:
    case_id = damaged(world)
    number = debt(world, case_id).recovery_id
    wrong = ("amount.currency", "must be CNY", None)
    assert (f"{number} is owed in CNY", [wrong]) == refused(
        CurrencyMismatch, lambda: record(world, case_id, currency="USD")
    )


@pytest.mark.parametrize("other", [{"amount": 99}, {"currency": "USD"}, {"number": 2}])
def test_a_payment_is_told_twice_and_never_as_another_one(other: dict[str, Any]) -> None:
    world = debt_shop(parcels=(PARCEL,))
    case_id = advanced(world)
    number = debt(world, case_id).recovery_id
    for _ in range(2):
        pursuits.tell_payment(world, number, "net-1", 100, "CNY")
    again = number[:-1] + str(other.get("number", number[-1]))
    with pytest.raises(KeyReused):
        pursuits.tell_payment(world, again, "net-1", other.get("amount", 100), other.get("currency", "CNY"))
    assert [("payment", 100, None, "payments")] == told(world, case_id, "RecoveryPaid")


def test_a_payment_is_recorded_by_one_read(world: World) -> None:
    case_id = damaged(world)
    number = debt(world, case_id).recovery_id
    world.records.loads.clear()
    pursuits.tell_payment(world, number, "net-1", 100, "CNY")
    assert [3] == [len(wanted) for wanted in world.records.loads], "the debt, its case, and whether it was told before"


def test_of_what_a_shop_pays_too_much_the_rest_is_in_its_deposit_and_named_after_the_case(world: World) -> None:
    case_id = advanced(world)
    pursuits.tell_payment(world, debt(world, case_id).recovery_id, "net-1", OWED + 7, "CNY")
    [moved, _] = world.listings.deposit_moves("m1", 9, None).rows
    one, version = debt(world, case_id), world.case(case_id).version
    assert (f"deposited-{one.recovery_id}-{version}", 7, one.recovery_id) == (
        moved.entry_id, moved.amount, moved.recovery_id,
    )  # fmt: skip
    assert ("recovered", 0, OWED, 0, 0) == owed(world, case_id)


def test_a_shop_that_pays_what_was_given_up_pays_that_first(world: World) -> None:
    case_id = advanced(world)
    write_off(world, case_id)
    pursuits.tell_payment(world, debt(world, case_id).recovery_id, "net-1", OWED + 7, "CNY")
    assert ("recovered", 0, OWED, 0, 0) == owed(world, case_id)
    assert 50007 == world.records.one(refs.deposit("m1")).held("CNY")


def test_a_payment_of_nothing_is_refused(world: World) -> None:
    number = debt(world, advanced(world)).recovery_id
    told = refused(RecoveryExceedsOwed, lambda: pursuits.tell_payment(world, number, "n", 0, "CNY"))
    assert ("nothing was paid", []) == told


# --- given up


def test_who_gives_it_up_sees_that_nothing_is_open_any_more(world: World) -> None:
    case_id = damaged(world)
    reply = write_off(world, case_id, SUPERVISOR)
    assert (200, "written_off", 0, False) == (
        reply.status, reply.body["state"]["code"], reply.body["open"]["amount"], reply.body["proposed"],
    )  # fmt: skip
    assert isinstance(reply.body["due_at"], str)
    assert [("operator", OWED, "nobody will pay", "supervisor")] == told(world, case_id, "RecoveryWrittenOff")


def test_above_the_policy_s_amount_it_is_proposed_for_this_very_debt() -> None:
    world = debt_shop(second_person_above={"CNY": OWED - 1})
    case_id = advanced(world)
    reply = write_off(world, case_id)
    assert ("open", True) == (reply.body["state"]["code"], reply.body["proposed"])
    proposal = world.case(case_id).proposal
    assert proposal is not None
    assert (OWED, f"write off {debt(world, case_id).recovery_id}") == (proposal.amount, proposal.act)
    assert "written_off" == write_off(world, case_id, OTHER_OPERATOR).body["state"]["code"]


@pytest.mark.parametrize("act", [write_off, file_again])
def test_a_person_s_act_reads_the_case_to_see_and_then_both_at_once(world: World, act: Any) -> None:
    case_id = damaged(world)
    claimed(world, case_id, REFUSED)
    number = debt(world, case_id).recovery_id
    world.records.loads.clear()
    act(world, case_id, recovery_id=number)
    beside = [1] if act is write_off else []  # the command, which is asked about no more
    assert [1, 2, *beside] == [len(wanted) for wanted in world.records.loads]


# --- filed again


def test_what_was_refused_is_filed_again_and_its_carrier_asked_under_a_new_number(world: World) -> None:
    case_id = damaged(world)
    first = claimed(world, case_id, REFUSED)
    reply = file_again(world, case_id, SUPERVISOR)
    one = debt(world, case_id)
    assert (200, "filed", 2) == (reply.status, reply.body["state"]["code"], reply.body["filings"])
    assert isinstance(reply.body["due_at"], str)
    assert one.command_no not in (None, first)
    assert str(one.command_no).startswith("cmd_")
    assert (one.command_no, 0) in world.logistics_commands.asked


def test_it_is_filed_again_with_what_there_is_to_show(world: World) -> None:
    case_id = file(world, reason="damaged_in_transit")
    shows(world, case_id)
    decide(world, case_id, "approve")
    claimed(world, paid(world, case_id), REFUSED)
    file_again(world, case_id)
    command = world.records.one(refs.command(str(debt(world, case_id).command_no)))
    assert command.claim is not None
    assert 1 == len(command.claim.files)


def test_who_would_give_it_up_is_seen_by_who_files_it_again() -> None:
    world = debt_shop(parcels=(PARCEL,), second_person_above={"CNY": 1})
    case_id = damaged(world)
    claimed(world, case_id, REFUSED)
    write_off(world, case_id)
    assert file_again(world, case_id).body["proposed"]


@pytest.mark.parametrize("answers", [(), (CarrierAnswer("accepted"),)])
def test_what_was_not_refused_is_not_filed_again(world: World, answers: tuple[CarrierAnswer, ...]) -> None:
    case_id = damaged(world)
    claimed(world, case_id, *answers)
    with pytest.raises(TransitionRefused):
        file_again(world, case_id)
    assert 1 == debt(world, case_id).filings


def test_in_the_moment_in_which_it_is_given_up_it_is_too_late(world: World) -> None:
    case_id = damaged(world)
    claimed(world, case_id, REFUSED)
    world.clock.reach(debt(world, case_id).due_at)
    with pytest.raises(TransitionRefused) as caught:
        file_again(world, case_id)
    assert ("only what was refused in time is filed again", "refused") == (
        caught.value.detail, caught.value.facts["status"],
    )  # fmt: skip
    swept(world)
    assert "written_off" == debt(world, case_id).state
