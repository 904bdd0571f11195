"""What MODE, LIMIT, DATA and WORKERS ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from local.packaging import ROOT

WORKERS = 4  # callers at once: two cores are busy with less, and more only wait for each other
MOST_WORKERS = 32
Mode = Literal["refunds", "returns"]  # the money alone; or the goods come back first


@dataclass(frozen=True)
class Options:
    """`limit` None: all of it."""

    folder: Path
    limit: int | None = None
    workers: int = WORKERS
    mode: Mode = "refunds"

    @classmethod
    def of(cls, environment: Mapping[str, str], root: Path = ROOT) -> Options:
        """What the environment asks for; an empty variable asks for nothing. Raises ValueError."""
        limit = _whole(environment, "LIMIT")
        workers = _whole(environment, "WORKERS") or WORKERS
        if workers > MOST_WORKERS:
            raise ValueError(f"WORKERS is at most {MOST_WORKERS}")
        return cls(_folder(environment, root), limit, workers, _mode(environment))


def _mode(environment: Mapping[str, str]) -> Mode:
    given = environment.get("MODE", "").strip() or "refunds"
    if given not in get_args(Mode):
        raise ValueError(f"MODE is {' or '.join(get_args(Mode))}, not {given!r}")
    return cast("Mode", given)


def _whole(environment: Mapping[str, str], name: str) -> int | None:
    given = environment.get(name, "").strip()
    if not given:
        return None
    if not given.isdecimal() or int(given) < 1:
        raise ValueError(f"{name} is a whole number from 1, not {given!r}")
    return int(given)


def _folder(environment: Mapping[str, str], root: Path) -> Path:
    if environment.get("DATA"):
        return Path(environment["DATA"]).expanduser()
    shared = environment.get("SHARED_DATA")
    return (Path(shared) if shared else root.parent / "shared" / "data") / "online-retail"
