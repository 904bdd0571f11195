"""What the platform knows of a buyer's standing: the credit that instant refunds 极速退款 lean on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import Field

from chalicelib.domain.base import Instant, Record
from chalicelib.domain.money import Currency
from chalicelib.domain.values import Integer, Minor, Value

if TYPE_CHECKING:
    from typing import Literal

    from chalicelib.domain.policies import Policy

    WhyNot = Literal["instant_not_given", "instant_withdrawn", "instant_debt", "instant_over_limit"]

Limits = dict[Currency, Minor]  # minor units by currency; a currency that is not there has no limit to lean on
MOST_CLAWBACKS = 20  # that are remembered: no policy counts more


class Abuse(Value):
    """From how many clawbacks within how many days on the right is withdrawn."""

    clawbacks: Integer = Field(default=2, ge=1, le=MOST_CLAWBACKS)
    days: Integer = Field(default=90, ge=1, le=3650)


class Credit(Record):
    """Minor units by currency: how much may be out at once, and how much is.

    `debts`: recoveries of this buyer that were open when somebody last looked. `clawbacks`: when money was clawed back,
    newest last; those before `restored_at`, when an operator gave the right back, count no more.
    """

    buyer_id: str
    limits: Limits = Field(default_factory=dict)
    used: Limits = Field(default_factory=dict)
    debts: tuple[str, ...] = ()
    clawbacks: tuple[Instant, ...] = ()
    restored_at: Instant | None = None
    restored_by: str | None = None  # the operator's key
    restored_because: str | None = None

    def left(self, currency: str) -> int:
        return max(0, self.limits.get(currency, 0) - self.used.get(currency, 0))

    def using(self, currency: str, amount: int) -> Credit:
        """The credit with `amount` more out (negative gives it back; it never falls below zero)."""
        return self.next(used={**self.used, currency: max(0, self.used.get(currency, 0) + amount)})

    def clawed_back(self, debt: str, at: datetime) -> Credit:
        """After money had to be claimed of the buyer. Whoever writes counts the version."""
        return self.but(debts=(*self.debts, debt), clawbacks=(*self.clawbacks, at)[-MOST_CLAWBACKS:])

    def is_withdrawn(self, abuse: Abuse, at: datetime) -> bool:
        since = max(filter(None, (at - timedelta(days=abuse.days), self.restored_at)))
        return sum(each > since for each in self.clawbacks) >= abuse.clawbacks

    def why_not(self, policy: Policy, currency: str, amount: int, at: datetime) -> WhyNot | None:
        """What keeps an instant refund of `amount` from this buyer; None where nothing does."""
        if not (self.limits.get(currency) and policy.instant_up_to.get(currency)):
            return "instant_not_given"
        if self.is_withdrawn(policy.instant_abuse, at):
            return "instant_withdrawn"
        if self.debts:
            return "instant_debt"
        within = amount <= min(policy.instant_up_to[currency], self.left(currency))
        return None if within else "instant_over_limit"
