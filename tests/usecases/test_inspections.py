"""Inspected: passed, reduced or failed; nobody loses goods and money by being silent."""

from __future__ import annotations

import pytest

from chalicelib.errors import InvalidRequest, TransitionRefused
from chalicelib.schemas.cases import AddEvidence, AnswerOffer, EscalateCase, ReviseCase
from chalicelib.schemas.events import event_of
from chalicelib.schemas.templates import words
from chalicelib.usecases import cases, decisions, evidence, filings
from local.seed import photo
from tests.standins import returns as stages
from tests.standins.returns import ALL, refund, silence, standing
from tests.standins.shops import BUYER, MERCHANT, ask, asking, filing
from tests.standins.stages import rule_for_good
from tests.standins.world import World


@pytest.fixture
def world() -> World:
    return stages.return_shop()


def test_goods_that_pass_are_refunded_and_the_stock_system_is_told_of_each_line(world: World) -> None:
    case_id = stages.inspected(
        world, lines=[{"line_id": "scarf", "grade": "worn"}, {"line_id": "coat", "disposition": "return_to_vendor"}]
    )
    assert [("coat", 1, "return_to_vendor"), ("scarf", 2, "refurbish")] == [
        (one.line_id, one.quantity, one.disposition) for one in stages.goods(world, case_id).disposals
    ]
    assert ["ReturnReceived", "GoodsInspected", "GoodsDisposed"] == world.told(case_id)[-3:]
    assert ALL == refund(world, case_id)


def test_what_came_short_does_not_pass(world: World) -> None:
    case_id = stages.received(world)
    with pytest.raises(InvalidRequest):
        stages.inspect(world, case_id, "passed", lines=[{"line_id": "scarf", "received": 1}])


def test_part_of_the_units_reduces_the_claim_to_them_and_frees_the_rest(world: World) -> None:
    case_id = stages.inspected(
        world, "reduced", lines=[{"line_id": "scarf", "received": 1}], reason="one scarf is missing"
    )
    assert ("countered", "buyer_answer") == standing(world, case_id)
    decisions.answer_offer(world, asking(), case_id, AnswerOffer(answer="accept"))
    assert 34000 == world.case(case_id).amount, "a coat and a scarf, and no freight: not everything came"
    assert 1 == world.ledger().lines[1].units_taken
    assert 34000 == refund(world, case_id)
    again = filings.preview(world, BUYER, filing(ask("scarf"), remedy="return_and_refund")).body
    assert 5000 == again["amount"]["amount"], "the last scarf, and now the freight"


def test_a_deduction_is_explained_and_the_difference_is_free_again(world: World) -> None:
    case_id = stages.inspected(
        world,
        "reduced",
        lines=[{"line_id": "coat", "grade": "worn"}],
        amount={"amount": 30000, "currency": "CNY"},
        reason="the coat was worn",
    )
    shown = cases.read(world, BUYER, case_id).body["return"]["inspection"]
    assert (30000, "reduced") == (shown["amount"]["amount"], shown["outcome"]["code"])
    assert 30000 == shown["explanation"]["total"]
    decisions.answer_offer(world, asking(), case_id, AnswerOffer(answer="accept"))
    assert 30000 == refund(world, case_id) == world.ledger().payments[0].settled
    assert 0 == world.ledger().payments[0].reserved


@pytest.mark.parametrize("how", ["decline", "silence"])
def test_a_buyer_who_does_not_take_less_gets_a_ruling_and_never_nothing(world: World, how: str) -> None:
    case_id = stages.inspected(world, "reduced", amount={"amount": 100, "currency": "CNY"}, reason="worn")
    if how == "decline":
        decisions.answer_offer(world, asking(), case_id, AnswerOffer(answer="decline"))
    else:
        assert "disputed" == silence(world, case_id, "buyer_answer")
    assert ("in_dispute", "evidence") == standing(world, case_id)
    rule_for_good(world, case_id, amount={"amount": 35000, "currency": "CNY"})
    assert 35000 == refund(world, case_id)
    assert 3 == sum(one.quantity for one in stages.goods(world, case_id).disposals)


