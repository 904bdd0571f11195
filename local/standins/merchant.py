"""Merchants' endpoints: they take our webhooks, decide by rule, and call back. As a process or inside a test.

    python -m local.standins.merchant --port 9702 --api http://127.0.0.1:4566/… --merchants merchants.json

prints `merchant ready at <url>` once it answers.

    POST /webhooks/{merchant_id}   our events, signed (no key: the signature is the key)
    POST /merchants                {merchant_id, secret, api_url?, rule?}: registers a merchant, or changes its rule
    GET  /merchants · GET /log (?merchant_id=&case_id=) · GET /health

With --api-key-env the last but /health need `Authorization: Bearer <key>`. Without it they need nothing but
`Content-Type: application/json` to change anything, which no web page can send here unasked.
"""

import argparse
import hmac
import json
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from local.standins.merchant_desk import Callback, Desk
from local.standins.postman import Backoff, Letter, Postman, PostmanBusy
from local.standins.process import stop_asked
from local.standins.web import Reply, Request, WebServer

AT_ONCE = 4


class MerchantStandIn:
    """A desk behind HTTP. `at_once`: how many answers are on their way at the same time."""

    def __init__(
        self,
        desk: Desk,
        *,
        api_key: str | None = None,
        port: int = 0,
        at_once: int = AT_ONCE,
        backoff: Backoff | None = None,
    ) -> None:
        if api_key == "":
            raise ValueError("the API key is empty")
        self.desk = desk
        self._key = None if api_key is None else f"Bearer {api_key}".encode()
        self._postman = Postman(_try_again, threads=at_once, backoff=backoff)
        self._server = WebServer(self._answer, port)
        self.url = self._server.url

    def stop(self) -> None:
        self._server.stop()
        self._postman.stop()

    def _answer(self, request: Request) -> Reply:
        match request.method, request.path.strip("/").split("/"):
            case "GET", ["health"]:
                return Reply(200, {"status": "ready"})
            case "POST", ["webhooks", merchant_id]:
                return self._receive(merchant_id, request)
        if not self._may_steer(request):
            return Reply(401, {"code": "unauthorized"})
        match request.method, request.path.strip("/").split("/"):
            case "POST", ["merchants"]:
                return self._register(request)
            case "GET", ["merchants"]:
                return Reply(200, {"merchants": self.desk.merchants()})
            case "GET", ["log"]:
                return Reply(200, self.desk.log(request.query.get("merchant_id"), request.query.get("case_id")))
        return Reply(404, {"code": "no_such_route"})

    def _may_steer(self, request: Request) -> bool:
        if self._key is not None:
            return hmac.compare_digest(request.headers.get("authorization", "").encode(), self._key)
        return request.method == "GET" or request.headers.get("content-type", "").startswith("application/json")

    def _register(self, request: Request) -> Reply:
        try:
            self.desk.register(request.json())
        except ValueError as error:
            return Reply(400, {"code": "invalid", "errors": [str(error)]})
        return Reply(200, {"merchants": self.desk.merchants()})

    def _receive(self, merchant_id: str, request: Request) -> Reply:
        reply, callback = self.desk.receive(merchant_id, request.headers, request.body)
        if callback is not None:
            try:
                self._postman.post(self._letter(callback), callback.after)
            except PostmanBusy:
                self.desk.forget(callback)
                return Reply(503, {"code": "busy"})
        return reply

    def _letter(self, callback: Callback) -> Letter:
        return Letter(callback.url, callback.write, lambda status: self.desk.told(callback, status))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()


def _try_again(status: int) -> bool:
    """No answer, too many at once, an order that is busy, a fault of the other side: all of them pass."""
    return status in (0, 409, 429) or status >= 500


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m local.standins.merchant", description="Merchants' endpoints.")
    options.add_argument("--port", type=int, default=0, help="0: any free one")
    options.add_argument("--api", metavar="URL", help="our API, for merchants that are registered without another")
    options.add_argument("--api-key-env", metavar="NAME", help="the key of the control endpoints")
    options.add_argument("--merchants", type=Path, metavar="FILE", help="a JSON list of what POST /merchants takes")
    options.add_argument("--at-once", type=int, default=AT_ONCE, metavar="N", help="answers on their way")
    return options.parse_args()


def main() -> None:
    given, asked = _options(), stop_asked()
    desk = Desk(given.api)
    key = os.environ[given.api_key_env] if given.api_key_env else None
    for merchant in json.loads(given.merchants.read_text("utf-8")) if given.merchants else []:
        desk.register(merchant)
    with MerchantStandIn(desk, api_key=key, port=given.port, at_once=given.at_once) as standin:
        print(f"merchant ready at {standin.url}", flush=True)
        asked.wait()


if __name__ == "__main__":
    main()
