"""Which of our modules must be imported anew when one of them is another: it, and whatever leads to it."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType

SHIPPED = frozenset({"chalicelib", "local", "operations"})
TESTS = frozenset(
    {"tests", "conftest", "app", "benchmarks"}
)  # always: fixtures and parameters keep what they were given
DOORS = ("chalicelib.api.", "chalicelib.flows.", "chalicelib.listeners.")  # always: blueprints change when registered


def forget(module: str) -> None:
    """Takes out of `sys.modules` all that could still hold something of `module`."""
    rooms = SHIPPED | {module.partition(".")[0]}
    ours = {name: one for name, one in sys.modules.items() if name.partition(".")[0] in rooms}
    gone = {name for name in sys.modules if name.partition(".")[0] in TESTS or name.startswith(DOORS)}
    gone |= led_to(module, ours)
    for name in gone:
        forgotten, (parent, _, last) = sys.modules.pop(name), name.rpartition(".")
        if getattr(sys.modules.get(parent), last, None) is forgotten:
            delattr(sys.modules[parent], last)  # else `from parent import last` would still find it


def led_to(module: str, ours: Mapping[str, ModuleType]) -> set[str]:
    """The module, and every module that imports it, itself or through others, at the top or inside a function."""
    importers: dict[str, set[str]] = defaultdict(set)
    for name, one in ours.items():
        for imported in _imports(one.__file__) if one.__file__ else ():
            importers[imported].add(name)
    found, new = {module}, {module}
    while new:
        new = {importer for name in new for importer in importers[name]} - found
        found |= new
    return found & set(ours)


@cache
def _imports(file: str) -> frozenset[str]:
    tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    return frozenset(name for node in ast.walk(tree) for name in _named(node))


def _named(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from _within(node.module, node.names)


def _within(module: str, names: Iterable[ast.alias]) -> Iterator[str]:
    """`from chalicelib.domain import money` names a module too."""
    yield from (f"{module}.{alias.name}" for alias in names)
