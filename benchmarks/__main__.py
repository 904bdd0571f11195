"""`python -m benchmarks [options] [cpu|cold|rate|sale …]`: measures, prints tables, says which aims are missed.

`QUICK=1` is `--quick`: fewer samples, two minutes. `--write` puts the report into docs/benchmarks.md. The exit status
is 0 unless something could not be measured: a missed aim is a finding, not a failure.
"""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from dataclasses import replace

from benchmarks import machine, page
from benchmarks.sections import ELSEWHERE, FULL, QUICK, SECTIONS
from local.engines.errors import EngineUnavailable


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("sections", nargs="*", choices=[[], *SECTIONS], default=[])
    parser.add_argument("--quick", action="store_true", default=os.environ.get("QUICK", "") not in ("", "0"))
    parser.add_argument("--own", action="store_true", help="a stack of its own, even if `make run` runs one")
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md")
    asked = parser.parse_args()
    amount = replace(QUICK if asked.quick else FULL, own_stack=asked.own)
    lines, failed = [f"{what}: {said}" for what, said in machine.described()], []
    _say("\n".join(lines) + "\n")
    parts: list[str] = []
    for name in asked.sections or SECTIONS:
        try:
            for part in SECTIONS[name](amount, _progress):
                _progress("")
                if name not in ELSEWHERE:
                    parts.append(part)
                _say(part)
        except EngineUnavailable as missing:
            parts.append(f"\nSection {name} is left out: {missing}")
            _say(parts[-1])
        except Exception as error:
            failed.append(f"{name} could not be measured: {type(error).__name__}: {error}")
            _say(failed[-1])
    missed = [line for part in parts for line in part.splitlines() if "missed" in line]
    _say(f"\n{len(missed)} aims are missed." if missed else "\nAll aims are met.")
    if asked.write and not failed:
        page.write(lines, parts)
    return 1 if failed else 0


def _say(text: str) -> None:
    print(text, flush=True)


def _progress(what: str) -> None:
    """One line that is overwritten, for a person who watches."""
    if sys.stderr.isatty():
        with suppress(OSError):
            sys.stderr.write(f"\r\033[K{what}")
            sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