def test_goods_that_fail_go_back_when_the_buyer_says_no_more(world: World) -> None:
    case_id = stages.inspected(world, "failed", lines=[{"line_id": "coat", "grade": "wrong"}], reason="not our coat")
    assert ("rejected", "escalation") == standing(world, case_id)
    assert "sent_back" == world.gate(case_id).silence
    assert "closed" == silence(world, case_id, "escalation")
    assert {"send_back"} == {one.disposition for one in stages.goods(world, case_id).disposals}
    assert ("failed_inspection", 0) == (world.case(case_id).closed_because, world.ledger().payments[0].reserved)


def test_goods_that_failed_may_be_ruled_on_and_not_be_asked_for_differently(world: World) -> None:
    case_id = stages.inspected(world, "failed", reason="worn")
    with pytest.raises(TransitionRefused):
        decisions.revise(world, asking(), case_id, ReviseCase())
    decisions.escalate(world, asking(), case_id, EscalateCase())
    rule_for_good(world, case_id, "close")
    assert {"send_back"} == {one.disposition for one in stages.goods(world, case_id).disposals}
    assert "closed" == world.case(case_id).status


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"outcome": "reduced", "reason": "worn"}, id="to how much"),
        pytest.param({"outcome": "reduced", "amount": {"amount": 1, "currency": "CNY"}}, id="why"),
        pytest.param({"outcome": "failed"}, id="why not"),
        pytest.param({"outcome": "passed", "amount": {"amount": 1, "currency": "CNY"}}, id="passed for less"),
        pytest.param(
            {"outcome": "reduced", "reason": "x", "amount": {"amount": ALL, "currency": "CNY"}}, id="not less"
        ),
        pytest.param({"outcome": "reduced", "reason": "x", "amount": {"amount": 0, "currency": "CNY"}}, id="nothing"),
        pytest.param({"outcome": "passed", "lines": [{"line_id": "hat"}]}, id="a line that is not expected"),
        pytest.param({"outcome": "passed", "lines": [{"line_id": "coat"}] * 2}, id="a line twice"),
        pytest.param(
            {"outcome": "passed", "lines": [{"line_id": "coat", "findings": [{"note": "x", "evidence": ["evd_1"]}]}]},
            id="photos that nobody took",
        ),
    ],
)
def test_an_inspection_that_says_too_little_or_too_much_is_refused(world: World, body: dict[str, object]) -> None:
    case_id = stages.received(world)
    with pytest.raises(InvalidRequest):
        stages.inspect(world, case_id, **body)  # type: ignore[arg-type]
    assert ("received", "inspection") == standing(world, case_id)


def test_photos_count_once_they_were_looked_at(world: World) -> None:
    """A file that is only announced, or was refused, shows nothing."""
    case_id = stages.received(world)
    photos = [announced(world, case_id) for _ in range(2)]
    accepted, refused = (key.rpartition("/")[2] for key in photos)
    for key, content in zip(photos, (photo.png(), b"<html>"), strict=True):
        with pytest.raises(InvalidRequest, match="no accepted file"):
            stages.inspect(world, case_id, lines=[seen_on(accepted, refused)])
        world.evidence.put(key, content, photo.TYPE)
        evidence.look_at(world, key)
    with pytest.raises(InvalidRequest, match=f"no accepted file {refused}"):
        stages.inspect(world, case_id, lines=[seen_on(accepted, refused)])
    stages.inspect(world, case_id, lines=[seen_on(accepted)])
    inspection = stages.goods(world, case_id).inspection
    assert inspection is not None
    assert (accepted,) == inspection.lines[0].findings[0].evidence


def announced(world: World, case_id: str) -> str:
    """The key under which a photo of the shop may be uploaded."""
    body = AddEvidence(content_type=photo.TYPE, size=1000)
    return str(evidence.add(world, asking(None, MERCHANT), case_id, body).body["fields"]["key"])


def seen_on(*files: str) -> dict[str, object]:
    return {"line_id": "coat", "findings": [{"note": "a stain", "evidence": files}]}


def test_a_shop_that_does_not_look_has_passed_the_goods(world: World) -> None:
    case_id = stages.received(world)
    assert "passed" == silence(world, case_id, "inspection")
    assert ALL == refund(world, case_id)


def test_the_buyer_reads_that_silence_after_an_inspection_closes_nothing(world: World) -> None:
    case_id = stages.inspected(world, "reduced", amount={"amount": 30000, "currency": "CNY"}, reason="worn")
    [made] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "OfferMade"]
    told = words(event_of(made).model_dump(mode="json", exclude_none=True), "zh")
    assert told is not None and "平台裁决" in told.text and "300.00" in told.text
