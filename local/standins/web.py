"""A small HTTP server for stand-ins: 127.0.0.1 only, JSON in and out, connections kept open.

A stand-in is a function from `Request` to `Reply`. A reply may keep its caller waiting, or never come: partners do
both.
"""

import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

LARGEST_BODY = 64 * 1024


@dataclass(frozen=True)
class Request:
    """`headers` have lower-case names; `body` is the raw bytes, for signatures are made over those."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as a JSON object. Raises ValueError when it is anything else."""
        value = json.loads(self.body or b"null")
        if not isinstance(value, dict):
            raise ValueError("the body must be a JSON object")
        return value


@dataclass(frozen=True)
class Reply:
    """`body` is sent as JSON, or as it is, of type `media`, when it is text. `seconds`: how long the caller waits.

    With `lost`, the connection is closed instead of an answer: the caller cannot tell what happened.
    """

    status: int
    body: Mapping[str, Any] | list[Any] | str = field(default_factory=dict)
    seconds: float = 0.0
    lost: bool = False
    media: str = "text/plain; charset=utf-8"


Answering = Callable[[Request], Reply]


class WebServer:
    """Serves `answering` from threads of this process until the `with` block is left or `stop()` is called."""

    def __init__(self, answering: Answering, port: int = 0) -> None:
        self._server = _Server(("127.0.0.1", port), _handler(answering))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    block_on_close = False  # kept connections stay open for as long as their client likes

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that hangs up is no news; anything else is."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _is_this_machine(name: str) -> bool:
    return name in ("127.0.0.1", "localhost") or name.endswith(".localhost")


def _handler(answering: Answering) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = 64 * 1024  # head and body leave in one packet

        def do_GET(self) -> None:
            self._answer()

        do_POST = do_PUT = do_DELETE = do_GET

        def _answer(self) -> None:
            length = self.headers.get("content-length") or "0"
            if not length.isdecimal() or int(length) > LARGEST_BODY:
                self.close_connection = True
                self._send(Reply(413, {"code": "too_large"}))
                return
            if not _is_this_machine(self.headers.get("host", "").partition(":")[0]):
                # A web page whose name was pointed here must not be taken for a program of this machine.
                self.close_connection = True
                self._send(Reply(421, {"code": "not_this_host"}))
                return
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(length))
            self._send(answering(Request(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body)))

        def _send(self, reply: Reply) -> None:
            if reply.seconds:
                time.sleep(reply.seconds)
            if reply.lost:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            text = isinstance(reply.body, str)
            content = reply.body if isinstance(reply.body, str) else json.dumps(reply.body, ensure_ascii=False)
            data = content.encode()
            self.send_response(reply.status)
            self.send_header("content-type", reply.media if text else "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            """Thousands of calls are no news; each stand-in has its own log."""

    return Handler
