"""`make replay`, from the files to the verdict."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime

from rich.console import Console

from local import stack as stacks
from local.api import Unexpected
from local.importers import online_retail
from local.importers.online_retail import Retail
from local.importers.places import DataMissing
from local.packaging import ROOT
from local.replay import report
from local.replay.options import Options
from local.replay.outcome import disagreements, outcome
from local.replay.run import Replay

RESULT = ROOT / "build" / "replay.json"
NOTHING_TO_REPLAY = 2
INTERRUPTED = 130


def main() -> int:
    """0: all agree. 1: they do not, or the stack failed. 2: there is nothing to replay."""
    console = Console(highlight=False)
    try:
        chosen = Options.of(os.environ)
        with console.status(f"reading {chosen.folder} …"):
            retail = online_retail.read(chosen.folder).first(chosen.limit)
    except (DataMissing, ValueError) as error:
        print(error, file=sys.stderr)
        return NOTHING_TO_REPLAY
    if not retail.cases:
        print(f"there is nothing to replay: no usable row in {chosen.folder / 'returns.csv'}", file=sys.stderr)
        return NOTHING_TO_REPLAY
    console.print(
        f"{len(retail.cases)} cases on {len(retail.invoices)} orders, GBP {report.pounds(retail.owed)} to refund, "
        f"{len(retail.attempts)} attempts to refuse: {chosen.folder}"
    )
    # A SIGTERM must unwind as Ctrl-C does, or a stack of our own would be left to its leash.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _on_a_stack(console, chosen, retail)
    except KeyboardInterrupt:
        console.print("\nstopped: nothing was compared")
        return INTERRUPTED


def _on_a_stack(console: Console, chosen: Options, retail: Retail) -> int:
    """On the stack that runs, or on one of our own."""
    with ExitStack() as held:
        with console.status("looking for a running stack, else starting one (about a minute) …"):
            stack = held.enter_context(stacks.running_or_start())
        console.print(f"on the stack at {stack.api_url}")
        return replay(console, chosen, retail, stack)


def replay(console: Console, chosen: Options, retail: Retail, stack: stacks.Stack) -> int:
    began = time.monotonic()
    run = Replay(stack, retail, console, chosen.workers, datetime.now(UTC), chosen.mode)
    try:
        run.everything()
    except Unexpected as error:
        console.print(f"[red]the replay cannot go on:[/] {error}", markup=True, soft_wrap=True)
        return 1
    standing, books, transitions, shelves = run.standing(), run.books(), run.transitions(), run.shelves()
    took = time.monotonic() - began
    out = outcome(retail, run.results, standing, books, transitions, took, mode=chosen.mode, shelves=shelves)
    wrong = disagreements(out, retail, run.results, standing, books)
    wrong += transitions.disagreements() + shelves.disagreements()
    report.show(console, retail, run.results, standing, out, run.seconds)
    report.tell_verdict(console, wrong)
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(out.line() + "\n")
    print(out.line(), flush=True)
    return 1 if wrong else 0
