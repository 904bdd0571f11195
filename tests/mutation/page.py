"""docs/mutation.md: the score of every module, as a whole run has measured it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.flows.definitions import ROOT
from tests.mutation.equivalents import Equivalent
from tests.mutation.modules import BAR, MODULES
from tests.mutation.tally import Score, Tally

PAGE: Path = ROOT / "docs" / "mutation.md"

HEAD = """\
# Mutants: the code that guards money and doors, made wrong on purpose

Written by `make mutation WRITE=1`. Every module below is made wrong in every small way that mutmut's operators know
(arithmetic, comparisons, booleans, constants, strings, arguments, branches) and a few that guards need (a condition
inverted, a refusal not raised, an exception not caught), module level and decorated functions included. Each mutant is
tried with the tests that pass by its line, then with all tests of its module (`tests/mutation/modules.py`). One that
nobody notices has survived. At least {bar:.0f} % of every group must be noticed; why one small part of it runs in CI,
and why not `mutmut run`, is in `docs/decisions/0050-mutants-live-in-forks.md`.

Not counted: mutants with which the module cannot even be imported, and {equivalents} that nobody can tell from the
original, each with its reason in `tests/mutation/equivalents.json` (an entry that is noticed, or whose line has
changed, fails the run).

**{percent:.1f} % of {mutants:,} mutants were noticed.**

"""
COLUMNS = "module", "mutants", "killed", "timeout", "survived", "score"


def table(scores: Mapping[str, Score]) -> str:
    """A row for each, for people at a terminal."""
    head = f"{'':28}" + "".join(f"{name:>10}" for name in COLUMNS[1:])
    return "\n".join([head, *(row(name, score) for name, score in scores.items())])


def row(name: str, score: Score) -> str:
    return f"{name:28}" + "".join(f"{cell:>10}" for cell in _row(name, score)[1:])


def written(tally: Tally, entries: Sequence[Equivalent]) -> str:
    head = HEAD.format(bar=BAR, equivalents=len(entries), percent=tally.whole.percent, mutants=tally.whole.mutants)
    parts = [_marked({f"**{name}**": score for name, score in tally.groups.items()}, "group")]
    parts.append(_marked({f"`{name}`": score for name, score in tally.modules.items()}, "module"))
    return head + "\n\n".join(parts) + "\n\n" + _told(tally) + "\n"


def listed() -> dict[str, float]:
    """The modules of the checked-in page and their scores."""
    rows = re.findall(r"^\| `([^`]+)` .* ([0-9.]+) % \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: float(score) for name, score in rows}


def _told(tally: Tally) -> str:
    if not tally.survivors:
        return "Nothing survived."
    lines = [f"- `{one.file}:{one.lines[0]}`: `{_cut(one.was)}` → `{_cut(one.now)}`" for one in tally.survivors]
    return "## What survived\n\n" + "\n".join(lines)


def _cut(text: str) -> str:
    return " ".join(text.replace("`", "'").split())[:120]


def _row(name: str, score: Score) -> tuple[str, ...]:
    counts = (score.counts[column] for column in COLUMNS[2:5])
    return name, str(score.mutants), *map(str, counts), f"{score.percent:.1f} %"


def _marked(scores: Mapping[str, Score], first: str) -> str:
    rows = [(first, *COLUMNS[1:]), ("---", *["---:"] * (len(COLUMNS) - 1))]
    rows.extend(_row(name, score) for name, score in scores.items())
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def is_whole(tally: Tally) -> bool:
    return set(tally.modules) == set(MODULES)
