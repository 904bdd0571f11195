"""The same stories on moto's executing Step Functions engine: real history, real tokens, no Lambda.

A Task's invocation is caught by botocore before it is sent (`before-send.lambda.Invoke`) and answered in process.
A gate's invocation leaves its token here; whoever plays the stream listener sends the answer.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unittest import mock

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.utils import json_path

from tests.flows.definitions import resolved
from tests.flows.refund_contract import GATES, STEM
from tests.flows.refund_story import Story
from tests.flows.walker import Call, Fault

REGION = "eu-central-1"
ACCOUNT = "123456789012"
PATIENCE = 30.0  # seconds, of a machine that has much else to do: what takes longer stands still
_STATE_OF = {gate: state for state, gate in GATES.items()}


@dataclass
class Engine:
    """One deployed machine. `tokens` are the gates that wait, newest last."""

    client: Any
    arn: str
    stories: dict[str, Story] = field(default_factory=dict)
    tokens: dict[str, list[str]] = field(default_factory=dict)
    payloads: list[dict[str, Any]] = field(default_factory=list)
    held: set[str] = field(default_factory=set)  # cases whose gates the test answers itself

    def start(self, case_id: str, story: Story, held: bool = False) -> str:
        """Starts the first attempt; returns the execution's ARN. `held`: the test answers the gates."""
        self.stories[case_id] = story
        if held:
            self.held.add(case_id)
        started = self.client.start_execution(
            stateMachineArn=self.arn,
            name=f"{case_id}-1",
            input=json.dumps({"case_id": case_id, "attempt": 1}),
        )
        return str(started["executionArn"])

    def finish(self, execution: str, within: float = PATIENCE) -> Mapping[str, Any]:
        """Waits for the end; returns what DescribeExecution says."""
        return self._until(execution, lambda: self._described(execution)["status"] != "RUNNING", within)

    def waiting(self, execution: str, case_id: str, tokens: int = 1, within: float = PATIENCE) -> str:
        """Waits until the case's flow has opened so many gates; returns the newest token."""
        self._until(execution, lambda: len(self.tokens.get(case_id, ())) >= tokens, within)
        return self.tokens[case_id][-1]

    def states(self, execution: str) -> list[str]:
        """The states entered, in order, from the execution's history."""
        pages = self.client.get_paginator("get_execution_history").paginate(executionArn=execution)
        events = [event for page in pages for event in page["events"]]
        return [event["stateEnteredEventDetails"]["name"] for event in events if event["type"].endswith("StateEntered")]

    def answer(self, token: str, said: Mapping[str, Any]) -> None:
        """What the stream listener does when a gate has both its token and its answer."""
        self.client.send_task_success(taskToken=token, output=json.dumps(said))

    def invoked(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        """Answers one Lambda invocation from the case's story."""
        function = request.url.split("/functions/")[1].split("/")[0].replace("%3A", ":").rsplit(":", 1)[-1]
        body: Any = request.body
        payload = json.loads(body)
        self.payloads.append(payload)
        return _reply(self._handled(function, payload))

    def _handled(self, function: str, payload: dict[str, Any]) -> Any:
        case_id = payload["case_id"]
        gate = function == "OpenGate"
        if gate:
            self.tokens.setdefault(case_id, []).append(payload["token"])
            if case_id in self.held:
                return None
        state = _STATE_OF[payload["gate"]] if gate else function
        said = self.stories[case_id](Call(state, function, payload, 0, gate, 0))
        if not gate or isinstance(said, Fault):
            return None if gate and said == Fault("States.Timeout") else said
        self.answer(payload["token"], said)
        return None

    def _described(self, execution: str) -> Mapping[str, Any]:
        described: Mapping[str, Any] = self.client.describe_execution(executionArn=execution)
        return described

    def _until(self, execution: str, happened: Any, within: float) -> Mapping[str, Any]:
        deadline = time.monotonic() + within
        while not happened():
            assert time.monotonic() < deadline, f"still at {self.states(execution)[-1:]} after {within} s"
            time.sleep(0.05)
        return self._described(execution)


def _reply(said: Any) -> AWSResponse:
    headers, body = HTTPHeaders(), said
    if isinstance(said, Fault):
        headers["X-Amz-Function-Error"] = "Unhandled"
        body = {"errorType": said.error, "errorMessage": said.cause}
    return AWSResponse("https://lambda", 200, headers, _Body(json.dumps(body).encode()))


class _Body(io.BytesIO):
    """A raw HTTP body as botocore reads it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


@contextmanager
def deployed() -> Iterator[Engine]:
    """The refund flow on moto, its functions answered by stories. Restores boto3's default session."""
    session = boto3.DEFAULT_SESSION
    with ExitStack() as stack:
        stack.enter_context(mock_aws(config={"stepfunctions": {"execute_state_machine": True}}))
        # moto builds a parser anew, 40 ms, for every path that it reads.
        for module in (json_path, result_path):
            stack.enter_context(mock.patch.object(module, "parse", cache(module.parse)))
        boto3.setup_default_session(region_name=REGION)
        hooks: Any = boto3.DEFAULT_SESSION.events  # type: ignore[union-attr]
        client = boto3.client("stepfunctions")
        machine = client.create_state_machine(
            name=STEM.replace("_", "-"),
            definition=resolved(STEM, lambda name: f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"),
            roleArn=f"arn:aws:iam::{ACCOUNT}:role/flow",
        )
        engine = Engine(client, machine["stateMachineArn"])
        hooks.register_first("before-send.lambda.Invoke", engine.invoked)
        try:
            yield engine
        finally:
            boto3.DEFAULT_SESSION = session
