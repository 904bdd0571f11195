"""What our code writes down: constant sentences, and facts from telemetry's list."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.telemetry import CONTEXT, FACTS

FILES = sorted((Path(__file__).parents[2] / "chalicelib").rglob("*.py"))
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def calls(file: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call))


def is_log(call: ast.Call) -> bool:
    what = call.func
    return (
        isinstance(what, ast.Attribute)
        and what.attr in LEVELS
        and isinstance(what.value, ast.Name)
        and what.value.id in ("log", "logger", "logging")
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_a_line_of_the_log_is_a_constant_sentence(file: Path) -> None:
    """A value in a sentence cannot be judged by its key, so telemetry would write its template instead."""
    for call in filter(is_log, calls(file)):
        assert 1 == len(call.args) and isinstance(call.args[0], ast.Constant | ast.Name), f"{file}:{call.lineno}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_facts_are_on_the_list(file: Path) -> None:
    for call in calls(file):
        if isinstance(call.func, ast.Name) and call.func.id == "facts":
            keys = {keyword.arg for keyword in call.keywords if keyword.arg}
            assert keys <= FACTS | CONTEXT, f"{file}:{call.lineno}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_nothing_prints(file: Path) -> None:
    assert not [call.lineno for call in calls(file) if isinstance(call.func, ast.Name) and call.func.id == "print"]
