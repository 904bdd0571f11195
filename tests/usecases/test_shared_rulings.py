"""责任界定: a ruling's shares move the money to the last minor unit: paid, kept back, claimed, or borne by the fund."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import journals, refs
from chalicelib.domain.actors import SYSTEM
from chalicelib.domain.deliveries import Shipment
from chalicelib.domain.shares import shares_of
from chalicelib.ports import CarrierAnswer
from chalicelib.schemas.cases import EscalateCase, RedoRefund
from chalicelib.schemas.returns import DeclareFreight
from chalicelib.usecases import cases, decisions, liabilities, redos, return_freights, screens, settlements, steps
from tests.standins import invariants
from tests.standins import returns as goods
from tests.standins.credits import paid_early, trusting_shop
from tests.standins.debts import advanced, claimed, debt, debt_shop, owed, paid, swept
from tests.standins.shops import AGENT, BUYER, OPERATOR, asking, decide, file, sell
from tests.standins.stages import rule_for_good
from tests.standins.time import MONDAY
from tests.standins.world import World

OWED = 30789  # a coat, and its share of the freight
UNHARMED = Shipment(carrier="sf", waybill_no="SF1234567890", state="signed", at=MONDAY)


def balance(world: World) -> dict[str, int]:
    told = journals.balance(world.listings.journal_of("o1"))
    return {account: amount for account, amount in told.items() if amount}


def disputed(world: World, reason: str = "wrong_item") -> str:
    case_id = file(world, reason=reason)
    decide(world, case_id, "reject", reason="it was packed well")
    decisions.escalate(world, asking(), case_id, EscalateCase())
    return case_id


def ruled(world: World, liability: str, shares: dict[str, int] | None = None, **more: Any) -> str:
    """Ruled for good, and paid."""
    case_id = disputed(world)
    rule_for_good(world, case_id, liability=liability, **({"shares": shares} if shares else {}), **more)
    return paid(world, case_id)


@pytest.mark.parametrize(
    ("liability", "shares", "expected"),
    [
        ("both", None, {"buyer#b1": 15394, "merchant#m1": -15394}),  # 30789 halved: the buyer bears the odd one
        ("both", {"buyer": 300, "merchant": 700}, {"buyer#b1": 21552, "merchant#m1": -21552}),
        (
            "both",
            {"merchant": 700, "carrier": 300},
            {
                "buyer#b1": OWED,
                "platform_fund": -OWED,
                "receivable": OWED,
                "merchant#m1": -21552,
                "carrier#sf": -9237,
            },
        ),
        (
            "both",
            {"buyer": 200, "merchant": 300, "carrier": 500},
            {
                "buyer#b1": 24631,
                "platform_fund": -24631,
                "receivable": 24631,
                "merchant#m1": -9237,
                "carrier#sf": -15394,
            },
        ),
        (
            "both",
            {"merchant": 500, "platform": 500},
            {"buyer#b1": OWED, "platform_fund": -OWED, "receivable": 15395, "merchant#m1": -15395},
        ),
        ("none", None, {"buyer#b1": OWED, "platform_fund": -OWED}),
        ("buyer", None, {"buyer#b1": OWED, "merchant#m1": -OWED}),
    ],
)
def test_each_bears_its_share_of_what_was_ruled(
    liability: str, shares: dict[str, int] | None, expected: dict[str, int]
) -> None:
    world = debt_shop(parcels=(UNHARMED,))
    case_id = ruled(world, liability, shares)
    assert expected == balance(world)
    assert (liability, expected["buyer#b1"]) == (world.case(case_id).liability, sum(world.payments.paid.values()))
    invariants.the_books_agree(world)


@pytest.mark.parametrize("shares", [{"buyer": 300, "merchant": 700}, None])
def test_it_is_told_who_bears_how_much_where_it_was_ruled(shares: dict[str, int] | None) -> None:
    world = debt_shop(parcels=(UNHARMED,))
    case_id = ruled(world, "both" if shares else "carrier", shares)
    [told] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "LiabilityDecided"]
    assert (shares or {"carrier": 1000}) == told.data["shares"]


def test_what_each_owes_is_collected_of_each_and_the_fund_is_whole_again() -> None:
    world = debt_shop(parcels=(UNHARMED,))
    case_id = ruled(world, "both", {"merchant": 700, "carrier": 300})
    carrier, shop = (1, 2) if debt(world, case_id).debtor == "carrier" else (2, 1)
    assert ("shared", "damage") == (debt(world, case_id, shop).because, debt(world, case_id, carrier).because)
    assert 1 == carrier
    claimed(world, case_id, CarrierAnswer("done", paid=9237, currency="CNY"))
    assert ("recovered", 0, 9237, 0, 0) == owed(world, case_id, carrier)
    assert ("recovered", 0, 21552, 0, 0) == owed(world, case_id, shop)
    assert 50000 - 21552 == world.records.one(refs.deposit("m1")).held("CNY")
    assert {"buyer#b1": OWED, "carrier#sf": -9237, "merchant#m1": -21552} == balance(world)
    invariants.the_books_agree(world)


def test_a_carrier_that_nobody_knows_leaves_its_share_with_the_fund() -> None:
    world = debt_shop()
    ruled(world, "both", {"merchant": 700, "carrier": 300})
    assert {"buyer#b1": OWED, "platform_fund": -OWED, "receivable": 21552, "merchant#m1": -21552} == balance(world)
    invariants.the_books_agree(world)


def test_what_the_platform_s_own_shop_bears_is_the_platform_s() -> None:
    world = debt_shop(parcels=(UNHARMED,))
    sell(world, merchant_id="own", delivery={**goods.DELIVERED, "parcels": (UNHARMED,)})
    case_id = file(world, reason="wrong_item")
    decide(world, case_id, "reject", AGENT, reason="it was packed well")
    decisions.escalate(world, asking(), case_id, EscalateCase())
    rule_for_good(world, case_id, liability="both", shares={"merchant": 700, "carrier": 300})
    paid(world, case_id)
    assert {"buyer#b1": OWED, "platform_fund": -OWED, "receivable": 9237, "carrier#sf": -9237} == balance(world)


def test_decided_anew_after_the_money_each_owes_what_is_its_own_now() -> None:
    """The advance was the shop's whole debt, and its deposit had paid it; then a carrier is found to share in it."""
    world = debt_shop(parcels=(UNHARMED,))
    case_id = advanced(world)
    swept(world)

    def once(found: steps.Found) -> steps.Decision[None]:
        turn = cases.turn_of(world, cases.need(found, case_id), SYSTEM)
        parts = shares_of("both", {"merchant": 700, "carrier": 300}, OWED)
        liabilities.decide(turn, found, "both", "ruled", parts)
        return turn.items, None

    steps.change(world, [refs.case(case_id)], once)
    assert ("recovered", 0, 21552, 0, 9237) == owed(world, case_id, 1)
    assert [("liability", 9237)] == dropped(world, case_id)
    assert ("open", 9237, 0, 0, 0) == owed(world, case_id, 2)
    assert 50000 - 21552 == world.records.one(refs.deposit("m1")).held("CNY")
    invariants.the_books_agree(world)


