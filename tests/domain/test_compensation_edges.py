"""Compensation 赔付 at its edges: what a rule may say, what somebody without an amount is told, and who bears it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.domain.balances import open_ledger
from chalicelib.domain.claims import Ask
from chalicelib.domain.compensations import BEARERS, Compensation, award
from chalicelib.domain.deliveries import Delivery
from chalicelib.errors import InvalidRequest
from tests.domain.drafts import AT, line, order
from tests.refusals import refused

SHOP = order(line("pen", 1, 333), line("ink", 3, 100))
ON_ITS_WAY = Delivery(order_id="o1", promised_at=AT)


def given(rule: Compensation, *asks: Ask, currency: str = "CNY", days: int = 0) -> int:
    return rule.due(SHOP.but(currency=currency), asks, ON_ITS_WAY, AT + timedelta(days=days), None)


def test_a_rule_shares_nothing_all_or_up_to_ten_times_what_was_paid() -> None:
    rules = [Compensation(basis="share", most={"CNY": 9999}, **share) for share in ({}, {"per_mille": 10_000})]
    assert [0, 6330] == [given(rule) for rule in rules]


@pytest.mark.parametrize("per_mille", [-1, 10_001])
def test_a_rule_shares_no_more_than_that(per_mille: int) -> None:
    with pytest.raises(ValidationError):
        Compensation.model_validate({"per_mille": per_mille, "most": {}})


def test_a_rule_may_say_that_nothing_is_shared() -> None:
    assert 0 == Compensation.model_validate({"per_mille": 0, "most": {}}).per_mille == Compensation(most={}).per_mille


def test_a_share_is_whole_minor_units() -> None:
    share = given(Compensation(basis="share", per_mille=500, most={"CNY": 9999}), Ask(line_id="pen", quantity=1))
    assert (166, int) == (share, type(share))


@pytest.mark.parametrize(
    "rule",
    [
        {"basis": "fixed", "amount": {"CNY": 5}, "most": {"CNY": 9, "USD": 9}},
        {"basis": "fixed", "amount": {"CNY": 5, "USD": 5}, "most": {"CNY": 9}},
    ],
)
def test_a_currency_without_an_amount_or_without_a_most_gets_not_even_a_fen(rule: dict[str, Any]) -> None:
    assert [5, 0] == [given(Compensation.model_validate(rule), currency=currency) for currency in ("CNY", "USD")]


def test_goods_that_are_still_on_their_way_are_late_by_the_day_of_the_question() -> None:
    rule = Compensation(basis="per_day", amount={"CNY": 500}, most={"CNY": 9999})
    assert [0, 1500] == [given(rule, days=days) for days in (0, 3)]


def test_who_names_no_amount_hears_how_much_may_be_asked() -> None:
    rule = Compensation(most={"CNY": 20000})
    told = "how much?", [("amount", "needed", {"minimum": 1, "maximum": 20000})]
    assert told == refused(InvalidRequest, lambda: given(rule))


def test_an_award_of_nothing_is_paid_to_nobody() -> None:
    assert () == award(open_ledger(SHOP), "missing_item", 0).sources


def test_a_shop_bears_its_own_doing_and_the_platform_everybody_else_s() -> None:
    assert {"merchant": "merchant", "buyer": "platform", "carrier": "platform", "platform": "platform"} == BEARERS
