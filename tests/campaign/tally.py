"""What a campaign has tried and what got through, by site and kind; written to build/campaign.json."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.campaign.judge import CLASSES, Violation
from tests.campaign.kinds import Kind
from tests.campaign.plans import Outcome, Plan
from tests.campaign.sites import Site

SHOWN = 20  # violations told in full


@dataclass
class Tally:
    plans: int = 0
    seeds: int = 0
    violations: Counter[str] = field(default_factory=Counter)
    struck: Counter[tuple[Site, Kind]] = field(default_factory=Counter)  # faults that really fell
    sites: set[Site] = field(default_factory=set)
    detours: dict[Site, Plan] = field(default_factory=dict)  # sites that only a fault leads to, and one that does
    first: list[dict[str, str]] = field(default_factory=list)

    def of_plan(self, outcome: Outcome) -> None:
        self.plans += 1
        reached = {site for site, _ in outcome.sites}
        for site in reached - self.sites:
            self.detours.setdefault(site, outcome.plan)
        self.sites |= reached
        self.struck.update({(strike.site, strike.kind) for strike in outcome.struck})
        self.note(str(outcome.plan), outcome.violations)

    def of_seed(self, seed: int, violations: Iterable[Violation]) -> None:
        self.seeds += 1
        self.note(f"SEED={seed}", violations)

    def note(self, where: str, violations: Iterable[Violation]) -> None:
        for violation in violations:
            self.violations[violation.of] += 1
            if len(self.first) < SHOWN:
                self.first.append({"of": violation.of, "in": where, "what": violation.what})

    def unlisted(self, listed: Iterable[Site]) -> list[str]:
        """Sites that no checked-in list knows: somebody made a call that nobody tried to break."""
        return sorted(map(str, self.sites - set(listed)))

    @property
    def got_through(self) -> int:
        return self.violations.total()

    def document(self, **more: Any) -> dict[str, Any]:
        counts = {of: self.violations[of] for of in CLASSES}
        faults = {"sites": len(self.sites), "faults": len(self.struck)}  # different pairs of site and kind
        return {"plans": self.plans, "seeds": self.seeds, **counts, **faults, **more, "violations": self.first}

    def write(self, path: Path, **more: Any) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.document(**more), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
