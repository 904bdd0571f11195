"""The payment stand-in's HTTP: which path asks the provider what, and who may.

    POST /refunds · GET /refunds/{refund_no} · GET /bill?day=YYYY-MM-DD (&format=csv)
    GET /book · GET /notices · GET|POST|DELETE /faults · GET /health (the only one without a key)
    POST /keys {"api_key", "signing_secret"}: from now on these, and the old ones open nothing

Every other call carries `Authorization: Bearer <api key>`.
"""

import hmac
from collections.abc import Callable, Mapping
from datetime import date

from local.standins.payment_answers import Answer, NoAnswer
from local.standins.payment_provider import Provider
from local.standins.payment_totals import as_csv, bill, totals
from local.standins.web import Answering, Reply, Request

NOT_FOUND = Reply(404, {"code": "no_such_route"})


Rotate = Callable[[Mapping[str, str]], None]


def routes(provider: Provider, api_key: str, rotate: Rotate | None = None) -> Answering:
    """Raises ValueError for an empty key: a key that everybody has is none."""
    if not api_key:
        raise ValueError("the API key is empty")
    expected = f"Bearer {api_key}".encode()

    def answer(request: Request) -> Reply:
        if request.path == "/health":
            return Reply(200, {"status": "ready"})
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), expected):
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
            lines = bill(provider.book, date.fromisoformat(request.query.get("day", "")))
            as_text = request.query.get("format") == "csv" or "text/csv" in request.headers.get("accept", "")
            return Reply(200, as_csv(lines) if as_text else {"movements": lines})
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
