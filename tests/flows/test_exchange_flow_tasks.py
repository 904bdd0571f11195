"""The tasks that only exchanges have, as Step Functions calls them; and whole exchanges over the real definition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.flows import exchange_flow, return_flow
from chalicelib.schemas.cases import AnswerOffer
from chalicelib.usecases import decisions, settlements
from tests.standins import exchanges as stages
from tests.standins import invariants
from tests.standins import returns as returned
from tests.standins.flows import WalkedFlows
from tests.standins.shops import COAT, ask, asking, decide
from tests.standins.stages import rule_for_good
from tests.standins.world import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = returned.return_shop()
    monkeypatch.setattr(wiring, "ports", lambda: made)
    return made


def call(task: Callable[..., Any], case_id: str, gate: str | None = None, round: int = 1) -> tuple[str, str]:
    """The outcome, and the gate that comes next."""
    asked = {"case_id": case_id, "attempt": 1, "gate": gate, "round": round, "version": 1}
    step = dict(task(asked, None))
    return step["outcome"], step["gate"]


def late(world: World, case_id: str) -> None:
    world.clock.reach(world.gate(case_id).due_at)


def kept(world: World, price: int | None = None) -> str:
    """The buyer keeps the old goods, so nothing is inspected, and the flow asks for the new ones."""
    case_id = stages.filed(world, **({"wanted": (stages.RED,)} if price else {}))
    decide(world, case_id, "approve", keep_item=True, **({"prices": stages.priced(price)} if price else {}))
    return case_id


def test_ship_replacement_asks_for_the_goods(world: World) -> None:
    case_id = kept(world)
    assert ("requested", "replacement") == call(exchange_flow.ship_replacement, case_id)


def test_ship_replacement_asks_for_the_difference_first(world: World) -> None:
    case_id = kept(world, COAT + 1)
    assert ("unpaid", "difference") == call(exchange_flow.ship_replacement, case_id)
    assert ("unpaid", "difference") == call(exchange_flow.ship_replacement, case_id), "repeated"
    stages.pay(world, case_id, 1)
    assert ("requested", "replacement") == call(exchange_flow.ship_replacement, case_id), "and late"


def test_expire_inspection_passes_the_goods_and_asks_for_others(world: World) -> None:
    case_id = stages.filed(world)
    decide(world, case_id, "approve")
    returned.ship(world, case_id)
    returned.receive(world, case_id)
    late(world, case_id)
    assert ("requested", "replacement") == call(return_flow.expire_inspection, case_id, "inspection")


def test_expire_receipt_accepts_the_goods_and_asks_for_the_difference(world: World) -> None:
    case_id = stages.filed(world, wanted=(stages.RED,))
    decide(world, case_id, "approve", prices=stages.priced(COAT + 1))
    returned.ship(world, case_id)
    late(world, case_id)
    assert ("unpaid", "difference") == call(return_flow.expire_receipt, case_id, "receipt")


def test_expire_difference_makes_it_a_refund(world: World) -> None:
    case_id = stages.asked_for(world, price=COAT + 1)
    assert ("moved", "difference") == call(exchange_flow.expire_difference, case_id, "difference")
    late(world, case_id)
    assert ("converted", "none") == call(exchange_flow.expire_difference, case_id, "difference")


def test_expire_replacement_makes_it_a_refund(world: World) -> None:
    case_id = stages.asked_for(world)
    late(world, case_id)
    assert ("converted", "none") == call(exchange_flow.expire_replacement, case_id, "replacement")


def test_expire_replacement_receipt_is_a_receipt(world: World) -> None:
    case_id = stages.sent(world)
    late(world, case_id)
    assert ("received", "none") == call(exchange_flow.expire_replacement_receipt, case_id, "replacement_receipt")


def test_expire_replacement_receipt_of_cheaper_goods_owes_the_rest(world: World) -> None:
    case_id = stages.sent(world, price=COAT - 1)
    late(world, case_id)
    assert ("owed", "none") == call(exchange_flow.expire_replacement_receipt, case_id, "replacement_receipt")


# Whole exchanges


@pytest.fixture
def walked() -> World:
    """A world whose flows are the real definitions, in process."""
    world = returned.return_shop()
    world.flows = WalkedFlows(world)  # type: ignore[assignment]
    return world


def go_on(world: World) -> None:
    """Signals arrive, flows go as far as they can, the worker pays."""
    for _ in range(6):
        world.pump()
        world.flows.run()  # type: ignore[attr-defined]
        for refund_no, _ in world.payment_commands.asked:
            settlements.see_to(world, refund_no)
        world.payment_commands.asked.clear()


def ended(world: World) -> tuple[str, int]:
    """Where the one execution ended, and how many transitions it took."""
    go_on(world)
    [execution] = world.flows.executions.values()  # type: ignore[attr-defined]
    assert execution.walked is not None, f"it waits: {world.case(execution.case_id).status}"
    for holds in (invariants.never_over_the_cap, invariants.the_books_agree, invariants.every_story_is_whole):
        holds(world)
    return execution.walked.end, execution.walked.transitions


def tell(world: World, act: Callable[..., object], *given: Any, **more: Any) -> None:
    go_on(world)
    act(world, *given, **more)
    go_on(world)


def come_back(world: World, price: int | None = None) -> str:
    """Filed, approved, sent, received and inspected, while the flow waits at each gate."""
    case_id = stages.filed(world, **({"wanted": (stages.RED,)} if price else {}))
    tell(world, decide, case_id, "approve", **({"prices": stages.priced(price)} if price else {}))
    tell(world, returned.ship, case_id)
    tell(world, returned.receive, case_id)
    tell(world, returned.inspect, case_id)
    return case_id


def test_an_even_exchange_takes_fifteen_transitions(walked: World) -> None:
    case_id = come_back(walked)
    tell(walked, stages.ship, case_id)
    tell(walked, lambda world: stages.carrier_says(world, "picked_up", "signed"))
    assert ("GoodsReplaced", 15) == ended(walked)
    assert {} == walked.payments.paid


def test_dearer_goods_are_paid_for_in_the_same_execution(walked: World) -> None:
    case_id = come_back(walked, COAT + 5000)
    tell(walked, stages.pay, case_id, 5000)
    tell(walked, stages.ship, case_id)
    tell(walked, stages.came, case_id)
    assert ("GoodsReplaced", 17) == ended(walked)


def test_cheaper_goods_are_refunded_for_in_the_same_execution(walked: World) -> None:
    case_id = come_back(walked, COAT - 4000)
    tell(walked, stages.ship, case_id)
    tell(walked, stages.came, case_id)
    assert ("RefundSettled", 19) == ended(walked)
    assert 4000 == sum(walked.payments.paid.values())


def test_a_shop_without_goods_refunds_in_the_same_execution(walked: World) -> None:
    case_id = come_back(walked)
    tell(walked, stages.none_left, case_id)
    assert "RefundSettled" == ended(walked)[0]
    assert COAT == sum(walked.payments.paid.values())


def test_a_buyer_who_does_not_pay_is_refunded_in_the_same_execution(walked: World) -> None:
    case_id = come_back(walked, COAT + 5000)
    tell(walked, lambda world: decisions.answer_offer(world, asking(), case_id, AnswerOffer(answer="decline")))
    assert "RefundSettled" == ended(walked)[0]


def test_a_parcel_that_is_lost_is_sent_again_in_the_same_execution(walked: World) -> None:
    case_id = come_back(walked)
    tell(walked, stages.ship, case_id)
    tell(walked, lambda world: stages.carrier_says(world, "lost"))
    tell(walked, stages.ship, case_id, "YT7000000002")
    tell(walked, stages.came, case_id)
    assert "GoodsReplaced" == ended(walked)[0]


def test_a_parcel_whose_carrier_was_faster_than_the_shop_ends_it_at_once(walked: World) -> None:
    case_id = come_back(walked)
    walked.clock.pass_by(hours=1)
    stages.carrier_says(walked, "picked_up", "signed")
    tell(walked, stages.ship, case_id)
    assert "GoodsReplaced" == ended(walked)[0]


def test_goods_that_did_not_come_are_ruled_on_apart_and_sent_again_by_the_next_execution(walked: World) -> None:
    case_id = come_back(walked)
    tell(walked, stages.ship, case_id)
    tell(walked, stages.came, case_id, received=False, note="an empty box")
    tell(walked, rule_for_good, case_id)
    tell(walked, stages.ship, case_id, "YT7000000002")
    tell(walked, stages.came, case_id)
    executions = walked.flows.executions  # type: ignore[attr-defined]
    assert ["exchange_flow", "dispute_flow", "exchange_flow"] == [one.flow for one in executions.values()]
    assert ["CaseInDispute", "RulingExecuted", "GoodsReplaced"] == [one.walked.end for one in executions.values()]


def test_a_ruling_that_cheaper_goods_came_refunds_the_rest(walked: World) -> None:
    case_id = come_back(walked, COAT - 4000)
    tell(walked, stages.ship, case_id)
    tell(walked, stages.came, case_id, received=False, note="an empty box")
    tell(walked, rule_for_good, case_id, "close")
    go_on(walked)
    assert ("completed", 4000) == (walked.case(case_id).status, sum(walked.payments.paid.values()))


def test_a_reshipment_takes_eleven_transitions(walked: World) -> None:
    case_id = stages.filed(walked, ask("scarf", 1), remedy="reship", reason="missing_item")
    tell(walked, decide, case_id, "approve")
    tell(walked, stages.ship, case_id)
    tell(walked, stages.came, case_id)
    assert ("GoodsReplaced", 11) == ended(walked)


def test_a_reshipment_whose_shop_is_silent_is_a_refund(walked: World) -> None:
    case_id = stages.filed(walked, ask("scarf", 1), remedy="reship", reason="missing_item")
    tell(walked, decide, case_id, "approve")
    late(walked, case_id)
    assert "RefundSettled" == ended(walked)[0]
