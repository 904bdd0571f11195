"""Addresses that somebody would like our functions to call for him, inside our network or his neighbour's.

Each is tried twice: a shop registers it over the API, and a shop that had it registered is sent an event. Refused is
what is answered 400 and not stored, and what is never connected to. What connects is watched where sockets are made.
"""

from __future__ import annotations

import base64
import itertools
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from unittest import mock

from chalicelib.adapters.webhooks import StandardWebhooks
from chalicelib.domain import refs
from tests.adapters.held import Held
from tests.adapters.servers import Server, serving
from tests.api.gateway import call
from tests.security.attempts import Attempt
from tests.security.doors import behind
from tests.standins.shops import shop

NAME = "targets"
PUBLIC, OTHER = "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"
TOKEN = "merchant:anna:m1"
Resolve = Callable[[str, int], Sequence[str]]

# What the numbers mean to a machine, whatever notation they come in.
INSIDE = """
127.0.0.1 127.1.2.3 127.255.255.254 0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 172.16.0.1 172.17.0.1 172.31.255.255
192.168.0.1 192.168.255.255 100.64.0.1 100.127.255.255 192.0.0.1 192.0.0.8 192.0.0.170 192.0.2.1
192.88.99.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 224.0.0.251 232.1.1.1 239.255.255.250
240.0.0.1 254.1.1.1 255.255.255.255 169.254.0.1 169.254.255.255
:: ::1 ::2 ::127.0.0.1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::ffff:169.254.169.254
::ffff:192.168.1.1 ::ffff:0.0.0.0 ::ffff:100.64.0.1 ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::7f00:1
64:ff9b::a9fe:a9fe 64:ff9b::10.0.0.1 64:ff9b::192.168.0.1 64:ff9b:1::1 64:ff9b:1::7f00:1 2002:7f00:1:: 2002:a9fe:a9fe::
2002:c0a8:101::1 2002:a00:1:: 2002:0808:0808::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2
2001:0:7f00:1::80ff:fffe 2001:db8::1 2001:2::1 2001:10::1 2001:20::1 3fff::1 100::1 5f00::1 fc00::1 fd00::1
fdff:ffff::1 fe80::1 fe80::1%eth0 fe80::a9fe:a9fe febf::1 fec0::1 ff01::1 ff02::1 ff02::fb ff05::2 ff0e::1
2606:4700::1%lo not-an-address 127.1 2130706433 0x7f000001 0177.0.0.1
""".split()

# Where clouds keep the keys of whoever asks from inside.
METADATA = {
    "169.254.169.254": "EC2, Azure, GCP, DigitalOcean",
    "169.254.170.2": "ECS",
    "169.254.170.23": "EKS Pod Identity",
    "fd00:ec2::254": "EC2 by IPv6",
    "fd00:ec2::23": "EKS by IPv6",
    "169.254.169.253": "the VPC's name server",
    "169.254.169.123": "the VPC's clock",
    "169.254.169.251": "the VPC's licences",
    "100.100.100.200": "Alibaba",
    "192.0.0.192": "Oracle",
    "169.254.42.42": "Scaleway",
    "fd20:ce::254": "GCP by IPv6",
    "fd00:42::42": "Scaleway by IPv6",
    "168.63.129.16": "Azure's wire server",
    "169.254.0.23": "Tencent",
    "169.254.100.1": "Lambda's runtime API",
}
METADATA_NAMES = (
    "metadata",
    "metadata.google.internal",
    "metadata.goog",
    "instance-data",
    "instance-data.ec2.internal",
    "metadata.tencentyun.com",
    "metadata.azure.internal",
    "metadata.platformequinix.com",
    "rancher-metadata",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
    "host.docker.internal",
    "localhost",
    "localhost.localdomain",
    "ip6-localhost",
    "broadcasthost",
    "vault.service.consul",
    "gateway.docker.internal",
)

