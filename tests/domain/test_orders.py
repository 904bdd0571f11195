"""Orders as they arrive and as they are kept."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from chalicelib.domain.orders import Order, OrderDraft
from chalicelib.errors import LineNotFound
from tests.domain.drafts import draft, line, order, orders


def spoiled(**changes: Any) -> dict[str, Any]:
    return {**draft().model_dump(mode="json"), **changes}


def test_a_line_is_found_by_its_id() -> None:
    assert 1800 == order(line("1"), line("2", 1, 1800)).line("2").paid


def test_a_line_that_is_not_there_is_not_found() -> None:
    with pytest.raises(LineNotFound):
        order().line("2")


def test_an_order_has_at_least_one_line() -> None:
    with pytest.raises(ValidationError, match="lines"):
        OrderDraft.model_validate(spoiled(lines=[]))


def test_an_order_may_have_2000_lines() -> None:
    assert 2000 == len(order(*(line(str(i)) for i in range(2000))).lines)


def test_2001_lines_are_refused() -> None:
    with pytest.raises(ValidationError, match="lines"):
        draft(*(line(str(i)) for i in range(2001)))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="placed_at"):
        OrderDraft.model_validate(spoiled(placed_at="2026-11-22T12:00:00"))


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="discount"):
        OrderDraft.model_validate(spoiled(discount=100))


@pytest.mark.parametrize("freight", [-1, 8.0, True, "800"])
def test_freight_is_a_whole_number_and_not_below_zero(freight: Any) -> None:
    with pytest.raises(ValidationError, match="freight"):
        OrderDraft.model_validate(spoiled(freight=freight))


@pytest.mark.parametrize("quantity", [0, -1, 1.0, 10**9 + 1])
def test_a_line_has_at_least_one_unit_and_whole_ones(quantity: Any) -> None:
    with pytest.raises(ValidationError, match="quantity"):
        line().model_validate({**line().model_dump(), "quantity": quantity})


@pytest.mark.parametrize("order_id", ["", "a b", "a#b", "a/b", "-a", "a\n", "a" * 129])
def test_an_id_holds_nothing_that_a_key_or_an_address_would_escape(order_id: str) -> None:
    with pytest.raises(ValidationError, match="order_id"):
        OrderDraft.model_validate(spoiled(order_id=order_id))


def test_a_kept_order_does_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        order().freight = 0  # type: ignore[misc]


@given(orders())
@settings(max_examples=50)
def test_an_order_reads_back_as_it_was_written(bought: Order) -> None:
    assert bought == Order.model_validate_json(bought.model_dump_json())
