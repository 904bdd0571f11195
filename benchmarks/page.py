"""Pages with written parts: outside of the marks they are by hand. `docs/benchmarks.md` ends with the last run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from local.packaging import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
MARK = "<!-- measured: everything below is written by `python -m benchmarks --write` -->"


def renewed(page: str, machine: Sequence[str], parts: Sequence[str]) -> str:
    """The page with its results replaced. Raises ValueError when the mark is not there: nothing would be kept."""
    by_hand, mark, _ = page.partition(MARK)
    if not mark:
        raise ValueError(f"{PAGE.name} has lost its mark")
    where = "\n".join(f"- {line}" for line in machine)
    return f"{by_hand}{MARK}\n\n{where}\n\n" + "\n".join(parts) + "\n"


def write(machine: Sequence[str], parts: Sequence[str]) -> None:
    PAGE.write_text(renewed(PAGE.read_text("utf-8"), machine, parts), "utf-8")


def between(page: str, mark: str, end: str, section: str) -> str:
    """The page with what stands from the mark to the end replaced. Raises ValueError when one of them is gone."""
    before, found, after = page.partition(mark)
    _, ends, rest = after.partition(end)
    if not (found and ends):
        raise ValueError(f"the page has lost its mark {mark}")
    return f"{before}{mark}\n{section}{end}{rest}"


def run(asked: Sequence[str], page: Path, section: Callable[[], str], renewed: Callable[[str], str]) -> int:
    """The command of one section: shows it, and with `--write` puts it into its page. Answers the exit status."""
    if "--write" in asked:
        page.write_text(renewed(page.read_text("utf-8")), "utf-8")
    print(section())
    return 0
