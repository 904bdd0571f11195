"""How many mutants of each module were noticed; written to build/mutation.json."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.mutation.equivalents import Equivalent
from tests.mutation.modules import BAR, Module
from tests.mutation.mutants import Mutant

KILLED, SURVIVED, TIMEOUT, STILLBORN, EQUIVALENT = "killed", "survived", "timeout", "stillborn", "equivalent"


@dataclass
class Score:
    """Stillborn mutants (the module cannot even be imported) and listed equivalents count for nothing."""

    counts: Counter[str] = field(default_factory=Counter)

    @property
    def mutants(self) -> int:
        return self.counts[KILLED] + self.counts[TIMEOUT] + self.counts[SURVIVED]

    @property
    def percent(self) -> float:
        noticed = self.mutants - self.counts[SURVIVED]
        return 100.0 * noticed / self.mutants if self.mutants else 100.0

    def document(self) -> dict[str, Any]:
        counts = {name: self.counts[name] for name in (KILLED, SURVIVED, TIMEOUT, STILLBORN, EQUIVALENT)}
        return {"mutants": self.mutants, **counts, "score": round(self.percent, 2)}


@dataclass
class Tally:
    modules: dict[str, Score] = field(default_factory=dict)
    groups: dict[str, Score] = field(default_factory=dict)
    survivors: list[Mutant] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def note(self, module: Module, mutant: Mutant, outcome: str, equivalent: Equivalent | None) -> None:
        if outcome not in (KILLED, SURVIVED, TIMEOUT, STILLBORN):
            self.violations.append(f"{outcome}: {mutant}")
        if equivalent is not None:
            if outcome != SURVIVED:
                self.violations.append(f"listed as equivalent, and {outcome}: {mutant}")
            outcome = EQUIVALENT
        if outcome == SURVIVED:
            self.survivors.append(mutant)
        for scores, name in ((self.modules, module.name), (self.groups, module.group)):
            scores.setdefault(name, Score()).counts[outcome] += 1

    @property
    def whole(self) -> Score:
        return Score(sum((score.counts for score in self.groups.values()), Counter()))

    def below(self) -> list[str]:
        return [
            f"{name}: {score.percent:.1f} % of {score.mutants} mutants were noticed, {BAR:.0f} % must be"
            for name, score in self.groups.items()
            if score.percent < BAR
        ]

    def document(self, **more: Any) -> dict[str, Any]:
        return {
            "modules": _documents(self.modules),
            "groups": _documents(self.groups),
            **self.whole.document(),
            **more,
            "survivors": [mutant.document() for mutant in self.survivors],
            "violations": [*self.violations, *self.below()],
        }

    def write(self, path: Path, **more: Any) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.document(**more), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _documents(scores: Mapping[str, Score]) -> dict[str, Any]:
    return {name: score.document() for name, score in scores.items()}


def equivalent_of(mutant: Mutant, entries: Iterable[Equivalent]) -> Equivalent | None:
    return next((entry for entry in entries if entry.is_of(mutant)), None)
