"""What the payment system reports, signed over HTTP or over the bus: the same facts, told any number of times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from pydantic import ValidationError

from chalicelib.errors import FieldError, InvalidRequest
from chalicelib.ports import ProviderAnswer
from chalicelib.schemas.payments import BuyerPaid, MerchantFact, PaymentNotice
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
    """Records the fact. Raises InvalidRequest (it does not name what it is about), and what whoever takes it raises:
    RefundNotFound, OrderNotFound, CaseNotFound."""
    _TAKERS[notice.type](ports, notice)


def _needed(notice: PaymentNotice, *names: str) -> None:
    wrong = [FieldError(name, f"{notice.type} names it") for name in names if not getattr(notice, name)]
    if wrong:
        raise InvalidRequest(f"{wrong[0].field}: {wrong[0].message}", errors=wrong)


def _charged_back(ports: Ports, notice: PaymentNotice) -> None:
    _needed(notice, "chargeback_id", "order_id", "payment_id", "amount")
    told = (str(notice.chargeback_id), str(notice.order_id), str(notice.payment_id), int(notice.amount or 0))
    chargebacks.open_chargeback(ports, *told, notice.currency)


def _paid(ports: Ports, notice: PaymentNotice) -> None:
    """A buyer has paid something that a case asked for, or did not."""
    try:
        paid = BuyerPaid.model_validate(notice.model_dump())
    except ValidationError as error:
        raise invalid_request(error) from None
    (differences.pay if notice.type == "difference.paid" else fees.take)(ports, paid)


def _settled(ports: Ports, notice: PaymentNotice) -> None:
    _needed(notice, "refund_no")
    check = partial(_refuse_another, notice)
    answer = ProviderAnswer("settled") if notice.type == "refund.settled" else ProviderAnswer("failed", notice.reason)
    settlements.record(ports, str(notice.refund_no), answer, check=check)


def _reversed(ports: Ports, notice: PaymentNotice) -> None:
    _needed(notice, "refund_no")
    settlements.reverse(ports, str(notice.refund_no), notice.reason, check=partial(_refuse_another, notice))


_TAKERS: Mapping[str, Callable[[Ports, PaymentNotice], None]] = {
    "refund.settled": _settled,
    "refund.failed": _settled,
    "refund.reversed": _reversed,
    "chargeback.opened": _charged_back,
    "difference.paid": _paid,
    "repair_fee.paid": _paid,
}


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
