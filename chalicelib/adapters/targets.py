"""Where webhooks may go: https on public hosts. The address that was checked is the address that is connected to.

Merchants choose these addresses, and our functions stand inside our network: every way to name an inside address (by
name, by number, through a tunnel, by a second answer of the name server) must end here.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from chalicelib.errors import FieldError, InvalidRequest

Resolve = Callable[[str, int], Sequence[str]]

LONGEST = 2048
_PORTS = {"https": 443, "http": 80}
_NAME = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_PLAIN = re.compile(r"[!-~]+")  # no spaces, controls, or letters that look like others
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Python calls these global, or did: tunnels, relays and translations lead to addresses that nobody checked.
_NEVER = tuple(
    ipaddress.ip_network(network)
    for network in (
        "168.63.129.16/32",  # hosts of Azure's inside have a public number
        "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15",
        "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
    )
)  # fmt: skip


class Target(NamedTuple):
    """A checked place to connect to: `addresses` are what `host` resolved to, all of them allowed."""

    scheme: str
    host: str
    port: int
    path: str  # with the query
    addresses: tuple[str, ...]


def resolve(host: str, port: int) -> Sequence[str]:
    """What the name server says now. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def checked(url: str, allow: Collection[tuple[str, int]], resolve: Resolve = resolve) -> Target:
    """The target of an address. Raises InvalidRequest, naming the field `url`, for one that we must not call.

    `allow` are host and port pairs on loopback that may be called, by http too: the stand-ins of a local stack.
    """
    parts, host, port = _parsed(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    is_local = (host, port) in allow
    if not is_local:
        if parts.scheme != "https":
            raise _refused("must begin with https://")
        # Numbers have many spellings (0x7f.1, 2130706433, 127.1), so a host is a name, and its last part a word.
        if not _NAME.fullmatch(host):
            raise _refused("must name a public host")
        # Below 1024 live mail, file and remote login servers, which have no business with webhooks.
        if port != 443 and port < 1024:
            raise _refused("must name port 443 or one from 1024")
    try:
        found = tuple(dict.fromkeys(resolve(host, port)))
    except OSError:
        raise _refused("names a host that cannot be found") from None
    is_right = _is_loopback if is_local else is_public
    # One wrong address among right ones is how a name server tries to be asked again.
    if not found or not all(is_right(address) for address in found):
        raise _refused("must name a public host")
    return Target(parts.scheme, host, port, path, found)


def is_public(text: str) -> bool:
    """True for an address that belongs to one host of the public internet, whatever notation hides it."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False  # also `fe80::1%eth0`: an address that needs a zone is not public
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return False
        if address.ipv4_mapped is not None:
            return is_public(str(address.ipv4_mapped))
        if address in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
    if any(address.version == network.version and address in network for network in _NEVER):
        return False
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_private
    return address.is_global and not special


def _is_loopback(text: str) -> bool:
    return ipaddress.ip_address(text).is_loopback


def _parsed(url: str) -> tuple[SplitResult, str, int]:
    """The address's parts, its host in small letters, and its port, whether it names one or not."""
    if len(url) > LONGEST or not _PLAIN.fullmatch(url) or "\\" in url:
        raise _refused("is too long or has characters that an address cannot have")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _refused("is not an address") from None
    if parts.scheme not in _PORTS or not host:
        raise _refused("must begin with https://")
    if "@" in parts.netloc or parts.fragment:
        raise _refused("must not carry a user or a fragment")
    return parts, host, _PORTS[parts.scheme] if port is None else port


def _refused(why: str) -> InvalidRequest:
    return InvalidRequest(f"the webhook's address {why}", errors=[FieldError("url", why)])
