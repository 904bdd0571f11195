"""A buyer's credit on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.base import Instant
from chalicelib.domain.money import Currency
from chalicelib.domain.values import Minor, Value
from chalicelib.schemas import names
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.names import Name, name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from chalicelib.domain.buyers import Credit
    from chalicelib.domain.policies import Policy
    from chalicelib.domain.recoveries import Recovery


class CreditBody(Value):
    """Minor units by currency."""

    limits: Annotated[dict[Currency, Minor], Field(max_length=50)]


class RestoreCredit(Value):
    """Why an operator gives the right back."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class CreditLine(Value):
    """Of one currency: how much may be out at once, how much is, and what one instant refund may be now.

    `why_not`: what keeps instant refunds from this buyer; null where nothing does.
    """

    limit: Amount
    used: Amount
    available: Amount
    why_not: Name | None


class DebtView(Value):
    """What was paid for goods that did not come as they should, and is owed: kept back from the next refunds."""

    recovery_id: str
    case_id: str
    because: str
    owed: Amount


class CreditView(Value):
    """A buyer's right to instant refunds 极速退款, and what the buyer owes."""

    buyer_id: str
    lines: tuple[CreditLine, ...]
    debts: tuple[DebtView, ...]
    clawbacks: tuple[Instant, ...]
    restored_at: Instant | None

    @staticmethod
    def of(credit: Credit, debts: Sequence[Recovery], policy: Policy | None, at: datetime) -> CreditView:
        return CreditView(
            buyer_id=credit.buyer_id,
            lines=tuple(_line(credit, policy, currency, at) for currency in sorted({*credit.limits, *credit.used})),
            debts=tuple(
                DebtView(
                    recovery_id=debt.recovery_id,
                    case_id=debt.case_id,
                    because=debt.because,
                    owed=Amount(amount=debt.open, currency=debt.currency),
                )
                for debt in debts
            ),
            clawbacks=credit.clawbacks,
            restored_at=credit.restored_at,
        )


def _line(credit: Credit, policy: Policy | None, currency: str, at: datetime) -> CreditLine:
    why_not = credit.why_not(policy, currency, 1, at) if policy else "instant_not_given"
    most = min(policy.instant_up_to.get(currency, 0), credit.left(currency)) if policy and why_not is None else 0
    return CreditLine(
        limit=Amount(amount=credit.limits.get(currency, 0), currency=currency),
        used=Amount(amount=credit.used.get(currency, 0), currency=currency),
        available=Amount(amount=most, currency=currency),
        why_not=name(names.INSTANTS, why_not) if why_not else None,
    )
