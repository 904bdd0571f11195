"""One container for all functions: handlers called as Lambda calls them; CPU, requests and log bytes taken down."""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from benchmarks import gateway
from benchmarks.bare import Bare, forget
from benchmarks.recording import Call, Recorder

HANDLERS = {
    "api_handler": "app.app",
    "open_gate": "chalicelib.flows.gates.open_gate",
    "assess_case": "chalicelib.flows.refund_flow.assess_case",
    "grant_refund": "chalicelib.flows.refund_flow.grant_refund",
    "submit_refund": "chalicelib.flows.refund_flow.submit_refund",
    "on_case_changed": "chalicelib.listeners.cases.on_case_changed",
    "on_payment_command": "chalicelib.listeners.payments.on_payment_command",
    "on_webhook_due": "chalicelib.listeners.webhooks.on_webhook_due",
    "on_live_event": "chalicelib.listeners.live.on_live_event",
    "on_notification_due": "chalicelib.listeners.notifications.on_notification_due",
}
CLIENTS = ("dynamodb", "sqs", "events", "stepfunctions", "secretsmanager")


@dataclass
class Invocation:
    """One call of a handler: `what` is the route or the function itself, `bare` the CPU of its requests alone."""

    what: str
    function: str
    cpu: float
    bare: float
    calls: list[Call]
    logged: int
    answer: Any


class Container:
    """Imports the functions once the environment is there; what they write to stdout goes to a file."""

    def __init__(self, output: IO[str], bare: Bare) -> None:
        from chalicelib import wiring

        self._output, self._bare = output, bare
        self._handlers: dict[str, Callable[[Any, Any], Any]] = {}
        for name, place in HANDLERS.items():
            module, _, attribute = place.rpartition(".")
            self._handlers[name] = getattr(importlib.import_module(module), attribute)
        self.recorder = Recorder()
        for name in CLIENTS:
            self.recorder.listen_to(getattr(wiring.ports().clients, name))

    def call(self, function: str, event: Any, what: str | None = None) -> Invocation:
        """Invokes; raises RuntimeError for an answer that is no success, because then nothing was measured."""
        handler, context = self._handlers[function], gateway.context(function)
        self.recorder.take()
        before = self._output.tell()
        forget()
        began = time.process_time()
        answer = handler(event, context)
        cpu = time.process_time() - began
        self._output.flush()
        failed = isinstance(answer, dict) and (answer.get("statusCode", 200) >= 400 or answer.get("batchItemFailures"))
        if failed:
            raise RuntimeError(f"{what or function} failed: {json.dumps(answer)[:800]}")
        # At once, so that both sides see the same moment of a machine that others use too.
        calls = self.recorder.take()
        bare = self._bare.cpu(calls)
        self.recorder.take()
        return Invocation(what or function, function, cpu, bare, calls, self._output.tell() - before, answer)


@contextmanager
def running(log: Path, echo: str) -> Iterator[Container]:
    """Log lines are part of the work, but not of our table."""
    log.parent.mkdir(parents=True, exist_ok=True)
    screen = sys.stdout
    with log.open("w", encoding="utf-8") as output:
        sys.stdout = output
        try:
            container = Container(output, Bare(echo))
            with container.recorder.partners():
                yield container
        finally:
            sys.stdout = screen
