"""The command of a section of a page: it shows what it measured, and writes only when it is told to."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.page import between, run


def section() -> str:
    return "what was measured\n"


def renewed(page: str) -> str:
    return between(page, "<!-- mark -->", "\n## Next", section())


@pytest.mark.parametrize(
    ("asked", "kept"),
    [([], "<!-- mark -->\nold\n## Next\n"), (["--write"], "<!-- mark -->\nwhat was measured\n\n## Next\n")],
)
def test_a_section_is_shown_and_written_only_when_that_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: list[str], kept: str
) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- mark -->\nold\n## Next\n")
    assert 0 == run(asked, page, section, renewed)
    assert (kept, "what was measured\n\n") == (page.read_text(), capsys.readouterr().out)
