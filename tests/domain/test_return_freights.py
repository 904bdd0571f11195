"""The way back's freight, to the fen: whoever pays it, and what is written down of it."""

from __future__ import annotations

import pytest

from chalicelib.domain.orders import FreightInsurance
from chalicelib.domain.return_freights import ReturnFreight, settle

LIMIT = 2500


def steps(declared: int) -> list[tuple[str, int]]:
    paid = settle(ReturnFreight(declared=declared), "merchant", LIMIT, None)
    return [(step.kind, step.amount) for step in paid.steps] if paid else []


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        (LIMIT, [("declared", LIMIT)]),
        (LIMIT + 1, [("declared", LIMIT + 1), ("above_limit", -1)]),
        (1, [("declared", 1)]),
        (0, []),
    ],
)
def test_what_costs_just_the_limit_is_not_above_it(declared: int, told: list[tuple[str, int]]) -> None:
    assert told == steps(declared)


def test_it_has_no_voucher_before_it_was_paid_by_one() -> None:
    paid = settle(ReturnFreight(declared=1), "merchant", LIMIT, None)
    assert paid is not None
    assert (None, 1) == (paid.refund_no, paid.reimbursed)


def test_an_insurer_that_pays_what_it_cost_waits_to_hear_it() -> None:
    insured = FreightInsurance(insurer_id="picc", amount=1000, fixed=False)
    assert settle(ReturnFreight(), "buyer", LIMIT, insured) is None
