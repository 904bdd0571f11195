from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from local import ports
from local.engines.engine import SECONDS_TO_END
from local.processes import Process

ENVIRONMENT = {"PATH": os.environ["PATH"]}
WAITS = "import sys; print('up', flush=True); sys.stdin.read(); import signal; signal.pause()"


# Told to end, it goes on, as a server does that waits for requests under way.
GOES_ON = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()"


def started(folder: Path, program: str, **more: float) -> Process:
    return Process("the program", [sys.executable, "-c", program], folder / "log", ENVIRONMENT, **more)


def test_it_is_waited_for_and_stopped(tmp_path: Path) -> None:
    with started(tmp_path, WAITS) as process:
        process.wait_until(lambda: "up" in process.tail(), seconds=20)
        assert process.running
    assert not process.running


def test_one_that_does_not_end_by_itself_is_killed_after_its_grace(tmp_path: Path) -> None:
    with started(tmp_path, GOES_ON, grace=0.1) as process:
        process.wait_until(lambda: "up" in process.tail(), seconds=20)
        told_at = time.monotonic()
        process.stop()
        assert not process.running
        assert time.monotonic() - told_at < SECONDS_TO_END, "it was given what other programs are given"


def test_one_that_ends_at_once_says_its_last_words(tmp_path: Path) -> None:
    with (
        started(tmp_path, "raise SystemExit('no such table')") as process,
        pytest.raises(RuntimeError, match=r"the program ended with 1:\nno such table"),
    ):
        process.wait_until(lambda: False, seconds=20)


def test_one_that_never_gets_ready_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    with started(tmp_path, WAITS) as process, pytest.raises(RuntimeError, match="was not ready within 0 s"):
        process.wait_until(lambda: False, seconds=0)


def test_a_port_that_is_taken_is_refused_by_number() -> None:
    import socket

    with socket.socket() as other:
        other.bind((ports.HOST, 0))
        other.listen()
        taken = other.getsockname()[1]
        assert ports.answers(taken)
        with pytest.raises(ports.PortTaken, match=f"port {taken} is in use"):
            ports.choose(taken)
    assert ports.choose(0) != 0
