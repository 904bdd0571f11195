"""What a payment provider's answers mean for the money, and what they never mean."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import urllib3

from chalicelib.adapters.payments import standard
from chalicelib.adapters.payments.standard import StandardProvider
from chalicelib.ports import ProviderAnswer
from local.standins.payment import PaymentStandIn
from local.standins.payment_provider import Provider
from tests.adapters.held import Held
from tests.adapters.payments_values import REFUND
from tests.adapters.servers import Server, serving, speaking

KEY = {"api_key": "key-1", "signing_secret": "c2VjcmV0"}
OURS = {"refund_no": REFUND.refund_no, "payment_id": "pay_1", "amount": 8900, "currency": "CNY"}


def said(status: int, body: Any = b"", **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    return status, headers, body if isinstance(body, bytes) else json.dumps(body).encode()


def asked(call: str, *answers: tuple[int, Mapping[str, str], bytes], held: Held | None = None) -> tuple[Any, Server]:
    with serving(*answers) as server:
        provider = StandardProvider(server.url, (held or Held(KEY)).secrets())
        return getattr(provider, call)(REFUND), server


# --- against the stand-in, which keeps a book of its own


@pytest.fixture
def standin() -> Iterator[PaymentStandIn]:
    with PaymentStandIn(Provider(), api_key="key-1") as standin:
        yield standin


@pytest.fixture
def provider(standin: PaymentStandIn) -> StandardProvider:
    return StandardProvider(standin.url, Held(KEY).secrets())


@pytest.mark.parametrize(
    ("outcome", "paid", "found"),
    [
        ("settle", "settled", "settled"),
        ("accept", "accepted", "accepted"),
        ("decline", "failed", "failed"),
        ("reverse", "settled", "settled"),
    ],
)
def test_the_provider_is_understood(
    standin: PaymentStandIn, provider: StandardProvider, outcome: str, paid: str, found: str
) -> None:
    standin.provider.script({"outcome": outcome, "seconds": None})
    assert (paid, found) == (provider.pay(REFUND).settlement, provider.find(REFUND).settlement)


def test_a_refund_that_failed_later_is_found_with_its_reason(
    standin: PaymentStandIn, provider: StandardProvider
) -> None:
    standin.provider.script({"outcome": "accept", "seconds": None})
    provider.pay(REFUND)
    standin.provider.script({"now": "fail", "refund_no": REFUND.refund_no, "reason": "account_closed"})
    assert ProviderAnswer("failed", "account_closed") == provider.find(REFUND)


def test_the_same_number_is_paid_once(standin: PaymentStandIn, provider: StandardProvider) -> None:
    assert ["settled"] * 3 == [provider.pay(REFUND).settlement for _ in range(3)]
    assert 8900 == sum(line["amount"] for line in _movements(standin))


def _movements(standin: PaymentStandIn) -> list[dict[str, Any]]:
    with standin.provider.book.page() as page:
        return [{"amount": row[0]} for row in page.execute("SELECT amount FROM movements")]


def test_an_answer_that_was_lost_after_paying_is_unknown_and_then_found(
    standin: PaymentStandIn, provider: StandardProvider
) -> None:
    standin.provider.script({"outcome": "timeout", "times": 1})
    assert ("unknown", "settled") == (provider.pay(REFUND).settlement, provider.find(REFUND).settlement)


@pytest.mark.parametrize("refusal", ["500", "503", "reset"])
def test_a_provider_that_is_down_is_unknown_and_never_saw_the_number(
    standin: PaymentStandIn, provider: StandardProvider, refusal: str
) -> None:
    standin.provider.script({"outcome": "refuse", "refusal": refusal, "times": 1})
    assert ("unknown", "never_seen") == (provider.pay(REFUND).settlement, provider.find(REFUND).settlement)


def test_a_number_that_is_another_refund_s_is_no_decline(standin: PaymentStandIn, provider: StandardProvider) -> None:
    provider.pay(REFUND)
    assert "unknown" == provider.pay(REFUND.but(amount=1)).settlement
    assert "unknown" == provider.find(REFUND.but(amount=1)).settlement


# --- what is sent


def test_a_refund_is_sent_with_its_number_payment_and_whole_amount() -> None:
    _, server = asked("pay", said(200, {**OURS, "state": "settled"}))
    [request] = server.asked
    assert ("POST", "/refunds", "Bearer key-1", OURS) == (
        request.method, request.path, request.headers["authorization"], json.loads(request.body)
    )  # fmt: skip


def test_a_question_names_the_number_and_nothing_else() -> None:
    _, server = asked("find", said(200, {**OURS, "state": "settled"}))
    [request] = server.asked
    assert ("GET", f"/refunds/{REFUND.refund_no}", b"") == (request.method, request.path, request.body)


# --- what the answers mean


SETTLED, FAILED = {**OURS, "state": "settled"}, {**OURS, "state": "failed", "reason": "account_closed"}
ANSWERS: list[tuple[str, tuple[int, Mapping[str, str], bytes], str]] = [
    ("pay", said(200, SETTLED), "settled"),
    ("pay", said(200, {"refund_no": REFUND.refund_no, "state": "settled"}), "settled"),
    ("pay", said(202, {**OURS, "state": "accepted"}), "accepted"),
    ("pay", said(422, FAILED), "failed"),
    ("pay", said(402, FAILED), "failed"),
    ("find", said(200, FAILED), "failed"),
    ("find", said(200, {**OURS, "state": "reversed"}), "settled"),
    ("find", said(404, {"code": "never_seen", "refund_no": REFUND.refund_no}), "never_seen"),
    # status and state disagree
    ("pay", said(200, {**OURS, "state": "accepted"}), "unknown"),
    ("pay", said(202, SETTLED), "unknown"),
    ("pay", said(200, FAILED), "unknown"),
    ("pay", said(500, FAILED), "unknown"),
    ("pay", said(422, SETTLED), "unknown"),
    ("pay", said(201, SETTLED), "unknown"),
    ("find", said(202, SETTLED), "unknown"),
    ("find", said(500, SETTLED), "unknown"),
    # a state that is not in our table
    ("pay", said(200, {**OURS, "state": "SETTLED"}), "unknown"),
    ("find", said(200, {**OURS, "state": "pending"}), "unknown"),
    ("find", said(200, {**OURS, "state": None}), "unknown"),
    ("find", said(200, {**OURS, "state": ["settled"]}), "unknown"),
    ("find", said(200, OURS), "unknown"),
    # somebody else's refund
    ("pay", said(200, {**SETTLED, "refund_no": "rfd_other"}), "unknown"),
    ("pay", said(422, {**FAILED, "refund_no": "rfd_other"}), "unknown"),
    ("pay", said(200, {**SETTLED, "amount": 8901}), "unknown"),
    ("pay", said(200, {**SETTLED, "amount": "8900"}), "unknown"),
    ("pay", said(200, {**SETTLED, "currency": "USD"}), "unknown"),
    ("find", said(200, {**SETTLED, "payment_id": "pay_2"}), "unknown"),
    ("find", said(404, {"code": "never_seen", "refund_no": "rfd_other"}), "unknown"),
    ("find", said(404, {"code": "no_such_route"}), "unknown"),
    # garbled
    ("pay", said(200, b""), "unknown"),
    ("pay", said(200, b"{"), "unknown"),
    ("pay", said(200, b"[]"), "unknown"),
    ("pay", said(200, b"null"), "unknown"),
    ("pay", said(200, b'"settled"'), "unknown"),
    ("pay", said(200, b"<html>settled</html>"), "unknown"),
    ("pay", said(200, b"\xff\xfe\x00"), "unknown"),
    ("pay", said(200, b"[" * 60_000), "unknown"),
    ("pay", said(200, json.dumps({**SETTLED, "x": "x" * 70_000}).encode()), "unknown"),
    ("pay", said(422, b"<html>too many</html>"), "unknown"),
    ("find", said(404, b"<html>not found</html>"), "unknown"),
    ("pay", said(302, b"", location="http://127.0.0.1:1/"), "unknown"),
    ("pay", said(200, json.dumps(SETTLED).encode(), **{"content-encoding": "gzip"}), "unknown"),
]
ANSWERS += [
    (call, said(status, {"code": "unavailable"}), "unknown")
    for call in ("pay", "find")
    for status in (400, 401, 403, 404, 405, 408, 409, 413, 425, 429, 500, 502, 503, 504)
]


@pytest.mark.parametrize(("call", "answer", "settlement"), ANSWERS)
def test_only_what_agrees_with_itself_is_believed(
    call: str, answer: tuple[int, Mapping[str, str], bytes], settlement: str
) -> None:
    found, _ = asked(call, answer)
    assert settlement == found.settlement


@pytest.mark.parametrize("talk", [lambda c: None, lambda c: c.recv(9), lambda c: c.sendall(b"\0" * 9)])
@pytest.mark.parametrize("call", ["pay", "find"])
def test_a_connection_that_breaks_is_unknown(call: str, talk: Any) -> None:
    with speaking(talk) as port:
        provider = StandardProvider(f"http://127.0.0.1:{port}", Held(KEY).secrets())
        assert "unknown" == getattr(provider, call)(REFUND).settlement


def test_a_provider_that_says_nothing_is_unknown_when_the_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def silence(connection: socket.socket) -> None:
        while connection.recv(65_536):
            pass

    monkeypatch.setattr(standard, "TIMEOUT", urllib3.Timeout(connect=1, read=0.05))
    with speaking(silence) as port:
        provider = StandardProvider(f"http://127.0.0.1:{port}", Held(KEY).secrets())
        assert ProviderAnswer("unknown", "ReadTimeoutError") == provider.pay(REFUND)


def test_a_provider_that_is_not_there_is_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert "unknown" == StandardProvider(f"http://127.0.0.1:{port}", Held(KEY).secrets()).pay(REFUND).settlement


def test_a_redirect_is_not_followed_with_our_key() -> None:
    with serving(said(200, SETTLED)) as elsewhere:
        found, _ = asked("pay", said(307, b"", location=f"{elsewhere.url}/refunds"))
    assert ("unknown", []) == (found.settlement, elsewhere.asked)


# --- what is loud


@pytest.mark.parametrize(
    ("answer", "metric"),
    [
        (said(401, {}), "ProviderRefusesUs"),
        (said(403, {}), "ProviderRefusesUs"),
        (said(429, {}), "ProviderRefusesUs"),
        (said(409, {"code": "refund_no_taken"}), "ProviderRefusesUs"),
        (said(200, {**OURS, "state": "pending"}), "ProviderAnswerUnknown"),
        (said(422, {**FAILED, "reason": "moon_phase"}), "ProviderCodeUnknown"),
        (said(503, {}), "ProviderSilent"),
    ],
)
def test_what_a_person_must_put_right_is_counted(
    answer: tuple[int, Mapping[str, str], bytes], metric: str, written: Callable[[], str]
) -> None:
    asked("pay", answer)
    counted = [json.loads(line) for line in written().splitlines() if '"_aws"' in line]
    assert [metric] == [name for line in counted for name in line if name.startswith("Provider")]


def test_an_unknown_reason_of_a_clear_failure_is_believed() -> None:
    found, _ = asked("pay", said(422, {**FAILED, "reason": "moon_phase"}))
    assert ProviderAnswer("failed", "moon_phase") == found


# --- keys


def test_a_key_that_was_rotated_is_found_without_a_restart() -> None:
    held = Held(KEY)
    secrets = held.secrets()
    secrets.read()
    with serving(*[said(401, {}), said(200, SETTLED)] * 2) as server:
        provider = StandardProvider(server.url, secrets)
        for number in (2, 3):  # twice within a moment, as when a rotation is taken back
            held.value = {**KEY, "api_key": f"key-{number}"}
            assert "settled" == provider.pay(REFUND).settlement
    assert [f"Bearer key-{number}" for number in (1, 2, 2, 3)] == [
        request.headers["authorization"] for request in server.asked
    ]


def test_a_key_that_is_refused_is_not_tried_again_unchanged() -> None:
    _, server = asked("pay", said(401, {}))
    assert 1 == len(server.asked)


def test_a_key_is_never_written_down(written: Callable[[], str]) -> None:
    asked("pay", said(401, {"echo": "key-1"}))
    assert "key-1" not in written()
