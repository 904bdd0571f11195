"""Our payment port, by the real adapter over HTTP and in process: both read the provider alike."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from chalicelib.adapters.payments.standard import StandardProvider
from chalicelib.adapters.secrets import Secrets
from chalicelib.domain.refunds import Refund
from chalicelib.ports import Payments
from local.standins.payment import PaymentStandIn
from local.standins.payment_port import InProcessPayments
from local.standins.payment_provider import Provider
from tests.local.standins.clocks import FakeClock
from tests.local.standins.payment_callers import API_KEY

NUMBER = "rfd_01K0000000000000000000000A01"
Opening = Callable[[Provider], Any]


class HeldSecret:
    def read(self) -> dict[str, str]:
        return {"api_key": API_KEY}

    def again(self) -> bool:
        return False


@contextmanager
def by_adapter(provider: Provider) -> Iterator[Payments]:
    with PaymentStandIn(provider, api_key=API_KEY) as standin:
        yield StandardProvider(standin.url, cast(Secrets, HeldSecret()))


@contextmanager
def in_process(provider: Provider) -> Iterator[Payments]:
    yield InProcessPayments(provider)
    provider.book.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def provider(clock: FakeClock) -> Provider:
    return Provider(now=clock)


@pytest.fixture(params=[by_adapter, in_process], ids=["adapter", "in process"])
def payments(request: pytest.FixtureRequest, provider: Provider) -> Iterator[Payments]:
    opening: Opening = request.param
    with opening(provider) as port:
        yield port


def refund(amount: int = 8900) -> Refund:
    return Refund(
        version=1, refund_no=NUMBER, case_id="case_01K0000000000000000000000A", order_id="o_1", merchant_id="m_1",
        buyer_id="b_1", payment_id="pay_1", method="card", provider="standard", amount=amount, currency="CNY",
        granted_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "paid", "found"),
    [
        ("settle", "settled", "settled"),
        ("accept", "accepted", "accepted"),
        ("decline", "failed", "failed"),
        ("timeout", "unknown", "settled"),
        ("refuse", "unknown", "never_seen"),
    ],
)
def test_answer_means_the_same_to_both(
    payments: Payments, provider: Provider, outcome: str, paid: str, found: str
) -> None:
    provider.script({"outcome": outcome})
    assert paid == payments.pay(refund()).settlement
    assert found == payments.find(refund()).settlement


def test_decline_keeps_the_banks_reason(payments: Payments, provider: Provider) -> None:
    provider.script({"outcome": "decline", "reason": "account_closed"})
    assert "account_closed" == payments.pay(refund()).detail == payments.find(refund()).detail


def test_number_of_another_refund_tells_nothing_of_this_one(payments: Payments) -> None:
    payments.pay(refund(8900))
    assert "unknown" == payments.pay(refund(8901)).settlement


def test_reversed_refund_had_settled(payments: Payments, provider: Provider, clock: FakeClock) -> None:
    provider.script({"outcome": "reverse", "seconds": 5})
    payments.pay(refund())
    clock.pass_(5)
    assert "settled" == payments.find(refund()).settlement
