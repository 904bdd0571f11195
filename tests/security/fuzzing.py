"""OpenAPI fuzzing (schemathesis, every check) of the real app, as each role.

A small HTTP server on this machine stands in for API Gateway (tests/api/gateway.py); behind it is the world in memory.
Each role comes twice: with ids that the contract allows, nearly all of which name nothing, and with the ids of things
that are its own, so that what is valid also reaches the use cases.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest import mock

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from werkzeug.serving import WSGIRequestHandler, make_server

from chalicelib.api.access import ACCESS
from local.openapi.document import operation_id
from tests.api.gateway import call
from tests.security.doors import behind
from tests.standins import stages
from tests.standins.shops import sell, shop

NAME = "fuzzed"
ROLES: Mapping[str, str] = {
    "buyer": "buyer:b1",
    "merchant": "merchant:anna:m1",
    "agent": "agent:a1",
    "supervisor": "supervisor:s1",
    "operator": "operator:op1",
    "auditor": "auditor:au1",
    "orders": "orders:orders",
    "payments": "payments:payments",
    "logistics": "logistics:logistics",
    "stock": "stock:stock",
}

# What the checks may take for an answer, where their usual list is not ours.
_REFUSED = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422"]
CHECKS: Mapping[str, Any] = {
    # Valid by its form, and still not possible: sums that do not add up, a state that has moved on, a stale version.
    # A shape says nothing of the facts, so 400 that names a field, 412 and 422 are answers to it.
    "positive_data_acceptance": {"expected-statuses": ["2xx", *_REFUSED]},
    "negative_data_rejection": {"expected-statuses": _REFUSED},
    "missing_required_header": {"expected-statuses": ["400", "401", "403", "404"]},
}


class Finding(NamedTuple):
    check: str
    operation: str
    what: str
    again: str  # a command that does it again

    def __str__(self) -> str:
        return f"{self.check} at {self.operation}: {self.what}\n{self.again}"


class Told(NamedTuple):
    """A scenario that is over: how many requests it made, and what it found."""

    requests: int
    findings: tuple[Finding, ...]


def fuzz(role: str, examples: int, *, known: bool, seed: int = 1) -> Iterator[Told]:
    """As one role. `known`: with ids of things that are there."""
    world = shop()
    sell(world)
    case_id = stages.in_review(world)
    ids = {"case_id": case_id, "order_id": "o1", "merchant_id": "m1", "buyer_id": "b1", "policy_id": "platform"}
    with behind(world), served() as url, mock.patch("tests.api.gateway.hold_to_contract"):
        settings: dict[str, Any] = {
            "seed": seed,
            "auth": {"openapi": {"token": {"bearer": ROLES[role]}}},
            # What else a query says is ignored, as everywhere on the web; what a body says besides is refused.
            "generation": {"max-examples": examples, "allow-extra-parameters": False, "database": "none"},
            "checks": CHECKS,
            "cache": {"enabled": False},  # the same requests every time
            "continue-on-failure": True,
            # How long it takes to think of a request says how busy this machine is, and nothing of an answer.
            "suppress-health-check": ["too_slow"],
        }
        if known:
            settings["parameters"] = {f"path.{name}": value for name, value in ids.items()}
        whole = schemathesis.openapi.from_url(f"{url}/openapi.json", config=SchemathesisConfig.from_dict(settings))
        schema = whole.include(operation_id=operations_of(role))
        for event in from_schema(schema).execute():
            told = _told(event)
            if told is not None:
                yield told


def operations_of(role: str) -> list[str]:
    """What the role may ask for, and what asks for no role: that others are refused is the table's to say."""
    return [operation_id(method, path) for (method, path), rule in ACCESS.items() if role in rule.roles or rule.is_open]


def _told(event: Any) -> Told | None:
    if isinstance(event, events.ScenarioFinished):
        recorder = event.recorder
        found = [
            Finding(
                one.name,
                recorder.label,
                " ".join(f"{failed.failure.title}: {failed.failure.message}".split())[:400],
                failed.code_sample,
            )
            for checks in recorder.checks.values()
            for one in checks
            if (failed := one.failure_info) is not None
        ]
        return Told(len(recorder.interactions), tuple(dict.fromkeys(found)))
    if isinstance(event, events.NonFatalError):
        return Told(0, (Finding("the fuzzer's own", event.label, str(event.value)[:400], ""),))
    if isinstance(event, events.FatalError):
        return Told(0, (Finding("the fuzzer's own", "", str(event.exception)[:400], ""),))
    return None


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: Any) -> None:
        pass


@contextmanager
def served() -> Iterator[str]:
    """The app on a port of this machine, one request at a time."""
    server = make_server("127.0.0.1", 0, _gateway, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _gateway(environ: Mapping[str, Any], start: Callable[..., Any]) -> list[bytes]:
    headers = {
        name[5:].replace("_", "-").lower(): str(value) for name, value in environ.items() if name.startswith("HTTP_")
    }
    if environ.get("CONTENT_TYPE"):
        headers["content-type"] = environ["CONTENT_TYPE"]
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode(errors="replace")
    answer = call(environ["REQUEST_METHOD"], environ["REQUEST_URI"], body or None, headers=headers)
    told = answer.text.encode()
    start(f"{answer.status} said", [(name, str(value)) for name, value in answer.headers.items()])
    return [told]
