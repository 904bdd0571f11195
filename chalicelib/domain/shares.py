"""Shares 分担: who bears how much of what was ruled, to the minor unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from chalicelib.domain.money import apportion
from chalicelib.domain.reasons import Liability
from chalicelib.domain.values import Minor, Value
from chalicelib.errors import FieldError, InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.reasons import Responsible

WHOLE = 1000  # shares are thousandths
# Who bears the money where only one is liable. A change of mind is the buyer's doing, and so is the way back; the price
# of the goods is still the shop's, who gets them. What is nobody's doing the platform's fund bears.
_ALONE: dict[str, Liability] = {"buyer": "merchant", "none": "platform"}


class Share(Value):
    """What a party bears of what was ruled: in thousandths, and the minor units that this is.

    The buyer's own share is not paid. Where goods were ruled there is no amount to bear.
    """

    party: Liability
    per_mille: int = Field(ge=1, le=WHOLE)
    amount: Minor = 0


def shares_of(liability: Responsible, shares: Mapping[Liability, int] | None, amount: int) -> tuple[Share, ...]:
    """Who bears how much of `amount`, by largest remainder: the shares sum to it exactly.

    `both` are buyer and shop, by halves unless shares are named. Raises InvalidRequest for shares that do not make a
    whole, or that do not go with the liability.
    """
    if shares is None:
        shares = {"buyer": 500, "merchant": 500} if liability == "both" else {_alone(liability): WHOLE}
    elif liability != "both":
        raise _wrong("shares", "only where both bear it")
    elif sum(shares.values()) != WHOLE or len(shares) < 2:
        raise _wrong("shares", f"of two or more, {WHOLE} in all")
    parties = sorted(shares)
    parts = apportion(amount, [shares[party] for party in parties])
    return tuple(
        Share(party=party, per_mille=shares[party], amount=part) for party, part in zip(parties, parts, strict=True)
    )


def _alone(liability: Responsible) -> Liability:
    return _ALONE.get(liability) or liability  # type: ignore[return-value]


def withheld(shares: tuple[Share, ...]) -> int:
    """The buyer's own share of the money."""
    return sum(share.amount for share in shares if share.party == "buyer")


def bearing(shares: tuple[Share, ...]) -> dict[Liability, int]:
    """Everybody who bears what is paid, with the weight of it."""
    ruled = any(share.amount for share in shares)  # of goods there is no amount yet
    return {share.party: share.amount if ruled else share.per_mille for share in shares if share.party != "buyer"}


def own_part(shares: tuple[Share, ...], amount: int) -> int:
    """What of another `amount` of the same case is the buyer's own; without shares half of it, rounded up."""
    own = sum(share.per_mille for share in shares if share.party == "buyer") if shares else WHOLE // 2
    return apportion(amount, (own, WHOLE - own))[0]


def _wrong(field: str, message: str) -> InvalidRequest:
    return InvalidRequest(f"{field}: {message}", errors=[FieldError(field, message)])
