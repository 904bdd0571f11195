"""Where the wall around webhooks ends, to the letter, the port and the address; and what a merchant is told of it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from chalicelib.adapters.targets import checked, is_public, resolve
from chalicelib.errors import InvalidRequest
from tests.refusals import refused

PUBLIC = "93.184.216.34"
SHOP = "https://shop.example.com"
LOCAL = {("127.0.0.1", 9700), ("127.0.0.1", 80), ("127.0.0.1", 443)}

NOT_HTTPS = "must begin with https://"
NOT_PUBLIC = "must name a public host"
PORT = "must name port 443 or one from 1024"
CHARACTERS = "is too long or has characters that an address cannot have"
NO_ADDRESS = "is not an address"
EXTRAS = "must not carry a user or a fragment"


def public(*_: object) -> list[str]:
    return [PUBLIC]


def why(url: str, resolving: Callable[[str, int], Sequence[str]] = public, allow: Any = ()) -> str:
    detail, errors = refused(InvalidRequest, lambda: checked(url, allow, resolving))
    [(field, message, limits)] = errors
    assert ("url", f"the webhook's address {message}", None) == (field, detail, limits)
    return message


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://shop.example.com/", NOT_HTTPS),
        ("http://shop.example.com:8080/", NOT_HTTPS),
        ("http://shop.example.com:443/", NOT_HTTPS),
        ("ftp://shop.example.com:2121/", NOT_HTTPS),
        ("https:///hook", NOT_HTTPS),
        ("shop.example.com", NOT_HTTPS),
        ("https://localhost/", NOT_PUBLIC),
        ("https://127.0.0.1/", NOT_PUBLIC),
        (f"{SHOP}:1023/", PORT),
        (f"{SHOP}:442/", PORT),
        (f"{SHOP}:1/", PORT),
        (f"{SHOP}:0/", PORT),
        (f"{SHOP}/a\\b", CHARACTERS),
        (f"{SHOP}/a b", CHARACTERS),
        (f"{SHOP}/\x7f", CHARACTERS),
        (f"{SHOP}/é", CHARACTERS),
        ("", CHARACTERS),
        ("https://[::1/", NO_ADDRESS),
        (f"{SHOP}:x/", NO_ADDRESS),
        ("https://a@shop.example.com/", EXTRAS),
        (f"{SHOP}/#a", EXTRAS),
    ],
)
def test_a_merchant_is_told_what_is_wrong_with_the_address(url: str, told: str) -> None:
    assert told == why(url)


def test_an_address_of_2048_characters_is_long_enough() -> None:
    longest = f"{SHOP}/".ljust(2048, "x")
    assert longest[len(SHOP) :] == checked(longest, (), public).path
    assert CHARACTERS == why(longest + "x")


@pytest.mark.parametrize("port", [443, 1024, 8443, 65535])
def test_a_port_is_443_or_one_from_1024(port: int) -> None:
    assert port == checked(f"{SHOP}:{port}/", (), public).port


@pytest.mark.parametrize("name", ["a.bc", f"{'a' * 63}.example.com", "a-b.example.com", "1.example.com"])
def test_a_name_of_letters_digits_and_hyphens_is_a_host(name: str) -> None:
    assert name == checked(f"https://{name}/", (), public).host


@pytest.mark.parametrize(
    "name",
    ["a.b", f"{'a' * 64}.example.com", "-a.example.com", "a-.example.com", "a.1x", "a_b.example.com",
     ".".join(["a" * 60] * 4) + ".example.com", "a.example.c-", "example.com."],
)  # fmt: skip
def test_another_name_is_none(name: str) -> None:
    assert NOT_PUBLIC == why(f"https://{name}/")


def test_the_name_server_is_asked_for_this_host_and_port() -> None:
    asked: list[tuple[str, int]] = []

    def resolving(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return [PUBLIC]

    checked("https://Shop.Example.com:8443/x", (), resolving)
    assert [("shop.example.com", 8443)] == asked


def test_the_real_name_server_is_asked_for_streams_and_its_addresses_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def answered(host: str, port: int, *, type: int) -> list[Any]:
        assert ("shop.example.com", 443, socket.SOCK_STREAM) == (host, port, type)
        return [(2, type, 6, "", (PUBLIC, 443)), (10, type, 6, "", ("2606:4700::1", 443, 0, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", answered)
    assert [PUBLIC, "2606:4700::1"] == resolve("shop.example.com", 443)
    assert (PUBLIC, "2606:4700::1") == checked(f"{SHOP}/", ()).addresses


def test_a_host_that_cannot_be_found_is_told_so() -> None:
    def fails(*_: object) -> list[str]:
        raise OSError("no such host")

    assert "names a host that cannot be found" == why(f"{SHOP}/", fails)


@pytest.mark.parametrize("found", [[], ["10.0.0.1"], [PUBLIC, "10.0.0.1"]])
def test_a_host_that_leads_nowhere_or_inside_is_told_so(found: list[str]) -> None:
    assert NOT_PUBLIC == why(f"{SHOP}/", lambda *_: found)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1:9700/", "file://127.0.0.1:9700/", "gopher://127.0.0.1:9700/"])
def test_even_a_stand_in_is_spoken_to_in_http_alone(url: str) -> None:
    assert NOT_HTTPS == why(url, lambda *_: ["127.0.0.1"], LOCAL)


@pytest.mark.parametrize(("url", "port"), [("http://127.0.0.1/", 80), ("https://127.0.0.1/", 443)])
def test_a_stand_in_without_a_port_is_where_its_scheme_says(url: str, port: int) -> None:
    assert port == checked(url, LOCAL, lambda *_: ["127.0.0.1"]).port


@pytest.mark.parametrize("found", [["8.8.8.8"], ["127.0.0.1", "8.8.8.8"]])
def test_a_stand_in_is_on_this_machine_only(found: list[str]) -> None:
    assert NOT_PUBLIC == why("http://127.0.0.1:9700/", lambda *_: found, LOCAL)


@pytest.mark.parametrize(
    ("last", "after"),
    [
        ("192.0.0.255", "192.0.1.0"),
        ("192.88.99.255", "192.88.100.0"),
        ("198.19.255.255", "198.20.0.0"),
        ("2001:1ff:ffff::", "2001:200::"),
        ("2002:ffff::", "2003::"),
    ],
)
def test_what_is_relayed_or_tunnelled_ends_exactly_here(last: str, after: str) -> None:
    assert (False, True) == (is_public(last), is_public(after))
