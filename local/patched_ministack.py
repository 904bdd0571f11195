"""MiniStack with what 1.5.33 lacks and our gates need; run by its own interpreter, so it imports nothing of ours.

1. A callback Task ignores `TimeoutSecondsPath`: a gate would wait for ever. Here the path is resolved against the
   state's input, as AWS does, and given as `TimeoutSeconds`.
2. A callback Task swallows the exception of the function it called and waits for an answer that nobody can give. On AWS
   the Task fails at once, and Retry and Catch see it.
3. Every worker process unpacks the whole package again, a second of work that holds up everybody else. Here it is
   unpacked once, and the workers share it: nothing writes there, as nothing can on Lambda.
4. An answer to a token asks for permission on `*`. AWS asks for it on the token's state machine, which is what our
   policies name, so that is what is asked for here.
5. A bucket that takes encrypted transport only takes nothing here, where all is plain HTTP that never leaves the
   machine. Here every request counts as encrypted.
6. A burst of invocations starts a process for each, a second or two of CPU every time. Here a function has a few, and
   who comes while all are busy waits for one, as long as the burst lasts.
7. One thread asks every queue for one batch and then waits for the function that reads the table's stream: while much
   is written, a queue gets one batch a pass. On AWS each source has readers of its own; here each reader of the stream
   has a thread: one of them being slow, or failing, is nothing to the other.
8. A queue's `MaximumConcurrency` that is a parameter of the template stays a text, with which no queue is ever polled
   again. Here it becomes the number that it is on AWS.
9. Whom the function of a WebSocket API does not connect is told 403, whatever the function said. AWS passes its status
   on, so that a client can tell a bad ticket (401) from a foreign page (403).

10. What a reader of a stream reports as undone (`batchItemFailures`) counts as done. Here the whole batch comes again,
   as it may on AWS.


11. An address that names an object's version forgets what else it asks for (`response-content-disposition`). On AWS a
   version is downloaded under the name and type that were signed, and evidence always is.

All are pinned: another version must be looked at before it is trusted (tests/local/test_patched_ministack.py).
"""

from __future__ import annotations

import contextvars
import hashlib
import importlib.metadata
import json
import os
import sys
import tempfile
import threading
import time
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PINNED = "1.5.33"
LONGEST_WAIT = 99999999  # seconds; AWS refuses more, and anything below 1


def honour_timeout_path(engine: Any) -> None:
    """Makes every Task take its time from `TimeoutSecondsPath`."""
    execute = engine._execute_task

    def execute_task(state: dict[str, Any], raw_input: Any, execution: Any, ctx: Any) -> Any:
        path = state.get("TimeoutSecondsPath")
        if path:
            seconds = engine._resolve_path_or_ctx(path, raw_input, ctx)
            if not isinstance(seconds, int) or not 1 <= seconds <= LONGEST_WAIT:
                raise engine._ExecutionError("States.Runtime", f"{path} gives no number of seconds: {seconds!r}")
            state = {**state, "TimeoutSeconds": seconds}
        return execute(state, raw_input, execution, ctx)

    engine._execute_task = execute_task


def fail_with_the_function(engine: Any) -> None:
    """Makes a callback Task fail when the function that was to hand out its token failed."""
    wait, call = engine._invoke_with_callback, engine._call_lambda
    waiting = threading.local()

    def invoke_with_callback(resource: str, data: Any, token: str, state: dict[str, Any]) -> Any:
        waiting.token = token
        try:
            return wait(resource, data, token, state)
        finally:
            waiting.token = None

    def call_lambda(function: str, event: Any) -> Any:
        try:
            return call(function, event)
        except engine._ExecutionError as error:
            token = getattr(waiting, "token", None)
            if token:
                # The waiter is this very thread, a moment later: it finds the error instead of waiting.
                engine._task_tokens[token]["error"] = {"Error": error.error, "Cause": error.cause}
                engine._task_tokens[token]["event"].set()
            raise

    engine._invoke_with_callback, engine._call_lambda = invoke_with_callback, call_lambda


