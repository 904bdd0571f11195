"""The ruling screen: everything in one answer, and of people no more than the role they speak in."""

from __future__ import annotations

import json

import pytest

from chalicelib.domain.actors import Actor
from chalicelib.errors import CaseNotFound, DisputeNotFound
from chalicelib.usecases import screens
from tests.standins import returns, stages
from tests.standins.shops import AGENT, AUDITOR, BUYER, MERCHANT, RIVAL, SUPERVISOR, ask, file, sell, shop
from tests.standins.world import World
from tests.usecases.test_disputes import appeal, rule, show, state


def screen(world: World, case_id: str, actor: Actor = AGENT) -> dict[str, object]:
    return dict(screens.dispute(world, actor, case_id).body)


def heard() -> tuple[World, str]:
    """Goods came back, both sides spoke, the buyer showed a picture, it was ruled on, and the shop appealed."""
    world = returns.return_shop()
    case_id = returns.inspected(world, "failed", reason="worn")
    stages.decisions.escalate(world, stages.asking(), case_id, stages.EscalateCase(note="it was not"))
    show(world, case_id)
    state(world, case_id, BUYER, "never worn")
    state(world, case_id, MERCHANT, "worn for a month")
    stages.pass_by(world, case_id)
    rule(world, case_id, liability="both")
    appeal(world, case_id)
    return world, case_id


def test_one_answer_has_all_that_a_ruling_needs() -> None:
    world, case_id = heard()
    body = screen(world, case_id)
    assert ["never worn", "worn for a month"] == [one["text"] for one in body["statements"]]  # type: ignore[attr-defined]
    assert ["accepted"] == [one["state"]["code"] for one in body["evidence"]]  # type: ignore[attr-defined]
    [seal] = body["seals"]  # type: ignore[misc]
    assert (64, 1) == (len(seal["digest"]), len(seal["files"]))
    assert {"buyer": 500, "merchant": 500} == {
        share["party"]["code"]: share["per_mille"]
        for share in body["rulings"][0]["shares"]  # type: ignore[index]
    }
    assert ("merchant", "look again") == (body["appeal"]["party"]["code"], body["appeal"]["reason"])  # type: ignore[index]
    assert ("evidence", "parties") == (body["next_action"]["gate"]["code"], body["next_action"]["who"]["code"])  # type: ignore[index]
    assert "failed" == body["goods_back"]["inspection"]["outcome"]["code"]  # type: ignore[index]
    assert returns.ALL == body["explanation"]["total"]  # type: ignore[index]
    told = [entry["what"]["code"] for entry in body["timeline"]]  # type: ignore[attr-defined]
    assert world.told(case_id) == told
    assert 1 == len(body["parcels"])  # type: ignore[arg-type]


@pytest.mark.parametrize("actor", [BUYER, MERCHANT])
def test_a_party_sees_the_dispute_and_nobody_else_s_cases(actor: Actor) -> None:
    world, case_id = heard()
    body = screen(world, case_id, actor)
    assert None is body["like_cases"]
    text = json.dumps(body)
    for person in (BUYER, MERCHANT, AGENT):
        assert f'"{person.id}"' not in text, "people are shown by the role they speak in"


def test_whose_case_it_is_not_sees_nothing() -> None:
    world, case_id = heard()
    with pytest.raises(CaseNotFound):
        screen(world, case_id, RIVAL)


def test_a_case_that_nobody_escalated_has_no_screen(world: World) -> None:
    with pytest.raises(DisputeNotFound):
        screen(world, stages.in_review(world))


def test_like_cases_are_those_of_one_reason_kind_and_size_newest_first(world: World) -> None:
    for amount in (10000, 12000):
        stages.rule_for_good(world, stages.escalated(world), amount={"amount": amount, "currency": "CNY"})
        sell(world)  # the same order anew: only what was ruled stays
    small = file(world, ask("scarf", 1))
    stages.decide(world, small, "reject", reason="no")
    stages.decisions.escalate(world, stages.asking(), small, stages.EscalateCase())
    stages.rule_for_good(world, small, "close")
    sell(world)
    body = screen(world, stages.in_dispute(world), AUDITOR)
    assert [12000, 10000] == [one["granted"]["amount"] for one in body["like_cases"]]  # type: ignore[attr-defined]
    assert "case_" not in json.dumps(body["like_cases"]), "whose they were is nobody's business"


def test_a_changed_ruling_is_shown_as_changed() -> None:
    world = shop()
    sell(world)
    case_id = stages.ruled(world, "close")
    appeal(world, case_id, BUYER)
    stages.pass_by(world, case_id)
    rule(world, case_id, actor=SUPERVISOR)
    sell(world)
    [like] = screen(world, stages.in_dispute(world))["like_cases"]  # type: ignore[misc]
    assert (True, True, "approve") == (like["appealed"], like["changed"], like["ruling"]["code"])
