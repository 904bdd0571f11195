"""The partners' stand-ins as processes beside the stack: the payment provider, and an endpoint of the merchants."""

from __future__ import annotations

import base64
import os
import secrets
import sys
from functools import partial
from pathlib import Path
from typing import NamedTuple

from local import ports
from local.packaging import ROOT
from local.processes import Process
from local.stack import Stack

# The route of ours that takes the provider's signed notifications.
NOTIFICATIONS = "/payments/notifications"


class Addresses(NamedTuple):
    """Where the partners will answer: the functions must be told before the partners can start."""

    payment_port: int
    merchant_port: int

    @classmethod
    def choose(cls) -> Addresses:
        return cls(ports.choose(), ports.choose())

    @property
    def payment_url(self) -> str:
        return f"http://{ports.HOST}:{self.payment_port}"

    @property
    def merchant_url(self) -> str:
        return f"http://{ports.HOST}:{self.merchant_port}"


class Keys(NamedTuple):
    """What opens the partners' doors: made anew at every start."""

    payment: str
    payment_reader: str
    payment_signing: str
    merchant: str

    @classmethod
    def make(cls) -> Keys:
        signing = base64.b64encode(secrets.token_bytes(32)).decode()
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), f"whsec_{signing}", secrets.token_urlsafe(24))


def start(stack: Stack, folder: Path, keys: Keys) -> list[Process]:
    """Starts both and waits until they answer. Keys travel by environment, where no process list shows them."""
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "PYTHONPATH": str(ROOT),
        "PAYMENT_API_KEY": keys.payment,
        "PAYMENT_READER_KEY": keys.payment_reader,
        "PAYMENT_SIGNING_SECRET": keys.payment_signing,
        "MERCHANT_API_KEY": keys.merchant,
    }
    notify = ["--notify", f"{stack.api_url}{NOTIFICATIONS}", "--signing-secret-env", "PAYMENT_SIGNING_SECRET"]
    reader = ["--reader-key-env", "PAYMENT_READER_KEY"]
    started: list[Process] = []
    try:
        for name, url, arguments in (
            ("payment", stack.payment_url, ["--api-key-env", "PAYMENT_API_KEY", *reader, *notify]),
            ("merchant", stack.merchant_url, ["--api-key-env", "MERCHANT_API_KEY"]),
        ):
            port = url.rpartition(":")[2]
            command = [sys.executable, "-m", f"local.standins.{name}", "--port", port, *arguments]
            started.append(Process(f"the {name} stand-in", command, folder / f"{name}.log", environment))
        for process, url in zip(started, (stack.payment_url, stack.merchant_url), strict=True):
            port_number = int(url.rpartition(":")[2])
            process.wait_until(partial(ports.answers, port_number), seconds=20)
    except BaseException:
        for process in started:
            process.stop()
        raise
    return started
