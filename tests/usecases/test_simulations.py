"""What would a new policy have done to past cases? Asked before it is published, answered from what was filed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain import refs
from chalicelib.domain.calendars import Duration
from chalicelib.domain.orders import Reduction
from chalicelib.domain.policies import Deadlines, PolicyDraft
from chalicelib.errors import Forbidden
from chalicelib.schemas.cases import ReviseCase
from chalicelib.schemas.simulations import SimulatePolicy
from chalicelib.usecases import decisions, simulations
from tests.standins import stages
from tests.standins.shops import AGENT, AUDITOR, COAT, OPERATOR, PLACED, ask, asking, decide, file, sell, shop
from tests.standins.world import World

STRICT = {"auto_approve_below": {"CNY": 1}, "instant_up_to": {"CNY": 0}}


def simulated(world: World, actor: Any = OPERATOR, more: dict[str, Any] | None = None, **draft: Any) -> dict[str, Any]:
    document = PolicyDraft(name="draft", effective_from=PLACED, **draft)
    return dict(simulations.simulate(world, actor, SimulatePolicy(draft=document, **(more or {}))).body)


def test_the_same_policy_changes_nothing(world: World) -> None:
    file(world)
    told = simulated(world)
    assert (1, 0, []) == (told["cases"], told["changed"], told["items"])


def test_a_higher_limit_would_have_approved_at_once_what_a_merchant_was_asked_about(world: World) -> None:
    case_id = file(world)
    told = simulated(world, auto_approve_below={"CNY": COAT * 2})
    assert [(case_id, "refer", "approve")] == [
        (each["case_id"], each["was"]["verdict"]["code"], each["would_be"]["verdict"]["code"]) for each in told["items"]
    ]
    assert [("refer", "approve", 1)] == [
        (each["was"]["code"], each["would_be"]["code"], each["cases"]) for each in told["verdicts"]
    ]


def test_a_shorter_window_would_have_refused(world: World) -> None:
    signed_at = world.clock.now() - timedelta(days=3)
    sell(world, "signed", delivery={"state": "delivered", "shipped_at": PLACED, "signed_at": signed_at})
    file(world, order_id="signed")
    told = simulated(world, windows=({"days": 1},))
    assert ("reject", "window_closed", 0) == (
        told["items"][0]["would_be"]["verdict"]["code"],
        told["items"][0]["would_be"]["because"]["code"],
        told["amounts"][0]["would_be"]["amount"],
    )


def test_more_time_for_the_merchant_would_have_moved_the_deadline(world: World) -> None:
    case_id = file(world)
    told = simulated(world, deadlines=Deadlines(decision_unshipped=Duration(amount=48, unit="hours")))
    later = world.gate(case_id).due_at + timedelta(hours=24)
    assert later.isoformat().replace("+00:00", "Z") == told["items"][0]["would_be"]["decide_by"]


def test_another_rule_for_broken_promotions_would_have_changed_the_amount() -> None:
    world = shop()
    sell(world, promotions=(Reduction(kind="promotion", label="满380减38", amount=3800, threshold=38000),))
    file(world, freight=False)
    told = simulated(world, threshold_rule="deduct")
    assert [(27000, 26200)] == [(each["was"]["amount"], each["would_be"]["amount"]) for each in told["amounts"]]


def test_each_case_is_judged_on_the_ledger_that_it_was_filed_on(world: World) -> None:
    """Two returns of one order: the second one had the last units, and brought the freight with it."""
    stages.settled(world)
    file(world, ask("scarf", 2))
    told = simulated(world)
    assert (2, 0) == (told["cases"], told["changed"])


def test_the_filing_is_judged_and_not_what_it_was_revised_to(world: World) -> None:
    case_id = file(world)
    decide(world, case_id, "reject", reason="it was worn")
    decisions.revise(world, asking(), case_id, ReviseCase(reason="quality_defect"))
    assert 0 == simulated(world)["changed"]
    revised = refs.filing(case_id, 1)
    assert "quality_defect" == world.records.load([revised])[revised].reason


def test_what_cannot_be_asked_under_the_draft_is_a_refusal_with_its_reason(world: World) -> None:
    file(world)
    told = simulated(world, reasons=({**_reason(), "code": "other"},))
    assert ("reject", "reason_unknown") == (
        told["items"][0]["would_be"]["verdict"]["code"],
        told["items"][0]["would_be"]["because"]["code"],
    )


def _reason() -> dict[str, Any]:
    return {"code": "x", "zh": "其他", "en": "Other", "remedies": {"refund_only"}, "liability": "buyer"}


def test_one_shop_can_be_asked_about_alone(world: World) -> None:
    file(world)
    sell(world, "rita", merchant_id="m2")
    theirs = file(world, order_id="rita")
    told = simulated(world, more={"merchant_id": "m2"}, **STRICT, deadlines=Deadlines(ruling=_hours(1)))
    assert (1, 0) == (told["cases"], told["changed"])
    assert theirs


def _hours(amount: int) -> Duration:
    return Duration(amount=amount, unit="hours")


def test_a_month_is_asked_about_by_its_first_and_last_instant(world: World) -> None:
    file(world)
    now = world.clock.now()
    assert 0 == simulated(world, more={"since": now + timedelta(seconds=1)})["cases"]
    assert 0 == simulated(world, more={"before": now})["cases"]
    assert 1 == simulated(world, more={"since": now, "before": now + timedelta(seconds=1)})["cases"]


def test_pages_follow_each_other_until_all_cases_were_looked_at(world: World) -> None:
    for number in range(3):
        sell(world, f"order-{number}")
        file(world, order_id=f"order-{number}")
    first = simulated(world, more={"limit": 2})
    second = simulated(world, more={"limit": 2, "cursor": first["cursor"]})
    assert (2, 1, None) == (first["cases"], second["cases"], second["cursor"])


def test_nothing_is_written(world: World) -> None:
    file(world)
    before = len(world.records.saves)
    simulated(world, AUDITOR)
    assert before == len(world.records.saves)


def test_who_judges_cases_does_not_try_policies_on_them(world: World) -> None:
    with pytest.raises(Forbidden):
        simulated(world, AGENT)
