"""What a page points at is there: a claim whose test has gone would be believed for years."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from local.packaging import ROOT
from tests.house.documents import DOCS, named_paths, named_tests

PAGES = sorted([*DOCS.glob("operations/*.md"), DOCS / "threat-model.md", DOCS / "scale.md"])


def written() -> set[str]:
    """Every test function of ours."""
    found: set[str] = set()
    for file in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(file.read_text())
        found |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_file_that_a_page_names_is_there(page: Path) -> None:
    named = named_paths(page.read_text())
    made = {"build/run.json", "build/package/template.json"}
    assert set() == {name for name in named - made if not (ROOT / name).exists()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_test_that_a_page_names_is_there(page: Path) -> None:
    assert set() == named_tests(page.read_text()) - written()


def test_the_threat_model_names_a_test_for_every_threat() -> None:
    rows = [line for line in (DOCS / "threat-model.md").read_text().splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 10
    assert [] == [row for row in rows if "test" not in row.rsplit("|", 2)[1] and "machine" not in row]
