"""The clerk files what customers ask, each request twice, and again without the amounts that were refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from local.api import Unexpected
from local.importers.online_retail import Asked, Filing
from local.importers.purchases import Invoice, Line
from local.replay.filing import Clerk
from local.replay.names import Names
from local.replay.results import Results
from tests.local.replay import fakes

AT = datetime(2010, 12, 1, 8, 26, tzinfo=UTC)


def filing(*amounts: int, must_be_refused: bool = False, unmatched: tuple[str, ...] = ()) -> Filing:
    asks = tuple(Asked(i, 1, amount) for i, amount in enumerate(amounts, 1))
    return Filing("C1-500001", "500001", "17850", AT, asks, sum(amounts), must_be_refused, unmatched)


def file(counter: fakes.Counter, what: Filing) -> tuple[bool, Results]:
    results = Results()
    return Clerk(counter, Names("r1"), results).file(what), results


def test_a_case_is_filed_by_its_own_buyer_for_what_the_shop_credited() -> None:
    counter = fakes.Counter(fakes.taken)
    became_a_case, results = file(counter, filing(850, 425))
    user, path, _, body = counter.sent[0]
    assert ("uci-17850", "/cases", "r1-500001") == (user, path, body["order_id"])
    assert [850, 425] == [line["amount"]["amount"] for line in body["lines"]]
    assert became_a_case
    assert 1275 == results.filed["case-of-r1-500001"].amount


def test_every_request_is_sent_twice_with_the_same_key() -> None:
    counter = fakes.Counter(fakes.taken)
    _, results = file(counter, filing(850))
    assert 2 == len(counter.sent) == results.requests
    assert counter.sent[0] == counter.sent[1]
    assert [] == results.problems


def test_a_second_answer_that_is_not_the_stored_one_is_a_problem() -> None:
    _, results = file(fakes.Counter(fakes.taken, forgets=True), filing(850))
    assert ["r1-case-C1-500001: the second answer is not marked Idempotent-Replayed"] == results.problems


def test_a_refused_request_is_filed_again_without_the_offending_amounts_alone() -> None:
    counter = fakes.Counter(fakes.worth(500))
    _, results = file(counter, filing(850, 425, 900))
    assert [None, 425, None] == [line.get("amount", {}).get("amount") for line in counter.sent[-1][3]["lines"]]
    assert (1, 2, 4) == (len(results.filed_again), results.left_out, results.requests)
    assert [] == results.problems


def test_the_second_form_has_a_key_of_its_own() -> None:
    counter = fakes.Counter(fakes.worth(500))
    file(counter, filing(850))
    assert ["r1-case-C1-500001", "r1-case-C1-500001-again"] == sorted({key for _, _, key, _ in counter.sent})


@pytest.mark.parametrize("code", ["RefundExceedsPaid", "QuantityExceedsPurchased"])
def test_an_attempt_at_too_much_is_refused_and_never_filed_again(code: str) -> None:
    counter = fakes.Counter(fakes.refused(code))
    became_a_case, results = file(counter, filing(850, must_be_refused=True))
    assert not became_a_case
    assert [code] == [refused.code for refused in results.refused]
    assert (2, []) == (len(counter.sent), results.problems)


def test_an_attempt_that_is_taken_is_a_problem_and_a_case_that_must_still_end() -> None:
    became_a_case, results = file(fakes.Counter(fakes.taken), filing(850, must_be_refused=True))
    assert became_a_case
    assert ["the over-refund attempt C1-500001 was not refused: 201 "] == results.problems


@pytest.mark.parametrize("code", ["NotEligible", "QuantityExceedsPurchased"])
def test_any_other_refusal_of_a_case_is_a_problem(code: str) -> None:
    became_a_case, results = file(fakes.Counter(fakes.refused(code)), filing(850))
    assert not became_a_case
    assert code in results.problems[0]


def test_rows_that_fit_no_purchase_are_a_problem_and_the_rest_is_filed() -> None:
    became_a_case, results = file(fakes.Counter(fakes.taken), filing(850, unmatched=("returns.csv row 9: no",)))
    assert became_a_case
    assert ["returns.csv row 9: no"] == results.problems


def test_an_order_that_is_refused_stops_everything() -> None:
    clerk = Clerk(fakes.Counter(fakes.refused("OrderDoesNotAddUp")), Names("r1"), Results())
    with pytest.raises(Unexpected):
        clerk.register(Invoice("1", "17850", AT, [Line(1, "A", "a", 1, Decimal(1))]), timedelta())


def test_orders_are_registered_by_the_order_system_twice() -> None:
    counter, results = fakes.Counter(lambda body: (201, {})), Results()
    Clerk(counter, Names("r1"), results).register(
        Invoice("1", "17850", AT, [Line(1, "A", "a", 1, Decimal(1))]), timedelta()
    )
    assert [("orders", "/orders", "r1-order-1")] * 2 == [sent[:3] for sent in counter.sent]
    assert (1, 2) == (results.orders, results.requests)
