"""The provider's bill over HTTP: read exactly, whole or not at all, and with a key that cannot pay."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.adapters.payments.bills import StandardBills, read_line
from chalicelib.domain.bills import BillRow, Unreadable
from chalicelib.errors import Fault, TransientFault
from local.standins.payment import PaymentStandIn
from local.standins.payment_provider import Provider
from tests.adapters.held import Held
from tests.adapters.payments_values import REFUND
from tests.adapters.servers import serving
from tests.local.standins.clocks import FakeClock

DAY, ZONE = date(2026, 11, 22), "Asia/Shanghai"
LINE = {
    "refund_no": "rfd_1",
    "reference": "mv_1",
    "payment_id": "pay_1",
    "amount": 8900,
    "currency": "CNY",
    "state": "settled",
    "settled_at": "2026-11-22T12:00:00.000Z",
}
ROW = BillRow("rfd_1", "mv_1", "pay_1", 8900, "CNY", "settled", datetime(2026, 11, 22, 12, tzinfo=UTC))


def closing(rows: int, following: str | None = None, **more: Any) -> dict[str, Any]:
    return {"page": {"day": "2026-11-22", "zone": ZONE, "rows": rows, "next": following, **more}}


def page(*lines: Any) -> tuple[int, Mapping[str, str], bytes]:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return 200, {}, ("\n".join(texts) + "\n").encode()


def bills(url: str, held: Held | None = None) -> StandardBills:
    return StandardBills(url, (held or Held({"api_key": "key-reads"})).secrets(), ZONE)


def read(*answers: tuple[int, Mapping[str, str], bytes]) -> list[Any] | None:
    with serving(*answers) as server:
        lines = bills(server.url).read(DAY)
        return None if lines is None else list(lines)


# --- lines


def test_a_line_is_what_it_says() -> None:
    assert ROW == read_line(json.dumps(LINE))


def test_a_provider_may_add_fields_of_its_own() -> None:
    assert ROW == read_line(json.dumps({**LINE, "fee": 1.5}).replace("1.5", '"1.5"'))


def test_an_instant_of_any_offset_is_the_same_instant() -> None:
    assert ROW == read_line(json.dumps({**LINE, "settled_at": "2026-11-22T20:00:00+08:00"}))


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"amount": 8900.0}, "a number is not whole"),
        ({"amount": 89.0000000000001}, "a number is not whole"),
        ({"amount": "8900"}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": None}, "amount"),
        ({"amount": 0}, "amount"),
        ({"amount": -8900}, "amount"),
        ({"amount": 2**53}, "amount"),
        ({"amount": 10**400}, "amount"),
        ({"amount": float("nan")}, "a number is not whole"),
        ({"currency": "YUAN"}, "currency"),
        ({"currency": ["CNY"]}, "currency"),
        ({"state": "paid"}, "state"),
        ({"state": {}}, "state"),
        ({"settled_at": "2026-11-22"}, "settled_at"),
        ({"settled_at": "2026-11-22T12:00:00"}, "settled_at"),
        ({"settled_at": "yesterday"}, "settled_at"),
        ({"settled_at": 0}, "settled_at"),
        ({"settled_at": "0001-01-01T00:00:00+14:00"}, "settled_at"),
        ({"reference": ""}, "reference"),
        ({"payment_id": "p" * 129}, "payment_id"),
    ],
)
def test_a_line_that_is_no_row_says_why_and_whose_it_is(change: dict[str, Any], because: str) -> None:
    line = read_line(json.dumps({**LINE, **change}))
    assert isinstance(line, Unreadable)
    assert (True, "rfd_1") == (line.because.startswith(because), line.refund_no)


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "[]", "null", "8900", '{"refund_no": "rfd_1"', "[" * 100_000, '{"a": ' * 5000, "\ufffd",
        '{"amount": 1' + "0" * 5000,
    ],
)  # fmt: skip
def test_whatever_stands_on_a_line_it_is_handed_on(text: str) -> None:
    line = read_line(text)
    assert isinstance(line, Unreadable)
    assert len(line.text) <= 2000


def test_a_name_that_stands_twice_is_believed_in_neither_value() -> None:
    text = json.dumps(LINE).replace('"amount": 8900', '"amount": 8900, "amount": 1')
    assert isinstance(read_line(text), Unreadable)


# --- pages


def test_all_pages_are_read_in_turn() -> None:
    second = {**LINE, "refund_no": "rfd_2"}
    with serving(page(LINE, closing(1, "c 2")), page(second, closing(1))) as server:
        lines = bills(server.url).read(DAY)
        assert lines is not None
        assert ["rfd_1", "rfd_2"] == [line.refund_no for line in lines]
    assert ["/bill?day=2026-11-22&limit=5000", "/bill?day=2026-11-22&limit=5000&cursor=c+2"] == [
        asked.path for asked in server.asked
    ]
    assert {"Bearer key-reads"} == {asked.headers["authorization"] for asked in server.asked}


def test_a_line_that_cannot_be_read_is_one_of_the_page() -> None:
    lines = read(page(LINE, "not JSON", closing(2)))
    assert lines is not None
    assert [ROW, Unreadable("not JSON", "is not JSON")] == lines


def test_an_empty_bill_is_a_bill() -> None:
    assert [] == read(page(closing(0)))


def test_a_day_that_is_not_over_for_the_provider_has_none() -> None:
    assert read((409, {}, b'{"code": "bill_not_ready"}')) is None


@pytest.mark.parametrize(
    "answer",
    [
        page(LINE),
        page(LINE, closing(2)),
        page(LINE, LINE, closing(1)),
        page(),
        page(LINE, {"page": None}),
        page(LINE, closing(1, "")),
        (200, {}, page(LINE, closing(1))[2][:-40]),
        (500, {}, b""),
        (503, {}, b"busy"),
        (404, {}, b"{}"),
        (409, {}, b"{}"),
        (401, {}, b"{}"),
        (302, {"location": "http://127.0.0.1:1/"}, b""),
    ],
)
def test_a_page_that_is_not_whole_is_no_short_bill(answer: tuple[int, Mapping[str, str], bytes]) -> None:
    with pytest.raises(TransientFault):
        read(answer)


def test_a_bill_that_goes_away_between_two_pages_is_no_short_bill() -> None:
    with pytest.raises(TransientFault):
        read(page(LINE, closing(1, "2")), (409, {}, b'{"code": "bill_not_ready"}'))


@pytest.mark.parametrize("wrong", [{"day": "2026-11-21"}, {"zone": "UTC"}])
def test_the_bill_of_another_day_or_zone_is_refused_loudly(wrong: dict[str, str]) -> None:
    with pytest.raises(Fault, match="PAYMENT_ZONE"):
        read(page(LINE, closing(1, **wrong)))


def test_a_provider_that_is_not_there_is_asked_again_later() -> None:
    with pytest.raises(TransientFault):
        bills("http://127.0.0.1:9").read(DAY)


def test_a_key_that_was_rotated_is_found_without_a_restart() -> None:
    held = Held({"api_key": "old"})
    secrets = held.secrets()
    secrets.read()
    held.value, held.now = {"api_key": "new"}, held.now + 60
    with serving((401, {}, b"{}"), page(closing(0))) as server:
        lines = StandardBills(server.url, secrets, ZONE).read(DAY)
        assert lines is not None and [] == list(lines)
    assert ["Bearer old", "Bearer new"] == [asked.headers["authorization"] for asked in server.asked]


# --- against the stand-in


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def bank(clock: FakeClock) -> Iterator[PaymentStandIn]:
    with PaymentStandIn(Provider(now=clock), api_key="key-pays", reader_key="key-reads") as standin:
        yield standin


def test_the_provider_s_bill_is_understood(bank: PaymentStandIn, clock: FakeClock) -> None:
    asked = REFUND.model_dump(include={"refund_no", "payment_id", "amount", "currency"})
    bank.provider.pay(asked)
    clock.pass_(3600)
    bank.provider.script({"now": "reverse", "refund_no": REFUND.refund_no})
    assert bills(bank.url).read(DAY) is None
    clock.pass_(86_400)
    lines = bills(bank.url).read(DAY)
    assert lines is not None
    assert [("settled", 8900), ("reversed", 8900)] == [(line.state, line.amount) for line in lines]  # type: ignore[union-attr]


def test_a_state_is_asked_for_with_the_same_key(bank: PaymentStandIn) -> None:
    assert "never_seen" == bills(bank.url).find(REFUND).settlement
