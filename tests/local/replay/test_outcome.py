"""All books must say the same, to the penny; whatever does not is said in words."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from local.importers.online_retail import Asked, Filing, Retail
from local.importers.places import Skipped
from local.replay.books import Books, paid_by_provider
from local.replay.outcome import Outcome, disagreements, outcome
from local.replay.results import Filed, Refused, Results
from local.replay.shelves import Shelves
from local.replay.standing import Standing
from local.replay.transitions import Transitions

AT = datetime(2010, 12, 1, 8, 26, tzinfo=UTC)
CASE = Filing("C1-1", "1", "17850", AT, (Asked(1, 2, 850),), 850)
ATTEMPT = Filing("C2-A", "1", "17850", AT, (Asked(1, 9, 999),), 0, must_be_refused=True)
SHELVED = Shelves({"case_1": "done"}, {"case_1": 0})
RETAIL = Retail({}, (CASE, ATTEMPT), Skipped())


def row(status: str = "completed", amount: int = 850) -> dict[str, Any]:
    return {
        "case_id": "case_1",
        "order_id": "r1-1",
        "status": {"code": status},
        "amount": {"amount": amount, "currency": "GBP"},
        "next_action": {"who": {"code": "merchant"}, "gate": {"code": "decision"}},
        "created_at": "2026-01-01T00:00:00.000Z",
        "updated_at": "2026-01-01T00:00:02.500Z",
    }


def results(refused: int = 1) -> Results:
    made = Results(requests=6)
    made.file(Filed(CASE, "case_1", 850))
    for _ in range(refused):
        made.refuse(Refused(ATTEMPT, "QuantityExceedsPurchased", "9 units, 4 are left"))
    return made


def books(provider: int = 850, ledger: int = 850, journal: int = 850) -> Books:
    return Books({"r1-1": provider}, {"r1-1": ledger}, {"r1-1": journal})


def judged(
    of: Results | None = None, standing: Standing | None = None, said: Books | None = None
) -> tuple[Outcome, list[str]]:
    parts = of or results(), standing or Standing({"completed": [row()]}), said or books()
    out = outcome(RETAIL, *parts, Transitions("refunds", {"case_1": 9}), 12.34, shelves=Shelves())
    return out, disagreements(out, RETAIL, *parts)


def test_when_all_agree_nothing_is_wrong() -> None:
    assert [] == judged()[1]


def test_the_line_has_exactly_these_fields_in_this_order() -> None:
    assert {
        "cases": 1,
        "requests": 6,
        "refunded_minor": 850,
        "expected_minor": 850,
        "provider_minor": 850,
        "ledger_minor": 850,
        "journal_minor": 850,
        "refused_over_refunds": 1,
        "expected_over_refunds": 1,
        "open_cases": 0,
        "mode": "refunds",
        "sent_back": 0,
        "put_away": 0,
        "put_away_differently": 0,
        "not_put_away": 0,
        "transitions_max": 9,
        "transitions_median": 9.0,
        "seconds": 12.3,
    } == json.loads(judged()[0].line())
    assert list(json.loads(judged()[0].line())) == [*Outcome.__dataclass_fields__]


def test_a_penny_too_much_at_the_provider_is_found_in_the_sum_and_by_its_order() -> None:
    wrong = judged(said=books(provider=851))[1]
    assert "the payment provider's book: 851, 850 is expected" in wrong
    assert "r1-1: the provider paid 851, the ledger says 850, the journal 850" in wrong


def test_two_errors_that_cancel_out_are_found_by_their_orders() -> None:
    said = Books({"a": 1, "b": 2}, {"a": 2, "b": 1}, {"a": 1, "b": 2})
    assert 2 == len(said.disagreements())


def test_a_refund_that_was_paid_twice_is_named() -> None:
    said = Books({"r1-1": 850}, {"r1-1": 850}, {"r1-1": 850}, paid_twice=["rfd_1"])
    assert ["rfd_1 was paid more than once"] == judged(said=said)[1]


def test_an_attempt_that_was_not_refused_is_wrong() -> None:
    assert ["0 of 1 over-refund attempts were refused"] == judged(of=results(refused=0))[1]


def test_an_open_case_is_wrong_and_says_where_it_stands() -> None:
    out, wrong = judged(standing=Standing({"in_review": [row("in_review")]}))
    assert (1, 0) == (out.open_cases, out.refunded_minor)
    stuck = "case_1 of order r1-1: in_review, waits for merchant at decision, since 2026-01-01T00:00:02.500Z"
    assert f"still open: {stuck}" in wrong


def test_other_shops_payments_do_not_count() -> None:
    book = {"payments": {"pay-r1-1": 850, "pay-r0-1": 99, "wallet-s1": 7}}
    assert {"r1-1": 850, "r1-2": 0} == paid_by_provider(book, ["r1-1", "r1-2"])


def test_how_long_the_money_took_is_read_off_the_lists() -> None:
    assert [2.5] == Standing({"completed": [row()]}).seconds_to_settle


def test_a_return_whose_goods_never_came_back_is_wrong() -> None:
    parts = results(), Standing({"completed": [row()]}), books()
    out = outcome(RETAIL, *parts, Transitions("returns", {"case_1": 17}), 1.0, mode="returns", shelves=SHELVED)
    assert ["the goods of 0 cases were sent back, 1 were filed"] == disagreements(out, RETAIL, *parts)


def test_a_return_may_take_twenty_transitions_and_a_refund_ten() -> None:
    assert [] == Transitions("returns", {"a": 20, "b": 15}).disagreements()
    [wrong] = Transitions("returns", {"a": 21}).disagreements()
    assert "a took 21 transitions, 20 at most are allowed" == wrong
    assert 1 == len(Transitions("refunds", {"a": 11}).disagreements())


def test_a_case_that_no_flow_carried_is_wrong() -> None:
    assert 1 == len(Transitions("returns", {"a": 0}).disagreements())


def test_the_most_and_the_median_are_told_of_all_cases() -> None:
    found = Transitions("returns", {"a": 15, "b": 17, "c": 20})
    assert (20, 17.0) == (found.most, found.median)


def test_goods_that_do_not_stand_in_the_warehouse_are_wrong_and_counted() -> None:
    found = Shelves({"a": "done", "b": "different", "c": "awaited", "d": "none"}, {"a": 0, "b": 0, "c": 2, "d": 0})
    assert [f"the goods of {one}" for one in ("b are different", "c are awaited", "d are none")] == [
        wrong.partition(",")[0] for wrong in found.disagreements()
    ]
    out = outcome(RETAIL, results(), Standing({}), books(), Transitions("returns"), 1.0, mode="returns", shelves=found)
    assert (1, 1, 2) == (out.put_away, out.put_away_differently, out.not_put_away)
