"""`make campaign`: faults one by one and in pairs, then seeded simulations. Exit 1 when anything got through.

SEEDS=N simulations (100), SEED=n that one alone, PLANS=all every occurrence and every two sites, WORKERS=n so many at
once (as many as there are cores), WRITE=1 writes docs/faults.md anew. What is found does not depend on WORKERS.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn, track

from tests.campaign import catalogue, chapters, page
from tests.campaign.crowds import simulate
from tests.campaign.judge import CLASSES, Violation
from tests.campaign.model import DISPUTED, UNDER_WAY, Searched, search
from tests.campaign.plans import Plan, play
from tests.campaign.sites import Site
from tests.campaign.tally import Tally
from tests.flows.definitions import ROOT

REPORT = ROOT / "build" / "campaign.json"
CASES = ("refund_only", "return_and_refund", UNDER_WAY, DISPUTED)
AT_ONCE = 16  # plans that a worker takes together
console = Console(stderr=True)


def crew(workers: int) -> ProcessPoolExecutor:
    """Worlds share nothing, so each is played by whoever is free; answers come in the order of the asking. Forked: they
    start with every noun that is loaded here."""
    return ProcessPoolExecutor(workers, get_context("fork"))


def faults(crew: Executor, tally: Tally, *, every: bool) -> set[Site]:
    """All plans. Answers the sites that are reached without a fault."""
    base = catalogue.undisturbed()
    for outcome in base.values():
        tally.of_plan(outcome)
    usual = set(tally.sites)
    tally.detours.clear()
    _play(crew, tally, "single faults", catalogue.singles(base, every=every))
    _play(crew, tally, "pairs of faults", catalogue.pairs(base, every=every))
    while detours := dict(tally.detours):
        tally.detours.clear()
        _play(crew, tally, "after a fault", catalogue.detours(detours))
    return usual


def _play(crew: Executor, tally: Tally, name: str, plans: Iterable[Plan]) -> None:
    columns = (TextColumn("{task.description:16}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.fields[got]} got through"), console=console) as progress:
        plans = list(plans)
        task = progress.add_task(name, total=len(plans), got=0)
        for outcome in crew.map(play, plans, chunksize=AT_ONCE):
            tally.of_plan(outcome)
            progress.update(task, advance=1, got=tally.got_through)


def simulations(crew: Executor, tally: Tally, seeds: Sequence[int]) -> None:
    told = crew.map(_simulated, seeds, chunksize=2)
    for seed, violations in track(
        zip(seeds, told, strict=True), description=f"{'seeds':16}", console=console, total=len(seeds)
    ):
        tally.of_seed(seed, violations)


def _simulated(seed: int) -> list[Violation]:
    return simulate(seed)[1]


def model(crew: Executor, tally: Tally, limit: int) -> Searched:
    """What one case can come to, the nearest states first: a refund, as many of a return, and of each that asks a
    carrier first; then chapter by chapter."""
    with console.status(f"{limit} states of one case, four times, and of each chapter"):
        searched = list(crew.map(partial(search, limit), CASES))
        searched += crew.map(partial(chapters.search, limit=limit), chapters.CHAPTERS)
    _note(tally, searched)
    states, moves = (sum(getattr(found, name) for found in searched) for name in ("states", "moves"))
    return replace(searched[0], states=states, moves=moves)


def undisturbed_chapters(crew: Executor, tally: Tally) -> dict[str, dict[str, Any]]:
    """Every chapter in which AWS loses nothing, to its last state if it has one within bounds; signals may be late."""
    with console.status(f"chapters without a fault, {chapters.MOST} states at most"):
        searched = list(crew.map(partial(chapters.search, faults=0), chapters.CHAPTERS))
    _note(tally, searched)
    return {
        name: {"states": found.states, "moves": found.moves, "to_the_last": found.complete}
        for name, found in zip(chapters.CHAPTERS, searched, strict=True)
    }


def _note(tally: Tally, searched: Sequence[Searched]) -> None:
    for path, what in (wrong for found in searched for wrong in found.wrong):
        tally.note(" → ".join(path), [Violation("broken", what)])


def main() -> int:
    asked, tally, began = os.environ, Tally(), time.monotonic()
    only, every = asked.get("SEED"), asked.get("PLANS") == "all"
    with crew(int(asked.get("WORKERS") or os.cpu_count() or 1)) as workers:
        usual: set[Site] = set() if only else faults(workers, tally, every=every)
        simulations(workers, tally, [int(only)] if only else range(int(asked.get("SEEDS") or 100)))
        found = model(workers, tally, 0 if only else 3000 if every else 150)
        ended = undisturbed_chapters(workers, tally) if every and not only else {}
    if asked.get("WRITE"):
        page.PAGE.write_text(page.written(tally, usual), encoding="utf-8")
    unlisted = tally.unlisted(page.listed())
    more = {"unlisted": unlisted, "states": found.states, "moves": found.moves, "chapters": ended}
    tally.write(REPORT, **more, seconds=round(time.monotonic() - began))
    for one in tally.first:
        console.print(f"[red]{one['of']}[/] in {one['in']}\n    {one['what']}", highlight=False)
    for site in unlisted:
        console.print(f"[red]not in docs/faults.md[/] {site}: WRITE=1 adds it", highlight=False)
    got = ", ".join(f"{of.replace('_', ' ')} {tally.violations[of]}" for of in CLASSES)
    print(f"{tally.plans} plans, {tally.seeds} seeds, {len(tally.sites)} sites: {got} ({REPORT.relative_to(ROOT)})")
    return 1 if tally.got_through or unlisted else 0


if __name__ == "__main__":
    sys.exit(main())
