"""The other side of the comparison: the same requests by a plain boto3 client, without a line of ours around them."""

from __future__ import annotations

import base64
import http.client
import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import boto3
import urllib3
from botocore import xform_name
from botocore.exceptions import ClientError

from benchmarks.recording import Call

OF_THE_CLIENT = 0.002  # seconds of a call that nobody waits for, because the client itself is busy
SERVICES = ("dynamodb", "sqs", "events", "stepfunctions", "secretsmanager")


_SWEPT = bytearray(32 << 20)


def forget() -> None:
    """Drives everybody's code and data out of the processor's caches: a container's requests come far apart, and what
    was just run for the one side would be warm for the other."""
    _SWEPT.translate(None)


class Bare:
    """Repeats recorded calls against the door that gives the recorded answers."""

    def __init__(self, echo: str) -> None:
        self._echo = echo
        session = boto3.Session("bare", "bare", region_name="us-east-1")
        self._clients: dict[str, Any] = {name: session.client(name, endpoint_url=echo) for name in SERVICES}
        self._pool = urllib3.PoolManager(retries=False)
        self._handing = urllib3.PoolManager()

    def cpu(self, calls: Sequence[Call]) -> float:
        """Seconds of CPU that the calls take."""
        answers = [_handed(call) for call in calls]
        self._handing.request("PUT", f"{self._echo}/answers", body=json.dumps(answers).encode())
        repeats = [self._repeat(call) for call in calls]
        forget()
        began = time.process_time()
        for repeat in repeats:
            with suppress(ClientError):
                repeat()
        return time.process_time() - began

    def _repeat(self, call: Call) -> Callable[[], Any]:
        if call.service != "http":
            method, params = getattr(self._clients[call.service], xform_name(call.operation)), dict(call.params)
            return lambda: method(**params)
        if call.operation == "pooled":
            body, headers = call.params["body"], call.params["headers"]
            return lambda: self._pool.request("POST", f"{self._echo}/refunds", body=body, headers=headers).data
        return lambda: self._post_once(call)

    def _post_once(self, call: Call) -> None:
        connection = http.client.HTTPConnection(urlsplit(self._echo).netloc, timeout=10)
        connection.request("POST", call.params["url"], body=call.params["body"], headers=call.params["headers"])
        connection.getresponse().read()
        connection.close()


def _handed(call: Call) -> dict[str, Any]:
    """An answer, and how long it lets wait: whoever slept finds colder caches than whoever was answered at once."""
    body = base64.b64encode(call.body).decode()
    return {
        "status": call.status,
        "headers": dict(call.headers),
        "body": body,
        "wait": max(0.0, call.took - OF_THE_CLIENT),
    }
