"""One request outwards, without waiting: how long each part may take, who is connected to, how each failure is told."""

from __future__ import annotations

import http.client
import socket
import ssl
from typing import Any

import pytest

from chalicelib.adapters import outbound
from chalicelib.adapters.outbound import CONNECT, LARGEST_ANSWER, LATEST, TOTAL, post, retry_after
from chalicelib.adapters.targets import Target
from tests.adapters.servers import serving


def target(port: int = 9, scheme: str = "http", *addresses: str) -> Target:
    return Target(scheme, "shop.example.com", port, "/hook", addresses or ("127.0.0.1",))


class Watch:
    """Stands in for threading.Timer: what it was told, and what became of it."""

    made: list[Watch] = []

    def __init__(self, interval: float, function: Any, args: Any) -> None:
        self.interval, self.function, self.args = interval, function, args
        self.daemon = False
        self.done: list[str] = []
        Watch.made.append(self)

    def start(self) -> None:
        self.done.append("start")

    def cancel(self) -> None:
        self.done.append("cancel")


@pytest.fixture(autouse=True)
def watches(monkeypatch: pytest.MonkeyPatch) -> list[Watch]:
    monkeypatch.setattr(Watch, "made", [])
    monkeypatch.setattr(outbound.threading, "Timer", Watch)
    return Watch.made


class Tried:
    """Stands in for socket.create_connection: nobody answers, or a server of ours whatever address is asked for."""

    def __init__(self, port: int | None = None, deaf: int = 0) -> None:
        self.asked: list[Any] = []
        self.port, self.deaf = port, deaf
        self.options: list[Any] = []
        self.patience: list[Any] = []

    def __call__(self, address: tuple[str, int], timeout: float) -> socket.socket:
        self.asked.append((*address, timeout))
        if self.port is None or len(self.asked) <= self.deaf:
            raise OSError(f"nobody at {address[0]}")
        tried = self

        class Recorded(socket.socket):
            def setsockopt(self, *option: Any) -> None:  # type: ignore[override]
                tried.options.append(option)
                super().setsockopt(*option)

            def settimeout(self, seconds: float | None) -> None:
                tried.patience.append(seconds)
                super().settimeout(seconds)

        connected = Recorded(socket.AF_INET, socket.SOCK_STREAM)
        socket.socket.connect(connected, ("127.0.0.1", self.port))
        return connected


def dialling(monkeypatch: pytest.MonkeyPatch, port: int | None = None, deaf: int = 0) -> Tried:
    tried = Tried(port, deaf)
    monkeypatch.setattr(outbound.socket, "create_connection", tried)
    return tried


def test_an_attempt_has_ten_seconds_three_to_connect_and_hears_64_kib() -> None:
    assert (3, 10, 65_536, 86_400) == (CONNECT, TOTAL, LARGEST_ANSWER, LATEST)


@pytest.mark.parametrize(("total", "connect"), [(10.0, 3.0), (0.2, 0.2)])
def test_connecting_takes_no_longer_than_the_whole(
    monkeypatch: pytest.MonkeyPatch, total: float, connect: float
) -> None:
    tried = dialling(monkeypatch)
    assert (None, "connection") == (post(target(), b"", {}, total).status, post(target(), b"", {}, total).error)
    assert [("127.0.0.1", 9, connect)] * 2 == tried.asked


def test_two_addresses_are_tried_and_no_third(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = dialling(monkeypatch)
    post(target(9, "http", "8.8.8.1", "8.8.8.2", "8.8.8.3"), b"", {})
    assert ["8.8.8.1", "8.8.8.2"] == [address for address, _, _ in tried.asked]


def test_the_second_address_serves_when_the_first_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving((204, {}, b"")) as server:
        tried = dialling(monkeypatch, server.port, deaf=1)
        assert 204 == post(target(9, "http", "8.8.8.1", "8.8.8.2"), b"", {}).status
    assert ["8.8.8.1", "8.8.8.2"] == [address for address, _, _ in tried.asked]


def test_the_last_failure_is_the_one_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    dialling(monkeypatch)
    pinned = outbound._connection(target(9, "http", "8.8.8.1", "8.8.8.2"), 1.0)
    with pytest.raises(OSError, match=r"nobody at 8\.8\.8\.2"):
        pinned.connect()


def test_without_an_address_nobody_is_connected_to() -> None:
    pinned = outbound._connection(target()._replace(addresses=()), 1.0)
    with pytest.raises(OSError, match=r"^no address$"):
        pinned.connect()


def test_what_is_sent_leaves_at_once_and_an_answer_may_take_the_whole_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving((200, {}, b"")) as server:
        tried = dialling(monkeypatch, server.port)
        post(target(), b"{}", {})
    assert [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)] == tried.options
    assert [TOTAL] == tried.patience


