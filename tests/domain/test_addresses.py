"""A shop's book of return addresses: what fits best is taken."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.domain.addresses import AddressBook
from tests.domain import drafts
from tests.standins.time import MONDAY


def book(*entries: dict[str, Any]) -> AddressBook:
    rows = [
        {"address_id": f"a{i}", "address": {"name": f"place {i}", "phone": "13800138000", "address": "x"}, **entry}
        for i, entry in enumerate(entries)
    ]
    return AddressBook.model_validate({"merchant_id": "m1", "entries": rows, "updated_at": MONDAY})


def chosen(entries: AddressBook, *categories: str, region: str = "") -> str | None:
    lines = [drafts.line(f"l{i}", 1, 100).model_copy(update={"category": name}) for i, name in enumerate(categories)]
    order = drafts.order(*lines)
    address = entries.choose(order.lines, region)
    return address.name if address else None


def test_an_empty_book_says_nothing() -> None:
    assert chosen(book(), "coats") is None


def test_a_category_counts_for_more_than_a_region_and_that_for_more_than_the_default() -> None:
    entries = book({}, {"region": "Zhejiang"}, {"category": "coats"})
    assert "place 2" == chosen(entries, "coats", region="Zhejiang")
    assert "place 1" == chosen(entries, "hats", region="Zhejiang")
    assert "place 0" == chosen(entries, "hats", region="Yunnan")


def test_a_sku_counts_for_most() -> None:
    order = drafts.order(drafts.line("coat", 1, 100))
    entries = book({"category": order.lines[0].category or "any"}, {"sku": order.lines[0].sku})
    address = entries.choose(order.lines, "")
    assert address is not None and "place 1" == address.name


def test_goods_of_several_places_go_to_the_default_together() -> None:
    assert "place 0" == chosen(book({}, {"category": "coats"}), "coats", "hats")
    assert "place 0" == chosen(book({"category": "coats"}, {"category": "hats"}), "coats", "hats")


@pytest.mark.parametrize("twice", [{"address_id": "a0"}, {}])
def test_the_same_goods_go_to_one_place(twice: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        book({}, twice)


def test_an_address_is_not_written_into_a_log() -> None:
    assert "13800138000" not in repr(book({}))
