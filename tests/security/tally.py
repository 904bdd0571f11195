"""What was tried and what got through, by door; written to build/security.json."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.security.attempts import Attempt

SHOWN = 50  # told in full


@dataclass
class Tally:
    tried: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)  # what got through
    controls: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)  # controls that were not let in
    first: list[dict[str, str]] = field(default_factory=list)

    def try_(self, of: str, attempt: Attempt, *, control: bool = False) -> None:
        """Makes the attempt. An error that nobody foresaw is not a refusal."""
        try:
            came_to = attempt.made()
        except Exception as error:
            came_to = f"{type(error).__name__}: {str(error)[:200]}"
        (self.controls if control else self.tried)[of] += 1
        if came_to is not None:
            self.note(of, attempt.name, attempt.why, came_to, control=control)

    def note(self, of: str, name: str, why: str, came_to: str, *, control: bool = False) -> None:
        (self.failed if control else self.accepted)[of] += 1
        if len(self.first) < SHOWN:
            self.first.append({"of": of, "name": name, "why": why, "came_to": came_to})

    @property
    def violations(self) -> int:
        return self.accepted.total() + self.failed.total()

    def document(self, names: list[str], **more: Any) -> dict[str, Any]:
        return {
            **{name: self.tried[name] + (self.controls[name] if name == "authorization" else 0) for name in names},
            "accepted": self.accepted.total(),
            "controls": self.controls.total(),
            "controls_failed": self.failed.total(),
            **more,
            "violations": self.first,
        }

    def write(self, path: Path, names: list[str], **more: Any) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.document(names, **more), indent=2, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")
