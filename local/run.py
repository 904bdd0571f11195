"""`make run`: the whole system on this machine, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.table import Table

from local import launch, users
from local.claims import AlreadyRunning
from local.ports import PortTaken
from local.seed import summary
from local.stack import Options, Stack

console = Console(highlight=False, soft_wrap=True)


@contextmanager
def tell(step: str) -> Iterator[None]:
    """Shows a step while it lasts, and how long it took."""
    began = time.monotonic()
    with console.status(f"{step} …"):
        yield
    console.print(f"[green]✓[/] {step} [dim]{time.monotonic() - began:.1f} s[/]")


def options() -> Options:
    """What SPEED, PORT and LISTEN ask for. Raises ValueError."""
    speed = os.environ.get("SPEED") or "1"
    if not speed.isdigit() or int(speed) < 1:
        raise ValueError(f"SPEED is a whole number from 1, not {speed!r}: with 86400 a day passes in a second")
    return Options(speed=int(speed), port=_port("PORT"), seed=True, search=True, listen=_port("LISTEN"))


def _port(name: str) -> int:
    given = os.environ.get(name) or "0"
    if not given.isdigit() or int(given) > 65535:
        raise ValueError(f"{name} is a port's number, not {given!r}")
    return int(given)


def describe(stack: Stack, chosen: Options) -> None:
    """Where everything is, who can be, and what to try first."""
    places = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, address in (
        ("API", stack.api_url),
        ("live (WebSocket)", stack.live_url),
        ("payment provider", stack.payment_url),
        ("carriers", stack.carrier_url),
        ("merchants' endpoint", stack.merchant_url),
        ("AWS, locally", stack.endpoint),
        ("search", stack.search_url or "left out: it needs Java 17"),
        ("time", f"{stack.speed} times as fast" if stack.speed > 1 else "as it is (SPEED=86400: a day is a second)"),
        ("users", ", ".join(user.name for user in users.DEMO)),
        ("all of it, and tokens", str(chosen.file)),
        ("logs", str(chosen.folder)),
    ):
        places.add_row(f"[bold]{name}[/]", address)
    console.print(places)
    console.print()
    if stack.cases:
        console.print(summary.table(summary.Told(**case) for case in stack.cases))
    console.print("\nTry it in another terminal:", style="bold")
    console.print('  eval "$(.venv/bin/python -m local.tour)"   # $API, tokens of everybody, and an $ORDER to try')
    console.print('  curl -s -H "Authorization: Bearer $BUYER" $API/cases')
    console.print('  curl -s -H "Authorization: Bearer $AGENT" $API/cases/CASE/timeline   # the story of one of these')
    console.print("  make replay LIMIT=40      # a real retailer's cancellations on this very stack")


def wait() -> None:
    """Until Ctrl-C or SIGTERM."""
    told = threading.Event()

    def stop(*_: Any) -> None:
        told.set()

    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, stop)
    while not told.wait(0.5):
        pass


def main() -> int:
    began = time.monotonic()
    # A SIGTERM while starting must unwind as Ctrl-C does, or what was started would be left to its leash.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        chosen = options()
        with launch.started(chosen, tell) as stack:
            console.print(f"\n[bold green]Ready[/] after {time.monotonic() - began:.0f} s; Ctrl-C stops everything.\n")
            describe(stack, chosen)
            wait()
            console.print("\nstopping …")
    except (AlreadyRunning, PortTaken, ValueError) as error:
        console.print(f"[red]{error}[/]")
        return 1
    except KeyboardInterrupt:
        console.print("\nstopped while starting")
        return 130
    return 0
