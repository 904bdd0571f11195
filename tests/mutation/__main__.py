"""`make mutation`: the code that guards money and doors, made wrong in every small way; do the tests notice?

MODULES="domain/money adapters/tokens" (or a group's name) those alone, SAMPLE=n about every n-th mutant, SEED=n
another such sample, WORKERS=n so many at once (1), WRITE=1 renews their rows of docs/mutation.md. Exit 1 when a group
is below the bar, a listed equivalent is stale or noticed, or tests cannot judge.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tests.flows.definitions import ROOT
from tests.mutation import equivalents, page
from tests.mutation.modules import MODULES, Module
from tests.mutation.mutants import Mutant, grown
from tests.mutation.tally import Score, Tally, equivalent_of

REPORT = ROOT / "build" / "mutation.json"
BYTECODE = ROOT / "build" / "mutation"
console = Console(stderr=True)


def asked_for(names: Sequence[str]) -> list[Module]:
    """Modules by their name or their group's, all when nothing is named. Raises SystemExit for an unknown one."""
    if unknown := set(names) - {part for module in MODULES.values() for part in (module.name, module.group)}:
        raise SystemExit(f"neither a module nor a group: {', '.join(sorted(unknown))}")
    return [one for one in MODULES.values() if not names or {one.name, one.group} & set(names)]


def sampled(mutants: Sequence[Mutant], every: int, seed: int) -> list[Mutant]:
    """About one of `every`: by what the mutant is, so that other lines of the file do not change the choice."""
    return [mutant for mutant in mutants if int(mutant.id, 16) % every == seed % every]


def tried(module: Module, mutants: Sequence[Mutant], workers: int) -> Iterator[dict[str, Any]]:
    """The nursery's answers."""
    job = {
        "module": module.dotted,
        "file": str(module.file),
        "tests": list(module.tests),
        "workers": workers,
        "mutants": [{"id": mutant.id, "code": mutant.code, "lines": mutant.lines} for mutant in mutants],
    }
    command = [sys.executable, "-m", "tests.mutation.nursery"]
    # Compiled once and kept, also where somebody's environment writes no byte code: every fork imports it again.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(BYTECODE)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **pipes) as nursery:
        assert nursery.stdin is not None and nursery.stdout is not None
        with nursery.stdin as stdin:
            json.dump(job, stdin)
        yield from map(json.loads, nursery.stdout)


def say(text: str, style: str = "") -> None:
    """As it is: source code is full of brackets that would be read as markup."""
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def main() -> int:
    asked, tally, began = os.environ, Tally(), time.monotonic()
    modules = asked_for((asked.get("MODULES") or "").split())
    every, seed, workers = (
        int(asked.get(name) or usual) for name, usual in (("SAMPLE", 1), ("SEED", 0), ("WORKERS", 1))
    )
    if asked.get("WRITE") and every > 1:
        raise SystemExit("a sample says too little of a module to write it down: WRITE=1 without SAMPLE")
    entries = equivalents.listed()
    all_of = {module: grown(module.file, ROOT, module.only) for module in modules}
    files = [module.file.relative_to(ROOT).as_posix() for module in modules]
    for entry in equivalents.stale(entries, (mutant for mutants in all_of.values() for mutant in mutants), files):
        tally.violations.append(f"listed as equivalent, and not there any more: {entry}")
    chosen = {module: sampled(mutants, every, seed) for module, mutants in all_of.items()}
    columns = (TextColumn("{task.description:28}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.fields[left]} survived"), console=console) as progress:
        whole = progress.add_task("", total=sum(map(len, chosen.values())), left=0)
        for module, mutants in chosen.items():
            progress.update(whole, description=module.name)
            by_id, answered = {mutant.id: mutant for mutant in mutants}, 0
            for answer in tried(module, mutants, workers) if mutants else ():
                if "failed" in answer:
                    tally.violations.append(f"{module.name}: {answer['failed']}")
                if "id" not in answer:
                    continue
                answered += 1
                mutant = by_id[answer["id"]]
                known = len(tally.survivors)
                tally.note(module, mutant, answer["outcome"], equivalent_of(mutant, entries))
                for survivor in tally.survivors[known:]:
                    say(f"survived {survivor}")
                progress.update(whole, advance=1, left=len(tally.survivors))
            if mutants:
                say(page.row(module.name, tally.modules.setdefault(module.name, Score())))
            if answered != len(mutants):
                tally.violations.append(f"{module.name}: {len(mutants) - answered} mutants were not tried")
    seconds = round(time.monotonic() - began)
    tally.write(REPORT, sample=every, seed=seed, seconds=seconds)
    if asked.get("WRITE"):
        page.PAGE.write_text(page.written(tally, entries, page.read()), encoding="utf-8")
    print(page.table(tally.groups))
    for violation in (*tally.violations, *tally.below()):
        say(f"violation: {violation}", style="red")
    score = tally.whole
    print(f"{score.percent:.1f} % of {score.mutants} mutants noticed in {seconds} s ({REPORT.relative_to(ROOT)})")
    return 1 if tally.violations or tally.below() else 0


if __name__ == "__main__":
    sys.exit(main())