# 127.0.0.1 and the metadata's address in the notations that readers of addresses have known.
SPELT = """
2130706433 2852039166 017700000001 025177524776 0x7f000001 0xA9FEA9FE 0x7f.0.0.1 0x7f.0x0.0x0.0x1 0177.0.0.1 0177.0.0.01
00000177.0.0.1 127.1 127.0.1 0 0.0 0x0 00 127.0.0.1. 169.254.43518 169.16689662 0xa9.0xfe.0xa9.0xfe 0251.0376.0251.0376
0xa9.254.0251.254 1.1.1.1 8.8.8.8 256.256.256.256 127.0.0.1%00 127。0。0。1 127．0．0．1 127｡0｡0｡1
①②⑦.⓪.⓪.① １２７.0.0.1 ⑯⑨.②⑤④.⑯⑨.②⑤④ ⓛⓞⓒⓐⓛⓗⓞⓢⓣ locaⅼhost ʟocalhost localhoſt lo\u00adcalhost lоcalhost 127.0.0.1\u200b
""".split()
LITERALS = """
[::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [0:0:0:0:0:0:0:1] [0000::1] [::ffff:a9fe:a9fe]
[fd00:ec2::254] [fe80::1] [fe80::1%25eth0] [fe80::1%eth0] [64:ff9b::7f00:1] [2002:7f00:1::] [2001:db8::1]
[2606:4700:4700::1111]
[::1%251] [v1.x] [127.0.0.1]
""".split()

NOT_ADDRESSES = {
    "plain http": "http://shop.example.com/",
    "ftp": "ftp://shop.example.com/",
    "a file": "file:///etc/passwd",
    "a file with a host": "file://shop.example.com/etc/passwd",
    "gopher": "gopher://shop.example.com:70/_x",
    "dict": "dict://127.0.0.1:11211/stat",
    "ldap": "ldap://127.0.0.1/",
    "data": "data:text/plain,x",
    "jar": "jar:https://x!/",
    "javascript": "javascript:alert(1)",
    "netdoc": "netdoc:///etc/passwd",
    "tftp": "tftp://127.0.0.1/x",
    "ws": "wss://x.example/",
    "sftp": "sftp://x.example/",
    "a unix socket": "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
    "url:": "url:https://x.example/",
    "no scheme": "shop.example.com/hook",
    "no scheme but slashes": "//shop.example.com/hook",
    "one slash": "https:/shop.example.com",
    "no slash": "https:shop.example.com",
    "three slashes": "https:///shop.example.com",
    "nothing": "        ",
    "a user": "https://user@shop.example.com/",
    "a user and a password": "https://user:pw@shop.example.com/",
    "a host behind a user": "https://shop.example.com@127.0.0.1/",
    "a host before a user": "https://127.0.0.1@shop.example.com/",
    "two users": "https://a@b@shop.example.com/",
    "an empty user": "https://@shop.example.com/",
    "a colon user": "https://:@shop.example.com/",
    "a user in percent": "https://shop.example.com%40127.0.0.1/",
    "a user behind a fragment": "https://shop.example.com#@127.0.0.1/",
    "a user behind a query": "https://127.0.0.1?@shop.example.com/",
    "a fragment": "https://shop.example.com/#x",
    "a backslash": "https://shop.example.com\\@127.0.0.1/",
    "backslashes": "https:\\\\127.0.0.1\\",
    "a backslash path": "https://127.0.0.1\\.shop.example.com/",
    "a space": "https://shop.example.com/a b",
    "a space in the host": "https://shop .example.com/",
    "a line break": "https://shop.example.com/\r\nHost: x",
    "a line break in the host": "https://shop.example.com\r\n.evil/",
    "a tab in the host": "https://127.0.\t0.1/",
    "a null": "https://shop.example.com/\0",
    "a null in the host": "https://127.0.0.1\0.example.com/",
    "other letters": "https://shоp.example.com/",
    "a soft hyphen": "https://shop\u00ad.example.com/",
    "an ideographic stop": "https://shop。example。com/",
    "a right-to-left mark": "https://\u202eshop.example.com/",
    "a trailing dot": "https://shop.example.com./",
    "an empty label": "https://shop..example.com/",
    "a leading dot": "https://.shop.example.com/",
    "a star": "https://*.example.com/",
    "an underscore": "https://a_b.example.com/",
    "a percent": "https://%73hop.example.com/",
    "a percent dot": "https://127%2e0%2e0%2e1/",
    "a hyphen at the end": "https://shop-.example.com/",
    "a long label": f"https://{'a' * 64}.example.com/",
    "a long name": f"https://{'a.' * 127}com/",
    "a number as its last part": "https://shop.example.1/",
    "a hexadecimal last part": "https://shop.0x1/",
    "a broken bracket": "https://[::1/",
    "a bracket behind": "https://::1]/",
    "two ports": "https://shop.example.com:443:80/",
    "a port in hexadecimal": "https://shop.example.com:0x50/",
    "a port beyond all": "https://shop.example.com:65536/",
    "a negative port": "https://shop.example.com:-1/",
    "port zero": "https://shop.example.com:0/",
    "too long": "https://shop.example.com/" + "x" * 2048,
}
PORTS = (1, 21, 22, 23, 25, 53, 80, 110, 111, 135, 139, 143, 161, 389, 445, 465, 514, 587, 636, 873, 993, 995, 1023)


