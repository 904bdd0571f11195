"""`make security`: everything hostile that we could think of, at every door. Exit 1 when anything got through.

Tokens, webhooks, trackers' pushes, targets, uploads and the whole table of rights, each attempt by name and with its
why; then the contract's fuzzer as each role. EXAMPLES=N of the fuzzer per operation (4); `--part` takes of each what a
check has time for. Writes build/security.json: what was tried, and what got through.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from types import ModuleType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from chalicelib.telemetry import log
from tests.flows.definitions import ROOT
from tests.security import authorization, fuzzing, targets, tokens, trackers, uploads, webhooks
from tests.security.attempts import distinct
from tests.security.tally import Tally

REPORT = ROOT / "build" / "security.json"
DOORS: tuple[ModuleType, ...] = (tokens, webhooks, trackers, targets, uploads, authorization)
NAMES = [door.NAME for door in DOORS]
PART = {"webhooks": 10, "trackers": 10}  # every n-th is tried in a part; of everything else, all
PART_ROLES = ("buyer", "merchant")
console = Console(stderr=True)


def attack(tally: Tally, door: ModuleType, *, part: bool) -> None:
    attempts = distinct(door.attempts())[:: PART.get(door.NAME, 1) if part else 1]
    with _progress(door.NAME, len(attempts)) as advance:
        for attempt in attempts:
            tally.try_(door.NAME, attempt)
            advance(tally.violations)
    for control in distinct(door.controls()):
        tally.try_(door.NAME, control, control=True)


def fuzz(tally: Tally, examples: int, *, part: bool) -> None:
    runs = [
        (role, known) for role in fuzzing.ROLES for known in (True, False) if not part or (role in PART_ROLES and known)
    ]
    with _progress(fuzzing.NAME, len(runs)) as advance:
        for role, known in runs:
            for told in fuzzing.fuzz(role, examples, known=known):
                tally.tried[fuzzing.NAME] += told.requests
                for finding in told.findings:
                    tally.note(fuzzing.NAME, f"{finding.check} at {finding.operation}", f"as {role}", str(finding))
            advance(tally.violations)


@contextmanager
def _progress(name: str, total: int) -> Iterator[object]:
    columns = (TextColumn("{task.description:14}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.fields[got]} got through"), console=console) as progress:
        task = progress.add_task(name, total=total, got=0)
        yield lambda got: progress.update(task, advance=1, got=got)


@contextmanager
def hushed() -> Iterator[None]:
    """Refusals are logged and counted, ten thousand times: not on this screen."""
    handlers = [handler for handler in log.handlers if isinstance(handler, logging.StreamHandler)]
    kept = [handler.stream for handler in handlers]
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        for handler in handlers:
            handler.stream = nowhere
        try:
            yield
        finally:
            for handler, stream in zip(handlers, kept, strict=True):
                handler.stream = stream


def main(arguments: Iterable[str]) -> int:
    asked = argparse.ArgumentParser(prog="make security", description=__doc__)
    asked.add_argument("--part", action="store_true")
    part = asked.parse_args(list(arguments)).part
    examples = int(os.environ.get("EXAMPLES") or (1 if part else 4))
    tally, began = Tally(), time.monotonic()
    with hushed():
        for door in DOORS:
            attack(tally, door, part=part)
        fuzz(tally, examples, part=part)
    seconds = round(time.monotonic() - began)
    tally.write(REPORT, NAMES, fuzzed=tally.tried[fuzzing.NAME], part=part, seconds=seconds)
    for one in tally.first:
        console.print(
            f"[red]{one['of']}[/] {one['name']} ({one['why']})\n    {one['came_to']}", highlight=False, markup=True
        )
    told = tally.document([*NAMES, fuzzing.NAME])
    tried = ", ".join(f"{name} {told[name]}" for name in (*NAMES, fuzzing.NAME))
    print(
        f"{tried}: {told['accepted']} accepted, {told['controls_failed']} of {told['controls']} controls failed "
        f"({REPORT.relative_to(ROOT)})"
    )
    return 1 if tally.violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
