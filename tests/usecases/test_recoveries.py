"""What the platform's fund pays in a shop's place is owed, taken from its deposit, paid or written off; never twice."""

from __future__ import annotations

import pytest

from chalicelib.domain import journals
from chalicelib.domain.actors import Actor
from chalicelib.domain.recoveries import Recovery
from chalicelib.errors import (
    CurrencyMismatch,
    DepositTooSmall,
    Forbidden,
    InvalidRequest,
    KeyReused,
    MerchantNotFound,
    RecoveryExceedsOwed,
    RecoveryNotFound,
    SecondPersonNeeded,
)
from chalicelib.schemas.cases import RedoRefund
from chalicelib.schemas.recoveries import WriteOff
from chalicelib.usecases import deposits, notices, pursuits, redos, settlements
from tests.standins import invariants
from tests.standins.debts import advanced, debt, debt_shop, owed, shows, swept
from tests.standins.shops import MERCHANT, OPERATOR, OTHER_OPERATOR, RIVAL, asking, decide, file
from tests.standins.world import World

OWED = 30789  # a coat, and its share of the freight, which is not the buyer's to bear


@pytest.fixture
def world() -> World:
    return debt_shop()


def balance(world: World) -> dict[str, int]:
    return journals.balance(world.listings.journal_of("o1"))


def held(world: World, merchant_id: str = "m1") -> int:
    return int(deposits.read(world, OPERATOR, merchant_id, 100, None).body["balances"].get("CNY", 0))


def test_a_buyer_of_bad_goods_is_paid_at_once_and_the_shop_owes_it(world: World) -> None:
    case_id = advanced(world)
    assert ("completed", True) == (world.case(case_id).status, world.case(case_id).advanced)
    assert ("open", OWED, 0, 0, 0) == owed(world, case_id)
    told = {"buyer#b1": OWED, "platform_fund": -OWED, "merchant#m1": -OWED, "receivable": OWED}
    assert told == {account: amount for account, amount in balance(world).items() if amount}
    assert "RecoveryOpened" in world.told(case_id)


def test_the_deposit_pays_for_it(world: World) -> None:
    case_id = advanced(world)
    swept(world)
    assert ("recovered", 0, OWED, 0, 0) == owed(world, case_id)
    assert 50000 - OWED == held(world)
    assert 0 == balance(world)["platform_fund"]
    invariants.the_books_agree(world)


def test_a_deposit_that_holds_less_is_emptied_and_the_rest_stays_owed(world: World) -> None:
    case_id = advanced(world)
    deposits.tell(world, "m1", "withdrawn", 40000, "CNY", "out-1")
    swept(world)
    assert (("open", OWED - 10000, 10000, 0, 0), 0) == (owed(world, case_id), held(world))
    deposits.tell(world, "m1", "deposited", 25000, "CNY", "in-2")
    swept(world, days=1, minutes=1)
    assert (("recovered", 0, OWED, 0, 0), 35000 - OWED) == (owed(world, case_id), held(world))
    invariants.the_books_agree(world)


def test_nothing_is_taken_for_a_refund_that_is_still_on_its_way(world: World) -> None:
    world.payments.deeds.append("accept")
    case_id = advanced(world)
    swept(world)
    assert (("open", OWED, 0, 0, 0), 50000) == (owed(world, case_id), held(world))
    refund = world.refund(case_id)
    world.payments.settle(refund)
    settlements.see_to(world, refund.refund_no)
    swept(world, minutes=11)
    assert ("recovered", 0, OWED, 0, 0) == owed(world, case_id)


@pytest.mark.parametrize("fate", ["refused", "lost_reply"])
def test_whatever_happens_to_the_write_the_deposit_pays_once(world: World, fate: str) -> None:
    case_id = advanced(world)
    world.records.fates.append(fate)  # type: ignore[arg-type]
    swept(world)
    swept(world)
    assert (("recovered", 0, OWED, 0, 0), 50000 - OWED) == (owed(world, case_id), held(world))
    invariants.the_books_agree(world)


def test_two_collectors_at_once_take_it_once(world: World) -> None:
    case_id = advanced(world)
    one = debt(world, case_id)
    world.clock.pass_by(minutes=2)
    world.records.before_save.append(lambda: pursuits.collect(world, case_id, one.recovery_id) and None)  # type: ignore[func-returns-value]
    pursuits.collect(world, case_id, one.recovery_id)
    assert (("recovered", 0, OWED, 0, 0), 50000 - OWED) == (owed(world, case_id), held(world))


