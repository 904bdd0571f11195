"""How an amount came about, on the wire: every step with its name, so that a person can read the sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.claims import Source
from chalicelib.domain.explanations import StepKind
from chalicelib.domain.money import Currency
from chalicelib.domain.multiples import MultipleKind
from chalicelib.domain.values import Count, Identifier, Minor, Quantity, SignedMinor, Value
from chalicelib.schemas import names
from chalicelib.schemas.names import name

if TYPE_CHECKING:
    from chalicelib.domain.explanations import Explanation, LineExplanation, Step
    from chalicelib.domain.multiples import MultipleStep
    from chalicelib.schemas.names import Names


class StepView(Value):
    """One signed amount in minor units and what it is. `label`: the name of a promotion or coupon; beside punitive
    damages the goods' category, or `*` for all others; or empty."""

    kind: StepKind | MultipleKind
    zh: str
    en: str
    label: str
    amount: SignedMinor

    @staticmethod
    def of(step: Step | MultipleStep, known: Names = names.STEPS) -> StepView:
        called = name(known, step.kind)
        return StepView(kind=step.kind, zh=called.zh, en=called.en, label=step.label, amount=step.amount)


class LineExplanationView(Value):
    """`quantity` of the `purchased` units of a line (none when withheld money comes back). The steps sum to the
    amount."""

    line_id: Identifier
    sku: str
    title: str
    quantity: Count
    purchased: Quantity
    steps: tuple[StepView, ...]
    amount: Minor

    @staticmethod
    def of(line: LineExplanation) -> LineExplanationView:
        return LineExplanationView(
            line_id=line.line_id,
            sku=line.sku,
            title=line.title,
            quantity=line.quantity,
            purchased=line.purchased,
            steps=_steps(line.steps),
            amount=line.amount,
        )


class ExplanationView(Value):
    """All the lines of a claim, the freight, the compensation and the payments that it goes back to. All steps sum to
    the total."""

    currency: Currency
    lines: tuple[LineExplanationView, ...]
    freight: tuple[StepView, ...]
    compensation: tuple[StepView, ...]
    sources: tuple[Source, ...]
    total: Minor

    @staticmethod
    def of(told: Explanation) -> ExplanationView:
        return ExplanationView(
            currency=told.currency,
            lines=tuple(LineExplanationView.of(line) for line in told.lines),
            freight=_steps(told.freight),
            compensation=_steps(told.compensation),
            sources=told.sources,
            total=told.total,
        )


def _steps(steps: tuple[Step, ...]) -> tuple[StepView, ...]:
    return tuple(StepView.of(step) for step in steps)