def dropped(world: World, case_id: str) -> list[tuple[str, int]]:
    """Why what fell away, as the timeline says."""
    rows = world.listings.timeline(case_id, 100, None).rows
    return [(one.data["because"], one.data["recovery_amount"]) for one in rows if one.type == "RecoveryDropped"]


def test_of_two_refunds_one_is_given_up_and_each_owes_its_part_of_the_other() -> None:
    world = debt_shop(parcels=(UNHARMED,))
    sell(world, payments={"card": 29000, "points": 10000}, delivery={**goods.DELIVERED, "parcels": (UNHARMED,)})
    case_id = ruled(world, "both", {"merchant": 333, "carrier": 333, "platform": 334})
    card, points = sorted(world.case(case_id).refunds, key=lambda ref: -ref.amount)
    assert (22894, 7895) == (card.amount, points.amount)
    settlements.reverse(world, points.refund_no, "account closed")
    body = RedoRefund(action="release", refund_no=points.refund_no, note="paid cash")
    redos.redo(world, asking(None, OPERATOR), case_id, body)
    # A third of 22894 each, and the fund bears the third.
    assert [7624, 7624] == [debt(world, case_id, number).standing for number in (1, 2)]
    assert [("released", 2629), ("released", 2629)] == dropped(world, case_id)
    invariants.the_books_agree(world)


def test_a_refund_that_is_given_up_leaves_what_is_owed_for_the_way_back() -> None:
    world = goods.return_shop()
    case_id = came_back(world, {"buyer": 250, "merchant": 500, "carrier": 250})
    number = world.refund(case_id).refund_no
    settlements.reverse(world, number, "account closed")
    body = RedoRefund(action="release", refund_no=number, note="paid cash")
    redos.redo(world, asking(None, OPERATOR), case_id, body)
    owes = {(one.covers, one.debtor): one.standing for one in world.listings.recoveries_of(case_id)}
    assert {
        ("refund", "merchant"): 0, ("refund", "carrier"): 0, ("freight", "merchant"): 600, ("freight", "carrier"): 300,
    } == owes  # fmt: skip


def test_a_refund_that_is_given_up_is_owed_by_nobody_however_many_shared_it() -> None:
    world = debt_shop(parcels=(UNHARMED,))
    case_id = ruled(world, "both", {"merchant": 333, "carrier": 333, "platform": 334})
    swept(world)
    number = world.refund(case_id).refund_no
    settlements.reverse(world, number, "account closed")
    body = RedoRefund(action="release", refund_no=number, note="paid cash")
    redos.redo(world, asking(None, OPERATOR), case_id, body)
    assert ["dropped", "dropped"] == [owed(world, case_id, number)[0] for number in (1, 2)]
    assert {} == balance(world)
    invariants.the_books_agree(world)


