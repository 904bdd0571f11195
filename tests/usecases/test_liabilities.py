"""Whose doing it was decides who bears what was paid, before the money goes out and after."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import journals, refs
from chalicelib.domain.actors import SYSTEM
from chalicelib.domain.deliveries import Shipment
from chalicelib.domain.reasons import Reason, Responsible
from chalicelib.usecases import cases, liabilities, steps
from tests.standins import invariants
from tests.standins.credits import paid_early, trusting_shop
from tests.standins.debts import PARCEL, advanced, debt, debt_shop, owed, paid, shows, swept
from tests.standins.returns import DELIVERED
from tests.standins.shops import decide, file, sell
from tests.standins.time import MONDAY
from tests.standins.world import World

OWED = 30789  # a coat, and its share of the freight


def is_now(world: World, case_id: str, liability: Responsible) -> None:
    def once(found: steps.Found) -> steps.Decision[None]:
        case = cases.need(found, case_id)
        turn = cases.turn_of(world, case, SYSTEM)
        liabilities.decide(turn, found, liability, "ruling")
        return ([] if turn.case.liability == case.liability else turn.items), None

    steps.change(world, [refs.case(case_id)], once)


def balance(world: World) -> dict[str, int]:
    told = journals.balance(world.listings.journal_of("o1"))
    return {account: amount for account, amount in told.items() if amount}


def approved(world: World, reason: str, *, photo: bool = False) -> str:
    case_id = file(world, reason=reason)
    if photo:
        shows(world, case_id)
    if world.case(case_id).status == "in_review":
        decide(world, case_id, "approve")
    return case_id


@pytest.mark.parametrize("reason", ["not_wanted", "wrong_item"])
def test_what_a_shop_approves_itself_it_bears(reason: str) -> None:
    world = debt_shop(parcels=(PARCEL,))
    case_id = paid(world, approved(world, reason))
    assert {"buyer#b1", "merchant#m1"} == set(balance(world))
    assert [] == list(world.listings.recoveries_of(case_id))


def test_of_a_carrier_s_damage_the_fund_bears_the_refund_and_claims_it() -> None:
    world = debt_shop(parcels=(PARCEL,))
    case_id = paid(world, approved(world, "damaged_in_transit"))
    assert {"buyer#b1": OWED, "platform_fund": -OWED, "carrier#sf": -OWED, "receivable": OWED} == balance(world)
    claim = debt(world, case_id)
    assert ("carrier", "sf", "damage", PARCEL.waybill_no) == (
        claim.debtor, claim.debtor_id, claim.because, claim.waybill_no,
    )  # fmt: skip
    assert 30 == (claim.due_at - MONDAY.replace(day=3)).days  # from signing


UNHARMED = Shipment(carrier="sf", waybill_no="SF1", state="signed", at=MONDAY)


def test_a_mere_choice_of_the_reason_moves_no_cost_to_the_platform() -> None:
    world = debt_shop(parcels=(UNHARMED,))
    paid(world, approved(world, "damaged_in_transit"))
    assert {"buyer#b1", "merchant#m1"} == set(balance(world))


def test_a_photo_of_the_damage_does() -> None:
    world = debt_shop(parcels=(UNHARMED,))
    paid(world, approved(world, "damaged_in_transit", photo=True))
    assert {"buyer#b1", "platform_fund", "carrier#sf", "receivable"} == set(balance(world))


@pytest.mark.parametrize(("asked_for", "bearer"), [(1, "platform_fund"), (2, "merchant#m1")])
def test_it_takes_as_many_photos_as_the_reason_asks_for(asked_for: int, bearer: str) -> None:
    damaged = Reason(
        code="damaged_in_transit", zh="破损", en="damaged", remedies=frozenset({"refund_only"}),
        liability="carrier", evidence=asked_for,
    )  # fmt: skip
    world = debt_shop(parcels=(UNHARMED,), reasons=(damaged,))
    paid(world, approved(world, "damaged_in_transit", photo=True))
    assert -OWED == balance(world)[bearer]


def test_a_carrier_that_nobody_knows_owes_nothing_and_the_shop_bears_what_it_sent() -> None:
    world = debt_shop()
    paid(world, approved(world, "damaged_in_transit", photo=True))
    assert {"buyer#b1", "merchant#m1"} == set(balance(world))


def test_what_was_lost_is_a_loss() -> None:
    lost = Shipment(carrier="yto", waybill_no="YT1", state="lost", at=MONDAY)
    world = debt_shop(parcels=(UNHARMED, lost), state="shipped")
    case_id = paid(world, approved(world, "lost_in_transit"))
    assert ("yto", "loss") == (debt(world, case_id).debtor_id, debt(world, case_id).because)


@pytest.mark.parametrize(
    ("liability", "bearers"),
    [
        ("carrier", {"platform_fund": -OWED, "carrier#sf": -OWED, "receivable": OWED}),
        ("platform", {"platform_fund": -OWED}),
        ("both", {"merchant#m1": -OWED}),
        ("merchant", {"merchant#m1": -OWED}),
        ("buyer", {"merchant#m1": -OWED}),
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_a_decision_moves_the_cost_before_the_grant_and_after(
    liability: Responsible, bearers: dict[str, int], before: bool
) -> None:
    world = debt_shop(parcels=(UNHARMED,))
    case_id = approved(world, "wrong_item")
    if before:
        is_now(world, case_id, liability)
    paid(world, case_id)
    for _ in range(2):
        is_now(world, case_id, liability)
    assert {"buyer#b1": OWED, **bearers} == balance(world)
    assert 1 == world.told(case_id).count("LiabilityDecided")
    invariants.the_books_agree(world)


def test_what_a_shop_had_paid_already_is_given_back_when_it_was_not_its_doing() -> None:
    world = debt_shop(parcels=(UNHARMED,))
    case_id = advanced(world)
    swept(world)
    is_now(world, case_id, "carrier")
    assert ("dropped", 0, 0, 0, OWED) == owed(world, case_id, 1)
    assert ("open", OWED, 0, 0, 0) == owed(world, case_id, 2)
    assert ("carrier", "sf") == (debt(world, case_id, 2).debtor, debt(world, case_id, 2).debtor_id)
    told = {"platform_fund": -OWED, "carrier#sf": -OWED, "receivable": OWED}
    assert {"buyer#b1": OWED, **told} == balance(world)
    assert 50000 == world.records.one(refs.deposit("m1")).held("CNY")
    invariants.the_books_agree(world)
    is_now(world, case_id, "merchant")
    assert ("merchant", OWED) == (debt(world, case_id, 3).debtor, debt(world, case_id, 3).open)
    invariants.the_books_agree(world)


def test_a_decision_is_told_with_whose_doing_it_was_thought_to_be(world_of_two: World) -> None:
    case_id = approved(world_of_two, "wrong_item")
    is_now(world_of_two, case_id, "carrier")
    is_now(world_of_two, case_id, "platform")
    entries = world_of_two.listings.timeline(case_id, 100, None).rows
    told = [entry.data for entry in entries if entry.type == "LiabilityDecided"]
    assert [("merchant", "carrier", "ruling"), ("carrier", "platform", "ruling")] == [
        (data["liability_before"], data["liability"], data["because"]) for data in told
    ]


@pytest.fixture
def world_of_two() -> World:
    """A shop whose order was paid by card and with points: what is granted goes back by two refunds."""
    world = debt_shop(parcels=(UNHARMED,))
    delivery = world.records.one(refs.delivery("o1"))
    sell(world, payments={"card": 29000, "points": 10000})
    world.records.put(delivery)
    return world


def test_of_a_refund_to_two_payments_the_carrier_owes_both(world_of_two: World) -> None:
    case_id = paid(world_of_two, approved(world_of_two, "wrong_item"))
    is_now(world_of_two, case_id, "carrier")
    assert (2, OWED) == (len(world_of_two.case(case_id).refunds), debt(world_of_two, case_id).open)
    assert {"buyer#b1": OWED, "platform_fund": -OWED, "carrier#sf": -OWED, "receivable": OWED} == balance(world_of_two)


def test_what_was_advanced_the_shop_owes_also_when_the_buyer_shares_the_blame() -> None:
    world = debt_shop()
    case_id = advanced(world)
    is_now(world, case_id, "both")
    assert [("advance", OWED)] == [(one.because, one.open) for one in world.listings.recoveries_of(case_id)]


def test_a_carrier_that_nobody_knows_is_the_platform_s_loss_once_it_was_decided() -> None:
    world = debt_shop()
    case_id = paid(world, approved(world, "wrong_item"))
    is_now(world, case_id, "carrier")
    assert {"buyer#b1": OWED, "platform_fund": -OWED} == balance(world)
    assert [] == list(world.listings.recoveries_of(case_id))


@pytest.mark.parametrize(
    ("state", "reason", "because"),
    [("lost", "wrong_item", "loss"), ("signed", "wrong_item", "damage"), ("signed", "lost_in_transit", "loss")],
)
def test_a_loss_is_what_the_carrier_or_the_buyer_says_is_lost(state: Any, reason: str, because: str) -> None:
    parcel = Shipment(carrier="sf", waybill_no="SF1", state=state, at=MONDAY)
    world = debt_shop(parcels=(parcel,), state="shipped")
    case_id = paid(world, approved(world, reason))
    is_now(world, case_id, "carrier")
    assert because == debt(world, case_id).because


def shifts(world: World) -> list[dict[str, int]]:
    posted = [entry for entry in world.listings.journal_of("o1") if entry.kind == "shifted"]
    return [{one.account: one.amount for one in entry.postings} for entry in posted]


def test_a_cost_that_stays_where_it_is_is_not_posted_again() -> None:
    """From a carrier's doing to nobody's: the fund bears it before and after."""
    world = debt_shop(parcels=(UNHARMED,))
    case_id = paid(world, approved(world, "wrong_item"))
    is_now(world, case_id, "carrier")
    is_now(world, case_id, "none")
    assert [{"merchant#m1": OWED, "platform_fund": -OWED}] == shifts(world)


def test_a_refund_that_names_nobody_is_its_shop_s_and_stays_so() -> None:
    """As those of the first days do."""
    world = debt_shop(parcels=(UNHARMED,))
    case_id = paid(world, approved(world, "wrong_item"))
    world.records.put(world.refund(case_id).but(bearer=None))
    is_now(world, case_id, "buyer")
    assert [] == shifts(world)
    is_now(world, case_id, "platform")
    assert [{"merchant#m1": OWED, "platform_fund": -OWED}] == shifts(world)
    [shifted] = [entry for entry in world.listings.journal_of("o1") if entry.kind == "shifted"]
    refund = world.refund(case_id)
    assert f"{refund.refund_no}-shifted-{refund.version}" == shifted.entry_id


def test_what_went_out_early_is_borne_anew_as_a_whole_while_nobody_knows_what_is_owed_in_the_end() -> None:
    world = trusting_shop()
    sell(world, delivery={**DELIVERED, "parcels": (UNHARMED,)})
    case_id = paid_early(world)
    is_now(world, case_id, "carrier")
    assert sum(world.payments.paid.values()) == debt(world, case_id).open
    invariants.the_books_agree(world)
