"""How an amount came about, line by line: one object for buyer, merchant and auditor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

from pydantic import model_validator

from chalicelib.domain.claims import Source
from chalicelib.domain.money import Currency
from chalicelib.domain.values import Count, Identifier, Minor, Quantity, SignedMinor, Value

if TYPE_CHECKING:
    from chalicelib.domain.claims import Claim, ClaimLine
    from chalicelib.domain.orders import Order, OrderLine

StepKind = Literal[
    "price",  # what the line's units cost before any reduction
    "promotion",  # the line's share of a 满减 or other promotion, negative; so are the next two
    "coupon",
    "points",
    "tax",
    "share",  # minus what the line's other units are worth: only some are in this claim
    "price_protected",  # minus what a price protection 价保 has paid of these units before
    "price_now",  # minus what the units cost today, by the platform's own price; they stay with the buyer
    "threshold_broken",  # minus what the kept goods have no right to any more; `label` names the 满减
    "restored",  # what was withheld so before, and comes back
    "asked_less",  # minus what the buyer did not ask for
    "restocking_fee",  # minus what the policy keeps of a change of mind
    "exchanged",  # minus what the goods cost that came in their place
    "granted_less",  # minus what was not granted, or was released
    "freight",
    "compensation",  # beyond what was paid; `label` is the reason's code
]


class Step(Value):
    """One signed amount in minor units; `label` is the name of a promotion or coupon, or empty."""

    kind: StepKind
    label: str = ""
    amount: SignedMinor


class LineExplanation(Value):
    """`quantity` of the `purchased` units of a line (none when withheld money comes back).

    The steps sum to the amount.
    """

    line_id: Identifier
    sku: str
    title: str
    quantity: Count
    purchased: Quantity
    steps: tuple[Step, ...]
    amount: Minor

    @model_validator(mode="after")
    def _steps_sum(self) -> Self:
        _must_sum(self.steps, self.amount)
        return self


class Explanation(Value):
    """All the lines of a claim, the freight (steps and amount), the compensation and the payments that it goes back
    to."""

    currency: Currency
    lines: tuple[LineExplanation, ...]
    freight: tuple[Step, ...]
    compensation: tuple[Step, ...] = ()
    sources: tuple[Source, ...]
    total: Minor

    @model_validator(mode="after")
    def _lines_and_freight_sum(self) -> Self:
        steps = [step for line in self.lines for step in line.steps]
        _must_sum((*steps, *self.freight, *self.compensation), self.total)
        return self


def explain(order: Order, claim: Claim) -> Explanation:
    """The steps from the prices on the order to the claim's total; they sum to it exactly.

    Raises LineNotFound when the claim is not about this order.
    """
    freight = (
        Step(kind="freight", amount=claim.freight_asked),
        Step(kind="granted_less", amount=claim.freight - claim.freight_asked),
    )
    return Explanation(
        currency=order.currency,
        lines=tuple(_explain_line(order, line) for line in claim.lines),
        freight=tuple(step for step in freight if step.amount),
        compensation=_award(claim),
        sources=claim.sources,
        total=claim.total,
    )


def _award(claim: Claim) -> tuple[Step, ...]:
    award = claim.award
    if award is None:
        return ()
    asked = Step(kind="compensation", label=award.reason, amount=award.asked)
    less = Step(kind="granted_less", amount=award.amount - award.asked)
    return (asked, less) if less.amount else (asked,)


def _explain_line(order: Order, claimed: ClaimLine) -> LineExplanation:
    bought = order.line(claimed.line_id)
    first, *further = _restored(claimed) if claimed.is_restored else _worth(order, bought, claimed)
    further = [
        *further,
        Step(kind="asked_less", amount=claimed.asked - (claimed.value - claimed.withheld)),
        Step(kind="restocking_fee", amount=-claimed.fee),
        Step(kind="exchanged", amount=-claimed.exchanged),
        Step(kind="granted_less", amount=claimed.amount + claimed.fee + claimed.exchanged - claimed.asked),
    ]
    return LineExplanation(
        line_id=bought.line_id,
        sku=bought.sku,
        title=bought.title,
        quantity=claimed.quantity,
        purchased=bought.quantity,
        steps=(first, *(step for step in further if step.amount)),
        amount=claimed.amount,
    )


def _worth(order: Order, bought: OrderLine, claimed: ClaimLine) -> list[Step]:
    """From the price on the order to what these units are worth today."""
    worth = claimed.value + (claimed.costs_now or 0)
    return [
        Step(kind="price", amount=bought.gross),
        *(Step(kind=share.kind, label=share.label, amount=-share.amount) for share in bought.reductions),
        Step(kind="tax", amount=bought.tax),
        Step(kind="share", amount=worth + claimed.protected - bought.paid),
        Step(kind="price_protected", amount=-claimed.protected),
        Step(kind="price_now", amount=-(claimed.costs_now or 0)),
        Step(kind="threshold_broken", label=_thresholds(order), amount=-claimed.withheld),
    ]


def _restored(claimed: ClaimLine) -> list[Step]:
    return [Step(kind="restored", amount=claimed.value)]


def _thresholds(order: Order) -> str:
    return ", ".join(reduction.label for reduction in order.promotions if reduction.threshold)


def _must_sum(steps: tuple[Step, ...], amount: int) -> None:
    summed = sum(step.amount for step in steps)
    if summed != amount:
        raise ValueError(f"the steps sum to {summed}, the amount is {amount}")
