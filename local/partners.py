"""The partners' stand-ins as processes beside the stack: the payment provider, and an endpoint of the merchants."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from local import cloud, ports
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
        "AWS_ENDPOINT_URL": stack.endpoint,
        "AWS_ACCESS_KEY_ID": cloud.CREDENTIALS["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": cloud.CREDENTIALS["aws_secret_access_key"],
        "AWS_DEFAULT_REGION": cloud.CREDENTIALS["region_name"],
        "PAYMENT_API_KEY": keys["api_key"],
        "PAYMENT_SIGNING_SECRET": keys["signing_secret"],
    }
    payment = ["--bus", stack.bus]
    merchant = ["--api", stack.api_url]
    started: list[Process] = []
    try:
        for name, url, arguments in (
            ("payment", stack.payment_url, payment),
            ("merchant", stack.merchant_url, merchant),
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
