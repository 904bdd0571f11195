"""One request to somebody else's machine: pinned, short, deaf to long answers, and never raising."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chalicelib.adapters import outbound
from chalicelib.adapters.outbound import post, retry_after
from chalicelib.adapters.targets import Target
from tests.adapters.servers import serving, speaking


def local(port: int, path: str = "/hook", host: str = "shop.example.com", scheme: str = "http") -> Target:
    return Target(scheme, host, port, path, ("127.0.0.1",))


def test_the_checked_address_is_called_in_the_name_of_the_host() -> None:
    with serving((200, {}, b"ok")) as server:
        response = post(local(server.port, "/hook?x=1"), b'{"a": 1}', {"x-y": "z"})
    [asked] = server.asked
    assert (200, "POST", "/hook?x=1", b'{"a": 1}', "z", f"shop.example.com:{server.port}") == (
        response.status, asked.method, asked.path, asked.body, asked.headers["x-y"], asked.headers["host"]
    )  # fmt: skip


def test_no_name_is_resolved_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    real = socket.getaddrinfo

    def resolving(host: str, *more: object, **named: object) -> object:
        asked.append(host)
        return real(host, *more, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(socket, "getaddrinfo", resolving)
    with serving() as server:
        post(local(server.port), b"", {})
    assert asked in ([], ["127.0.0.1"])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_not_followed(status: int) -> None:
    with serving() as inside, serving((status, {"location": f"{inside.url}/"}, b"")) as server:
        assert status == post(local(server.port), b"", {}).status
        assert [] == inside.asked


@pytest.mark.parametrize("status", [200, 202, 204, 400, 410, 429, 500, 503])
def test_every_status_is_told_as_it_is(status: int) -> None:
    with serving((status, {}, b"")) as server:
        assert (status, None) == (post(local(server.port), b"", {}).status, None)


def test_a_long_answer_is_cut_off_and_its_status_stands() -> None:
    with serving((200, {}, b"x" * 5_000_000)) as server:
        assert 200 == post(local(server.port), b"", {}).status


def test_a_pause_that_the_endpoint_asks_for_is_told() -> None:
    with serving((503, {"retry-after": "120"}, b"")) as server:
        assert 120 == post(local(server.port), b"", {}).retry_after


def test_a_closed_port_is_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert (None, "connection") == (post(local(port), b"", {}).status, post(local(port), b"", {}).error)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"hello\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 99999 x\r\n\r\n",
        b"\0" * 100,
        b"HTTP/1.1 200 " + b"x" * 70_000,
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n",
    ],
)
def test_an_answer_that_is_not_http_is_no_connection(said: bytes) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(said)

    with speaking(talk) as port:
        response = post(local(port), b"{}", {})
    assert (None, "connection") == (response.status, response.error)


def test_a_body_that_breaks_off_does_not_undo_the_status() -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")

    with speaking(talk) as port:
        assert 200 == post(local(port), b"{}", {}).status


def drip(connection: socket.socket) -> None:
    """A byte now and then, never late by itself and never done; ends when the other side hangs up."""
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nx: ")
    connection.settimeout(0.02)
    while True:
        connection.sendall(b"x")
        try:
            if not connection.recv(1):
                return
        except TimeoutError:
            continue


def silence(connection: socket.socket) -> None:
    while connection.recv(65_536):
        pass


@pytest.mark.parametrize("talk", [drip, silence])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_time_is_up_for_who_drips_or_says_nothing(talk: object, scheme: str) -> None:
    started = time.monotonic()
    with speaking(talk) as port:  # type: ignore[arg-type]
        response = post(local(port, scheme=scheme), b"{}", {}, total=0.2)
    assert response.error in ("timeout", "tls") and response.status is None
    assert 2 > time.monotonic() - started


# --- TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and self-signed certificate of shop.example.com in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example.com")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("shop.example.com")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def shop(certificate: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving((200, {}, b""), context=context) as server:
        yield server.port


def test_a_certificate_of_the_host_s_name_is_trusted_though_we_connect_by_address(
    shop: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "_context", lambda: ssl.create_default_context(cafile=str(certificate)))
    assert 200 == post(local(shop, scheme="https"), b"{}", {}).status


def test_a_certificate_of_another_name_is_not(shop: int, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "_context", lambda: ssl.create_default_context(cafile=str(certificate)))
    assert "tls" == post(local(shop, scheme="https", host="bank.example.com"), b"{}", {}).error


def test_a_certificate_that_nobody_vouches_for_is_not(shop: int) -> None:
    assert "tls" == post(local(shop, scheme="https"), b"{}", {}).error


def test_plain_http_behind_https_is_a_tls_error() -> None:
    with serving() as server:
        assert "tls" == post(local(server.port, scheme="https"), b"{}", {}).error


# --- Retry-After


NOW = 1_800_000_000.0  # Fri, 15 Jan 2027 08:00:00 GMT


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("120", 120),
        (" 5 ", 5),
        ("86401", 86_400),
        ("9" * 400, 86_400),
        ("Fri, 15 Jan 2027 08:01:00 GMT", 60),
        ("Fri, 15 Jan 2027 07:00:00 GMT", 0),
        ("Fri, 31 Dec 2999 07:00:00 GMT", 86_400),
        ("-5", None),
        ("1.5", None),
        ("", None),
        ("soon", None),
        ("٣", None),
        ("Fri, 99 Foo 2027 08:01:00 GMT", None),
    ],
)
def test_a_pause_comes_in_seconds_or_as_a_date(value: str | None, seconds: int | None) -> None:
    assert seconds == retry_after(value, NOW)
