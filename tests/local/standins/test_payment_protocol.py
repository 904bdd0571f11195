"""What the payment provider promises, and how it breaks; the same in process and over HTTP."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from chalicelib.schemas.payments import PaymentNotice
from tests.local.standins.clocks import FakeClock
from tests.local.standins.payment_callers import LOST, Caller, in_process, over_http

Opening = Callable[[FakeClock], AbstractContextManager[Caller]]


@pytest.fixture(params=[in_process, over_http], ids=["in process", "over HTTP"])
def bank(request: pytest.FixtureRequest) -> Iterator[Caller]:
    opening: Opening = request.param
    with opening(FakeClock()) as caller:
        yield caller


def refund(refund_no: str = "rfd_1", amount: int = 8900, **other: Any) -> dict[str, Any]:
    return {"refund_no": refund_no, "payment_id": "pay_1", "amount": amount, "currency": "CNY", **other}


def moved(bank: Caller, refund_no: str = "rfd_1") -> int:
    return int(bank.book()["refunds"][refund_no]["moved"])


def test_refund_is_settled_and_found_again(bank: Caller) -> None:
    settled = {**refund(), "state": "settled", "reason": None}
    assert (200, settled) == bank.pay(refund())
    assert (200, settled) == bank.find("rfd_1")


def test_number_that_was_never_sent_is_not_found(bank: Caller) -> None:
    assert 404 == bank.find("rfd_1")[0]


@pytest.mark.parametrize("outcome", ["settle", "accept", "decline"])
def test_same_number_gets_the_same_answer_and_money_moves_at_most_once(bank: Caller, outcome: str) -> None:
    bank.script({"outcome": outcome, "times": 1})
    first = bank.pay(refund())
    bank.pass_(60)
    assert [first] * 3 == [bank.pay(refund()) for _ in range(3)]
    assert (0 if outcome == "decline" else 1) == moved(bank)


@pytest.mark.parametrize("other", [{"amount": 8901}, {"payment_id": "pay_2"}, {"currency": "GBP"}])
def test_number_of_another_refund_is_refused_and_changes_nothing(bank: Caller, other: dict[str, Any]) -> None:
    bank.pay(refund())
    before = bank.book()
    assert 409 == bank.pay(refund(**other))[0]
    assert before == bank.book()


@pytest.mark.parametrize(
    "wrong", [{"amount": 0}, {"amount": 1.5}, {"amount": True}, {"currency": "cny"}, {"payment_id": ""}]
)
def test_what_is_no_refund_is_refused_and_not_remembered(bank: Caller, wrong: dict[str, Any]) -> None:
    assert 400 == bank.pay(refund(**wrong))[0]
    assert 404 == bank.find("rfd_1")[0]


def test_accepted_refund_settles_later_and_says_so(bank: Caller) -> None:
    bank.script({"outcome": "accept", "seconds": 30})
    assert 202 == bank.pay(refund())[0]
    bank.pass_(29)
    assert ("accepted", 0) == (bank.find("rfd_1")[1]["state"], moved(bank))
    bank.pass_(1)
    assert [("refund.settled", "rfd_1", 8900)] == [
        (event["type"], event["refund_no"], event["amount"]) for event in bank.told(1)
    ]
    assert ("settled", 1) == (bank.find("rfd_1")[1]["state"], moved(bank))


def test_accepted_refund_may_fail_and_never_moves_money(bank: Caller) -> None:
    bank.script({"outcome": "fail", "seconds": 30, "reason": "account_closed"})
    assert 202 == bank.pay(refund())[0]
    bank.pass_(30)
    assert [("refund.failed", "account_closed")] == [(event["type"], event["reason"]) for event in bank.told(1)]
    assert ("failed", 0) == (bank.find("rfd_1")[1]["state"], moved(bank))


def test_declined_refund_stays_declined(bank: Caller) -> None:
    bank.script({"refund_no": "rfd_1", "outcome": "decline", "times": 1, "reason": "account_closed"})
    status, body = bank.pay(refund())
    assert (422, "failed", "account_closed") == (status, body["state"], body["reason"])
    assert (200, body) == bank.find("rfd_1")
    assert (0, {}) == (bank.book()["count"], bank.book()["accepted"])


def test_lost_answer_after_paying_leaves_a_refund_that_is_found_settled(bank: Caller) -> None:
    bank.script({"outcome": "timeout", "times": 1})
    assert LOST == bank.pay(refund())[0]
    assert "settled" == bank.find("rfd_1")[1]["state"]
    assert 200 == bank.pay(refund())[0]
    assert 1 == moved(bank)


@pytest.mark.parametrize(("refusal", "status"), [("500", 500), ("503", 503), ("reset", LOST)])
def test_refusal_before_paying_leaves_nothing_and_the_number_may_be_sent_again(
    bank: Caller, refusal: str, status: int
) -> None:
    bank.script({"outcome": "refuse", "refusal": refusal, "times": 1})
    assert status == bank.pay(refund())[0]
    assert 404 == bank.find("rfd_1")[0]
    assert 200 == bank.pay(refund())[0]
    assert 1 == moved(bank)


def test_asking_may_fail_too(bank: Caller) -> None:
    bank.pay(refund())
    bank.script({"call": "find", "outcome": "refuse", "refusal": "503", "times": 1})
    bank.script({"call": "find", "outcome": "timeout", "times": 1})
    assert [LOST, 503, 200] == [bank.find("rfd_1")[0] for _ in range(3)]


def test_duplicate_notifications_carry_the_same_id(bank: Caller) -> None:
    bank.script({"notices": "duplicate"})
    bank.pay(refund())
    first, second = bank.told(2)
    assert first == second


def test_reversal_may_be_told_before_the_settlement_it_reverses(bank: Caller) -> None:
    bank.script({"outcome": "reverse", "seconds": 1, "notices": "reorder", "held": 10, "reason": "account_closed"})
    bank.pay(refund())
    bank.pass_(2)
    (early,) = bank.told(1)
    bank.pass_(9)
    (late,) = bank.told(1)
    assert ["refund.reversed", "refund.settled"] == [early["type"], late["type"]]
    assert late["occurred_at"] < early["occurred_at"]


def test_silent_refund_is_never_told_but_can_be_asked_about(bank: Caller) -> None:
    bank.script({"refund_no": "rfd_1", "outcome": "accept", "seconds": 1, "notices": "silent"})
    bank.pay(refund())
    bank.pass_(1)
    bank.pay(refund("rfd_2"))
    assert ["rfd_2"] == [event["refund_no"] for event in bank.told(1)]
    assert "settled" == bank.find("rfd_1")[1]["state"]


def test_refund_without_an_end_stays_accepted(bank: Caller) -> None:
    bank.script({"outcome": "accept", "seconds": None})
    bank.pay(refund())
    bank.pass_(90 * 86400)
    assert "accepted" == bank.find("rfd_1")[1]["state"]
    assert 201 == bank.script({"now": "settle", "refund_no": "rfd_1"})[0]
    assert "settled" == bank.find("rfd_1")[1]["state"]


def test_settled_refund_can_be_reversed_once(bank: Caller) -> None:
    bank.pay(refund())
    assert 201 == bank.script({"now": "reverse", "refund_no": "rfd_1", "reason": "account_closed"})[0]
    assert 409 == bank.script({"now": "reverse", "refund_no": "rfd_1"})[0]
    assert ["refund.settled", "refund.reversed"] == sorted((event["type"] for event in bank.told(2)), reverse=True)
    book = bank.book()
    assert ({"CNY": 8900}, {"CNY": 8900}, {"pay_1": 0}) == (book["settled"], book["reversed"], book["payments"])


def test_chargeback_names_the_payment_and_the_amount(bank: Caller) -> None:
    bank.script({"now": "chargeback", "order_id": "o_1", "payment_id": "pay_1", "amount": 500, "currency": "CNY"})
    (event,) = bank.told(1)
    assert event["chargeback_id"] and "o_1" == event["order_id"]
    assert ("chargeback.opened", "pay_1", 500, "CNY") == (
        event["type"],
        event["payment_id"],
        event["amount"],
        event["currency"],
    )


def test_everything_that_is_told_is_what_our_own_listener_reads(bank: Caller) -> None:
    bank.script({"outcome": "fail", "seconds": 1, "refund_no": "rfd_2"})
    bank.pay(refund("rfd_1"))
    bank.pay(refund("rfd_2"))
    bank.pass_(1)
    bank.script({"now": "reverse", "refund_no": "rfd_1"})
    bank.script({"now": "chargeback", "order_id": "o_1", "payment_id": "pay_1", "amount": 500, "currency": "CNY"})
    assert {"refund.settled", "refund.failed", "refund.reversed", "chargeback.opened"} == {
        PaymentNotice.model_validate(event).type for event in bank.told(4)
    }


def test_rule_strikes_only_whom_it_names_and_as_often_as_it_says(bank: Caller) -> None:
    bank.script({"outcome": "decline", "least": 10_000, "times": 2})
    amounts = [9_999, 10_000, 10_001, 10_002]
    assert [200, 422, 422, 200] == [bank.pay(refund(f"rfd_{amount}", amount))[0] for amount in amounts]


@pytest.mark.parametrize("fault", [{"outcome": "explode"}, {"unheard": 1}, {"times": -1}, {"now": "dance"}])
def test_fault_that_does_not_exist_is_refused(bank: Caller, fault: dict[str, Any]) -> None:
    assert 400 == bank.script(fault)[0]


def test_book_adds_up_by_currency_and_counts_what_moved(bank: Caller) -> None:
    bank.script({"outcome": "accept", "currency": "GBP", "seconds": None})
    for number, amount, currency in (("rfd_1", 100, "CNY"), ("rfd_2", 23, "CNY"), ("rfd_3", 7, "GBP")):
        bank.pay(refund(number, amount, currency=currency))
        bank.pay(refund(number, amount, currency=currency))
    book = bank.book()
    assert (3, {"CNY": 123, "GBP": 7}, {"CNY": 123}) == (book["count"], book["accepted"], book["settled"])
    assert {"state": "settled", "amount": 23, "currency": "CNY", "asked": 2, "moved": 1} == book["refunds"]["rfd_2"]
