"""What import-linter cannot see: parts of the standard library that open connections."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from local.packaging import ROOT

OPEN_CONNECTIONS = {"urllib.request", "http.client", "socket", "ftplib", "smtplib", "asyncio"}


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_only_adapters_open_connections() -> None:
    library = ROOT / "chalicelib"
    guilty = [
        file.relative_to(ROOT).as_posix()
        for file in library.rglob("*.py")
        if file.relative_to(library).parts[0] != "adapters" and OPEN_CONNECTIONS & set(imported(file))
    ]
    assert guilty == []
