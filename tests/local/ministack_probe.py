"""Run by MiniStack's interpreter: tries its engine without and with our patch, and prints what it saw as JSON.

Nothing waits in real time: the engine's event is replaced by one that says how long it was asked to wait.
"""

import asyncio
import importlib.metadata
import json
import sys
import tempfile
import threading
import types
import zipfile
from pathlib import Path

sys.path.append(sys.argv[1])

import patched_ministack
from ministack import app
from ministack.core import iam_actions, iam_evaluator, lambda_runtime
from ministack.services import apigateway, lambda_svc, s3
from ministack.services import stepfunctions as engine

RESOURCE = "arn:aws:states:::lambda:invoke.waitForTaskToken"
GATE = {
    "Type": "Task",
    "Resource": RESOURCE,
    "Parameters": {"FunctionName": "open_gate", "Payload": {"token.$": "$$.Task.Token"}},
    "TimeoutSecondsPath": "$.step.seconds",
    "End": True,
}
MACHINE = "arn:aws:states:eu-west-1:000000000000:stateMachine:flow"
waited: list = []


class Event:
    """Answers at once whether it was set, and remembers how long somebody wanted to wait."""

    def __init__(self) -> None:
        self._set = False

    def set(self) -> None:
        self._set = True

    def wait(self, timeout=None) -> bool:
        waited.append(timeout)
        return self._set


def enter(gate, seconds, open_gate):
    """What comes out of a gate: its output, or the name of the error that ends it."""
    waited.clear()
    engine._call_lambda = open_gate
    machine = {"Name": "flow", "Id": MACHINE}
    context = {"State": {"Name": "Gate"}, "StateMachine": machine, "Execution": {"Input": {}}}
    try:
        return engine._execute_task(gate, {"step": {"seconds": seconds}}, {"events": []}, context)[0]
    except engine._ExecutionError as error:
        return error.error


def says_nothing(function, event):
    return None


def fails(function, event):
    raise engine._ExecutionError("Lambda.Unknown", "the function failed")


def answers(function, event):
    engine._send_task_success({"taskToken": event["token"], "output": json.dumps({"outcome": "approved"})})


def asked_for(token):
    """On what an answer to this token needs permission."""
    body = json.dumps({"taskToken": token, "output": "{}"}).encode()
    return iam_actions.extract_resource_arn("states", "POST", "/", {}, body, {}, "eu-west-1", "000000000000")


def asked_for_an_answer():
    """The same, of a token that was handed out, while its gate waits and after it was answered."""
    asked = []

    def answers_and_asks(function, event):
        asked.append(event["token"])
        asked.append(asked_for(event["token"]))
        answers(function, event)

    enter({**GATE, "TimeoutSeconds": 1}, 7, answers_and_asks)
    return [asked[1], asked_for(asked[0])]


def is_encrypted():
    """What a bucket's policy hears of a plain request from this machine."""
    app.pin_request_origin("127.0.0.1", False)
    return iam_evaluator._request_origin.get()[1]


def timeout_path():
    outcome = enter(GATE, 7, says_nothing)
    assert outcome == "States.Timeout", outcome
    return "waits 7 seconds" if waited == [7] else "waits for ever"


def shared_copies(folder: Path) -> int:
    package, work = folder / "code.zip", folder / "work"
    with zipfile.ZipFile(package, "w") as made:
        made.writestr("app.py", "")
    patched_ministack.unpack_once(lambda_runtime, folder / "shared")
    for worker in ("first", "second"):
        target = work / worker
        target.mkdir(parents=True)
        with lambda_runtime.zipfile.ZipFile(package) as opened:
            opened.extractall(target)
        assert (target / "app.py").exists()
    return len({(work / worker).resolve() for worker in ("first", "second")})


def waits_for_a_worker():
    """How the third of three invocations gets a process, where a function has two."""
    functions = types.SimpleNamespace(
        acquire_worker=lambda_runtime.acquire_worker, release_worker=lambda_runtime.release_worker
    )
    patched_ministack.wait_for_a_worker(functions, 2)
    name = "arn:aws:lambda:us-east-1:000000000000:function:f"
    invoked = ("f", {"FunctionArn": name, "Runtime": "python3.11"}, b"")
    (first, _), _ = functions.acquire_worker(*invoked), functions.acquire_worker(*invoked)
    third: list = []
    waiting = threading.Thread(target=lambda: third.extend(functions.acquire_worker(*invoked)))
    waiting.start()
    refused = lambda_runtime.acquire_worker(*invoked, max_concurrency=2)[1]
    functions.release_worker(first)
    waiting.join(20)
    return refused, third[1], third[0] is first


