"""The partners' stand-ins as processes beside the stack: the payment provider, and an endpoint of the merchants."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from local import ports
from local.packaging import ROOT
from local.processes import Process
from local.stack import Stack


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


def start(stack: Stack, folder: Path, keys: Mapping[str, str]) -> list[Process]:
    """Starts both and waits until they answer. Keys travel by environment, where no process list shows them."""
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "PYTHONPATH": str(ROOT),
        "PAYMENT_API_KEY": keys["api_key"],
        "PAYMENT_SIGNING_SECRET": keys["signing_secret"],
    }
    started: list[Process] = []
    try:
        for name, url, arguments in (
            ("payment", stack.payment_url, _payment(stack)),
            ("merchant", stack.merchant_url, _merchant(stack)),
        ):
            port = url.rpartition(":")[2]
            command = [sys.executable, "-m", f"local.standins.{name}", "--port", port, *arguments]
            started.append(Process(f"the {name} stand-in", command, folder / f"{name}.log", environment))
            started[-1].wait_until(lambda port=int(port): ports.answers(port), seconds=20)  # type: ignore[misc]
    except BaseException:
        for process in started:
            process.stop()
        raise
    return started


def _payment(stack: Stack) -> list[str]:
    keys = ["--api-key-env", "PAYMENT_API_KEY", "--signing-secret-env", "PAYMENT_SIGNING_SECRET"]
    return ["--notify", f"{stack.api_url}/payments/notifications", *keys]


def _merchant(stack: Stack) -> list[str]:
    return ["--api", stack.api_url]
