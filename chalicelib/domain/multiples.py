"""Punitive damages 惩罚性赔偿: beyond what is given back, a multiple of what fakes cost, and at least a sum (退一赔三).

It gives back nothing that was paid, so like a compensation it is not bound by what is left of the order, but by the
policy. What several cases of one order come to is counted together, by category: splitting an order into cases brings
nobody the least sum twice. All amounts are minor units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from chalicelib.domain.base import Instant
from chalicelib.domain.money import Currency
from chalicelib.domain.values import Identifier, Minor, Quantity, SignedMinor, Value

if TYPE_CHECKING:
    from chalicelib.domain.balances import Ledger, MultipleLedger
    from chalicelib.domain.claims import Claim, ClaimLine
    from chalicelib.domain.orders import Order

OTHERS = "*"  # the row of goods whose rule names no category
MultipleKind = Literal["before", "at_least", "given"]
Times = Annotated[int, Field(strict=True, ge=1, le=100)]


class Multiple(Value):
    """`times` what was paid for goods that were confirmed to be what `reason` says, and at least `least`.

    A currency that is not there gets nothing: another country's law gives something else. None fits every reason, or
    every category.
    """

    reason: str | None = None
    category: str | None = None
    times: Times
    least: dict[Currency, Minor]

    def fits(self, reason: str, category: str) -> bool:
        return self.reason in (None, reason) and self.category in (None, category)


class MultipliedLine(Value):
    """`quantity` units that were `paid` for; the amount is that so many times."""

    line_id: Identifier
    quantity: Quantity
    paid: Minor
    times: Times
    amount: Minor

    @model_validator(mode="after")
    def _is_the_multiple(self) -> Self:
        if self.amount != self.paid * self.times:
            raise ValueError(f"line {self.line_id}: {self.times} × {self.paid} is not {self.amount}")
        return self


class MultipleStep(Value):
    """One signed amount beside the lines'. `label`: the category, or `*`.

    `before`: what earlier cases of the order came to; `at_least`: what is missing to the least sum; `given`: minus what
    earlier cases got.
    """

    kind: MultipleKind
    label: str
    amount: SignedMinor


class Multiplied(Value):
    """What one case comes to: lines and steps sum to the amount. `refund_no`: the voucher that it was paid by."""

    lines: tuple[MultipliedLine, ...]
    steps: tuple[MultipleStep, ...] = ()
    amount: Minor
    paid_at: Instant | None = None
    refund_no: str | None = None

    @model_validator(mode="after")
    def _sums(self) -> Self:
        summed = sum(line.amount for line in self.lines) + sum(step.amount for step in self.steps)
        if summed != self.amount:
            raise ValueError(f"lines and steps sum to {summed}, the amount is {self.amount}")
        return self


def rule_for(rules: Sequence[Multiple], reason: str, category: str) -> Multiple | None:
    """The first rule that fits."""
    return next((rule for rule in rules if rule.fits(reason, category)), None)


def multiply(
    rules: Sequence[Multiple], reason: str, order: Order, ledger: Ledger, claim: Claim
) -> tuple[Multiplied, Mapping[str, MultipleLedger]] | None:
    """What the claim's goods come to, and what that adds to the ledger's rows; None where no rule has them.

    The price of units is what they are worth on the ledger: what was paid for them, less what a price protection gave
    back of it. Over all claims of a line that is never more than was paid for it.
    """
    from chalicelib.domain.balances import MultipleLedger  # every function loads policies, few of them a ledger

    lines: list[MultipliedLine] = []
    steps: list[MultipleStep] = []
    ruled: dict[str, list[MultipliedLine]] = {}
    least: dict[str, int] = {}
    for claimed in claim.lines:
        rule = rule_for(rules, reason, order.line(claimed.line_id).category)
        if rule is None or order.currency not in rule.least or not _are_bought(claimed):
            continue
        line = MultipliedLine(
            line_id=claimed.line_id,
            quantity=claimed.quantity,
            paid=claimed.value,
            times=rule.times,
            amount=claimed.value * rule.times,
        )
        row = rule.category or OTHERS
        lines.append(line)
        ruled.setdefault(row, []).append(line)
        least[row] = rule.least[order.currency]  # one rule has all of a row's goods: the first that fits
    added: dict[str, MultipleLedger] = {}
    for row, its_lines in ruled.items():
        own, known = sum(line.amount for line in its_lines), ledger.multiples.get(row, MultipleLedger())
        further = _beyond(row, own, known, least[row])
        steps += further
        added[row] = MultipleLedger(own, own + sum(step.amount for step in further))
    if not lines:
        return None
    amount = sum(row.given for row in added.values())
    return Multiplied(lines=tuple(lines), steps=tuple(steps), amount=amount), added


def _are_bought(claimed: ClaimLine) -> bool:
    """Units that were paid for and are taken now; a gift has no price to multiply."""
    return claimed.value > 0 and not claimed.is_restored and not claimed.keeps_units


def _beyond(row: str, own: int, known: MultipleLedger, least: int) -> list[MultipleStep]:
    """What earlier cases came to, what is missing to the least sum, and what was given already."""
    missing = max(0, least - known.multiplied - own)
    # A rule with a larger least sum may have gone before this one: what was given beyond is nobody's debt.
    steps = (
        MultipleStep(kind="before", label=row, amount=known.multiplied),
        MultipleStep(kind="at_least", label=row, amount=missing),
        MultipleStep(kind="given", label=row, amount=-min(known.given, known.multiplied + missing + own)),
    )
    return [step for step in steps if step.amount]
