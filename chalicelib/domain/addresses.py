"""Where goods go back to: a shop's book of return addresses, by sku, category or region, with a default.

An address may be a person's home. It stands in the book and on the returns that use it; never on the bus, never in a
webhook or a log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from chalicelib.domain.base import Instant, Record
from chalicelib.domain.values import Identifier, Value

if TYPE_CHECKING:
    from chalicelib.domain.orders import OrderLine

Line = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class Address(Value):
    """Who takes the goods, and where."""

    name: Line = Field(repr=False)
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{4,24}$")] = Field(repr=False)
    address: Line = Field(repr=False)
    postcode: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z -]{0,12}$")] = ""
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = "CN"


class BookEntry(Value):
    """An address and the goods that go there. With nothing named it is the default."""

    address_id: Identifier
    address: Address
    sku: Word | None = None
    category: Word | None = None
    region: Word | None = None  # of the buyer

    @property
    def is_default(self) -> bool:
        return (self.sku, self.category, self.region) == (None, None, None)

    def rank(self, line: OrderLine, region: str) -> int | None:
        """How well it fits a line: a sku counts for more than a category, that for more than a region."""
        wanted = ((self.sku, line.sku, 4), (self.category, line.category, 2), (self.region, region, 1))
        if any(named not in (None, given) for named, given, _ in wanted):
            return None
        return sum(weight for named, _, weight in wanted if named is not None)


Entries = Annotated[tuple[BookEntry, ...], Field(max_length=200)]


class AddressBook(Record):
    """All of a shop's return addresses; what fits best is taken, of equals the first."""

    merchant_id: str
    entries: Entries = ()
    updated_at: Instant

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        refuse_twice(self.entries)
        return self

    def choose(self, lines: Iterable[OrderLine], region: str) -> Address | None:
        """One place for all goods of a case: where its lines belong to several, the default; without one, the first
        line's. None when nothing fits."""
        places = list(self._places(lines, region))
        if not places:
            return None
        if any(place != places[0] for place in places):
            return next((entry.address for entry in self.entries if entry.is_default), places[0])
        return places[0]

    def _places(self, lines: Iterable[OrderLine], region: str) -> Iterator[Address]:
        for line in lines:
            ranked = [(rank, entry) for entry in self.entries if (rank := entry.rank(line, region)) is not None]
            if ranked:
                yield max(ranked, key=lambda pair: pair[0])[1].address


def refuse_twice(entries: Iterable[BookEntry]) -> None:
    """Raises ValueError when an id or the same goods stand twice: then nobody could say where they go."""
    ids, goods = set[str](), set[tuple[str | None, ...]]()
    for entry in entries:
        key = (entry.sku, entry.category, entry.region)
        if entry.address_id in ids or key in goods:
            raise ValueError("an address_id, and the goods that go to an address, stand once")
        ids.add(entry.address_id)
        goods.add(key)
