"""A buyer's credit: how much may be out at once, and how often money may be clawed back before the right is gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from chalicelib.domain.buyers import MOST_CLAWBACKS, Abuse, Credit
from tests.standins.shops import shop

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def clawed_back(*days_ago: int) -> Credit:
    credit = Credit(buyer_id="b1")
    for count, days in enumerate(days_ago):
        credit = credit.clawed_back(f"debt{count}", AT - days * DAY)
    return credit


def test_the_right_is_withdrawn_after_two_clawbacks_within_ninety_days() -> None:
    assert [True, False, False] == [
        clawed_back(*days).is_withdrawn(Abuse(), AT) for days in ((89, 1), (90, 1), (1,))
    ]  # fmt: skip


@pytest.mark.parametrize("allowed", [{"clawbacks": 1, "days": 1}, {"clawbacks": 20, "days": 3650}])
def test_a_policy_counts_one_to_twenty_clawbacks_in_a_day_to_ten_years(allowed: dict[str, int]) -> None:
    assert allowed == Abuse(**allowed).model_dump()


@pytest.mark.parametrize("wrong", [{"clawbacks": 0}, {"clawbacks": 21}, {"days": 0}, {"days": 3651}])
def test_it_counts_no_other(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Abuse(**wrong)


def test_as_many_clawbacks_are_remembered_as_any_policy_counts_and_every_debt() -> None:
    credit = clawed_back(*range(30, 0, -1))
    assert [AT - days * DAY for days in range(MOST_CLAWBACKS, 0, -1)] == list(credit.clawbacks)
    assert (20, 30) == (MOST_CLAWBACKS, len(credit.debts))


def test_what_is_out_never_falls_below_nothing() -> None:
    credit = Credit(buyer_id="b1", limits={"CNY": 500}).using("CNY", 300)
    assert [(300, 200), (600, 0), (0, 500)] == [
        (each.used["CNY"], each.left("CNY")) for each in (credit, credit.using("CNY", 300), credit.using("CNY", -400))
    ]


def test_a_currency_is_leaned_on_by_itself() -> None:
    credit = Credit(buyer_id="b1", limits={"CNY": 500, "USD": 80}).using("CNY", 300).using("USD", 1)
    assert [200, 79, 0] == [credit.left(currency) for currency in ("CNY", "USD", "EUR")]
    assert 5 == credit.using("EUR", 5).used["EUR"]
    assert ({}, 0) == (Credit(buyer_id="b1").limits, Credit(buyer_id="b1").left("CNY"))


def test_nobody_has_given_back_a_right_that_was_never_withdrawn() -> None:
    credit = Credit(buyer_id="b1")
    assert (None, None, None) == (credit.restored_at, credit.restored_by, credit.restored_because)


def test_what_was_clawed_back_before_the_right_was_given_back_counts_no_more() -> None:
    twice = clawed_back(3, 2)
    assert [True, False] == [
        twice.but(restored_at=AT - days * DAY).is_withdrawn(Abuse(), AT) for days in (4, 2)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("currency", "amount", "why"),
    [
        ("CNY", 500, None),
        ("CNY", 501, "instant_over_limit"),
        ("USD", 1, "instant_not_given"),
        ("EUR", 1, "instant_not_given"),
        ("JPY", 301, "instant_over_limit"),
        ("JPY", 300, None),
    ],
)
def test_a_buyer_leans_on_no_more_than_was_given_and_the_policy_allows(
    currency: str, amount: int, why: str | None
) -> None:
    policy = shop(instant_up_to={"CNY": 900, "USD": 100, "JPY": 300}).policies.get("platform", 1)
    credit = Credit(buyer_id="b1", limits={"CNY": 500, "EUR": 500, "JPY": 900})
    assert why == credit.why_not(policy, currency, amount, AT)


def test_who_was_withdrawn_or_owes_leans_on_nothing() -> None:
    policy, credit = shop(instant_up_to={"CNY": 900}).policies.get("platform", 1), Credit(buyer_id="b1")
    credit = credit.but(limits={"CNY": 500})
    owing, withdrawn = credit.clawed_back("debt", AT), clawed_back(2, 1).but(limits={"CNY": 500})
    assert ["instant_debt", "instant_withdrawn"] == [one.why_not(policy, "CNY", 1, AT) for one in (owing, withdrawn)]