def reads_streams_apart():
    """Whether the queues' poller and another reader of the stream go on while one function is at work; how many
    threads read streams; how often the queues' poller was started."""
    at_work, other_at_work, done, started = threading.Event(), threading.Event(), threading.Event(), []
    table = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/1"
    queue = "arn:aws:sqs:us-east-1:000000000000:q"
    known = [("0", "r", {"UUID": n, "EventSourceArn": arn}) for n, arn in (("a", table), ("b", table), ("c", queue))]
    functions = types.SimpleNamespace(_ensure_poller=lambda: started.append("poller"), _iter_all_esms=lambda: known)

    def read():
        [(_, _, mapping)] = functions._iter_all_esms()
        if mapping["UUID"] == "b":
            other_at_work.set()
            return False
        at_work.set()
        done.wait(20)
        return False

    functions._poll_dynamodb_streams = read
    patched_ministack.read_streams_apart(functions)
    functions._ensure_poller()
    functions._ensure_poller()
    goes_on = at_work.wait(20) and functions._poll_dynamodb_streams() is False and other_at_work.wait(20)
    goes_on = goes_on and not done.is_set()
    done.set()
    return [goes_on, sum(thread.name == "streams" for thread in threading.enumerate()), len(started)]


def undone_changes(patch):
    """What becomes of batches whose function reports something undone: of a stream, of a queue, and of nothing."""
    bodies = iter([{"batchItemFailures": [{"itemIdentifier": "1"}]}, '{"batchItemFailures": [{}]}', None])
    functions = types.SimpleNamespace(_execute_function=lambda function, event: {"body": next(bodies)})
    if patch:
        patched_ministack.hear_of_undone_changes(functions)
    batches = [{"Records": [{"dynamodb": {}}]}, {"Records": [{"messageId": "1"}]}, {"Records": [{"dynamodb": {}}]}]
    return [bool(functions._execute_function({}, batch).get("error")) for batch in batches]


def most_at_once():
    """How many batches a queue may have at work whose mapping says so in a text."""
    mapping = {"ScalingConfig": {"MaximumConcurrency": "3"}}
    return lambda_svc._sqs_esm_concurrency(mapping, {}, {}, {})


def refused_with():
    """The answer to an upgrade whose function says 401."""
    heard: list = []

    async def says_no(*given, **named):
        return {"statusCode": 401}

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        heard.append(message)

    async def upgrade():
        await apigateway.handle_websocket(scope, receive, send, "api1", path_override="/live")

    scope = {"extensions": {"websocket.http.response": {}}, "headers": [], "query_string": b""}
    apigateway._apis["api1"] = {"apiId": "api1", "protocolType": "WEBSOCKET"}
    apigateway._routes["api1"] = {"r1": {"routeKey": "$connect", "target": "integrations/i1"}}
    apigateway._invoke_ws_lambda = says_no
    return heard, upgrade


def refusal(patch):
    heard, upgrade = refused_with()
    if patch:
        patched_ministack.refuse_as_the_function_says(apigateway)
    asyncio.run(upgrade())
    return [heard[0]["type"], heard[0].get("status")]


def version_s_disposition():
    """How an object's version is told to be kept, when its address says how."""
    s3._put_bucket_versioning("bucket", b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
    headers = s3._put_object("bucket", "k", b"text", {})[1]
    asked = {"versionId": [headers["x-amz-version-id"]], "response-content-disposition": ["attachment"]}
    signed = {"authorization": "AWS4-HMAC-SHA256 x"}
    return s3._get_object("bucket", "k", signed, asked)[1].get("Content-Disposition")


engine.threading = type("Threads", (), {"Event": Event, "local": threading.local, "Thread": threading.Thread})
engine._add_event = lambda *_: None
unpatched = {"timeout_path": timeout_path(), "fault": enter({**GATE, "TimeoutSeconds": 1}, 7, fails)}
unpatched["asked_for"] = asked_for_an_answer()

patched_ministack.honour_timeout_path(engine)
patched = {"timeout_path": timeout_path(), "answer": enter(GATE, 7, answers)}
patched["refused"] = {
    json.dumps(seconds): enter(GATE, seconds, says_nothing) for seconds in (0, -5, 100000000, "7", None)
}
engine._call_lambda = fails
patched_ministack.fail_with_the_function(engine)
patched["fault"] = enter(GATE, 7, engine._call_lambda)
patched_ministack.name_the_token_s_machine(engine, iam_actions)
patched["asked_for"] = asked_for_an_answer()
unpatched["encrypted"] = is_encrypted()
patched_ministack.count_as_encrypted(app)
patched["encrypted"] = is_encrypted()
patched["asked_for_unknown"] = asked_for("nobody's")
with tempfile.TemporaryDirectory() as scratch:
    patched["copies"] = shared_copies(Path(scratch))
patched["third"] = waits_for_a_worker()
patched["streams"] = reads_streams_apart()
unpatched["undone"], patched["undone"] = undone_changes(False), undone_changes(True)
unpatched["most_at_once"] = most_at_once()
s3._create_bucket("bucket", b"", {})
unpatched["disposition"] = version_s_disposition()
patched_ministack.answer_versions_as_asked(s3)
patched["disposition"] = version_s_disposition()
patched_ministack.count_in_numbers(lambda_svc)
patched["most_at_once"] = most_at_once()

unpatched["refusal"], patched["refusal"] = refusal(False), refusal(True)

version = importlib.metadata.version("ministack")
print(json.dumps({"version": version, "unpatched": unpatched, "patched": patched}))
