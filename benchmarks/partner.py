"""A process beside the benchmark that answers for everybody: AWS's other services, the payment provider, a merchant.

It has two doors. Behind `cloud` every service says what it says when all goes well. Behind `echo` come, in order, the
very answers that were handed in before (`PUT /answers`): there the bare client hears what ours heard, byte for byte.
It lives in its own process, so that none of its CPU counts, and ends when its standard input closes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import threading
import time
import uuid
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRETS = {
    "payment": {"api_key": "k" * 32, "signing_secret": "whsec_" + base64.b64encode(b"s" * 32).decode()},
    "webhook": {"master": {"1": base64.b64encode(b"m" * 32).decode()}},
}
JSON = "application/x-amz-json-1.0"


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer leaves in one piece

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


class Cloud(Door):
    """Every service on a good day."""

    def do_POST(self) -> None:
        asked = self.body()
        said = answer_of(self.headers.get("x-amz-target", ""), self.path, json.loads(asked or b"{}"))
        headers = {"Content-Type": JSON, "x-amzn-RequestId": str(uuid.uuid4()), "Date": self.date_time_string()}
        self.answer(200, headers, json.dumps(said).encode())


def answer_of(target: str, path: str, asked: dict[str, Any]) -> dict[str, Any]:
    match target.partition(".")[2] or path.rpartition("/")[2]:
        case "SendMessage":
            md5 = hashlib.md5(asked["MessageBody"].encode(), usedforsecurity=False).hexdigest()
            return {"MessageId": str(uuid.uuid4()), "MD5OfMessageBody": md5}
        case "PutEvents":
            return {"FailedEntryCount": 0, "Entries": [{"EventId": str(uuid.uuid4())} for _ in asked["Entries"]]}
        case "StartExecution":
            arn = asked["stateMachineArn"].replace(":stateMachine:", ":execution:")
            return {"executionArn": f"{arn}:{asked['name']}", "startDate": time.time()}
        case "GetSecretValue":
            name = asked["SecretId"]
            return {"Name": name, "SecretString": json.dumps(SECRETS[name.rpartition("/")[2]])}
        case "refunds":
            return {**asked, "state": "settled"}
    return {}


class Echo(Door):
    """What was handed in, in that order."""

    answers: deque[tuple[float, int, dict[str, str], bytes]] = deque()

    def do_PUT(self) -> None:
        handed = json.loads(self.body())
        self.answers.clear()
        self.answers.extend(
            (each["wait"], each["status"], each["headers"], base64.b64decode(each["body"])) for each in handed
        )
        self.answer(200, {}, b"")

    def do_POST(self) -> None:
        self.body()
        wait, status, headers, body = self.answers.popleft()
        time.sleep(wait)
        self.answer(status, headers, body)


def main() -> None:
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), door) for door in (Cloud, Echo)]
    for server in servers:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(*(server.server_port for server in servers), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
