"""Who owes the fund too long is told of once, listed until it is paid, and looked at when there is something to do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.recoveries import Recovery
from chalicelib.ports import CarrierAnswer
from chalicelib.schemas.recoveries import WriteOff
from chalicelib.usecases import debts, deposits, pursuits, sweeper, tracking
from tests.standins import invariants
from tests.standins.debts import PARCEL, advanced, claimed, damaged, debt, debt_shop, swept
from tests.standins.pursuing import of_insurer
from tests.standins.shops import OPERATOR, asking
from tests.standins.time import MONDAY
from tests.standins.world import World


def emptied() -> tuple[World, str]:
    """Bad goods were paid for at once, and the shop has taken its deposit out."""
    world = debt_shop()
    case_id = advanced(world)
    deposits.tell(world, "m1", "withdrawn", 50000, "CNY", "out-1")
    return world, case_id


def late(world: World) -> list[str]:
    return [row["recovery_id"] for row in debts.late(world, 100, None).body["items"]]


def told(world: World, case_id: str) -> int:
    return world.told(case_id).count("RecoveryLate")


@pytest.mark.parametrize("owing", [of_insurer, emptied])
def test_what_is_not_paid_by_its_deadline_is_told_once_and_listed(owing: object) -> None:
    world, case_id = owing()  # type: ignore[operator]
    swept(world, days=29)
    assert (0, []) == (told(world, case_id), late(world))
    for _ in range(3):
        swept(world, days=2)
    assert (1, [debt(world, case_id).recovery_id]) == (told(world, case_id), late(world))
    assert "open" == debt(world, case_id).state


def damaged_and_filed() -> tuple[World, str]:
    world = debt_shop(parcels=(PARCEL,))
    case_id = damaged(world)
    claimed(world, case_id)
    return world, case_id


@pytest.mark.parametrize(
    ("owing", "because"), [(of_insurer, "overdue"), (emptied, "overdue"), (damaged_and_filed, "lapses")]
)
def test_it_is_told_why_how_much_is_open_and_since_when_it_is_due(owing: object, because: str) -> None:
    world, case_id = owing()  # type: ignore[operator]
    world.clock.reach(debt(world, case_id).warn_at)
    swept(world)
    owed = debt(world, case_id)
    [entry] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "RecoveryLate"]
    assert {
        "because": because,
        "recovery_amount": owed.open,
        "recovery_open": owed.open,
        "due_at": owed.due_at.isoformat(),
    }.items() <= entry.data.items()


@pytest.mark.parametrize("owing", [of_insurer, emptied, damaged_and_filed])
def test_once_it_was_told_it_is_looked_at_when_there_is_something_to_do(owing: object) -> None:
    """Of an insurer nothing can be taken; a shop's deposit may be filled again; a carrier's claim is given up."""
    world, case_id = owing()  # type: ignore[operator]
    world.clock.reach(debt(world, case_id).warn_at)
    swept(world)
    owed, now = debt(world, case_id), world.clock.now()
    again = {"insurer": None, "merchant": now + timedelta(days=1), "carrier": owed.due_at}
    assert (now, again[owed.debtor]) == (owed.late_at, owed.look_at)


@pytest.mark.parametrize("owing", [of_insurer, emptied])
def test_what_is_paid_late_is_late_no_more(owing: object) -> None:
    world, case_id = owing()  # type: ignore[operator]
    swept(world, days=29)
    for _ in range(2):
        swept(world, days=2)
    owed = debt(world, case_id)
    pursuits.tell_payment(world, owed.recovery_id, "late-1", owed.open - 1, "CNY")
    assert [owed.recovery_id] == late(world)
    pursuits.tell_payment(world, owed.recovery_id, "late-2", 1, "CNY")
    assert [] == late(world)
    invariants.the_books_agree(world)


def test_what_is_given_up_is_late_no_more() -> None:
    world, case_id = of_insurer()
    swept(world, days=31)
    body = WriteOff(reason="the insurer is gone")
    pursuits.write_off(world, asking(None, OPERATOR), case_id, debt(world, case_id).recovery_id, body)
    assert [] == late(world)


def test_a_deposit_that_is_filled_again_pays_what_is_late() -> None:
    world, case_id = emptied()
    swept(world, days=29)
    for _ in range(2):
        swept(world, days=2)
    assert [debt(world, case_id).recovery_id] == late(world)
    deposits.tell(world, "m1", "deposited", 50000, "CNY", "in-2")
    swept(world, days=2)
    assert ([], "recovered") == (late(world), debt(world, case_id).state)


def test_of_a_claim_that_is_about_to_be_given_up_somebody_is_told_before() -> None:
    world = debt_shop(parcels=(PARCEL,))
    case_id = damaged(world)
    claimed(world, case_id)
    due_at = debt(world, case_id).due_at
    world.clock.reach(due_at - timedelta(days=3, minutes=1))
    sweeper.sweep(world)
    assert 0 == told(world, case_id)
    world.clock.reach(due_at - timedelta(days=3))
    for _ in range(2):
        swept(world)
    assert (1, [debt(world, case_id).recovery_id]) == (told(world, case_id), late(world))
    world.clock.reach(due_at)
    swept(world)
    assert ("written_off", []) == (debt(world, case_id).state, late(world))


def test_a_carrier_that_accepts_in_the_last_days_has_its_time_and_is_late_again_by_its_end() -> None:
    world = debt_shop(parcels=(PARCEL,))
    case_id = damaged(world)
    number = claimed(world, case_id)
    world.clock.reach(debt(world, case_id).due_at - timedelta(days=2))
    swept(world)
    assert 1 == told(world, case_id)
    world.logistics.answers.append(CarrierAnswer("accepted"))
    tracking.see_to(world, number)
    assert ("accepted", []) == (debt(world, case_id).state, late(world))
    world.clock.reach(debt(world, case_id).due_at - timedelta(days=1))
    swept(world)
    assert (2, 1) == (told(world, case_id), len(late(world)))


def test_debts_that_nobody_can_collect_hide_nothing_from_the_sweeper() -> None:
    """They were looked at every minute for as long as they were owed, before all that was due after them."""
    world, case_id = of_insurer()
    owed = debt(world, case_id)
    assert owed.due_at == owed.look_at
    old = owed.but(look_at=MONDAY, version=owed.version + 1)  # as it was written before
    world.records.put(old)
    swept(world)
    assert owed.due_at == debt(world, case_id).look_at


def test_the_books_do_not_change_by_being_late() -> None:
    world, case_id = of_insurer()
    swept(world, days=31)
    assert 1 == told(world, case_id)
    assert [1000] == [one.open for one in world.records.all(Recovery)]
    invariants.the_books_agree(world)
