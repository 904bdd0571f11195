"""The provider is silent, slow or says no: the money still goes out once, under a number that is never guessed anew."""

from __future__ import annotations

import json

from local.stack import Stack
from tests.journeys.executions import Execution
from tests.journeys.patience import until
from tests.journeys.provider import Paid, Provider
from tests.journeys.shops import LARGE, SMALL, Shop
from tests.journeys.stories import OPERATOR, SUPERVISOR, Story


def test_a_lost_answer_is_asked_about_under_the_same_number_and_the_money_moved_once(
    shop: Shop, stack: Stack, provider: Provider
) -> None:
    story = _unknown(shop, provider)
    refund = story.until_refund("unknown")
    # What the queue's delay brings after a minute, at once.
    command = json.dumps({"refund_no": refund["refund_no"]})
    stack.client("sqs").send_message(QueueUrl=stack.queues["PaymentCommands"], MessageBody=command)
    case = story.until("completed")

    assert [refund["refund_no"]] == [settled["refund_no"] for settled in case["refunds"]]
    assert Paid("settled", SMALL, 1) == provider.refund(refund["refund_no"])


def test_the_operator_may_ask_again_without_waiting(shop: Shop, provider: Provider) -> None:
    story = _unknown(shop, provider)
    refund_no = story.until_refund("unknown")["refund_no"]
    story.act(OPERATOR, "refunds", refund_no=refund_no, action="retry", note="the bank says it is paid").expect(200)
    story.until("completed")

    assert Paid("settled", SMALL, 1) == provider.refund(refund_no)


def test_asking_again_leaves_no_execution_waiting_for_nobody(shop: Shop, stack: Stack, provider: Provider) -> None:
    order_id = shop.sells(SMALL)
    provider.misbehave(order_id, outcome="timeout", notices="silent")
    provider.misbehave(order_id, call="find", outcome="timeout")
    story = shop.files(order_id)
    refund_no = story.until_refund("unknown")["refund_no"]
    # The first question gets no answer either; the second one does.
    for _ in range(2):
        story.act(OPERATOR, "refunds", refund_no=refund_no, action="retry", note="still nothing?").expect(200)
        until(lambda: provider.is_itself_again(order_id), bool)
    story.until("completed")

    first = Execution(stack, story.case_id)
    until(first.status, lambda status: status == "SUCCEEDED")
    assert "NONE" == Execution(stack, story.case_id, attempt=2).status()
    assert Paid("settled", SMALL, 1) == provider.refund(refund_no)


def test_what_stays_unknown_until_the_deadline_is_for_a_person(shop: Shop, provider: Provider) -> None:
    story = _unknown(shop, provider)
    refund_no = story.until_refund("unknown")["refund_no"]
    story.silence("settlement")
    parked = story.until_parked()
    assert ("unknown", "operator") == (parked["parked"], story.until_awaited("operator")["next_action"]["who"]["code"])

    story.act(OPERATOR, "refunds", refund_no=refund_no, action="retry", note="the bank says it is paid").expect(200)
    story.until("completed")
    assert Paid("settled", SMALL, 1) == provider.refund(refund_no)


def test_a_number_that_the_provider_never_saw_is_sent_again_as_it_is(shop: Shop, provider: Provider) -> None:
    order_id = shop.sells(SMALL)
    provider.misbehave(order_id, outcome="refuse", refusal="reset")
    story = shop.files(order_id)
    refund_no = story.until_refund("unknown")["refund_no"]
    assert provider.refund(refund_no) is None
    story.act(OPERATOR, "refunds", refund_no=refund_no, action="retry", note="they were down").expect(200)
    story.until("completed")

    assert Paid("settled", SMALL, 1) == provider.refund(refund_no)


def test_a_declined_refund_waits_for_a_person_who_grants_it_another_number(shop: Shop, provider: Provider) -> None:
    order_id = shop.sells(LARGE)
    provider.misbehave(order_id, outcome="decline", reason="account_closed")
    story = shop.files(order_id)
    story.decide("approve")
    parked = story.until_parked()
    declined = parked["refunds"][0]["refund_no"]
    assert ("failed", "operator") == (parked["parked"], parked["next_action"]["who"]["code"])

    story.act(OPERATOR, "refunds", refund_no=declined, action="regrant", note="account corrected").expect(200)
    case = story.until("completed")
    regranted = case["refunds"][-1]["refund_no"]
    assert (Paid("failed", LARGE, 0), Paid("settled", LARGE, 1)) == tuple(map(provider.refund, (declined, regranted)))
    assert LARGE == provider.out(order_id)
    # The dead number stands for nothing any more: nobody can grant it a third one.
    again = story.act(SUPERVISOR, "refunds", refund_no=declined, action="regrant", note="once more")
    assert (409, "TransitionRefused") == (again.status, again.code)


def _unknown(shop: Shop, provider: Provider) -> Story:
    """Paid by the provider, who said nothing: neither then nor afterwards."""
    order_id = shop.sells(SMALL)
    provider.misbehave(order_id, outcome="timeout", notices="silent")
    return shop.files(order_id)
