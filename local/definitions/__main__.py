"""`python -m local.definitions`: writes the state machines anew; `--check`: says whether what stands there is them."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path

import local.definitions
from local.definitions.layout import laid_out
from local.definitions.parts import Machine

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "state_machines"


def machines() -> dict[str, Machine]:
    """Every machine by its stem, `refund_flow` and so on."""
    stems = [
        module.name for module in pkgutil.iter_modules(local.definitions.__path__) if module.name.endswith("_flow")
    ]
    return {stem: importlib.import_module(f"local.definitions.{stem}").MACHINE for stem in stems}


def files() -> dict[Path, str]:
    """What should stand where."""
    return {FOLDER / f"{stem}.asl.json": laid_out(machine.definition()) for stem, machine in machines().items()}


def main(arguments: Sequence[str]) -> int:
    wanted = files()
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not what local/definitions says: run `python -m local.definitions`")
        return 1 if stale else 0
    for path in stale:
        path.write_text(wanted[path], encoding="utf-8")
    print(f"{len(wanted)} machines, {len(stale)} written anew")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
