"""The payment provider's stand-in, as a process or inside a test.

    python -m local.standins.payment --port 9701 --notify http://127.0.0.1:4566/… \\
        --api-key-env PAYMENT_API_KEY --signing-secret-env PAYMENT_SIGNING_SECRET

prints `payment ready at <url>` once it answers. What it speaks: local/standins/payment_routes.py.
"""

import argparse
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from local.standins.payment_book import Book
from local.standins.payment_notifier import Notifier
from local.standins.payment_provider import Provider
from local.standins.payment_routes import routes
from local.standins.process import stop_asked
from local.standins.web import Reply, Request, WebServer


class PaymentStandIn:
    """A provider behind HTTP. Without `notify` it tells nobody anything: its notices wait in the book."""

    def __init__(
        self,
        provider: Provider,
        *,
        api_key: str,
        reader_key: str | None = None,
        signing_secret: str = "",
        notify: str | None = None,
        port: int = 0,
    ) -> None:
        self.provider = provider
        self._notifier = Notifier(provider, notify, signing_secret) if notify else None
        self._reader_key = reader_key
        self._answering = routes(provider, api_key, reader_key, self._rotate)
        self._server = WebServer(self._answer, port)
        self.url = self._server.url

    def _answer(self, request: Request) -> Reply:
        reply = self._answering(request)
        if request.method == "POST":
            self.wake()
        return reply

    def _rotate(self, keys: Mapping[str, str]) -> None:
        """Other keys from now on. Raises ValueError for keys that are none."""
        api_key, secret = str(keys.get("api_key", "")), str(keys.get("signing_secret", ""))
        if self._notifier:
            self._notifier.sign_with(secret)
        self._answering = routes(self.provider, api_key, self._reader_key, self._rotate)

    def wake(self) -> None:
        """Something may have become due: time that a test holds has passed."""
        if self._notifier:
            self._notifier.wake()

    def stop(self) -> None:
        self._server.stop()
        if self._notifier:
            self._notifier.stop()
        self.provider.book.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m local.standins.payment", description="A payment provider.")
    options.add_argument("--port", type=int, default=0, help="0: any free one")
    options.add_argument("--notify", metavar="URL", help="where notifications go; without it, nowhere")
    options.add_argument("--api-key-env", metavar="NAME", required=True)
    options.add_argument("--reader-key-env", metavar="NAME", help="a second key, which opens only what reads")
    options.add_argument("--signing-secret-env", metavar="NAME", help="whsec_…; needed with --notify")
    options.add_argument("--book", type=Path, metavar="FILE", help="keeps the book there; without it, in memory")
    options.add_argument("--faults", type=Path, metavar="FILE", help="a JSON list of what POST /faults takes")
    options.add_argument("--terse", action="store_true", help="does not notify what it has just answered as settled")
    given = options.parse_args()
    if given.notify and not given.signing_secret_env:
        options.error("--notify needs --signing-secret-env")
    return given


def main() -> None:
    given, asked = _options(), stop_asked()
    provider = Provider(Book(given.book), tells_what_it_answered=not given.terse)
    for fault in json.loads(given.faults.read_text("utf-8")) if given.faults else []:
        provider.script(fault)
    secret = os.environ[given.signing_secret_env] if given.signing_secret_env else ""
    with PaymentStandIn(
        provider,
        api_key=os.environ[given.api_key_env],
        reader_key=os.environ[given.reader_key_env] if given.reader_key_env else None,
        signing_secret=secret,
        notify=given.notify,
        port=given.port,
    ) as standin:
        print(f"payment ready at {standin.url}", flush=True)
        asked.wait()


if __name__ == "__main__":
    main()
