"""What the fault campaign found, each as the smallest story that shows it."""

from __future__ import annotations

import pytest

from chalicelib.domain import refs
from chalicelib.domain.gates import UNHEARD
from chalicelib.domain.notifications import Notification, Preferences
from chalicelib.errors import TransientFault, TransitionRefused
from chalicelib.schemas.cases import MoveDeadline, RedoRefund
from chalicelib.schemas.events import event_of
from chalicelib.schemas.tasks import read_task
from chalicelib.usecases import chargebacks, gates, grants, notifications, parkings, redos, settlements, sweeper
from tests.standins import stages
from tests.standins.flows import TASKS
from tests.standins.shops import OPERATOR, asking
from tests.standins.world import World


def granted_and_parked(world: World) -> str:
    """The flow had the refund's number and could not hand it over."""
    case_id = stages.approved(world)
    grants.grant(world, case_id)
    parkings.park_case(world, case_id, {"Error": "Lambda.TooManyRequestsException"})
    return case_id


def retry(world: World, case_id: str) -> None:
    body = RedoRefund(refund_no=world.refund(case_id).refund_no, action="retry", note="seen to")
    redos.redo(world, asking(None, OPERATOR), case_id, body)


def test_a_refund_that_was_granted_and_never_handed_over_goes_on_when_an_operator_says_so(world: World) -> None:
    case_id = granted_and_parked(world)
    retry(world, case_id)
    world.pump()
    assert [(case_id, 1), (case_id, 2)] == world.flows.started
    assert "granted" == grants.assess(world, case_id)["outcome"]
    assert world.case(case_id).parking is None


def test_a_granted_refund_whose_flow_is_at_work_is_left_to_it(world: World) -> None:
    case_id = stages.approved(world)
    grants.grant(world, case_id)
    with pytest.raises(TransitionRefused):
        retry(world, case_id)


def test_a_flow_that_names_no_version_hears_of_a_moved_deadline_once(world: World) -> None:
    case_id = stages.in_review(world)
    later = MoveDeadline(due_at=world.clock.now().replace(day=9), reason="holiday")
    gates.move_deadline(world, asking(None, OPERATOR), case_id, "decision", later)
    task = {"case_id": case_id, "gate": "decision", "round": 1, "token": "t1"}
    TASKS["OpenGate"](world, read_task(task))
    assert world.gate(case_id).signal is None


def test_an_answer_that_came_before_its_flow_began_is_not_looked_at_for_ever(world: World) -> None:
    case_id = stages.escalated(world)  # decided and escalated while no flow was there
    world.pump()
    assert world.flows.is_running("dispute_flow", case_id, 2)
    world.clock.pass_by(minutes=2)
    assert 2 == sweeper.sweep(world)["forgotten"]
    assert {} == sweeper.sweep(world)


def test_a_flow_that_comes_to_a_forgotten_gate_after_all_is_told_of_its_answer(world: World) -> None:
    case_id = stages.rejected(world)
    world.pump()
    world.clock.pass_by(minutes=2)
    sweeper.sweep(world)
    gates.open_gate(world, case_id, "decision", 1, 1, "t1")
    world.records.changes.clear()  # the signal is lost, too
    assert {"resumed": 1} == sweeper.sweep(world)
    assert [("t1", "rejected")] == [(token, step["outcome"]) for token, step in world.flows.resumed]


def test_an_e_mail_that_could_not_be_sent_is_sent_when_its_message_comes_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = stages.approved(world)
    world.records.put(Preferences(buyer_id="b1", channels=frozenset({"inbox", "email"})))
    event = event_of(world.listings.timeline(case_id, 1, None).rows[0]).model_dump(mode="json", exclude_none=True)
    with monkeypatch.context() as broken, pytest.raises(TransientFault):
        broken.setattr(world.courier, "send", refuse)
        notifications.tell_buyer(world, event)
    notifications.tell_buyer(world, event)
    notifications.tell_buyer(world, event)
    assert [("email", event["id"])] == [(channel, told.event_id) for channel, told in world.courier.sent]
    assert 1 == len(world.records.all(Notification))


def refuse(channel: str, notification: Notification) -> None:
    raise TransientFault("the courier is closed")


def test_a_refund_that_was_paid_before_its_reply_was_lost_is_not_called_failed_when_the_bank_takes_money_back(
    world: World,
) -> None:
    """The worker died after the provider had paid; the chargeback came before anybody asked."""
    case_id = stages.submitted(world)
    refund = world.refund(case_id)
    world.payments.pay(refund)
    chargebacks.open_chargeback(world, "cb-1", "o1", refund.payment_id, refund.amount)
    settlements.see_to(world, refund.refund_no)
    assert "settled" == world.refund(case_id).state


def test_a_charged_back_refund_that_the_provider_never_saw_fails_when_it_says_so_twice(world: World) -> None:
    case_id = stages.submitted(world)
    refund = world.refund(case_id)
    chargebacks.open_chargeback(world, "cb-1", "o1", refund.payment_id, refund.amount)
    settlements.see_to(world, refund.refund_no)
    assert "unknown" == world.refund(case_id).state
    settlements.see_to(world, refund.refund_no)
    assert ("failed", {}) == (world.refund(case_id).state, world.payments.paid)


def test_a_flow_does_not_go_on_with_what_a_person_is_asked_about(world: World) -> None:
    case_id = stages.approved(world)
    parkings.park_case(world, case_id, {"Error": "TransientFault"})
    assert ("parked", "person") == (grants.assess(world, case_id)["outcome"], world.case(case_id).gate.name)


def test_an_unheard_answer_starts_nothing_while_a_person_carries_the_case_on(world: World) -> None:
    """Its flow died before it heard the decision, the next one could not go on, and a person was called."""
    case_id = stages.approved(world)
    parkings.park_case(world, case_id, {"Error": "TransientFault"})
    world.flows.running.clear()
    world.clock.reach(world.clock.now() + 2 * UNHEARD)
    sweeper.sweep(world)
    decision = world.records.one(refs.gate(case_id, "decision", 1))
    assert (1, True) == (world.case(case_id).attempt, decision.told)


def test_a_flow_that_is_over_does_not_park_the_case_that_another_one_carries(world: World) -> None:
    """It was declined, and an operator granted it anew before the first flow had heard of it."""
    case_id = stages.failed(world)
    redos.redo(world, asking(None, OPERATOR), case_id, _regrant(world, case_id))
    parkings.park_case(world, case_id, {"Error": "RefundNotSettled"}, attempt=1)
    assert (2, None) == (world.case(case_id).attempt, world.case(case_id).parking)


def test_a_refund_that_is_granted_anew_goes_out_although_a_person_is_asked_about_another(world: World) -> None:
    case_id = stages.failed(world)
    redos.redo(world, asking(None, OPERATOR), case_id, _regrant(world, case_id))
    parkings.park_case(world, case_id, {"Error": "reversed"})
    assert ("granted", "settlement") == (
        grants.assess(world, case_id)["outcome"],
        grants.submit(world, case_id)["gate"],
    )


def _regrant(world: World, case_id: str) -> RedoRefund:
    return RedoRefund(refund_no=world.refund(case_id).refund_no, action="regrant", note="to the new account")
