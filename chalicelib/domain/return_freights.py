"""Return freight 退货运费: what the way back cost, who pays how much of it, step by step. In minor units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from chalicelib.domain.base import Instant
from chalicelib.domain.shares import own_part
from chalicelib.domain.values import Minor, SignedMinor, Value

if TYPE_CHECKING:
    from chalicelib.domain.orders import FreightInsurance
    from chalicelib.domain.reasons import Responsible
    from chalicelib.domain.shares import Share

StepKind = Literal["declared", "above_limit", "shared", "insured"]


class FreightStep(Value):
    kind: StepKind
    amount: SignedMinor


class ReturnFreight(Value):
    """What the buyer said that it cost, and what came of that: the steps sum to what was reimbursed."""

    declared: Minor | None = None  # an insured way back needs no word of the buyer
    declared_at: Instant | None = None
    reimbursed: Minor | None = None
    payer: str | None = None  # of `Responsible`, or `insurer`
    refund_no: str | None = None  # the voucher that it was paid by
    steps: tuple[FreightStep, ...] = ()


def settle(
    freight: ReturnFreight,
    payer: Responsible,
    limit: int,
    insurance: FreightInsurance | None,
    shares: tuple[Share, ...] = (),
) -> ReturnFreight | None:
    """The freight as it is paid; None when there is nothing to pay (yet).

    The buyer's own way back is paid by the insurer, if the order is insured. Everybody else pays what the buyer
    declared, up to the policy's `limit`; of `both` less the buyer's own share (by halves, unless shares were ruled).
    """
    if payer == "buyer":
        return _insured(freight, insurance) if insurance else None
    if freight.declared is None:
        return None
    steps = _declared(freight.declared, limit)
    amount = sum(step.amount for step in steps)
    if payer == "both":
        own = own_part(shares, amount)
        steps.extend([FreightStep(kind="shared", amount=-own)] if own else [])
    return _paid(freight, payer, steps)


def _insured(freight: ReturnFreight, insurance: FreightInsurance) -> ReturnFreight | None:
    """A fixed sum, or what was declared up to that sum."""
    if insurance.fixed:
        return _paid(freight, "insurer", [FreightStep(kind="insured", amount=insurance.amount)])
    if freight.declared is None:
        return None
    return _paid(freight, "insurer", _declared(freight.declared, insurance.amount))


def _declared(declared: int, limit: int) -> list[FreightStep]:
    steps = [FreightStep(kind="declared", amount=declared)]
    if declared > limit:
        steps.append(FreightStep(kind="above_limit", amount=limit - declared))
    return steps


def _paid(freight: ReturnFreight, payer: str, steps: list[FreightStep]) -> ReturnFreight | None:
    amount = sum(step.amount for step in steps)
    return freight.but(reimbursed=amount, payer=payer, steps=tuple(steps)) if amount else None