class Connects:
    """Where sockets were to go. Nobody gets further than asking."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        self.asked.append(address[0])
        raise OSError("nobody connects from here")


@contextmanager
def watched() -> Iterator[Connects]:
    connects = Connects()
    with mock.patch("chalicelib.adapters.outbound.socket.create_connection", connects):
        yield connects


def _webhooks(resolve: Resolve) -> StandardWebhooks:
    held = Held({"master": {"1": base64.b64encode(b"o" * 32).decode()}})
    return StandardWebhooks(held.secrets(), None, "", (), resolve)


def _answering(*addresses: str) -> Resolve:
    return lambda *_: addresses


def _refused(url: str, resolve: Resolve) -> str | None:
    """Neither registered nor called."""
    return _registered(url, resolve) or _called(url, resolve)


@cache
def _stage():
    return shop()


def _registered(url: str, resolve: Resolve) -> str | None:
    world = _stage()
    world.webhooks = _webhooks(resolve)
    before = world.records.one(refs.webhook("m1"))
    with behind(world):
        answer = call("PUT", "/merchants/m1/webhook", {"url": url}, token=TOKEN)
    if answer.status != 400 or before != world.records.one(refs.webhook("m1")):
        return f"registered: {answer.status}"
    return None


def _called(url: str, resolve: Resolve) -> str | None:
    with watched() as connects:
        response = _webhooks(resolve).send("m1", url, "case_1-1", "{}", [1])
    if connects.asked or response.error != "not_allowed":
        return f"called {connects.asked}: {response}"
    return None


def attempts() -> Iterator[Attempt]:
    yield from _by_name()
    yield from _by_spelling()
    yield from _by_rebinding()
    yield from _by_redirect()


def _by_name() -> Iterator[Attempt]:
    url = "https://shop.example.com/hook"
    for address in (*INSIDE, *METADATA):
        why = f"a name may lead anywhere: {METADATA.get(address, 'not a host of the public internet')}"
        yield Attempt(f"a name for {address}", why, lambda address=address: _refused(url, _answering(address)))
        yield Attempt(
            f"a name for a public address and {address}",
            "one wrong address among right ones is tried sooner or later",
            lambda address=address: _refused(url, _answering(PUBLIC, address, OTHER)),
        )
    yield Attempt("a name for nothing", "no address is no public address", lambda: _refused(url, _answering()))
    yield Attempt("a name that is not found", "a name server may be silent", lambda: _refused(url, _silent))


def _silent(*_: object) -> Sequence[str]:
    raise OSError("no such host")


def _by_spelling() -> Iterator[Attempt]:
    why = "whoever resolves it may read it as a number of the inside"
    for host in dict.fromkeys((*SPELT, *LITERALS, *METADATA_NAMES[:1])):
        yield Attempt(f"the host {host!r}", why, lambda host=host: _refused(f"https://{host}/", _answering(PUBLIC)))
    for host in METADATA_NAMES:
        resolve = _answering("169.254.169.254")
        yield Attempt(
            f"the name {host}",
            "names of the inside are known to name servers of the inside",
            lambda host=host, resolve=resolve: _refused(f"https://{host}/latest/meta-data/", resolve),
        )
    for name, url in NOT_ADDRESSES.items():
        yield Attempt(
            name,
            "readers of addresses disagree, so there is one form",
            lambda url=url: _refused(url, _answering(PUBLIC)),
        )
    for port in PORTS:
        yield Attempt(
            f"port {port}",
            "below 1024 live other services, which would take our words for theirs",
            lambda port=port: _refused(f"https://shop.example.com:{port}/", _answering(PUBLIC)),
        )


def _by_rebinding() -> Iterator[Attempt]:
    why = "a name server may answer otherwise the second time"
    for address in ("127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "fd00:ec2::254", "::ffff:169.254.169.254"):
        yield Attempt(f"checked as public, then {address}", why, lambda address=address: _rebound(address))
        yield Attempt(
            f"registered as public, then {address}",
            why,
            lambda address=address: _moved_inside(address),
        )


def _rebound(address: str) -> str | None:
    """Between the check and the connection: the checked address is the one that is asked for."""
    answers = itertools.chain([[PUBLIC]], itertools.repeat([address]))
    with watched() as connects, mock.patch("socket.getaddrinfo", side_effect=_resolved_again(address)):
        _webhooks(lambda *_: next(answers)).send("m1", "https://shop.example.com/", "case_1-1", "{}", [1])
    return None if connects.asked == [PUBLIC] else f"called {connects.asked}"


def _resolved_again(address: str) -> Callable[..., object]:
    return lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]


def _moved_inside(address: str) -> str | None:
    answers = iter([[PUBLIC], [address]])
    world = shop()
    webhooks = _webhooks(lambda *_: next(answers))
    world.webhooks = webhooks
    with behind(world), watched() as connects:
        if call("PUT", "/merchants/m1/webhook", {"url": "https://shop.example.com/"}, token=TOKEN).status != 200:
            return "the public address was not taken"
        response = webhooks.send("m1", "https://shop.example.com/", "case_1-1", "{}", [1])
    return None if (connects.asked, response.error) == ([], "not_allowed") else f"called {connects.asked}"


def _by_redirect() -> Iterator[Attempt]:
    places = (
        "http://127.0.0.1:{}/",
        "//127.0.0.1:{}/",
        "http://localhost:{}/",
        "/again",
        "http://169.254.169.254/latest/",
    )
    for status, place in itertools.product((300, 301, 302, 303, 305, 307, 308), places):
        yield Attempt(
            f"sent on by {status} to {place}",
            "the first address was checked, the second was not",
            lambda status=status, place=place: _followed(status, place),
        )
    for header in ("refresh", "content-location", "link", "alt-svc"):
        yield Attempt(
            f"sent on by {header}", "other headers lead on too", lambda header=header: _followed(200, header=header)
        )


def _followed(status: int, place: str = "http://127.0.0.1:{}/", header: str = "location") -> str | None:
    """A real endpoint on loopback, which settings allow, points at another that they do not name."""
    with serving() as inside, serving((status, {header: place.replace("{}", str(inside.port))}, b"")) as server:
        response = _locally(server).send("m1", f"{server.url}/hook", "case_1-1", "{}", [1])
        if inside.asked or len(server.asked) != 1:
            return f"followed, {len(inside.asked)} times"
    return None if response.status == status else f"answered {response}"


def _locally(server: Server) -> StandardWebhooks:
    held = Held({"master": {"1": base64.b64encode(b"o" * 32).decode()}})
    allow = {("127.0.0.1", server.port)}
    return StandardWebhooks(held.secrets(), None, "", allow, _answering("127.0.0.1"))


def controls() -> Iterator[Attempt]:
    urls = (
        "https://shop.example.com/hook",
        "https://SHOP.example.com",
        "https://shop.example.com:8443/a?b=c",
        "https://xn--fiq228c.example.xn--p1ai/",
    )
    for url in urls:
        yield Attempt(f"a shop at {url}", "shops have addresses", lambda url=url: _let_out(url))
    yield Attempt("a stand-in that settings name", "a local stack has partners", _local)


def _let_out(url: str) -> str | None:
    world = shop()
    world.webhooks = _webhooks(_answering(PUBLIC))
    with behind(world):
        status = call("PUT", "/merchants/m1/webhook", {"url": url}, token=TOKEN).status
    with watched() as connects:
        _webhooks(_answering(PUBLIC)).send("m1", url, "case_1-1", "{}", [1])
    return None if (status, connects.asked) == (200, [PUBLIC]) else f"{status}, called {connects.asked}"


def _local() -> str | None:
    with serving() as server:
        status = _locally(server).send("m1", f"{server.url}/hook", "case_1-1", "{}", [1]).status
    return None if status == 200 else f"answered {status}"