def name_the_token_s_machine(engine: Any, actions: Any) -> None:
    """Makes permission to answer a token a matter of its state machine; tokens keep theirs when they are dead."""
    execute, wait, extract = engine._execute_task, engine._invoke_with_callback, actions.extract_resource_arn
    running, machines = threading.local(), {}

    def execute_task(state: dict[str, Any], raw_input: Any, execution: Any, ctx: Any) -> Any:
        running.machine = ctx.get("StateMachine", {}).get("Id")
        return execute(state, raw_input, execution, ctx)

    def invoke_with_callback(resource: str, data: Any, token: str, state: dict[str, Any]) -> Any:
        machines[token] = running.machine
        return wait(resource, data, token, state)

    def extract_resource_arn(
        service: str, method: str, path: str, headers: Any, body: bytes, *more: Any, **named: Any
    ) -> str:
        asked = str(extract(service, method, path, headers, body, *more, **named))
        if service == "states" and asked == "*" and b"taskToken" in (body or b""):
            return machines.get(json.loads(body)["taskToken"]) or asked
        return asked

    engine._execute_task, engine._invoke_with_callback = execute_task, invoke_with_callback
    actions.extract_resource_arn = extract_resource_arn


def count_as_encrypted(app: Any) -> None:
    """Makes `aws:SecureTransport` true for whatever comes over loopback."""
    pin = app.pin_request_origin

    def pin_request_origin(source_ip: str, secure_transport: bool) -> None:
        pin(source_ip, True)

    app.pin_request_origin = pin_request_origin


def unpack_once(runtime: Any, folder: Path) -> None:
    """Makes workers of the same package share one unpacked copy of it in `folder`."""
    original, lock = runtime.zipfile, threading.Lock()

    class SharedZip(original.ZipFile):  # type: ignore[misc, name-defined]
        def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
            if members is not None or self.filename is None:
                return super().extractall(path, members, pwd)
            shared = folder / hashlib.sha256(Path(self.filename).read_bytes()).hexdigest()
            with lock:
                if not shared.exists():
                    fresh = shared.with_suffix(".fresh")
                    super().extractall(fresh)
                    fresh.rename(shared)
            Path(path).rmdir()
            Path(path).symlink_to(shared, target_is_directory=True)
            return None

    runtime.zipfile = types.SimpleNamespace(ZipFile=SharedZip, BadZipFile=original.BadZipFile)


def wait_for_a_worker(functions: Any, most: int) -> None:
    """Gives each function at most `most` processes at a time. (A function of ours never waits for itself.)"""
    acquire, release = functions.acquire_worker, functions.release_worker
    free = threading.Condition()

    def acquire_worker(*given: Any, **named: Any) -> Any:
        while True:
            with free:
                worker, reason = acquire(*given, **{**named, "max_concurrency": most})
                if worker is not None:
                    return worker, reason
                free.wait(1)

    def release_worker(worker: Any) -> None:
        with free:
            release(worker)
            free.notify_all()

    functions.acquire_worker, functions.release_worker = acquire_worker, release_worker


def read_streams_apart(functions: Any, pause: float = 0.02) -> None:
    """Makes the thread that polls the queues leave tables' streams to threads of their own, one for each mapping."""
    read, ensure, mappings = functions._poll_dynamodb_streams, functions._ensure_poller, functions._iter_all_esms
    mine, readers, started = threading.local(), dict[str, threading.Thread](), threading.Event()

    def iter_mine() -> Iterator[Any]:
        only = getattr(mine, "mapping", None)
        return (each for each in mappings() if only is None or each[2]["UUID"] == only)

    def read_for_ever(mapping: str) -> None:
        mine.mapping = mapping
        while any(iter_mine()):
            try:
                found = read()
            except Exception as error:  # as the poller it comes from: the next pass may go well
                functions.logger.error("streams cannot be read: %s", error)
                found = False
            if not found:
                time.sleep(pause)
        readers.pop(mapping, None)

    def look_for_mappings() -> None:
        while True:
            for _, _, mapping in list(mappings()):
                name = mapping["UUID"]
                if ":dynamodb:" in mapping.get("EventSourceArn", "") and name not in readers:
                    readers[name] = threading.Thread(target=read_for_ever, args=(name,), name="streams", daemon=True)
                    readers[name].start()
            time.sleep(pause)

    def ensure_poller() -> None:
        ensure()
        if not started.is_set():
            started.set()
            threading.Thread(target=look_for_mappings, name="mappings", daemon=True).start()

    functions._poll_dynamodb_streams, functions._ensure_poller = lambda: False, ensure_poller
    functions._iter_all_esms = iter_mine


