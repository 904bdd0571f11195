"""The local cloud as a process: one port on 127.0.0.1, its own environment, nothing kept after it ends."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import requests

from local import environments, ports
from local.processes import Process

ACCOUNT = "000000000000"
REGION = "us-east-1"
LAUNCHER = Path(__file__).with_name("patched_ministack.py")
# Each execution that waits at a gate keeps a thread, and each call that invokes a function another.
THREADS = "256"
# It keeps nothing, so nobody gains by its waiting for whatever is under way, which it would do for as long as it takes.
GRACE = 0.5  # seconds


def start(folder: Path, port: int = 0) -> tuple[Process, str]:
    """Starts it and waits until it answers; gives the process and its endpoint. `folder` takes its files and log."""
    python = environments.make(".venvs/ministack")
    port = ports.choose(port)
    endpoint = f"http://{ports.HOST}:{port}"
    scratch = folder / "tmp"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    process = Process(
        "the local cloud",
        [str(python), "-P", str(LAUNCHER)],
        folder / "ministack.log",
        _environment(port, scratch),
        grace=GRACE,
    )
    try:
        process.wait_until(lambda: _healthy(endpoint), seconds=120)
    except BaseException:
        process.stop()
        raise
    return process, endpoint


def _environment(port: int, scratch: Path) -> dict[str, str]:
    # Only what a process needs: credentials, proxies or an endpoint of the caller's must not reach the functions.
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}
    return kept | {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "GATEWAY_PORT": str(port),
        "BIND_HOST": ports.HOST,
        "MINISTACK_HOST": "localhost",
        "MINISTACK_WORKER_THREADS": THREADS,
        # Processes are counted per function (patched_ministack.py); whoever waits for one is not to be refused.
        "LAMBDA_ACCOUNT_CONCURRENCY": "0",
        # Every function has only its own role's rights here too: a missing right shows before AWS says no.
        "AUTH": "true",
        # Both would listen on every address of the machine.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": os.environ.get("MINISTACK_LOG_LEVEL", "WARNING"),
        "TMPDIR": str(scratch),
        "PYTHONDONTWRITEBYTECODE": "1",
        "NO_PROXY": "*",
    }


def _healthy(endpoint: str) -> bool:
    try:
        return requests.get(f"{endpoint}/_ministack/health", timeout=1).ok
    except requests.RequestException:
        return False
