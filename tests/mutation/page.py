"""docs/mutation.md: the score of every module, as measured when it was last tried whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.flows.definitions import ROOT
from tests.mutation.equivalents import Equivalent
from tests.mutation.modules import BAR, MODULES
from tests.mutation.tally import Score, Tally

PAGE: Path = ROOT / "docs" / "mutation.md"

HEAD = """\
# Mutants: the code that guards money and doors, made wrong on purpose

Written by `make mutation WRITE=1`, which renews the rows of the modules it has tried (all, or those of `MODULES=`).
Each module is made wrong in every small way that mutmut's operators know (arithmetic, comparisons, booleans,
constants, strings, arguments, branches) and a few that guards need (a condition inverted, a refusal not raised, an
exception not caught), module level and decorated functions included. Each mutant is tried with the tests that pass by
its line, then with all tests of its module (`tests/mutation/modules.py`). One that nobody notices has survived. At
least {bar:.0f} % of every group must be noticed. Why a small part of it runs in CI, and why not `mutmut run`, is in
`docs/decisions/0051-mutants-live-in-forks.md`.

Not counted: mutants with which the module cannot even be imported, and {equivalents} that nobody can tell from the
original, each with its reason in `tests/mutation/equivalents.json` (an entry that is noticed, or whose line has
changed, fails the run).

**{percent:.1f} % of {mutants:,} mutants were noticed.**

"""
COLUMNS = "mutants", "killed", "timeout", "survived", "score"
ROW = re.compile(r"^\| `([^`]+)` \| \d+ \| (\d+) \| (\d+) \| (\d+) \| [0-9.]+ % \|$", re.MULTILINE)
SURVIVOR = re.compile(r"^- `chalicelib/(.+)\.py:\d+`: .*$", re.MULTILINE)


def table(scores: Mapping[str, Score]) -> str:
    """A row for each, for people at a terminal."""
    head = f"{'':28}" + "".join(f"{name:>10}" for name in COLUMNS)
    return "\n".join([head, *(row(name, score) for name, score in scores.items())])


def row(name: str, score: Score) -> str:
    return f"{name:28}" + "".join(f"{cell:>10}" for cell in _cells(score))


def written(tally: Tally, entries: Sequence[Equivalent], before: str) -> str:
    """The page: what was tried now, and the rows of the page `before` for what was not."""
    scores = {**scores_of(before), **tally.modules}
    scores = {name: scores[name] for name in MODULES if name in scores}
    groups: dict[str, Score] = {}
    for name, score in scores.items():
        groups.setdefault(MODULES[name].group, Score()).counts.update(score.counts)
    whole = Score(sum((score.counts for score in groups.values()), Counter()))
    head = HEAD.format(bar=BAR, equivalents=len(entries), percent=whole.percent, mutants=whole.mutants)
    parts = (_marked("group", groups, "**{}**"), _marked("module", scores, "`{}`"), _survived(tally, before))
    return head + "\n\n".join(parts) + "\n"


def scores_of(text: str) -> dict[str, Score]:
    """The modules of a page and their scores."""
    return {
        name: Score(Counter(killed=int(killed), timeout=int(timeout), survived=int(survived)))
        for name, killed, timeout, survived in ROW.findall(text)
    }


def read() -> str:
    return PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""


def _survived(tally: Tally, before: str) -> str:
    kept = (line[0] for line in SURVIVOR.finditer(before) if line[1] in MODULES and line[1] not in tally.modules)
    new = (f"- `{one.file}:{one.lines[0]}`: `{_cut(one.was)}` → `{_cut(one.now)}`" for one in tally.survivors)
    lines = sorted([*kept, *new])
    return "\n".join(["## What survived", "", *lines]) if lines else "Nothing survived."


def _cut(text: str) -> str:
    return " ".join(text.replace("`", "'").split())[:120]


def _cells(score: Score) -> tuple[str, ...]:
    counts = (score.counts[column] for column in COLUMNS[1:4])
    return str(score.mutants), *map(str, counts), f"{score.percent:.1f} %"


def _marked(first: str, scores: Mapping[str, Score], name: str) -> str:
    rows = [(first, *COLUMNS), ("---", *["---:"] * len(COLUMNS))]
    rows.extend((name.format(each), *_cells(score)) for each, score in scores.items())
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
