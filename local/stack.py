"""The whole system on one machine, as a Python object: where everything is, and who can be.

with stack.running_or_start() as shop:             # the stack of `make run`, or one of our own that stops again
    requests.get(f"{shop.api_url}/cases", headers=shop.headers("buyer-1"))
    shop.client("dynamodb").get_item(TableName=shop.table, …)
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from local import claims
from local.cloud import Cloud
from local.packaging import ROOT
from local.ports import answers
from local.users import Directory

FOLDER = ROOT / "build"
PATIENCE = 120.0  # seconds that somebody else's start may take


@dataclass(frozen=True)
class Options:
    """What may be chosen at a start. `name` tells stacks apart that run side by side; 0 is any free port."""

    name: str = "run"
    speed: int = 1
    port: int = 0
    seed: bool = False
    search: bool = False
    listen: int = 0  # a port of one's own on 127.0.0.1 that webhooks may go to

    @property
    def folder(self) -> Path:
        """Logs and whatever the processes write."""
        return FOLDER / self.name

    @property
    def file(self) -> Path:
        """Where the running stack is described, for other programs."""
        return FOLDER / f"{self.name}.json"


@dataclass(frozen=True)
class Stack:
    """A running stack. All of it can be written down: another process makes the same object from the file."""

    endpoint: str  # the local cloud: every AWS client goes there
    api_url: str  # ours, without a slash at the end
    live_url: str  # of the WebSocket API
    table: str
    bus: str
    evidence_bucket: str
    refund_flow_arn: str
    return_flow_arn: str
    exchange_flow_arn: str
    repair_flow_arn: str
    dispute_flow_arn: str
    user_pool_id: str
    client_id: str
    functions: dict[str, str]  # resource, e.g. `OnMinute`, → the function's physical name
    queues: dict[str, str]  # resource, e.g. `PaymentCommandsDead`, → the queue's URL
    payment_url: str
    payment_key: str  # the stand-ins' API keys, for `Authorization: Bearer …`
    merchant_url: str
    merchant_key: str
    carrier_url: str
    carrier_key: str
    search_url: str  # empty without OpenSearch
    speed: int
    cases: list[dict[str, Any]]  # what the seed told: a line for each story, as local/seed/summary.py has them

    @cached_property
    def cloud(self) -> Cloud:
        return Cloud(self.endpoint)

    @cached_property
    def directory(self) -> Directory:
        """Users and their tokens."""
        return Directory(self.cloud, self.user_pool_id, self.client_id)

    def client(self, service: str) -> Any:
        return self.cloud.client(service)

    def headers(self, user: str, **more: str) -> dict[str, str]:
        """Headers of a request that this user sends."""
        return {"Authorization": f"Bearer {self.directory.token(user)}", **more}

    def save(self, file: Path, **more: Any) -> None:
        """Writes it down, whole or not at all."""
        fresh = file.with_suffix(".fresh")
        fresh.write_text(json.dumps(asdict(self) | more, indent=2) + "\n")
        fresh.rename(file)

    @classmethod
    def load(cls, file: Path) -> Stack:
        described = json.loads(file.read_text())
        return cls(**{name: described[name] for name in cls.__dataclass_fields__})


def running(options: Options) -> Stack | None:
    """The stack that somebody runs under this name, or None. Waits for one that is just starting."""
    deadline = time.monotonic() + PATIENCE
    while claims.taken(options.file):
        if options.file.exists():
            found = Stack.load(options.file)
            if answers(int(found.endpoint.rpartition(":")[2])):
                return found
        if time.monotonic() > deadline:
            raise RuntimeError(f"a stack is starting and does not get ready: see {options.folder}")
        time.sleep(0.5)
    return None


@contextmanager
def running_or_start(options: Options = Options()) -> Iterator[Stack]:
    """The running stack, left running afterwards; or one of our own, stopped afterwards."""
    from local import launch

    found = running(options)
    if found:
        yield found
        return
    with launch.started(options) as own:
        yield own
