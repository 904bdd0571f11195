"""The payment stand-in's HTTP: which path asks the provider what, and who may.

    POST /refunds · GET /refunds/{refund_no} · GET /bill?day=YYYY-MM-DD (&cursor=…&limit=…)
    GET /book · GET /notices · GET|POST|DELETE /faults · GET /health (the only one without a key)
    POST /keys {"api_key", "signing_secret"}: from now on these, and the old ones open nothing

Every other call carries `Authorization: Bearer <api key>`. The reader's key opens the bill and the state of a refund,
and moves no money: 403 for everything else.
"""

import hmac
from collections.abc import Callable, Mapping
from datetime import date

from local.standins.payment_answers import Answer, NoAnswer
from local.standins.payment_bill import MOST
from local.standins.payment_provider import Provider
from local.standins.payment_totals import totals
from local.standins.web import Answering, Reply, Request

NOT_FOUND = Reply(404, {"code": "no_such_route"})


Rotate = Callable[[Mapping[str, str]], None]


def routes(provider: Provider, api_key: str, reader_key: str | None = None, rotate: Rotate | None = None) -> Answering:
    """Raises ValueError for an empty key: a key that everybody has is none."""
    if not api_key or reader_key in ("", api_key):
        raise ValueError("a key is empty, or two are the same")

    def answer(request: Request) -> Reply:
        if request.path == "/health":
            return Reply(200, {"status": "ready"})
        given = request.headers.get("authorization", "")
        if reader_key and _is(given, reader_key):
            if not _only_reads(request):
                return Reply(403, {"code": "read_only"})
        elif not _is(given, api_key):
            return Reply(401, {"code": "unauthorized"})
        try:
            if rotate and (request.method, request.path) == ("POST", "/keys"):
                rotate(request.json())
                return Reply(200, {"rotated": True})
            return _route(provider, request)
        except NoAnswer as silence:
            return Reply(0, seconds=silence.seconds, lost=True)
        except ValueError as error:
            return Reply(400, {"code": "invalid", "errors": [str(error)]})

    return answer


def _route(provider: Provider, request: Request) -> Reply:
    match request.method, request.path.strip("/").split("/"):
        case "POST", ["refunds"]:
            return _reply(provider.pay(request.json()))
        case "GET", ["refunds", refund_no]:
            return _reply(provider.find(refund_no))
        case "GET", ["bill"]:
            return _bill(provider, request)
        case "GET", ["book"]:
            return Reply(200, totals(provider.book))
        case "GET", ["notices"]:
            return Reply(200, {"waiting": provider.book.waiting()})
        case "POST", ["faults"]:
            return _reply(provider.script(request.json()))
        case "GET", ["faults"]:
            return Reply(200, {"faults": provider.faults.listed()})
        case "DELETE", ["faults"]:
            provider.faults.clear()
            return Reply(200, {"faults": []})
    return NOT_FOUND


def _reply(answer: Answer) -> Reply:
    return Reply(answer.status, answer.body, answer.seconds)


def _bill(provider: Provider, request: Request) -> Reply:
    day, limit = date.fromisoformat(request.query.get("day", "")), int(request.query.get("limit", MOST))
    if not 1 <= limit <= MOST:
        raise ValueError(f"limit: 1 to {MOST}")
    text = provider.bill(day, request.query.get("cursor"), limit)
    if text is None:
        return Reply(409, {"code": "bill_not_ready", "day": str(day)})
    return Reply(200, text, media="application/jsonl")


def _is(given: str, key: str) -> bool:
    return hmac.compare_digest(given.encode(), f"Bearer {key}".encode())


def _only_reads(request: Request) -> bool:
    return request.method == "GET" and request.path.strip("/").split("/")[0] in ("bill", "refunds")
