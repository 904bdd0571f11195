"""Price protection 价保 at its edges: what a policy may promise, what is refused in words, several lines at once."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from chalicelib.domain.balances import Ledger, open_ledger
from chalicelib.domain.claims import Ask, Claim
from chalicelib.domain.ledgers import charge_back
from chalicelib.domain.prices import PriceFact
from chalicelib.domain.protections import Protection, protect
from chalicelib.errors import InvalidRequest
from tests.domain.drafts import AT, line, order
from tests.refusals import refused

# A coat for 300.00 and three scarves for 10.00 each.
SHOP = order(line("coat", 1, 30000), line("scarf", 3, 1000))
NEW = open_ledger(SHOP)
COAT, SCARVES = Ask(line_id="coat", quantity=1), Ask(line_id="scarf", quantity=3)


def fallen(*asks: Ask, ledger: Ledger = NEW, **prices: int) -> Claim:
    facts = {f"sku-{name}": PriceFact(amount=amount, currency="CNY", at=AT) for name, amount in prices.items()}
    return protect(SHOP, ledger, asks, facts)


def told(*asks: Ask) -> tuple[str, list[tuple[str, str, dict[str, int] | None]]]:
    return refused(InvalidRequest, lambda: fallen(*asks))  # type: ignore[return-value]


@pytest.mark.parametrize("days", [0, 365])
def test_a_policy_protects_for_no_day_or_up_to_a_year_from_signing(days: int) -> None:
    promise = Protection.model_validate({"days": days})
    assert (days, "signing", None) == (promise.days, promise.since, promise.category)


@pytest.mark.parametrize("days", [-1, 366, None])
def test_it_protects_no_longer_and_says_how_long(days: int | None) -> None:
    with pytest.raises(ValidationError):
        Protection.model_validate({} if days is None else {"days": days})


def test_a_part_of_the_units_is_refused_with_what_would_do() -> None:
    wrong = ("lines[1].quantity", "all 3 units that are kept, or none", {"minimum": 3, "maximum": 3})
    assert ("lines[1].quantity: all 3 units that are kept, or none", [wrong]) == told(COAT, SCARVES.but(quantity=2))


def test_an_amount_is_refused_because_the_price_says_it() -> None:
    wrong = ("lines[0].amount", "follows from the price", None)
    assert ("lines[0].amount: follows from the price", [wrong]) == told(COAT.but(amount=1))


def test_a_line_stands_once() -> None:
    wrong = ("lines[2].line_id", "stands more than once", None)
    assert ("lines[2].line_id: stands more than once", [wrong]) == told(COAT, SCARVES, COAT)


def test_every_wrong_is_told_at_once() -> None:
    _, wrong = told(COAT, COAT.but(quantity=2, amount=1))
    assert ["lines[1].quantity", "lines[1].amount", "lines[1].line_id"] == [field for field, _, _ in wrong]


def test_goods_that_the_catalogue_does_not_know_have_not_fallen() -> None:
    claim = fallen(COAT, SCARVES, scarf=900)
    assert [(0, 30000), (300, 2700)] == [(each.amount, each.costs_now) for each in claim.lines]


def test_of_goods_of_which_only_the_tax_was_paid_the_price_is_what_they_cost() -> None:
    gift = order(line("coat", 2, 0), tax=600)
    facts = {"sku-coat": PriceFact(amount=200, currency="CNY", at=AT)}
    claim = protect(gift, open_ledger(gift), [COAT.but(quantity=2)], facts)
    assert [(200, 400)] == [(each.value, each.costs_now) for each in claim.lines]


def test_what_the_bank_left_is_shared_in_the_order_of_the_lines() -> None:
    taken = charge_back(SHOP, NEW, "pay_card", 33000 - 5200)
    claim = fallen(COAT, SCARVES, ledger=taken, coat=25000, scarf=900)
    assert [(5000, 5000, 5000), (300, 200, 200)] == [(each.value, each.asked, each.amount) for each in claim.lines]
    assert (5200, [("pay_card", 5200)]) == (claim.total, [(one.payment_id, one.amount) for one in claim.sources])