# Conditions


def test_a_shop_whose_deposit_does_not_cover_it_decides_itself() -> None:
    world = debt_shop(OWED - 1)
    case_id = file(world, reason="quality_defect")
    shows(world, case_id)
    assert ("in_review", False) == (world.case(case_id).status, world.case(case_id).advanced)


@pytest.mark.parametrize(
    ("reason", "policy"),
    [
        ("wrong_item", {}),
        ("quality_defect", {"advance": {"up_to": {"CNY": OWED - 1}}}),
        ("quality_defect", {"advance": {"up_to": {}}}),
        ("quality_defect", {"advance": {"reasons": ["counterfeit"]}}),
    ],
)
def test_what_the_policy_does_not_promise_the_shop_decides(reason: str, policy: dict[str, object]) -> None:
    world = debt_shop(**policy)
    case_id = file(world, reason=reason)
    shows(world, case_id)
    assert "in_review" == world.case(case_id).status


def test_the_shop_s_own_photo_pays_nobody(world: World) -> None:
    case_id = file(world, reason="quality_defect")
    shows(world, case_id, MERCHANT)
    assert "in_review" == world.case(case_id).status


def test_who_was_refused_is_not_paid_by_one_more_photo(world: World) -> None:
    case_id = file(world, reason="quality_defect")
    decide(world, case_id, "reject", reason="it was worn")
    shows(world, case_id)
    assert "rejected" == world.case(case_id).status


# Facts of the settlement system


def test_what_the_settlement_system_netted_is_recovered_once(world: World) -> None:
    case_id = advanced(world)
    number = debt(world, case_id).recovery_id
    for _ in range(2):
        pursuits.tell_payment(world, number, "net-1", 10000, "CNY")
    assert ("open", OWED - 10000, 10000, 0, 0) == owed(world, case_id)
    with pytest.raises(KeyReused):
        pursuits.tell_payment(world, number, "net-1", 9000, "CNY")
    with pytest.raises(CurrencyMismatch):
        pursuits.tell_payment(world, number, "net-2", 9000, "USD")
    swept(world)
    assert (("recovered", 0, OWED, 0, 0), 60000 - OWED) == (owed(world, case_id), held(world))
    invariants.the_books_agree(world)


def test_a_shop_that_pays_after_its_deposit_did_has_it_in_its_deposit(world: World) -> None:
    case_id = advanced(world)
    swept(world)
    for _ in range(2):
        pursuits.tell_payment(world, debt(world, case_id).recovery_id, "net-1", OWED, "CNY")
    assert (("recovered", 0, OWED, 0, 0), 50000) == (owed(world, case_id), held(world))
    invariants.the_books_agree(world)


def test_nobody_draws_more_than_the_deposit_holds(world: World) -> None:
    with pytest.raises(DepositTooSmall):
        deposits.tell(world, "m1", "withdrawn", 50001, "CNY", "out-1")
    with pytest.raises(MerchantNotFound):
        deposits.tell(world, "nobody", "deposited", 1, "CNY", "in-2")
    for _ in range(2):
        deposits.tell(world, "m1", "deposited", 1, "CNY", "in-3")
    assert 50001 == held(world)


# Given up


def write_off(world: World, recovery: Recovery, by: Actor = OPERATOR) -> None:
    body = WriteOff(reason="the shop is gone")
    pursuits.write_off(world, asking(None, by), recovery.case_id, recovery.recovery_id, body)


def test_an_operator_writes_the_rest_off_and_the_fund_bears_it() -> None:
    world = debt_shop()
    case_id = advanced(world)
    deposits.tell(world, "m1", "withdrawn", 40000, "CNY", "out-1")
    swept(world)
    write_off(world, debt(world, case_id))
    assert ("written_off", 0, 10000, OWED - 10000, 0) == owed(world, case_id)
    assert 10000 - OWED == balance(world)["platform_fund"]
    with pytest.raises(RecoveryExceedsOwed):
        write_off(world, debt(world, case_id))
    invariants.the_books_agree(world)


def test_above_the_policy_s_amount_a_second_person_must_write_it_off_too() -> None:
    world = debt_shop(second_person_above={"CNY": OWED - 1})
    case_id = advanced(world)
    write_off(world, debt(world, case_id))
    assert ("open", OWED, 0, 0, 0) == owed(world, case_id)
    with pytest.raises(SecondPersonNeeded):
        write_off(world, debt(world, case_id))
    write_off(world, debt(world, case_id), OTHER_OPERATOR)
    assert ("written_off", 0, 0, OWED, 0) == owed(world, case_id)


