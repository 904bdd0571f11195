"""What the timeline says of a debt to the fund, move by move, and what those are told who get it wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain import refs
from chalicelib.domain.actors import SYSTEM
from chalicelib.domain.recoveries import SOON, id_of
from chalicelib.errors import RecoveryExceedsOwed
from chalicelib.schemas.recoveries import RecordPayment, WriteOff
from chalicelib.usecases import cases, deposits, pursuits, recoveries, steps
from chalicelib.usecases.recoveries import Debt
from tests.refusals import refused
from tests.standins.debts import PARCEL, advanced, claimed, damaged, debt, debt_shop, owed, swept
from tests.standins.shops import OPERATOR, asking
from tests.standins.world import World

OWED = 30789


@pytest.fixture
def world() -> World:
    return debt_shop(parcels=(PARCEL,))


def story(world: World, case_id: str) -> list[tuple[Any, ...]]:
    """(type, amount, open, state, because, note) of every line about a debt."""
    told = world.listings.timeline(case_id, 100, None).rows
    names = ("recovery_amount", "recovery_open", "recovery_state", "because")
    return [
        (entry.type, *(entry.data.get(name) for name in names), entry.note)
        for entry in told
        if entry.type.startswith("Recovery")
    ]


def less(world: World, case_id: str, amount: int) -> int:
    """`amount` of the case's first debt is not owed after all; how much that was."""

    def once(found: steps.Found) -> steps.Decision[int]:
        turn = cases.turn_of(world, cases.need(found, case_id), SYSTEM)
        fell = recoveries.lessen(turn, found, recoveries.find(found, id_of(case_id, 1)), amount, "liability")
        return turn.items if fell else [], fell

    return steps.change(world, [refs.case(case_id), refs.recovery(case_id, id_of(case_id, 1))], once)


def write_off(world: World, case_id: str) -> None:
    body = WriteOff(reason="the shop is gone")
    pursuits.write_off(world, asking(None, OPERATOR), case_id, id_of(case_id, 1), body)


def posted(world: World) -> list[tuple[str, int]]:
    """The order's journal about debts, sorted: within an instant its lines have no order."""
    lines = [entry for entry in world.listings.journal_of("o1") if entry.recovery_id]
    return sorted((entry.kind, entry.amount) for entry in lines)


def test_a_debt_opens_with_who_owes_how_much_why_and_until_when(world: World) -> None:
    case_id = advanced(world)
    opened = debt(world, case_id)
    assert (id_of(case_id, 1), "refund", None) == (opened.recovery_id, opened.covers, opened.waybill_no)
    assert (opened.opened_at + SOON, OWED) == (opened.look_at, opened.amount)
    assert [("RecoveryOpened", OWED, OWED, "open", "advance", None)] == story(world, case_id)
    [entry] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "RecoveryOpened"]
    assert {"recovery_id": opened.recovery_id, "debtor": "merchant", "covers": "refund"}.items() <= entry.data.items()
    assert opened.due_at.isoformat() == entry.data["due_at"]


def test_what_is_paid_is_told_with_who_said_so_and_what_is_left(world: World) -> None:
    case_id = advanced(world)
    pursuits.tell_payment(world, id_of(case_id, 1), "net-1", 10000, "CNY")
    swept(world)
    assert [
        ("RecoveryPaid", 10000, OWED - 10000, "open", "payment", None),
        ("RecoveryPaid", OWED - 10000, 0, "recovered", "deposit", None),
    ] == story(world, case_id)[1:]


def test_what_a_person_says_of_a_payment_stands_in_the_timeline(world: World) -> None:
    case_id = damaged(world)
    body = RecordPayment.model_validate({"amount": {"amount": 1, "currency": "CNY"}, "note": "by transfer"})
    pursuits.record_payment(world, asking(None, OPERATOR), case_id, id_of(case_id, 1), body)
    assert ("RecoveryPaid", 1, OWED - 1, "open", "payment", "by transfer") == story(world, case_id)[-1]


def test_the_last_fen_can_be_paid_by_itself(world: World) -> None:
    case_id = damaged(world)
    for fact_id, amount in (("a", OWED - 1), ("b", 1)):
        pursuits.tell_payment(world, id_of(case_id, 1), fact_id, amount, "CNY")
    assert ("recovered", 0, OWED, 0, 0) == owed(world, case_id)


@pytest.mark.parametrize("amount", [OWED + 1, 0])
def test_a_carrier_that_pays_more_than_it_owes_or_nothing_hears_how_much_it_is(world: World, amount: int) -> None:
    case_id = damaged(world)
    number = id_of(case_id, 1)
    told = refused(RecoveryExceedsOwed, lambda: pursuits.tell_payment(world, number, "a", amount, "CNY"))
    wrong = ("amount", f"between 1 and {OWED}", {"minimum": 1, "maximum": OWED})
    assert ((f"{OWED + 1} of {number}: {OWED} is owed", [wrong]) if amount else ("nothing was paid", [])) == told
    assert ("open", OWED, 0, 0, 0) == owed(world, case_id)


