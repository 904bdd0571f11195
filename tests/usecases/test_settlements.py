"""Money out: one granted refund is at most one accepted payment, and never none."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import journals, refs
from chalicelib.domain.refunds import number_of
from chalicelib.errors import InvalidRequest, RefundNotFound, TransientFault
from chalicelib.ports import ProviderAnswer
from chalicelib.schemas.cases import RedoRefund
from chalicelib.schemas.payments import PaymentNotice
from chalicelib.usecases import chargebacks, gates, grants, parkings, redos, settlements
from chalicelib.usecases.notices import take_notice
from tests.refusals import refused
from tests.standins import stages
from tests.standins.shops import OPERATOR, asking, sell, shop
from tests.standins.world import World

UNKNOWN = ProviderAnswer("unknown")


def paid_out(world: World) -> int:
    return journals.paid_out(world.listings.journal_of("o1"))


def see_to(world: World, case_id: str) -> str:
    settlements.see_to(world, world.refund(case_id).refund_no)
    return world.refund(case_id).state


def test_a_refund_that_is_paid_completes_the_case(world: World) -> None:
    case_id = stages.settled(world)
    assert ("completed", "settled") == (world.case(case_id).status, world.refund(case_id).state)
    assert 30789 == paid_out(world) == world.ledger().payments[0].settled == sum(world.payments.paid.values())


def test_every_payment_gets_its_own_share_back_under_its_own_number() -> None:
    world = shop()
    sell(world, payments={"card": 29000, "points": 10000})
    case_id = stages.submitted(world)
    for refund in world.listings.refunds_of(case_id):
        settlements.see_to(world, refund.refund_no)
    assert ("completed", 2, 30789) == (world.case(case_id).status, len(world.payments.paid), paid_out(world))


def test_a_timeout_after_paying_is_asked_about_and_never_paid_again(world: World) -> None:
    case_id = stages.submitted(world)
    world.payments.deeds.append("pay_silently")
    assert "unknown" == see_to(world, case_id)
    assert "settled" == see_to(world, case_id)
    number = world.refund(case_id).refund_no
    assert [("pay", number), ("find", number)] == world.payments.calls
    assert 30789 == sum(world.payments.paid.values())


def test_a_provider_that_never_saw_the_number_is_sent_the_same_number_again(world: World) -> None:
    case_id = stages.submitted(world)
    world.payments.deeds.append("lose")
    see_to(world, case_id)
    assert "settled" == see_to(world, case_id)
    assert 1 == len({number for _, number in world.payments.calls})


def test_an_unknown_refund_is_asked_about_later_and_later(world: World) -> None:
    case_id = stages.submitted(world)
    world.payments.deeds.append("pay_silently")
    world.payments.is_silent = True
    world.payment_commands.asked.clear()
    for _ in range(10):
        see_to(world, case_id)
    assert [60] * 6 + [300, 600] == [delay for _, delay in world.payment_commands.asked]


def test_an_accepted_bank_refund_may_take_days(world: World) -> None:
    case_id = stages.submitted(world)
    world.payments.deeds.append("accept")
    see_to(world, case_id)
    world.clock.reach(world.gate(case_id).due_at)
    assert "moved" == gates.expire(world, case_id, "settlement", 1, by_flow=True)["outcome"]
    world.payments.settle(world.refund(case_id))
    assert "settled" == see_to(world, case_id)


def test_what_nobody_heard_of_for_a_day_goes_to_a_person(world: World) -> None:
    case_id = stages.submitted(world)
    world.clock.reach(world.gate(case_id).due_at)
    assert "unknown" == gates.expire(world, case_id, "settlement", 1, by_flow=True)["outcome"]


def test_a_declined_refund_keeps_its_money_reserved_and_waits_for_a_person(world: World) -> None:
    case_id = stages.failed(world)
    assert ("failed", "person", "RefundNotSettled") == (
        world.refund(case_id).state,
        world.gate(case_id).name,
        getattr(world.case(case_id).parking, "because", None),
    )
    assert (30789, 0) == world.ledger().payments[0][:2]


def test_news_may_be_told_any_number_of_times(world: World) -> None:
    case_id = stages.settled(world)
    number, version = world.refund(case_id).refund_no, world.case(case_id).version
    for settlement in ("settled", "failed", "unknown", "accepted", "never_seen"):
        world.payment_commands.asked.clear()
        settlements.record(world, number, ProviderAnswer(settlement))  # type: ignore[arg-type]
        assert [] == world.payment_commands.asked
    assert (version, 30789) == (world.case(case_id).version, paid_out(world))


def test_paid_after_it_had_failed_is_shown_to_a_person_once(world: World) -> None:
    case_id = stages.failed(world)
    for _ in range(3):
        settlements.record(world, world.refund(case_id).refund_no, ProviderAnswer("settled"))
    parking = world.case(case_id).parking
    assert parking is not None
    assert ("settled_after_failure", 2) == (parking.because, world.told(case_id).count("CaseParked"))


def test_a_reversal_opens_the_case_again_for_a_person(world: World) -> None:
    case_id = stages.settled(world)
    for _ in range(2):
        settlements.reverse(world, world.refund(case_id).refund_no, "account closed")
    assert ("remedying", "person", 0) == (world.case(case_id).status, world.gate(case_id).name, paid_out(world))
    assert 1 == world.told(case_id).count("RefundReversed")


def test_a_reversal_that_overtook_its_settlement_comes_again_and_is_not_forgotten(world: World) -> None:
    case_id = stages.submitted(world)
    number = world.refund(case_id).refund_no
    with pytest.raises(TransientFault):
        settlements.reverse(world, number, "account closed")
    settlements.record(world, number, ProviderAnswer("settled"))
    settlements.reverse(world, number, "account closed")
    assert ("reversed", 0) == (world.refund(case_id).state, paid_out(world))


@pytest.mark.parametrize("number", ["", "rfd_1", "x", "rfd_" + "9" * 28])
def test_a_number_that_is_not_ours_is_not_found(world: World, number: str) -> None:
    with pytest.raises(RefundNotFound):
        settlements.record(world, number, ProviderAnswer("settled"))


def test_a_chargeback_between_grant_and_payment_stops_the_payment(world: World) -> None:
    case_id = stages.submitted(world)
    chargebacks.open_chargeback(world, "cb1", "o1", "pay_card", 30000)
    assert ["unknown", "failed"] == [see_to(world, case_id), see_to(world, case_id)]
    assert {} == world.payments.paid


def test_what_the_worker_knows_already_spares_a_paid_refund_a_read(world: World) -> None:
    """The refund, the money that is left, and then everything at once but the gate."""
    case_id = stages.submitted(world)
    world.records.loads.clear()
    see_to(world, case_id)
    assert [1, 2, 4, 1] == [len(wanted) for wanted in world.records.loads]


def test_news_of_another_amount_is_refused_with_the_read_that_would_have_recorded_it(world: World) -> None:
    case_id = stages.submitted(world)
    world.records.loads.clear()
    notice = {"refund_no": world.refund(case_id).refund_no, "amount": 1, "type": "refund.settled"}
    for _ in range(2):
        with pytest.raises(InvalidRequest):
            take_notice(world, PaymentNotice.model_validate(notice))
    assert ("submitted", {2}) == (world.refund(case_id).state, {len(wanted) for wanted in world.records.loads})


# What each answer leaves behind


def told(world: World, case_id: str, type: str) -> list[tuple[object, ...]]:
    """Before, after, why, and how the case stands then, of every line of this type."""
    rows = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == type]
    return [(one.data["refund_before"], one.data["refund_after"], one.data.get("because"), one.after) for one in rows]


def test_a_refund_that_is_paid_says_when_and_is_watched_no_more(world: World) -> None:
    case_id = stages.submitted(world)
    world.clock.pass_by(minutes=3)
    see_to(world, case_id)
    refund = world.refund(case_id)
    assert (world.clock.now(), None, None) == (refund.settled_at, refund.ask_at, refund.reason)
    assert [("submitted", "settled", None, "completed")] == told(world, case_id, "RefundSettled")
    [entry] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "RefundSettled"]
    assert (refund.refund_no, 30789) == (entry.data["refund_no"], entry.data["refund_amount"])
    gate = world.records.one(refs.gate(case_id, "settlement", 1))
    assert gate.answer is not None
    assert ("settled", "payments") == (gate.answer.outcome, gate.answer.by.role)


@pytest.mark.parametrize(("detail", "kept"), [("account closed", "account closed"), ("x" * 300, "x" * 200), (None, "")])
def test_a_refusal_is_told_in_the_provider_s_words_if_not_all_of_them(
    world: World, detail: str | None, kept: str
) -> None:
    case_id = stages.submitted(world)
    settlements.record(world, world.refund(case_id).refund_no, ProviderAnswer("failed", detail))
    refund = world.refund(case_id)
    assert ("failed", detail, None) == (refund.state, refund.reason, refund.ask_at)
    assert [("submitted", "failed", kept, "remedying")] == told(world, case_id, "RefundFailed")
    gate = world.records.one(refs.gate(case_id, "settlement", 1))
    assert gate.answer is not None
    assert "failed" == gate.answer.outcome


def test_what_the_bank_has_is_told_once_and_asked_about_until_it_is_there(world: World) -> None:
    case_id = stages.submitted(world)
    number, at = world.refund(case_id).refund_no, world.clock.now()
    for asks in (1, 2, 3):
        world.payment_commands.asked.clear()
        settlements.record(world, number, ProviderAnswer("accepted"))
        refund = world.refund(case_id)
        assert ("submitted", at, asks) == (refund.state, refund.accepted_at, refund.asks)
        assert refund.ask_at is not None
        assert refund.ask_at > world.clock.now()
        assert [(number, 60)] == world.payment_commands.asked
        assert (refund.ref,) == world.case(case_id).refunds
        world.clock.pass_by(minutes=1)
    assert [("submitted", "submitted", None, "remedying")] == told(world, case_id, "RefundAccepted")


@pytest.mark.parametrize("answer", ["unknown", "never_seen"])
def test_what_nobody_knows_is_told_once_and_remembered_since_when(world: World, answer: Any) -> None:
    case_id = stages.submitted(world)
    number, at = world.refund(case_id).refund_no, world.clock.now()
    for asks in (1, 2):
        settlements.record(world, number, ProviderAnswer(answer))
        refund = world.refund(case_id)
        assert ("unknown", at, asks) == (refund.state, refund.unknown_since, refund.asks)
        assert [(number, 60)] == world.payment_commands.asked[asks:]
        assert (refund.ref,) == world.case(case_id).refunds
        world.clock.pass_by(minutes=1)
    assert [("submitted", "unknown", None, "remedying")] == told(world, case_id, "RefundUnknown")


def test_what_the_bank_has_is_no_more_doubtful_for_one_silent_question(world: World) -> None:
    case_id = stages.submitted(world)
    number = world.refund(case_id).refund_no
    settlements.record(world, number, ProviderAnswer("accepted"))
    settlements.record(world, number, ProviderAnswer("unknown"))
    assert ("submitted", 2, None) == (
        world.refund(case_id).state, world.refund(case_id).asks, world.refund(case_id).unknown_since,
    )  # fmt: skip
    assert [] == told(world, case_id, "RefundUnknown")


def test_what_nobody_knew_and_the_bank_has_after_all_is_told(world: World) -> None:
    case_id = stages.submitted(world)
    number = world.refund(case_id).refund_no
    settlements.record(world, number, ProviderAnswer("unknown"))
    settlements.record(world, number, ProviderAnswer("accepted"))
    assert [("unknown", "submitted", None, "remedying")] == told(world, case_id, "RefundAccepted")


@pytest.mark.parametrize("stage", [stages.settled, stages.failed])
def test_of_what_has_an_outcome_the_provider_is_asked_nothing(world: World, stage: Any) -> None:
    case_id = stage(world)
    world.payments.calls.clear()
    see_to(world, case_id)
    settlements.see_to(world, number_of(case_id, 9))
    assert [] == list(world.payments.calls)


def test_what_is_only_granted_is_not_paid_yet(world: World) -> None:
    case_id = stages.approved(world)
    grants.grant(world, case_id)
    assert ("granted", []) == (see_to(world, case_id), list(world.payments.calls))


def test_paid_after_it_had_failed_says_which_refund(world: World) -> None:
    case_id = stages.failed(world)
    number = world.refund(case_id).refund_no
    settlements.record(world, number, ProviderAnswer("settled"))
    parking = world.case(case_id).parking
    assert parking is not None
    assert f"{number} was paid after it had failed" == parking.detail


def test_paid_after_it_was_given_up_is_shown_to_a_person_too(world: World) -> None:
    case_id = stages.failed(world)
    number = world.refund(case_id).refund_no
    body = RedoRefund(refund_no=number, action="release", note="paid in cash")
    redos.redo(world, asking(None, OPERATOR), case_id, body)
    settlements.record(world, number, ProviderAnswer("settled"))
    parking = world.case(case_id).parking
    assert parking is not None
    assert ("settled_after_failure", "released") == (parking.because, world.refund(case_id).state)


def test_a_payment_that_its_bank_took_back_fails_with_that_reason(world: World) -> None:
    case_id = stages.submitted(world)
    chargebacks.open_chargeback(world, "cb1", "o1", "pay_card", 30000)
    for _ in range(2):
        see_to(world, case_id)
    assert "charged back by the buyer's bank" == world.refund(case_id).reason


def test_of_two_payments_the_flow_hears_when_the_last_has_an_outcome() -> None:
    world = shop()
    sell(world, payments={"card": 29000, "points": 10000})
    case_id = stages.submitted(world)
    first, second = (ref.refund_no for ref in world.case(case_id).refunds)
    settlements.record(world, first, ProviderAnswer("settled"))
    assert ("remedying", None) == (world.case(case_id).status, world.gate(case_id).answer)
    settlements.record(world, second, ProviderAnswer("failed", "account closed"))
    gate = world.records.one(refs.gate(case_id, "settlement", 1))
    assert gate.answer is not None
    assert ("remedying", "failed") == (world.case(case_id).status, gate.answer.outcome)
    assert [("submitted", "settled", None, "remedying")] == told(world, case_id, "RefundSettled")


def test_a_person_is_asked_no_more_once_all_is_paid(world: World) -> None:
    """Nobody heard of it for a day, a person was asked, and then the money had arrived."""
    case_id = stages.submitted(world)
    settlements.record(world, world.refund(case_id).refund_no, ProviderAnswer("unknown"))
    world.clock.reach(world.gate(case_id).due_at)
    gates.expire(world, case_id, "settlement", 1, by_flow=True)
    parkings.park_case(world, case_id, {"Error": "RefundNotSettled"})
    assert "person" == world.gate(case_id).name
    settlements.record(world, world.refund(case_id).refund_no, ProviderAnswer("settled"))
    assert ("completed", None, None) == (
        world.case(case_id).status, world.case(case_id).parking, world.case(case_id).gate,
    )  # fmt: skip
    person = world.records.one(refs.gate(case_id, "person", 1))
    assert person.answer is not None
    assert "done" == person.answer.outcome


def test_a_person_is_asked_until_all_is_paid() -> None:
    world = shop()
    sell(world, payments={"card": 29000, "points": 10000})
    case_id = stages.submitted(world)
    first, second = (ref.refund_no for ref in world.case(case_id).refunds)
    world.clock.reach(world.gate(case_id).due_at)
    gates.expire(world, case_id, "settlement", 1, by_flow=True)
    parkings.park_case(world, case_id, {"Error": "RefundNotSettled"})
    settlements.record(world, first, ProviderAnswer("failed", "account closed"))
    settlements.record(world, second, ProviderAnswer("settled"))
    assert ("remedying", "person") == (world.case(case_id).status, world.gate(case_id).name)


@pytest.mark.parametrize("known", ["unknown", "accepted"])
def test_while_one_of_two_is_on_its_way_the_flow_waits(known: Any) -> None:
    world = shop()
    sell(world, payments={"card": 29000, "points": 10000})
    case_id = stages.submitted(world)
    first, second = (ref.refund_no for ref in world.case(case_id).refunds)
    settlements.record(world, first, ProviderAnswer(known))
    settlements.record(world, second, ProviderAnswer("settled"))
    assert ("settlement", None) == (world.gate(case_id).name, world.gate(case_id).answer)


def test_while_one_of_two_was_only_granted_anew_the_flow_waits() -> None:
    world = shop()
    sell(world, payments={"card": 29000, "points": 10000})
    case_id = stages.submitted(world)
    first, second = (ref.refund_no for ref in world.case(case_id).refunds)
    settlements.record(world, first, ProviderAnswer("failed", "account closed"))
    body = RedoRefund(refund_no=first, action="regrant", note="another account")
    redos.redo(world, asking(None, OPERATOR), case_id, body)
    settlements.record(world, second, ProviderAnswer("settled"))
    assert ("remedying", "settlement", None) == (
        world.case(case_id).status, world.gate(case_id).name, world.gate(case_id).answer,
    )  # fmt: skip


def test_what_is_only_granted_cannot_have_come_back_yet(world: World) -> None:
    case_id = stages.approved(world)
    grants.grant(world, case_id)
    with pytest.raises(TransientFault):
        settlements.reverse(world, world.refund(case_id).refund_no, None)


def test_of_two_payments_only_the_one_that_came_back_is_open_again() -> None:
    world = shop()
    sell(world, payments={"card": 29000, "points": 10000})
    case_id = stages.submitted(world)
    card, points = world.case(case_id).refunds
    for ref in (card, points):
        settlements.see_to(world, ref.refund_no)
    world.records.loads.clear()
    settlements.reverse(world, points.refund_no, "account closed")
    assert [2, 2] == [len(wanted) for wanted in world.records.loads]
    assert [(0, card.amount), (points.amount, 0)] == [paid[:2] for paid in world.ledger().payments]
    assert card.amount == paid_out(world)


def test_a_reversal_of_another_amount_is_refused(world: World) -> None:
    case_id = stages.settled(world)
    notice = {"refund_no": world.refund(case_id).refund_no, "amount": 1, "type": "refund.reversed"}
    with pytest.raises(InvalidRequest):
        take_notice(world, PaymentNotice.model_validate(notice))
    assert ("settled", 30789) == (world.refund(case_id).state, paid_out(world))


@pytest.mark.parametrize(("reason", "kept"), [("account closed", "account closed"), ("x" * 300, "x" * 200), (None, "")])
def test_a_reversal_says_why_and_a_person_which_refund_came_back(world: World, reason: str | None, kept: str) -> None:
    case_id = stages.settled(world)
    number = world.refund(case_id).refund_no
    settlements.reverse(world, number, reason)
    refund, parking = world.refund(case_id), world.case(case_id).parking
    assert ("reversed", reason, (refund.ref,)) == (refund.state, refund.reason, world.case(case_id).refunds)
    assert parking is not None
    assert ("reversed", f"{number} came back") == (parking.because, parking.detail)
    assert [("settled", "reversed", kept, "remedying")] == told(world, case_id, "RefundReversed")
    assert ["granted", "reversed", "settled"] == sorted(one.kind for one in world.listings.journal_of("o1"))


def test_a_reversal_of_what_is_not_settled_yet_says_which(world: World) -> None:
    case_id = stages.submitted(world)
    number = world.refund(case_id).refund_no
    settlements.record(world, number, ProviderAnswer("unknown"))
    told = refused(TransientFault, lambda: settlements.reverse(world, number, None))
    assert (f"{number} is not known to be settled yet", []) == told


def test_what_failed_cannot_come_back(world: World) -> None:
    case_id = stages.failed(world)
    before = world.case(case_id)
    settlements.reverse(world, world.refund(case_id).refund_no, "account closed")
    assert (before, "failed") == (world.case(case_id), world.refund(case_id).state)


def test_the_provider_s_word_is_one_read_of_the_refund_and_its_case(world: World) -> None:
    case_id = stages.submitted(world)
    number = world.refund(case_id).refund_no
    for say in (
        lambda: settlements.record(world, number, ProviderAnswer("unknown")),
        lambda: settlements.record(world, number, ProviderAnswer("accepted")),
    ):
        world.records.loads.clear()
        say()
        assert [2] == [len(wanted) for wanted in world.records.loads]