@pytest.mark.parametrize(
    ("scheme", "port", "host"),
    [("http", 80, "shop.example.com"), ("http", 443, "shop.example.com:443"), ("http", 9, "shop.example.com:9")],
)
def test_the_host_is_named_with_its_port_where_it_is_not_the_usual_one(
    monkeypatch: pytest.MonkeyPatch, scheme: str, port: int, host: str
) -> None:
    with serving() as server:
        dialling(monkeypatch, server.port)
        post(target(port, scheme), b"", {})
    assert host == server.asked[0].headers["host"]


def test_https_is_usual_on_443_and_speaks_tls_and_http_does_not() -> None:
    secure, plain = outbound._connection(target(443, "https"), 1.5), outbound._connection(target(80), 2.5)
    assert (443, 80, 1.5, 2.5) == (secure.default_port, plain.default_port, secure.timeout, plain.timeout)
    assert (outbound._context(), None) == (secure._context, plain._context)
    assert ("shop.example.com", 443, False) == (secure.host, secure.port, secure.is_late)


def test_certificates_and_names_are_checked_and_old_tls_is_not_spoken() -> None:
    context = outbound._context()
    assert (ssl.CERT_REQUIRED, True, ssl.TLSVersion.TLSv1_2) == (
        context.verify_mode,
        context.check_hostname,
        context.minimum_version,
    )
    assert context is outbound._context()


class Shaking:
    """Stands in for a socket in TLS."""

    def __init__(self, pinned: Any) -> None:
        self.pinned = pinned
        self.in_place: list[bool] = []

    def do_handshake(self) -> None:
        self.in_place.append(self.pinned.sock is self)


def test_hands_are_shaken_when_the_watch_can_already_hang_up(monkeypatch: pytest.MonkeyPatch) -> None:
    wrapped: list[Any] = []

    class Context:
        def wrap_socket(self, raw: Any, **how: Any) -> Shaking:
            wrapped.append((raw is pinned.sock, how))
            raw.close()
            return shaking

    with serving() as server:
        dialling(monkeypatch, server.port)
        pinned = outbound._Pinned(target(443, "https"), 1.0, Context())  # type: ignore[arg-type]
        shaking = Shaking(pinned)
        pinned.connect()
    assert [(True, {"server_hostname": "shop.example.com", "do_handshake_on_connect": False})] == wrapped
    assert [True] == shaking.in_place


# --- time


def test_a_watch_is_set_for_the_whole_time_and_stopped(monkeypatch: pytest.MonkeyPatch, watches: list[Watch]) -> None:
    dialling(monkeypatch)
    post(target(), b"", {}, 7.0)
    [watch] = watches
    assert (7.0, outbound._hang_up, True, ["start", "cancel"]) == (
        watch.interval, watch.function, watch.daemon, watch.done
    )  # fmt: skip
    [connection] = watch.args
    assert isinstance(connection, outbound._Pinned)


def test_a_connection_is_closed_whatever_happened(monkeypatch: pytest.MonkeyPatch, watches: list[Watch]) -> None:
    with serving((200, {"content-length": "5"}, b"hello")) as server:
        dialling(monkeypatch, server.port)
        assert 200 == post(target(), b"", {}).status
    assert watches[0].args[0].sock is None


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException, *, late: bool) -> None:
    def connect(pinned: Any) -> None:
        pinned.is_late = late
        raise error

    monkeypatch.setattr(outbound._Pinned, "connect", connect)


@pytest.mark.parametrize(
    ("error", "late", "told"),
    [
        (ssl.SSLError("bad certificate"), False, "tls"),
        (ssl.SSLError("cut off"), True, "timeout"),
        (ConnectionResetError(), False, "connection"),
        (ConnectionResetError(), True, "timeout"),
        (TimeoutError(), False, "timeout"),
        (http.client.BadStatusLine("?"), False, "connection"),
        (http.client.BadStatusLine("?"), True, "timeout"),
        (ValueError("a header"), False, "connection"),
        (ValueError("a header"), True, "timeout"),
    ],
)
def test_every_failure_has_its_name(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, late: bool, told: str
) -> None:
    failing(monkeypatch, error, late=late)
    response = post(target(), b"", {})
    assert (None, told, None) == (response.status, response.error, response.retry_after)


