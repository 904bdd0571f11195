"""`python -m local.openapi`: writes the contract anew; `--check`: says whether what stands there is it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from local.openapi.document import document
from local.openapi.page import page

ROOT = Path(__file__).resolve().parent.parent.parent
SHIPPED = ROOT / "chalicelib" / "api" / "documents"


def files() -> dict[Path, str]:
    """The document for people and for comparison, and what ships: the same in few bytes, and the page."""
    made = document()
    return {
        ROOT / "docs" / "openapi.json": json.dumps(made, indent=2, ensure_ascii=False) + "\n",
        SHIPPED / "openapi.json": json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n",
        SHIPPED / "docs.html": page(made),
    }


def main(arguments: Sequence[str]) -> int:
    wanted = files()
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not what the schemas say: run `make openapi`")
        return 1 if stale else 0
    for path in stale:
        path.write_text(wanted[path], encoding="utf-8")
    print(f"{len(wanted)} files, {len(stale)} written anew")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
