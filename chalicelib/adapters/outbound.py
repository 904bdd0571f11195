"""One HTTP request to somebody else's machine: pinned to checked addresses, short, and deaf to long answers.

No redirects, no proxies, no cookies, no kept connections: `http.client` does exactly what it is told.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.ports import WebhookResponse

if TYPE_CHECKING:
    from chalicelib.adapters.targets import Target

CONNECT = 3.0  # seconds, for each of at most two addresses
TOTAL = 10.0  # seconds from the first byte to the last, however slowly they drip
LARGEST_ANSWER = 64 * 1024  # bytes that are read before we hang up
LATEST = 86_400  # seconds: no endpoint may ask for a longer pause


def post(target: Target, body: bytes, headers: Mapping[str, str], total: float = TOTAL) -> WebhookResponse:
    """The answer's status, or what went wrong, as a code. Never raises for what the other side does."""
    connection = _connection(target, min(CONNECT, total))
    # Timeouts of sockets count from one byte to the next; only this counts from the first to the last.
    watch = threading.Timer(total, _hang_up, [connection])
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", target.path, body=body, headers=dict(headers))
        if connection.sock is not None:
            connection.sock.settimeout(total)
        answer = connection.getresponse()
        if connection.is_late:  # headers that we cut off ourselves look like headers that are complete
            raise TimeoutError
        _hear_out(answer)
        return WebhookResponse(answer.status, retry_after=retry_after(answer.getheader("retry-after")))
    except ssl.SSLError:
        return WebhookResponse(None, "timeout" if connection.is_late else "tls")
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = isinstance(error, TimeoutError) or connection.is_late
        return WebhookResponse(None, "timeout" if late else "connection")
    finally:
        watch.cancel()
        connection.close()


def retry_after(value: str | None, now: float | None = None) -> int | None:
    """Seconds to wait, of a header that gives seconds or a date; None for one that is absent or unreadable."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), LATEST)
    try:
        at = parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None
    return min(max(0, int(at - (time.time() if now is None else now))), LATEST)


class _Pinned(http.client.HTTPConnection):
    """Speaks to `addresses` in the name of `host`; with a context, in TLS for that very name."""

    def __init__(self, target: Target, timeout: float, context: ssl.SSLContext | None) -> None:
        default = 443 if target.scheme == "https" else 80
        super().__init__(target.host, target.port, timeout=timeout)
        self.default_port = default  # so that the Host header names the port only where it is another
        self._target, self._context = target, context
        self.is_late = False

    def connect(self) -> None:
        raw = self._reach()
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = raw
        if self._context is not None:
            # Shaking hands apart from wrapping: the watch must find the socket while they do.
            self.sock = shaking = self._context.wrap_socket(
                raw, server_hostname=self._target.host, do_handshake_on_connect=False
            )
            shaking.do_handshake()
        if self.is_late:
            raise TimeoutError

    def _reach(self) -> socket.socket:
        failed: OSError = OSError("no address")
        for address in self._target.addresses[:2]:
            try:
                return socket.create_connection((address, self._target.port), self.timeout)
            except OSError as error:
                failed = error
        raise failed


def _connection(target: Target, timeout: float) -> _Pinned:
    return _Pinned(target, timeout, _context() if target.scheme == "https" else None)


@cache
def _context() -> ssl.SSLContext:
    """Certificates and names are checked; loading the roots takes some 20 ms, so once per container."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _hear_out(answer: http.client.HTTPResponse) -> None:
    """Reads what is short, for politeness. The status stands, whatever becomes of the rest."""
    with suppress(OSError, http.client.HTTPException, ValueError):
        answer.read(LARGEST_ANSWER)


def _hang_up(connection: _Pinned) -> None:
    """Ends a conversation from outside: whoever reads or writes there gets an error at once."""
    connection.is_late = True
    sock = connection.sock
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