def hear_of_undone_changes(functions: Any) -> None:
    """Makes a batch of a stream fail whose function says that something of it is undone."""
    execute = functions._execute_function

    def execute_function(function: Any, event: Any, *more: Any, **named: Any) -> Any:
        result = execute(function, event, *more, **named)
        records = event.get("Records") if isinstance(event, dict) else None
        if records and "dynamodb" in records[0] and undone(result.get("body")):
            return {**result, "error": True, "body": {"errorType": "batchItemFailures"}}
        return result

    def undone(body: Any) -> bool:
        answer = json.loads(body) if isinstance(body, str) and body.startswith("{") else body
        return isinstance(answer, dict) and bool(answer.get("batchItemFailures"))

    functions._execute_function = execute_function


def count_in_numbers(functions: Any) -> None:
    """Makes a mapping's `MaximumConcurrency` a number."""
    limit = functions._sqs_esm_concurrency

    def sqs_esm_concurrency(esm: dict[str, Any], *more: Any) -> int:
        scaling = esm.get("ScalingConfig") or {}
        if isinstance(scaling.get("MaximumConcurrency"), str):
            esm["ScalingConfig"] = {**scaling, "MaximumConcurrency": int(scaling["MaximumConcurrency"])}
        return int(limit(esm, *more))

    functions._sqs_esm_concurrency = sqs_esm_concurrency


def refuse_as_the_function_says(gateway: Any) -> None:
    """Makes the status of `$connect`'s function the answer to the upgrade."""
    handle, invoke = gateway.handle_websocket, gateway._invoke_ws_lambda
    said: contextvars.ContextVar[int] = contextvars.ContextVar("said", default=200)

    async def invoke_ws_lambda(*given: Any, **named: Any) -> Any:
        answer = await invoke(*given, **named)
        if "CONNECT" in given:
            said.set(int((answer or {}).get("statusCode", 200)))
        return answer

    async def handle_websocket(scope: Any, receive: Any, send: Any, *given: Any, **named: Any) -> None:
        async def answer(message: dict[str, Any]) -> None:
            if message["type"] == "websocket.close" and said.get() >= 400:
                status, _ = said.get(), said.set(200)
                await gateway._refuse_ws_handshake(scope, send, status, "Refused", "", "")
            else:
                await send(message)

        await handle(scope, receive, answer, *given, **named)

    gateway.handle_websocket, gateway._invoke_ws_lambda = handle_websocket, invoke_ws_lambda


def answer_versions_as_asked(s3: Any) -> None:
    """Makes an object's version come with the headers that its address asks for."""
    get = s3._get_object

    def get_object(bucket_name: str, key: str, headers: Any, query_params: Any = None) -> Any:
        status, answered, body = get(bucket_name, key, headers, query_params)
        if query_params and "versionId" in query_params and status == 200:
            s3._apply_response_overrides(answered, query_params)
        return status, answered, body

    s3._get_object = get_object


def main() -> None:
    from ministack import app
    from ministack.core import iam_actions, lambda_runtime
    from ministack.services import apigateway, lambda_svc, s3, stepfunctions

    version = importlib.metadata.version("ministack")
    if version != PINNED:
        sys.exit(f"the patch is for MiniStack {PINNED}, not {version}: look at it before trusting it")
    honour_timeout_path(stepfunctions)
    fail_with_the_function(stepfunctions)
    name_the_token_s_machine(stepfunctions, iam_actions)
    count_as_encrypted(app)
    unpack_once(lambda_runtime, Path(tempfile.mkdtemp(prefix="packages-")))
    hear_of_undone_changes(lambda_svc)
    read_streams_apart(lambda_svc)
    count_in_numbers(lambda_svc)
    refuse_as_the_function_says(apigateway)
    answer_versions_as_asked(s3)
    wait_for_a_worker(lambda_svc, max(2, 2 * (os.cpu_count() or 1)))
    app.main()


if __name__ == "__main__":
    main()
