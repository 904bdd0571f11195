"""Amounts in integer minor units, and the two ways in which an amount is divided without losing any of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from chalicelib.domain.values import SignedMinor, Value
from chalicelib.errors import CurrencyMismatch

# ISO 4217 codes by the digits of their minor unit; those without one (gold, funds, tests) are left out.
_CODES = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS "
    "GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL "
    "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK "
    "PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
    "TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS: dict[str, int] = {code: digits for digits, codes in _CODES.items() for code in codes.split()}
"""Digits after the point by currency: 8900 is CNY 89.00 and JPY 8900. Only pages and messages ask."""


def _known(code: str) -> str:
    if code not in EXPONENTS:
        raise ValueError(f"{code} is not an ISO 4217 currency")
    return code


Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), AfterValidator(_known)]


class Money(Value):
    """An amount in minor units of one currency: `Money(amount=8900, currency="CNY")` is 89.00 yuan.

    Sums, differences and comparisons with another currency raise CurrencyMismatch.
    """

    amount: SignedMinor
    currency: Currency

    def __add__(self, other: Money) -> Money:
        return Money(amount=self.amount + self._same(other), currency=self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(amount=self.amount - self._same(other), currency=self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not add up or compare")
        return other.amount


def apportion(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Divide `total` in proportion to `weights` by largest remainder; the parts sum to `total` exactly.

    Equal remainders are served from the left, so the same question always has the same answer. A zero weight
    gets nothing, unless all are zero: then all count alike, because freight on a basket of free gifts still
    belongs to somebody. While `total` ≤ Σ weights no part exceeds its weight. Both in the same unit or not:
    only ratios count.

    Raises ValueError for a negative total or weight, and for a positive total with nobody to give it to.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("neither a total nor a weight may be negative")
    if total == 0:
        return (0,) * len(weights)
    if not weights:
        raise ValueError(f"{total} cannot be divided among nobody")
    whole = sum(weights)
    if whole == 0:
        return apportion(total, (1,) * len(weights))
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return tuple(parts)


def worth(value_left: int, units_left: int, units: int) -> int:
    """What `units` of the `units_left` are worth when `value_left` minor units are left for them.

    Rounded down, and everything when the last ones are taken: so any sequence of partial returns adds up
    exactly, and nothing needs to be stored for each unit (real lines hold 74,215 of them).

    Raises ValueError when more units are asked for than are left, or fewer than none.
    """
    if not 0 <= units <= units_left:
        raise ValueError(f"{units} of {units_left} units")
    return value_left if units == units_left else value_left * units // units_left
