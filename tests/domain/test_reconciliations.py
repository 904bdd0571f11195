"""One number against its lines: what each difference says, whose way back it is, and how near is near enough."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from chalicelib.domain.bills import BillRow, Unreadable, day_of, span
from chalicelib.domain.reconciliations import (
    Because,
    BilledFact,
    Difference,
    Reconciliation,
    Report,
    Total,
    Totals,
    WayBack,
    missing,
    of_number,
    of_unreadable,
)
from chalicelib.domain.refunds import Refund, number_of

NUMBER = number_of("case_01HZX0000000000000000000AB", 7)
ZONE = "Asia/Shanghai"
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)  # there
MIDNIGHT = NOON + timedelta(hours=12)
SECOND, HOUR, WEEK = timedelta(seconds=1), timedelta(hours=1), timedelta(days=7)


def ours(state: str = "settled", **more: Any) -> Refund:
    ids = {"refund_no": NUMBER, "case_id": "case_01HZX0000000000000000000AB", "order_id": "o1", "merchant_id": "m1"}
    money = {"buyer_id": "b1", "payment_id": "p1", "method": "card", "provider": "standard", "currency": "CNY"}
    times = {"granted_at": NOON - HOUR, "settled_at": NOON}
    return Refund.model_validate({**ids, **money, "amount": 500, "state": state, **times, **more})


def theirs(state: Any = "settled", **more: Any) -> BillRow:
    return BillRow(NUMBER, "ref-1", "p1", 500, "CNY", state, NOON)._replace(**more)


def told(*rows: BillRow, of: Refund | None = None, settled_before: bool = False) -> list[Difference]:
    return list(of_number(rows, of, ZONE, settled_before=settled_before))


def test_what_agrees_is_no_difference() -> None:
    assert [] == list(of_number([theirs()], ours(), ZONE))
    assert [] == told(theirs(), theirs("reversed"), of=ours("reversed"))


def test_a_number_that_we_never_gave_is_claimed_back_line_by_line() -> None:
    rows = theirs(), theirs(amount=1)
    assert [Difference("extra", "unknown_number", "claim_back", NUMBER, None, row) for row in rows] == told(*rows)


@pytest.mark.parametrize("state", ["settled", "reversed"])
def test_money_that_moved_again_is_claimed_back(state: str) -> None:
    one, again = theirs(state), theirs(state, reference="ref-2")
    assert [Difference("extra", "moved_again", "claim_back", NUMBER, ours("reversed"), again)] == told(
        again, one, of=ours("reversed")
    )


def test_what_the_day_before_paid_moved_again_today() -> None:
    row = theirs()
    again = Difference("extra", "moved_again", "claim_back", NUMBER, ours(), row)
    assert [again] == told(row, of=ours(), settled_before=True)


@pytest.mark.parametrize(
    ("other", "because"),
    [({"amount": 501}, "amount"), ({"currency": "USD"}, "currency"), ({"payment_id": "p2"}, "payment")],
)
def test_other_money_is_compared_by_a_person(other: dict[str, Any], because: Any) -> None:
    row = theirs(**other)
    assert [Difference("other_amount", because, "compare", NUMBER, ours(), row)] == told(row, of=ours())


def test_the_line_that_fits_is_the_one_that_is_meant_and_of_two_that_fit_the_earlier() -> None:
    odd, late, early = theirs(amount=1), theirs(settled_at=NOON + SECOND), theirs(reference="z")
    again = [Difference("extra", "moved_again", "claim_back", NUMBER, ours(), row) for row in (late, odd)]
    assert again == told(odd, late, early, of=ours())


@pytest.mark.parametrize(
    ("state", "way"),
    [("granted", "person"), ("submitted", "record_fact"), ("unknown", "record_fact"), ("failed", "record_fact")],
)
def test_a_payment_that_we_do_not_know_is_recorded_unless_it_was_never_handed_over(state: str, way: Any) -> None:
    known, row = ours(state, settled_at=None), theirs()
    assert [Difference("other_state", "paid_there", way, NUMBER, known, row)] == told(row, of=known)


@pytest.mark.parametrize(
    ("state", "way"),
    [("settled", "record_fact"), ("submitted", "record_fact"), ("unknown", "record_fact"), ("failed", "person")],
)
def test_a_return_that_we_do_not_know_is_recorded_of_what_was_on_its_way(state: str, way: Any) -> None:
    known, row = ours(state), theirs("reversed")
    assert [Difference("other_state", "reversed_there", way, NUMBER, known, row)] == told(row, of=known)


@pytest.mark.parametrize(
    ("before", "after", "because"),
    [
        (-HOUR / 2, HOUR / 2, None),  # within the hour, on two days
        (-HOUR / 2, HOUR / 2 + SECOND, "another_day"),
        (-3 * HOUR, -SECOND, None),  # hours apart, on the same day
        (HOUR / 2, -HOUR / 2 - SECOND, "another_day"),
    ],
)
def test_two_clocks_around_midnight_are_no_difference(before: timedelta, after: timedelta, because: Any) -> None:
    known, row = ours(settled_at=MIDNIGHT + before), theirs(settled_at=MIDNIGHT + after)
    late = [Difference("settled_late", because, "book_on_bill_day", NUMBER, known, row)] if because else []
    assert late == told(row, of=known)


def test_a_week_after_the_grant_is_late_whenever_we_heard_of_it() -> None:
    known = ours(granted_at=NOON - WEEK)
    assert [] == told(theirs(), of=known)
    row = theirs(settled_at=NOON + SECOND)
    late = Difference("settled_late", "long_after_grant", "book_on_bill_day", NUMBER, known, row)
    assert [late] == told(row, of=known)


def test_of_a_refund_that_nobody_told_us_when_it_was_settled_no_line_is_late() -> None:
    assert [] == told(theirs(), of=ours(settled_at=None))


def test_a_line_that_cannot_be_read_is_read_by_hand() -> None:
    lines = [Unreadable("x;y", "no amount", NUMBER), Unreadable("?", "no row")]
    assert [
        Difference("unreadable", "unreadable", "read_by_hand", NUMBER, None, None, "x;y", None),
        Difference("unreadable", "unreadable", "read_by_hand", "", None, None, "?", None),
    ] == list(of_unreadable(lines))


ANSWERS = {
    None: "ask_again",
    "unknown": "ask_again",
    "settled": "correct_bill",
    "accepted": "prove_payment",
    "failed": "prove_payment",
    "never_seen": "prove_payment",
}


@pytest.mark.parametrize("asked", ANSWERS)
def test_what_no_bill_has_goes_by_what_the_provider_says_today(asked: Any) -> None:
    lacking = Difference("missing", "not_on_bills", ANSWERS[asked], NUMBER, ours(), None, "", asked)  # type: ignore[arg-type]
    assert lacking == missing(ours(), asked)


def test_these_are_all_ways_back_and_all_that_leads_there() -> None:
    others = {"record_fact", "claim_back", "compare", "person", "book_on_bill_day", "read_by_hand"}
    assert {*ANSWERS.values(), *others} == set(get_args(WayBack))
    lines = {"unknown_number", "moved_again", "amount", "currency", "payment", "paid_there", "reversed_there"}
    assert {*lines, "another_day", "long_after_grant", "not_on_bills", "unreadable"} == set(get_args(Because))


# --- the report


def test_the_same_facts_stand_in_the_same_order() -> None:
    bare, row = Difference("missing", "not_on_bills", "ask_again", NUMBER), theirs()
    whole = Difference("extra", "moved_again", "claim_back", NUMBER, ours(), row, "text")
    assert ("missing", NUMBER, "not_on_bills", "", "") == bare.order
    line = ("ref-1", "settled", NOON.isoformat(), "500")
    assert ("extra", NUMBER, "moved_again", "text", *line, "CNY") == whole.order


def test_the_payment_is_recorded_before_its_return() -> None:
    settled, reversed_ = (BilledFact(refund_no=NUMBER, state=state) for state in ("settled", "reversed"))
    other = BilledFact(refund_no="rfd_other", state="settled")
    known = day(facts=(reversed_, other, settled))
    assert ((settled, reversed_), ()) == (known.facts_of(NUMBER), known.facts_of("rfd_none"))


def test_a_day_is_news_until_its_newest_report_was_counted() -> None:
    known = day(reports=(report(1), report(2), report(3)))
    assert (3, 4) == (known.newest.number, known.newest.total)
    assert [True, True, True, False] == [known.but(told=told).is_news for told in range(4)]
    assert ("standard", 0, (), ()) == (known.provider, known.told, known.facts, known.recorded)


def test_what_moved_nothing_counts_nothing() -> None:
    nothing = Total()
    assert (0, 0) == (nothing.count, nothing.amount)
    assert {"paid": {}, "returned": {}, "ours": {}} == Totals().model_dump()


def report(number: int) -> Report:
    found = {"extra": 1, "missing": number, "other_amount": 0, "other_state": 0, "settled_late": 0, "unreadable": 0}
    totals = Totals()
    file = {"digest": "d", "object_key": "k", "rows": 0, "closed": True, "at": NOON}
    return Report.model_validate({"number": number, "differences": found, "totals": totals, **file})


def day(**more: Any) -> Reconciliation:
    return Reconciliation.model_validate({"day": NOON.date(), "zone": ZONE, "reports": (report(1),), **more})


# --- the provider's days


def test_a_day_begins_and_ends_at_its_own_midnight() -> None:
    begins, ends = span(NOON.date(), ZONE)
    assert (MIDNIGHT - timedelta(days=1), MIDNIGHT) == (begins, ends)
    assert [19, 20, 20, 21] == [
        day_of(at, ZONE).day for at in (begins - SECOND, begins, ends - SECOND, ends)
    ]  # fmt: skip


@pytest.mark.parametrize(("day", "hours"), [(29, 23), (30, 24)])
def test_a_day_on_which_clocks_are_changed_is_shorter(day: int, hours: int) -> None:
    begins, ends = (at.astimezone(UTC) for at in span(datetime(2026, 3, day, tzinfo=UTC).date(), "Europe/Berlin"))
    assert hours * HOUR == ends - begins