def test_what_is_given_up_is_told_with_the_reason_and_the_carrier_is_asked_no_more(world: World) -> None:
    case_id = damaged(world)
    number = claimed(world, case_id)
    write_off(world, case_id)
    assert ("RecoveryWrittenOff", OWED, 0, "written_off", "operator", "the shop is gone") == story(world, case_id)[-1]
    assert "the shop is gone" == debt(world, case_id).note
    command = world.records.one(refs.command(number))
    assert ("failed", "closed", world.clock.now()) == (command.state, command.reason, command.answered_at)
    told = refused(RecoveryExceedsOwed, lambda: write_off(world, case_id))
    assert (f"nothing is owed of {id_of(case_id, 1)} any more", []) == told


def test_what_is_given_up_after_the_carrier_has_answered_leaves_its_answer(world: World) -> None:
    from chalicelib.ports import CarrierAnswer

    case_id = damaged(world)
    number = claimed(world, case_id, CarrierAnswer("failed", "claim_unfounded"))
    write_off(world, case_id)
    assert "claim_unfounded" == world.records.one(refs.command(number)).reason


# --- not owed after all


def test_a_part_that_is_not_owed_leaves_the_rest_filed(world: World) -> None:
    case_id = damaged(world)
    number = claimed(world, case_id)
    assert (789, ("filed", OWED - 789, 0, 0, 789)) == (less(world, case_id, 789), owed(world, case_id))
    assert world.records.one(refs.command(number)).is_open
    assert ("RecoveryDropped", 789, OWED - 789, "filed", "liability", None) == story(world, case_id)[-1]


def test_all_that_is_not_owed_is_asked_of_nobody(world: World) -> None:
    case_id = damaged(world)
    number = claimed(world, case_id)
    assert OWED == less(world, case_id, OWED + 1)
    assert ("dropped", 0, 0, 0, OWED) == owed(world, case_id)
    assert not world.records.one(refs.command(number)).is_open


def test_what_fell_away_before_falls_away_once(world: World) -> None:
    case_id = advanced(world)
    assert [1, 700, OWED - 701, 0] == [less(world, case_id, amount) for amount in (1, 700, OWED, 5)]
    assert [("claimed", OWED), ("dropped", 1), ("dropped", 700), ("dropped", OWED - 701)] == posted(world)


def test_what_was_given_up_is_not_dropped_from_the_books_twice(world: World) -> None:
    case_id = advanced(world)
    pursuits.tell_payment(world, id_of(case_id, 1), "net-1", 10000, "CNY")
    write_off(world, case_id)
    before = deposits_held(world)
    assert [5000, OWED - 14000] == [less(world, case_id, amount) for amount in (5000, OWED - 14000)]
    assert ("written_off", 0, 9000, 0, OWED - 9000) == owed(world, case_id)
    moved = [("claimed", OWED), ("given_back", 1000), ("recovered", 10000), ("written_off", OWED - 10000)]
    assert (moved, before + 1000) == (posted(world), deposits_held(world))
    [back, *_] = world.listings.deposit_moves("m1", 10, None).rows
    assert (f"deposited-{id_of(case_id, 1)}-{debt(world, case_id).version}", case_id, id_of(case_id, 1)) == (
        back.entry_id, back.case_id, back.recovery_id,
    )  # fmt: skip


def test_of_several_debts_of_a_case_each_stands_by_itself(world: World) -> None:
    case_id = advanced(world)

    def again(found: steps.Found) -> steps.Decision[None]:
        turn = cases.turn_of(world, cases.need(found, case_id), SYSTEM)
        owes = Debt("buyer", "b1", "goods", turn.at + timedelta(days=9))
        recoveries.open_recovery(turn, owes, 500, "clawback")
        return turn.items, None

    steps.change(world, [refs.case(case_id)], again)
    less(world, case_id, OWED)
    assert [("merchant", "refund", "dropped"), ("buyer", "clawback", "open")] == [
        (ref.debtor, ref.covers, ref.state) for ref in world.case(case_id).recoveries
    ]
    assert (id_of(case_id, 2), "clawback", 500) == (
        debt(world, case_id, 2).recovery_id, debt(world, case_id, 2).covers, debt(world, case_id, 2).amount,
    )  # fmt: skip


def deposits_held(world: World) -> int:
    return deposits.deposit_of(steps.read(world, refs.deposit("m1")), "m1").held("CNY")
