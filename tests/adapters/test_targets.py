"""Where a merchant may send us, and every inside address that somebody would like us to call."""

from __future__ import annotations

import pytest

from chalicelib.adapters.targets import checked, is_public
from chalicelib.errors import InvalidRequest

PUBLIC = "93.184.216.34"
INSIDE = """
127.0.0.1 127.1.2.3 127.255.255.254 0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255
192.168.0.1 192.168.255.255 169.254.169.254 169.254.170.2 169.254.0.1 100.64.0.1 100.127.255.255 192.0.0.1
192.0.0.170 192.0.2.1 192.88.99.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 232.1.1.1
239.255.255.250 240.0.0.1 254.1.1.1 255.255.255.255
:: ::1 ::2 ::127.0.0.1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::ffff:169.254.169.254
::ffff:192.168.1.1 ::ffff:0.0.0.0 ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
64:ff9b::10.0.0.1 64:ff9b:1::1 64:ff9b:1::7f00:1 2002:7f00:1:: 2002:a9fe:a9fe:: 2002:c0a8:101::1 2002:0808:0808::1
2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:db8::1 2001:2::1 2001:10::1 2001:20::1 3fff::1 100::1 5f00::1
fc00::1 fd00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fe80::a9fe:a9fe febf::1 fec0::1 ff02::1 ff05::2 ff0e::1
2606:4700::1%lo not-an-address 127.1 2130706433 0x7f000001 0177.0.0.1
""".split()
OUTSIDE = """
8.8.8.8 1.1.1.1 93.184.216.34 172.15.255.255 172.32.0.1 100.63.255.255 100.128.0.1 169.253.1.1
2606:4700:4700::1111 2a00:1450:4001::1 ::ffff:8.8.8.8 64:ff9b::8.8.8.8
""".split()


@pytest.mark.parametrize("address", INSIDE)
def test_an_inside_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_outside_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_refused(address: str) -> None:
    with pytest.raises(InvalidRequest):
        checked("https://shop.example.com/hook", (), lambda *_: [address])


@pytest.mark.parametrize("address", INSIDE)
def test_one_inside_address_among_public_ones_is_refused(address: str) -> None:
    with pytest.raises(InvalidRequest):
        checked("https://shop.example.com/hook", (), lambda *_: [PUBLIC, address, PUBLIC])


MALFORMED = {
    "plain http": "http://shop.example.com/",
    "another scheme": "ftp://shop.example.com/",
    "a file": "file:///etc/passwd",
    "a gopher": "gopher://shop.example.com:70/_x",
    "javascript": "javascript:alert(1)",
    "no scheme": "shop.example.com/hook",
    "no host": "https:///hook",
    "nothing": "",
    "a user": "https://user@shop.example.com/",
    "a user and a password": "https://user:pw@shop.example.com/",
    "a host behind a user": "https://shop.example.com@127.0.0.1/",
    "a user behind a fragment": "https://shop.example.com#@evil.example.com/",
    "a fragment": "https://shop.example.com/#x",
    "a backslash": "https://shop.example.com\\@127.0.0.1/",
    "a space": "https://shop.example.com/a b",
    "a line break": "https://shop.example.com/\r\nx: y",
    "a tab in the host": "https://shop.exa\tmple.com/",
    "a null": "https://shop.example.com/\0",
    "letters that look like others": "https://shоp.example.com/",
    "full-width digits": "https://１２７.0.0.1/",
    "circled letters": "https://ⓛocalhost/",
    "an ideographic stop": "https://127。0。0。1/",
    "one label": "https://localhost/",
    "a metadata host": "https://metadata/",
    "a trailing dot": "https://shop.example.com./",
    "an empty label": "https://shop..example.com/",
    "a number": "https://127.0.0.1/",
    "a public number": "https://8.8.8.8/",
    "a short number": "https://127.1/",
    "a decimal number": "https://2130706433/",
    "a hexadecimal number": "https://0x7f000001/",
    "an octal number": "https://0177.0.0.1/",
    "a hexadecimal part": "https://0x7f.0.0.1/",
    "an IPv6 address": "https://[::1]/",
    "a mapped address": "https://[::ffff:127.0.0.1]/",
    "a zone": "https://[fe80::1%25eth0]/",
    "a broken bracket": "https://[::1/",
    "a port that is none": "https://shop.example.com:0x50/",
    "a port beyond all": "https://shop.example.com:65536/",
    "a negative port": "https://shop.example.com:-1/",
    "the mail port": "https://shop.example.com:25/",
    "the login port": "https://shop.example.com:22/",
    "the plain port": "https://shop.example.com:80/",
    "too long": "https://shop.example.com/" + "x" * 2048,
}


@pytest.mark.parametrize("what", MALFORMED)
def test_an_address_that_is_not_https_on_a_public_host_is_refused(what: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        checked(MALFORMED[what], (), lambda *_: [PUBLIC])
    assert ["url"] == [wrong.field for wrong in caught.value.errors]


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("https://shop.example.com", "shop.example.com", 443, "/"),
        ("https://SHOP.Example.com/Hook?x=1&y", "shop.example.com", 443, "/Hook?x=1&y"),
        ("https://shop.example.com:8443/a", "shop.example.com", 8443, "/a"),
        ("https://xn--fiq228c.example.xn--p1ai/", "xn--fiq228c.example.xn--p1ai", 443, "/"),
    ],
)
def test_https_on_a_public_host_is_allowed(url: str, host: str, port: int, path: str) -> None:
    target = checked(url, (), lambda *_: [PUBLIC, PUBLIC, "2606:4700::1"])
    assert ("https", host, port, path, (PUBLIC, "2606:4700::1")) == target


def test_a_name_is_resolved_once() -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    assert (PUBLIC,) == checked("https://shop.example.com/", (), lambda *_: next(answers)).addresses


def test_a_name_that_is_not_found_is_refused() -> None:
    def fails(*_: object) -> list[str]:
        raise OSError("no such host")

    with pytest.raises(InvalidRequest, match="cannot be found"):
        checked("https://shop.example.com/", (), fails)


def test_a_name_without_addresses_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        checked("https://shop.example.com/", (), lambda *_: [])


ALLOW = {("127.0.0.1", 9700), ("localhost", 9701)}


@pytest.mark.parametrize("url", ["http://127.0.0.1:9700/hook", "https://127.0.0.1:9700/", "http://localhost:9701/"])
def test_a_local_stand_in_may_be_called_where_settings_name_it(url: str) -> None:
    assert ("127.0.0.1",) == checked(url, ALLOW, lambda *_: ["127.0.0.1"]).addresses


@pytest.mark.parametrize("url", ["http://127.0.0.1:9701/", "http://127.0.0.1/", "http://127.0.0.2:9700/"])
def test_nothing_beside_it_may(url: str) -> None:
    with pytest.raises(InvalidRequest):
        checked(url, ALLOW, lambda *_: ["127.0.0.1"])


def test_a_local_name_that_leads_elsewhere_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        checked("http://localhost:9701/", ALLOW, lambda *_: ["169.254.169.254"])
