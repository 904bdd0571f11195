"""A whole case, told by its state machine: the definition is walked, and every Task calls the real handler.

What leaves a handler decides what comes next, as in the cloud: the stream's records invoke `on_case_changed`, a
message invokes the worker, a task's success moves the flow on, a published event reaches its two consumers.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks import gateway
from benchmarks.basket import BUYER, LINES, MERCHANT, MERCHANT_ID, OPERATOR, ORDERS, basket
from benchmarks.container import Container, Invocation
from benchmarks.recording import Call
from benchmarks.stream import Stream
from tests.flows.definitions import definition
from tests.flows.walker import Call as TaskCall
from tests.flows.walker import walk

MACHINE = definition("refund_flow")


@dataclass
class Told:
    """What one case took: invocations in order, and the states that the flow entered."""

    kind: str
    invocations: list[Invocation] = field(default_factory=list)
    transitions: int = 0

    @property
    def calls(self) -> list[Call]:
        return [call for invocation in self.invocations for call in invocation.calls]


class Story:
    """Tells cases one after the other, in one shop."""

    def __init__(self, container: Container, stream: Stream, hooks: str) -> None:
        self._container, self._stream, self._hooks = container, stream, hooks
        self._told = Told("none")
        self._started: dict[str, Any] = {}
        self._resumed: list[dict[str, Any]] = []
        self._messages: list[str] = []
        self._events: list[dict[str, Any]] = []
        self._written = 0

    def open_shop(self) -> list[Call]:
        """A merchant with an endpoint, and the platform's policy. Answers the calls, for the meter."""
        self._told = told = Told("shop")
        policy = {"name": "benchmark", "effective_from": "2026-01-01T00:00:00Z"}
        self._api("PUT", "/merchants/{merchant_id}", OPERATOR, {"name": "Shop"}, merchant_id=MERCHANT_ID)
        self._api("POST", "/policies/{policy_id}", OPERATOR, policy, policy_id="platform")
        address = {"url": self._hooks}
        self._api("PUT", "/merchants/{merchant_id}/webhook", MERCHANT, address, merchant_id=MERCHANT_ID)
        self._stream.batch(self._written)
        self._written = 0
        return told.calls

    def tell(self, kind: str) -> Told:
        """One case from its order to the settled refund; `kind` is a line of the basket: automatic or reviewed."""
        self._told = told = Told(kind)
        order_id = f"order-{uuid.uuid4()}"
        self._api("POST", "/orders", ORDERS, basket(order_id))
        asked = {"order_id": order_id, "reason": "not_wanted", "lines": [{"line_id": LINES[kind], "quantity": 1}]}
        filed = self._api("POST", "/cases", BUYER, asked, what=f"POST /cases ({kind})")
        case_id = filed["case_id"]
        self._changes()
        self._api("GET", "/cases/{case_id}", BUYER, case_id=case_id)
        self._api("GET", "/cases", BUYER)
        walked = walk(MACHINE, self._started, lambda call: self._task(call, case_id))
        if walked.end != "RefundSettled":
            raise RuntimeError(f"the {kind} case ended at {walked.end}")
        told.transitions = walked.transitions
        self._changes()
        self._api("GET", "/cases/{case_id}/timeline", BUYER, case_id=case_id)
        for event in self._events:
            self._invoke("on_notification_due", gateway.sqs(json.dumps(event)))
            self._invoke("on_webhook_due", gateway.sqs(json.dumps(event)))
            self._invoke("on_live_event", gateway.sqs(json.dumps(event)))  # nobody watches
        self._events.clear()
        # What those two wrote passes no filter.
        self._changes()
        return told

    def _task(self, task: TaskCall, case_id: str) -> dict[str, Any]:
        function = re.sub(r"(?<!^)(?=[A-Z])", "_", task.function).lower()
        # A real token has about this many characters.
        payload = {**task.payload, "token": f"{uuid.uuid4()}{'x' * 600}"} if task.waits else task.payload
        invocation = self._invoke(function, payload)
        if not task.waits:
            answer: dict[str, Any] = invocation.answer
            return answer
        if task.state == "AwaitDecision":
            body = {"decision": "approve"}
            self._api("POST", "/cases/{case_id}/decision", MERCHANT, body, case_id=case_id)
        while self._messages:
            self._invoke("on_payment_command", gateway.sqs(self._messages.pop(0)))
        self._changes()
        return self._resumed.pop()

    def _api(
        self,
        method: str,
        resource: str,
        who: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
        *,
        what: str | None = None,
        **ids: str,
    ) -> dict[str, Any]:
        key = str(uuid.uuid4()) if body is not None else None
        event = gateway.request(method, resource, who, body=body, key=key, **ids)
        answer = self._invoke("api_handler", event, what or f"{method} {resource}").answer
        said: dict[str, Any] = json.loads(answer["body"])
        return said

    def _changes(self) -> None:
        """Hands the stream's news to the listener until there are none: what it writes itself comes by too."""
        while self._written:
            written, self._written = self._written, 0
            records = self._stream.batch(written)
            if records:
                self._invoke("on_case_changed", {"Records": records})

    def _invoke(self, function: str, event: Any, what: str | None = None) -> Invocation:
        invocation = self._container.call(function, event, what)
        self._told.invocations.append(invocation)
        for call in invocation.calls:
            self._heed(call)
        return invocation

    def _heed(self, call: Call) -> None:
        match call.operation:
            case "TransactWriteItems" if call.status == 200:
                self._written += len(call.params["TransactItems"])
            case "StartExecution":
                self._started = json.loads(call.params["input"])
            case "SendTaskSuccess":
                self._resumed.append(json.loads(call.params["output"]))
            case "SendMessage":
                self._messages.append(call.params["MessageBody"])
            case "PutEvents":
                self._events.extend(_delivered(entry) for entry in call.params["Entries"])


def _delivered(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An event as the bus's rule puts it into a queue."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": "123456789012",
        "time": entry["Time"].isoformat(),
        "region": "us-east-1",
        "resources": [],
        "detail": json.loads(entry["Detail"]),
    }
