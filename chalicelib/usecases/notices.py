"""What the payment system reports, signed over HTTP or over the bus: the same facts, told any number of times."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from pydantic import ValidationError

from chalicelib.domain.orders import Payment
from chalicelib.errors import FieldError, InvalidRequest
from chalicelib.ports import ProviderAnswer
from chalicelib.schemas.payments import MerchantFact, PaymentNotice
from chalicelib.schemas.repairs import RepairFeePaidFact
from chalicelib.usecases import chargebacks, deposits, differences, fees, pursuits, settlements
from chalicelib.usecases.invalid import invalid_request
from chalicelib.usecases.steps import Reply

if TYPE_CHECKING:
    from chalicelib.domain.deposits import DepositKind
    from chalicelib.domain.refunds import Refund
    from chalicelib.ports import Ports


def receive(ports: Ports, raw: bytes, headers: Mapping[str, str]) -> Reply:
    """A provider's signed notification. Raises SignatureInvalid, InvalidRequest, RefundNotFound."""
    document = ports.provider_notices.verify(raw, headers)
    try:
        notice = PaymentNotice.model_validate(document)
    except ValidationError as error:
        raise invalid_request(error) from None
    take_notice(ports, notice)
    return Reply(200, {"received": True})


def take_event(ports: Ports, type: str, body: Mapping[str, object]) -> None:
    """A fact of `source: payments`, which only our own account can write to. Raises InvalidRequest, and what
    `take_notice` and the merchants' facts raise."""
    model = MerchantFact if type.startswith(("recovery.", "deposit.")) else PaymentNotice
    try:
        told = model.model_validate({**body, "type": type})
    except ValidationError as error:
        raise invalid_request(error) from None
    if isinstance(told, MerchantFact):
        _take_fact(ports, told)
    else:
        take_notice(ports, told)


def _take_fact(ports: Ports, fact: MerchantFact) -> None:
    if fact.type == "recovery.paid":
        if fact.recovery_id is None:
            raise InvalidRequest("which debt? recovery.paid names its recovery_id")
        pursuits.tell_payment(ports, fact.recovery_id, fact.fact_id, fact.amount, fact.currency)
        return
    if fact.merchant_id is None:
        raise InvalidRequest(f"{fact.type} names its merchant_id")
    kind: DepositKind = "deposited" if fact.type == "deposit.paid_in" else "withdrawn"
    deposits.tell(ports, fact.merchant_id, kind, fact.amount, fact.currency, fact.fact_id)


def take_notice(ports: Ports, notice: PaymentNotice) -> None:
    """Records the fact. Raises InvalidRequest (it names no refund or chargeback), RefundNotFound, OrderNotFound."""
    if notice.type == "chargeback.opened":
        if not (notice.chargeback_id and notice.order_id and notice.payment_id and notice.amount):
            raise InvalidRequest("a chargeback names its id, order, payment and amount")
        told = (notice.chargeback_id, notice.order_id, notice.payment_id, notice.amount, notice.currency)
        chargebacks.open_chargeback(ports, *told)
        return
    if notice.type == "difference.paid":
        if not (notice.case_id and notice.payment_id and notice.amount):
            raise InvalidRequest("a difference that was paid names its case, payment and amount")
        differences.pay(ports, notice.case_id, _payment(notice.payment_id, notice.amount, notice), notice.currency)
        return
    if notice.type == "repair_fee.paid":
        fees.paid(ports, _fee(notice))
        return
    if notice.refund_no is None:
        raise InvalidRequest(f"{notice.type} names its refund_no")
    check = partial(_refuse_another, notice)
    match notice.type:
        case "refund.settled":
            settlements.record(ports, notice.refund_no, ProviderAnswer("settled"), check=check)
        case "refund.failed":
            settlements.record(ports, notice.refund_no, ProviderAnswer("failed", notice.reason), check=check)
        case "refund.reversed":
            settlements.reverse(ports, notice.refund_no, notice.reason, check=check)


def _payment(payment_id: str, amount: int, notice: PaymentNotice) -> Payment:
    """Raises InvalidRequest for an id that no payment can have."""
    try:
        return Payment(payment_id=payment_id, amount=amount, method=notice.method, provider=notice.provider)
    except ValidationError as error:
        raise invalid_request(error) from None


def _fee(notice: PaymentNotice) -> RepairFeePaidFact:
    try:
        return RepairFeePaidFact.model_validate(notice.model_dump())
    except ValidationError as error:
        raise invalid_request(error) from None


def _refuse_another(notice: PaymentNotice, refund: Refund) -> None:
    """A notification about our number but another payment or amount is not about our refund: it must be looked at.

    Raises InvalidRequest that names what differs.
    """
    wrong = [
        FieldError(name, f"is not that of {refund.refund_no}")
        for name in ("payment_id", "amount", "currency")
        if getattr(notice, name) not in (None, getattr(refund, name))
    ]
    if wrong:
        raise InvalidRequest(f"{wrong[0].field} {wrong[0].message}", errors=wrong)