def test_money_that_comes_after_it_was_given_up_is_recovered_all_the_same(world: World) -> None:
    case_id = advanced(world)
    write_off(world, debt(world, case_id))
    pursuits.tell_payment(world, debt(world, case_id).recovery_id, "late-1", 12000, "CNY")
    assert ("written_off", 0, 12000, OWED - 12000, 0) == owed(world, case_id)
    pursuits.tell_payment(world, debt(world, case_id).recovery_id, "late-2", OWED - 12000, "CNY")
    assert ("recovered", 0, OWED, 0, 0) == owed(world, case_id)
    invariants.the_books_agree(world)


def test_only_the_platform_writes_off_and_only_what_is_there(world: World) -> None:
    case_id = advanced(world)
    with pytest.raises(Forbidden):
        write_off(world, debt(world, case_id), MERCHANT)
    for number in ("rec_1", "rec_0000000000000000000000009901", debt(world, case_id).recovery_id[:-1] + "9"):
        with pytest.raises(RecoveryNotFound):
            pursuits.tell_payment(world, number, "x", 1, "CNY")


def test_a_refund_that_is_given_up_is_owed_by_nobody(world: World) -> None:
    """The bank sent it back, and a person gives it up: what the deposit had paid for it is given back."""
    case_id = advanced(world)
    swept(world)
    number = world.refund(case_id).refund_no
    settlements.reverse(world, number, "account closed")
    redos.redo(world, asking(None, OPERATOR), case_id, RedoRefund(action="release", refund_no=number, note="paid cash"))
    assert ("dropped", 0, 0, 0, OWED) == owed(world, case_id)
    [fell] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "RecoveryDropped"]
    assert "released" == fell.data["because"]
    assert (0, 0) == (balance(world)["platform_fund"], balance(world).get("receivable", 0))
    invariants.the_books_agree(world)


def test_another_number_for_the_same_refund_is_borne_by_the_fund_as_before(world: World) -> None:
    case_id = advanced(world)
    number = world.refund(case_id).refund_no
    settlements.reverse(world, number, "account closed")
    redos.redo(world, asking(None, OPERATOR), case_id, RedoRefund(action="regrant", refund_no=number, note="again"))
    assert [-OWED, OWED] == [balance(world)["platform_fund"], debt(world, case_id).open]


# Seen


def test_a_shop_sees_its_deposit_and_nobody_else_s(world: World) -> None:
    case_id = advanced(world)
    swept(world)
    shown = deposits.read(world, MERCHANT, "m1", 20, None).body
    assert [("drawn", case_id), ("deposited", None)] == [
        (move["kind"]["code"], move["case_id"]) for move in shown["moves"]
    ]
    with pytest.raises(MerchantNotFound):
        deposits.read(world, RIVAL, "m1", 20, None)


# Over the bus


def test_the_merchants_settlement_speaks_over_the_bus(world: World) -> None:
    case_id = advanced(world)
    debt_fact = {"recovery_id": debt(world, case_id).recovery_id, "fact_id": "f1", "amount": 789, "currency": "CNY"}
    deposit_fact = {"merchant_id": "m1", "fact_id": "f2", "amount": 5, "currency": "CNY"}
    for _ in range(2):
        notices.take_event(world, "recovery.paid", debt_fact)
        notices.take_event(world, "deposit.paid_in", deposit_fact)
        notices.take_event(world, "deposit.paid_out", {**deposit_fact, "fact_id": "f3", "amount": 2})
    assert (("open", OWED - 789, 789, 0, 0), 50003) == (owed(world, case_id), held(world))


@pytest.mark.parametrize(
    ("type", "body"),
    [
        ("recovery.paid", {"fact_id": "f", "amount": 1, "currency": "CNY"}),
        ("deposit.paid_in", {"fact_id": "f", "amount": 1, "currency": "CNY"}),
        ("deposit.paid_in", {"fact_id": "f", "merchant_id": "m1", "amount": 0, "currency": "CNY"}),
        ("deposit.lost", {"fact_id": "f", "merchant_id": "m1", "amount": 1, "currency": "CNY"}),
    ],
)
def test_what_the_settlement_cannot_mean_is_refused(world: World, type: str, body: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        notices.take_event(world, type, body)
