"""A shop's return addresses on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import model_validator

from chalicelib.domain.addresses import BookEntry, Entries, refuse_twice
from chalicelib.domain.base import Instant
from chalicelib.domain.values import Value

if TYPE_CHECKING:
    from chalicelib.domain.addresses import AddressBook


class PutAddresses(Value):
    """The whole book: a sku counts for more than a category, that for more than a region; an entry with none of them is
    the default."""

    entries: Entries

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        refuse_twice(self.entries)
        return self


class AddressBookView(Value):
    merchant_id: str
    entries: tuple[BookEntry, ...]
    version: int
    updated_at: Instant

    @staticmethod
    def of(book: AddressBook) -> AddressBookView:
        return AddressBookView(
            merchant_id=book.merchant_id, entries=book.entries, version=book.version, updated_at=book.updated_at
        )