def test_money_that_is_out_already_leaves_the_buyer_s_share_as_its_debt() -> None:
    """极速退款: paid when the parcel was handed over; then the shop will not have the goods, and it is shared."""
    world = trusting_shop()
    case_id = paid_early(world)
    goods.receive(world, case_id)
    goods.inspect(world, case_id, "failed", reason="worn")
    decisions.escalate(world, asking(), case_id, EscalateCase())
    rule_for_good(world, case_id, liability="both", shares={"buyer": 400, "merchant": 600})
    assert "completed" == world.case(case_id).status
    share = goods.ALL - round(goods.ALL * 600 / 1000)
    assert ("buyer", "clawback", share) == (
        debt(world, case_id).debtor, debt(world, case_id).covers, debt(world, case_id).open,
    )  # fmt: skip
    assert {
        "buyer#b1": goods.ALL - share,
        "merchant#m1": share - goods.ALL,
        "platform_fund": -share,
        "receivable": share,
    } == balance(world)
    invariants.the_books_agree(world)


def test_what_the_buyer_gives_back_nobody_else_owes() -> None:
    """The carrier was liable for goods that were paid early; a part of it turns out to be the buyer's own."""
    world = trusting_shop()
    sell(world, delivery={**goods.DELIVERED, "parcels": (UNHARMED,)})
    case_id = paid_early(world)
    goods.receive(world, case_id)
    goods.inspect(world, case_id, "failed", reason="worn")
    decisions.escalate(world, asking(), case_id, EscalateCase())
    rule_for_good(world, case_id, liability="both", shares={"buyer": 400, "carrier": 600})
    owes = {one.debtor: one.open for one in world.listings.recoveries_of(case_id)}
    assert (goods.ALL, {"buyer", "carrier"}) == (sum(owes.values()), set(owes))
    invariants.the_books_agree(world)


def test_of_an_exchange_nobody_s_share_is_kept_back() -> None:
    world = goods.return_shop()
    case_id = file(world, reason="wrong_item", remedy="exchange")
    decide(world, case_id, "reject", reason="no")
    decisions.escalate(world, asking(), case_id, EscalateCase())
    before = world.case(case_id).amount
    rule_for_good(world, case_id, liability="both")
    case = world.case(case_id)
    assert (before, "exchange", None) == (case.amount, case.remedy, case.converted)
    assert [0, 0] == [share.amount for share in case.shares]


def came_back(world: World, shares: dict[str, int]) -> str:
    """Goods that were refused and came back by a ruling with these shares; the way back cost 12.00."""
    sell(world, delivery={**goods.DELIVERED, "parcels": (UNHARMED,)})
    case_id = disputed(world)
    rule_for_good(world, case_id, liability="both", shares=shares, goods="go_back")
    goods.ship(world, case_id)
    body = DeclareFreight.model_validate({"amount": {"amount": 1200, "currency": "CNY"}})
    return_freights.declare(world, asking(None, BUYER), case_id, body)
    goods.receive(world, case_id)
    goods.inspect(world, case_id)
    return paid(world, case_id)


def test_the_way_back_is_shared_like_the_price_of_the_goods() -> None:
    world = goods.return_shop()
    case_id = came_back(world, {"buyer": 250, "merchant": 500, "carrier": 250})
    owes = {(one.debtor, one.covers): one.amount for one in world.listings.recoveries_of(case_id)}
    # Of 900 that are paid, a third is the carrier's.
    assert (600, 300) == (owes["merchant", "freight"], owes["carrier", "freight"])
    invariants.the_books_agree(world)


def test_what_is_nobody_s_doing_costs_the_buyer_no_way_back() -> None:
    world = goods.return_shop()
    case_id = disputed(world)
    rule_for_good(world, case_id, liability="none", goods="go_back")
    goods.ship(world, case_id)
    body = DeclareFreight.model_validate({"amount": {"amount": 1200, "currency": "CNY"}})
    return_freights.declare(world, asking(None, BUYER), case_id, body)
    goods.receive(world, case_id)
    goods.inspect(world, case_id)
    paid(world, case_id)
    assert () == world.case(case_id).recoveries
    assert -balance(world)["buyer#b1"] == balance(world)["platform_fund"]


def test_the_shares_are_shown_with_the_case_and_on_the_ruling_screen() -> None:
    world = debt_shop(parcels=(UNHARMED,))
    case_id = ruled(world, "both", {"buyer": 200, "merchant": 800})
    expected = [("buyer", 200, 6158), ("merchant", 800, 24631)]
    view = cases.read(world, BUYER, case_id).body
    assert "both" == view["liability"]["code"]
    [ruling] = screens.dispute(world, AGENT, case_id).body["rulings"]
    assert (24631, OWED) == (ruling["amount"]["amount"], ruling["ruled"]["amount"])
    for shares in (view["shares"], ruling["shares"]):
        assert expected == [(one["party"]["code"], one["per_mille"], one["amount"]["amount"]) for one in shares]
