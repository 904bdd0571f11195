"""What comes from the payment system, by queue, bus or signed notification."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.domain.money import Currency
from chalicelib.domain.values import MAX_AMOUNT, Identifier, Integer

Text = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Method = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=50)]
Provider = Annotated[str, StringConstraints(max_length=50)]


class PaymentCommand(BaseModel):
    """The worker's message: only the number travels."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    refund_no: Text


class MerchantFact(BaseModel):
    """A fact of the merchants' settlement, over the bus alone: a debt to the fund was paid or netted, or a deposit was
    paid in or out. `fact_id` tells a repetition."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    type: Literal["recovery.paid", "deposit.paid_in", "deposit.paid_out"]
    fact_id: Text
    recovery_id: Text | None = None
    merchant_id: Text | None = None
    amount: Annotated[Integer, Field(ge=1, le=MAX_AMOUNT)]
    currency: Currency


class PaymentNotice(BaseModel):
    """A fact about a refund, a chargeback, a fee or a difference that a buyer paid. A provider may add fields of
    its own: they are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    type: Literal[
        "refund.settled",
        "refund.failed",
        "refund.reversed",
        "chargeback.opened",
        "repair_fee.paid",
        "difference.paid",
    ]
    refund_no: Text | None = None
    reason: Annotated[str, StringConstraints(max_length=500)] | None = None
    chargeback_id: Text | None = None
    order_id: Text | None = None
    case_id: Text | None = None
    payment_id: Text | None = None
    amount: Annotated[Integer, Field(ge=1)] | None = None
    currency: Text | None = None
    method: Method = "card"
    provider: Provider = ""


class BuyerPaid(BaseModel):
    """`difference.paid`, `repair_fee.paid`: a buyer has paid something of a case; without a currency, in the case's."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)

    case_id: Annotated[str, Field(pattern=r"^case_[0-9A-Z]{26}$")]
    payment_id: Identifier
    amount: Annotated[Integer, Field(ge=1, le=MAX_AMOUNT)]
    currency: Currency | None = None
    method: Method = "card"
    provider: Provider = ""
