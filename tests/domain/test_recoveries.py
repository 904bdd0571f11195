"""A debt to the platform's fund, move by move: what is open, what falls away, what is given back; to the fen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.domain.recoveries import SOON, Recovery, case_of, id_of, posting
from chalicelib.errors import RecoveryNotFound, TransitionRefused
from tests.refusals import refused

CASE = "case_01HZX0000000000000000000AB"
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def recovery(state: str = "open", **more: Any) -> Recovery:
    """1000 that shop m1 owes."""
    ids = {"recovery_id": id_of(CASE, 1), "case_id": CASE, "order_id": "o1", "merchant_id": "m1"}
    owed = {"debtor": "merchant", "debtor_id": "m1", "because": "advance", "currency": "CNY", "amount": 1000}
    times = {"opened_at": AT, "due_at": AT + timedelta(days=30), "look_at": AT}
    return Recovery.model_validate({**ids, **owed, **times, "state": state, **more})


def books(one: Recovery) -> tuple[int, int, int, int, str]:
    return one.open, one.recovered, one.written_off, one.dropped, one.state


# --- what it holds


@pytest.mark.parametrize("debtor", ["merchant", "carrier", "insurer", "buyer"])
@pytest.mark.parametrize("covers", ["refund", "freight", "clawback"])
def test_anybody_may_owe_for_anything_that_the_fund_pays(debtor: str, covers: str) -> None:
    one = recovery(debtor=debtor, covers=covers)
    assert (debtor, covers, f"{debtor}#m1") == (one.ref.debtor, one.ref.covers, one.account)


def test_a_new_debt_is_for_a_refund_and_nobody_has_filed_refused_or_given_it_up() -> None:
    one = recovery(look_at=None)
    assert ("refund", 0, None, None, None, None) == (
        one.covers, one.filings, one.waybill_no, one.command_no, one.refused_because, one.note,
    )  # fmt: skip
    assert ("open", None) == tuple(Recovery.model_fields[name].default for name in ("state", "look_at"))


def test_it_is_not_filed_less_often_than_never() -> None:
    assert 0 == recovery(filings=0).filings
    with pytest.raises(ValidationError):
        recovery(filings=-1)


def test_nobody_looks_at_a_debt_of_which_nothing_is_open() -> None:
    assert [AT, None] == [recovery(recovered=paid).watch_at for paid in (999, 1000)]


def test_a_debt_that_fell_away_is_not_opened_again() -> None:
    with pytest.raises(TransitionRefused):
        recovery("dropped").moved("open")


# --- what is paid, given up, or not owed after all


@pytest.mark.parametrize(
    ("before", "amount", "after"),
    [
        ({}, 1, (999, 1, 0, 0, "open")),
        ({}, 1000, (0, 1000, 0, 0, "recovered")),
        ({"recovered": 400}, 600, (0, 1000, 0, 0, "recovered")),
        ({"dropped": 400}, 600, (0, 600, 0, 400, "recovered")),
        ({"state": "written_off", "written_off": 600, "recovered": 400}, 100, (0, 500, 500, 0, "written_off")),
        ({"state": "written_off", "written_off": 600, "recovered": 400}, 600, (0, 1000, 0, 0, "recovered")),
    ],
)
def test_what_is_paid_is_of_what_is_open_and_then_of_what_was_given_up(
    before: dict[str, Any], amount: int, after: tuple[int, int, int, int, str]
) -> None:
    assert after == books(recovery(**before).paid(amount))


def test_what_nobody_will_pay_the_fund_bears_and_says_why() -> None:
    lost = recovery(recovered=400).given_up("the shop is gone")
    assert (0, 400, 600, 0, "written_off") == books(lost)
    assert ("the shop is gone", None, 2) == (lost.note, lost.look_at, lost.version)


@pytest.mark.parametrize(
    ("before", "amount", "after"),
    [
        ({}, 300, (700, 0, 0, 300, "open")),
        ({}, 2000, (0, 0, 0, 1000, "dropped")),
        ({"dropped": 200}, 900, (0, 0, 0, 1000, "dropped")),
        ({"recovered": 400}, 599, (1, 400, 0, 599, "open")),
        ({"recovered": 400}, 600, (0, 400, 0, 600, "recovered")),
        ({"recovered": 400}, 700, (0, 300, 0, 700, "recovered")),
        ({"recovered": 500, "dropped": 200}, 2000, (0, 0, 0, 1000, "dropped")),
        ({"state": "recovered", "recovered": 1000}, 1, (0, 999, 0, 1, "recovered")),
        ({"state": "written_off", "recovered": 400, "written_off": 600}, 300, (0, 400, 300, 300, "written_off")),
        ({"state": "written_off", "recovered": 400, "written_off": 600}, 700, (0, 300, 0, 700, "written_off")),
        ({"recovered": 500, "written_off": 200}, 400, (0, 500, 100, 400, "recovered")),
    ],
)
def test_what_is_not_owed_falls_away_open_money_first_then_what_was_given_up_then_what_was_paid(
    before: dict[str, Any], amount: int, after: tuple[int, int, int, int, str]
) -> None:
    known = recovery(**before)
    less = known.less(amount)
    assert (after, known.version + 1) == (books(less), less.version)
    assert known.recovered - after[1] == known.given_back(amount)


@pytest.mark.parametrize("state", ["open", "filed", "accepted", "refused"])
def test_a_debt_of_which_nothing_is_left_to_pay_is_recovered_wherever_it_stood(state: str) -> None:
    assert "recovered" == recovery(state, recovered=400).less(600).state


def test_the_sweeper_looks_soon_and_then_whenever_it_was_told_to() -> None:
    again = recovery().looked_at(AT + SOON)
    assert (timedelta(minutes=1), AT + SOON, 2) == (SOON, again.look_at, again.version)


def test_nobody_looks_again_at_what_fell_away() -> None:
    assert [AT, None] == [recovery().less(amount).look_at for amount in (999, 1000)]


# --- the journal, and its number


@pytest.mark.parametrize(
    ("kind", "giver", "taker"),
    [
        ("claimed", "merchant#m1", "receivable"),
        ("recovered", "receivable", "platform_fund"),
        ("written_off", "receivable", "merchant#m1"),
        ("dropped", "receivable", "merchant#m1"),
        ("given_back", "platform_fund", "merchant#m1"),
    ],
)
def test_every_move_is_a_posting_of_its_own(kind: Any, giver: str, taker: str) -> None:
    told = posting(recovery(version=7), kind, 300, AT)
    assert [(giver, -300), (taker, 300)] == [tuple(each.model_dump().values()) for each in told.postings]
    assert (f"{id_of(CASE, 1)}-{kind}-7", "o1", CASE, id_of(CASE, 1), kind, AT, "CNY") == (
        told.entry_id, told.order_id, told.case_id, told.recovery_id, told.kind, told.at, told.currency,
    )  # fmt: skip


def test_its_id_leads_back_to_the_case() -> None:
    assert CASE == case_of(id_of(CASE, 7))


@pytest.mark.parametrize("text", ["", CASE, id_of(CASE, 7)[:-1], id_of(CASE, 7) + "1", "x" * 65])
def test_another_text_is_no_recovery_s_id(text: str) -> None:
    assert (f"{text[:64]!r} is not a recovery's id", []) == refused(RecoveryNotFound, lambda: case_of(text))
