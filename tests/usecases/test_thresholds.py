"""A 满减 that a return breaks, as buyers meet it: shown before filing, withheld, given back in the end."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.orders import Reduction
from chalicelib.schemas.cases import ReviseCase
from chalicelib.usecases import decisions, filings
from tests.standins import stages
from tests.standins.shops import BUYER, ask, asking, decide, file, filing, sell, shop
from tests.standins.world import World

OFF = 3800  # 满380减38 on a coat at 300.00 and two scarves at 40.00
SHARES = 3000, 800
LEFT_BEHIND = SHARES[1]  # what the scarves enjoy of it, and have no right to alone


def sale(**policy: Any) -> World:
    world = shop(**{"threshold_rule": "deduct", **policy})
    spend = Reduction(kind="promotion", label="满380减38", amount=OFF, threshold=38000)
    sell(world, promotions=(spend,))
    return world


def test_a_buyer_sees_before_filing_what_the_broken_promotion_costs() -> None:
    shown = filings.preview(sale(), BUYER, filing(freight=False)).body
    assert (30000 - SHARES[0] - LEFT_BEHIND, ["price", "promotion", "threshold_broken"]) == (
        shown["amount"]["amount"],
        [step["kind"] for step in shown["explanation"]["lines"][0]["steps"]],
    )


def test_a_policy_that_says_nothing_lets_the_kept_goods_keep_their_share() -> None:
    shown = filings.preview(sale(threshold_rule="keep"), BUYER, filing(freight=False)).body
    assert 30000 - SHARES[0] == shown["amount"]["amount"]


def test_a_faulty_coat_costs_the_buyer_nothing_of_the_promotion() -> None:
    shown = filings.preview(sale(), BUYER, filing(reason="quality_defect", freight=False)).body
    assert 30000 - SHARES[0] == shown["amount"]["amount"]


def test_when_the_scarves_follow_the_buyer_has_back_all_that_was_paid() -> None:
    world = sale()
    first = world.case(stages.settled(world)).amount
    rest = world.case(file(world, ask("scarf", 2))).amount
    assert sum(payment.amount for payment in world.order().payments) == first + rest


def test_a_refused_return_takes_what_it_withheld_with_it() -> None:
    world = sale()
    case_id = file(world)
    decide(world, case_id, "reject", reason="it was worn")
    decisions.revise(world, asking(), case_id, ReviseCase(reason="quality_defect"))
    assert (0, 31000 - SHARES[0] - 1000) == (
        sum(row.withheld for row in world.ledger().lines),
        world.case(case_id).claim.lines[0].amount,
    )