def test_who_is_late_while_the_connection_is_made_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Watch, "start", lambda watch: watch.function(*watch.args))
    with serving() as server:
        dialling(monkeypatch, server.port)
        assert (None, "timeout") == (post(target(), b"", {}).status, post(target(), b"", {}).error)
    assert [] == server.asked


def test_headers_that_were_cut_off_by_us_are_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = http.client.HTTPConnection.getresponse

    def getresponse(pinned: Any) -> http.client.HTTPResponse:
        answer = answered(pinned)
        pinned.is_late = True
        return answer

    monkeypatch.setattr(outbound._Pinned, "getresponse", getresponse)
    with serving() as server:
        dialling(monkeypatch, server.port)
        response = post(target(), b"", {})
    assert (None, "timeout") == (response.status, response.error)


class Ended:
    """A socket that somebody hangs up."""

    def __init__(self, error: Exception | None = None) -> None:
        self.how: list[int] = []
        self.error = error

    def shutdown(self, how: int) -> None:
        self.how.append(how)
        if self.error:
            raise self.error


@pytest.mark.parametrize("error", [None, OSError("not connected")])
def test_to_hang_up_ends_both_ways_and_never_fails(error: Exception | None) -> None:
    pinned, ended = outbound._connection(target(), 1.0), Ended(error)
    pinned.sock = ended  # type: ignore[assignment]
    outbound._hang_up(pinned)
    assert (True, [socket.SHUT_RDWR]) == (pinned.is_late, ended.how)


def test_to_hang_up_before_there_is_a_connection_makes_it_late() -> None:
    pinned = outbound._connection(target(), 1.0)
    outbound._hang_up(pinned)
    assert pinned.is_late


@pytest.mark.parametrize("error", [None, OSError(), http.client.IncompleteRead(b""), ValueError()])
def test_the_rest_of_an_answer_is_read_in_part_and_may_fail(error: Exception | None) -> None:
    asked: list[int] = []

    class Answer:
        def read(self, size: int) -> bytes:
            asked.append(size)
            if error:
                raise error
            return b""

    outbound._hear_out(Answer())  # type: ignore[arg-type]
    assert [LARGEST_ANSWER] == asked


# --- Retry-After


def test_a_date_is_counted_from_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound.time, "time", lambda: 1_800_000_000.0)
    assert 60 == retry_after("Fri, 15 Jan 2027 08:01:00 GMT")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("86399", 86_399), ("86400", 86_400), ("123456789", 86_400), ("1234567890", 86_400), ("0000000001", 0), ("1", 1)],
)
def test_seconds_are_read_from_nine_digits_and_no_pause_is_longer_than_a_day(value: str, seconds: int) -> None:
    assert seconds == retry_after(value, 0.0)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Thu, 01 Jan 1970 00:00:01 GMT", 1),
        ("Thu, 01 Jan 1970 23:59:59 GMT", 86_399),
        ("Fri, 02 Jan 1970 00:00:01 GMT", 86_400),
        ("Wed, 31 Dec 1969 23:59:59 GMT", 0),
    ],
)
def test_a_date_that_has_passed_is_now_and_none_is_later_than_tomorrow(value: str, seconds: int) -> None:
    assert seconds == retry_after(value, 0.0)


@pytest.mark.parametrize(
    "value", ["Mon, 01 Jan 0001 99999999999999999999:1:1 GMT", "Mon, 32 Jan 2027 00:00:00 GMT", "x"]
)
def test_a_date_that_no_calendar_has_is_no_pause(value: str) -> None:
    assert retry_after(value, 0.0) is None


def test_what_is_left_of_an_answer_is_heard_out(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[int] = []
    monkeypatch.setattr(outbound, "_hear_out", lambda answer: heard.append(answer.status))
    with serving((202, {}, b"thanks")) as server:
        dialling(monkeypatch, server.port)
        post(target(), b"", {})
    assert [202] == heard


def test_a_connection_that_fails_half_way_is_closed(monkeypatch: pytest.MonkeyPatch, watches: list[Watch]) -> None:
    def getresponse(_: Any) -> Any:
        raise ConnectionResetError

    monkeypatch.setattr(outbound._Pinned, "getresponse", getresponse)
    with serving() as server:
        dialling(monkeypatch, server.port)
        assert "connection" == post(target(), b"", {}).error
    assert watches[0].args[0].sock is None
