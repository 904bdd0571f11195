"""Claims: what a buyer asks back (`Ask`) and what that comes to, by line, freight and payment (`Claim`).

All amounts are integer minor units of the order's currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Self

from pydantic import model_validator

from chalicelib.domain.money import apportion, worth
from chalicelib.domain.values import Count, Identifier, Minor, Quantity, Value
from chalicelib.errors import Fault


class Ask(Value):
    """Some units of a line, for `amount` or, without one, for all that these units are worth."""

    line_id: Identifier
    quantity: Quantity
    amount: Minor | None = None


class ClaimLine(Value):
    """`quantity` units that are worth `value`; the buyer asked for `asked` of it, `amount` is what is owed.

    amount + fee + exchanged ≤ asked ≤ value − withheld, where `fee` is what the policy keeps for restocking, and
    `exchanged` what was given in goods instead. The whole value is used up: who asks for less leaves no more for the
    next. Only what a broken threshold promotion withholds comes back once more, as a line of no units whose value it
    is.

    Of a price protection 价保 the units stay with the buyer: `value` is what they were worth more than they cost today,
    and `costs_now` what that is. `protected` is what such claims have paid before of units that are taken now.
    """

    line_id: Identifier
    quantity: Count
    value: Minor
    withheld: Minor = 0
    asked: Minor
    fee: Minor = 0
    exchanged: Minor = 0
    amount: Minor
    protected: Minor = 0
    costs_now: Minor | None = None

    @model_validator(mode="after")
    def _never_more_than_worth(self) -> Self:
        given = self.fee + self.exchanged
        if not self.amount + given <= self.asked <= self.value - self.withheld:
            owed, worth = f"{self.amount} + {given}", f"{self.value} − {self.withheld}"
            raise ValueError(f"line {self.line_id}: {owed} ≤ {self.asked} ≤ {worth} does not hold")
        return self

    @property
    def asks_less(self) -> bool:
        return self.asked < self.value - self.withheld

    @property
    def is_restored(self) -> bool:
        """Money of units that came back before, and no units."""
        return self.quantity == 0

    @property
    def keeps_units(self) -> bool:
        """Money of units that stay with the buyer."""
        return self.costs_now is not None


class Source(Value):
    """The part of a claim that goes back to one payment; each source becomes one refund with one number.

    `netted`: it goes nowhere, because the buyer owed that much (the recovery's id).
    """

    payment_id: Identifier
    amount: Minor
    netted: str | None = None


class Award(Value):
    """A compensation 赔付: `amount` of the `asked`, for a reason. It gives back nothing that was paid."""

    reason: str
    asked: Minor
    amount: Minor


VOUCHER = "voucher"  # where an award goes, instead of to a payment


class Claim(Value):
    """What is owed for one case, by line and freight and, with the same total, by payment.

    `freight_asked` is the freight that the claim uses up, `freight` what is owed of it. A total of 0 is what
    is left when all sources were released. An `award` stands alone: its claim has no lines and no freight, and its one
    source is the voucher that the buyer gets, which is no payment of the order.
    """

    lines: tuple[ClaimLine, ...]
    freight: Minor = 0
    freight_asked: Minor = 0
    award: Award | None = None
    sources: tuple[Source, ...]
    total: Minor

    @model_validator(mode="after")
    def _both_sides_agree(self) -> Self:
        owed = sum(self.owed)
        paid_by = sum(source.amount for source in self.sources)
        if not owed == paid_by == self.total or self.freight > self.freight_asked:
            raise ValueError(f"lines and freight {owed}, sources {paid_by}, total {self.total}")
        if self.award and (self.lines or self.freight_asked or not 0 <= self.award.amount <= self.award.asked):
            raise ValueError(f"an award of {self.award.amount} stands alone, and is no more than {self.award.asked}")
        return self

    @property
    def owed(self) -> tuple[int, ...]:
        """What is owed for each line, then for the freight, then as an award."""
        return (*(line.amount for line in self.lines), self.freight, self.award.amount if self.award else 0)


class Part(NamedTuple):
    """What one source pays of each line of the claim, of the freight, and of an award."""

    lines: tuple[int, ...]
    freight: int
    award: int = 0


def part_of(claim: Claim, source: Source) -> Part:
    """What `source` pays of each line and of the freight.

    The sources pay the lines in turn, each from where the one before it ended. So the parts of all sources
    sum to the lines exactly, in whatever order they are settled, and taking one source out of the claim
    leaves the parts of the others as they were.

    Raises Fault when the claim has no such source.
    """
    if source not in claim.sources:
        raise Fault(f"the claim has no source {source.payment_id} of {source.amount}")
    start = sum(before.amount for before in claim.sources[: claim.sources.index(source)])
    end = start + source.amount
    shares: list[int] = []
    reached = 0
    for amount in claim.owed:
        shares.append(max(0, min(end, reached + amount) - max(start, reached)))
        reached += amount
    return Part(tuple(shares[:-2]), *shares[-2:])


def without(claim: Claim, source: Source) -> Claim:
    """The claim with one source taken out, and its part no longer owed; the value stays used up."""
    part = part_of(claim, source)
    lines = zip(claim.lines, part.lines, strict=True)
    return claim.but(
        lines=tuple(line.but(amount=line.amount - less) for line, less in lines),
        freight=claim.freight - part.freight,
        award=claim.award and claim.award.but(amount=claim.award.amount - part.award),
        sources=tuple(other for other in claim.sources if other != source),
        total=claim.total - source.amount,
    )


def less(claim: Claim, granted: int) -> Claim:
    """The claim for `granted` of its total: the money shrinks in proportion over lines, freight and payments, while
    value and units stay taken."""
    *amounts, freight, award = apportion(granted, claim.owed)
    return claim.but(
        lines=tuple(line.but(amount=amount) for line, amount in zip(claim.lines, amounts, strict=True)),
        freight=freight,
        award=claim.award and claim.award.but(amount=award),
        sources=shared(claim.sources, granted),
        total=granted,
    )


def came(claim: Claim, received: Mapping[str, int], freight: int) -> Claim:
    """The claim for those units that came, `freight` of its freight with them; what did not come is free again.

    Each number is the units' share of the claim's own, rounded down. So the smaller claim fits wherever the whole one
    stood, whatever others have claimed of the same lines meanwhile. What a promotion gave back because all of it would
    come (a line of no units) waits for the next claim that brings the rest.
    """
    left = dict(received)
    lines: list[ClaimLine] = []
    for line in claim.lines:
        units = min(line.quantity, left.get(line.line_id, 0))
        if units:
            left[line.line_id] -= units
            shares = {name: worth(getattr(line, name), line.quantity, units) for name in _MONEY}
            lines.append(line.but(quantity=units, **shares))
    freight = min(freight, claim.freight)
    total = sum(line.amount for line in lines) + freight
    return claim.but(
        lines=tuple(lines),
        freight=freight,
        freight_asked=claim.freight_asked if freight == claim.freight else freight,
        sources=shared(claim.sources, total),
        total=total,
    )


_MONEY = ("value", "withheld", "asked", "fee", "amount", "protected")


def shared(sources: tuple[Source, ...], total: int) -> tuple[Source, ...]:
    """A smaller total over the same payments, none of which gets more than it had."""
    shares = apportion(total, [source.amount for source in sources])
    return tuple(source.but(amount=share) for source, share in zip(sources, shares, strict=True) if share)
