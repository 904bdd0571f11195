"""Money on the wire: `{"amount": 8900, "currency": "CNY"}`, minor units."""

from __future__ import annotations

from chalicelib.domain.money import Currency
from chalicelib.domain.values import Minor, Value
from chalicelib.errors import CurrencyMismatch, FieldError


class Amount(Value):
    """An amount that somebody asks for or is shown."""

    amount: Minor
    currency: Currency

    def in_currency(self, currency: str, field: str) -> int:
        """The minor units. Raises CurrencyMismatch when it is in another currency."""
        if self.currency != currency:
            raise CurrencyMismatch(
                f"{field} is in {self.currency}, the order in {currency}",
                errors=[FieldError(f"{field}.currency", f"must be {currency}")],
            )
        return self.amount
