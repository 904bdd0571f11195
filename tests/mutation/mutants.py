"""The mutants of a file: each is the whole file with one thing wrong in it.

Not `mutmut run`: it leaves out decorated functions (our properties, validators and the authorizer), defaults and
everything at module level (the access table, the transition tables). Its operators are applied to all of that here.
Only what no run can execute is left out by rule: annotations, docstrings, `if TYPE_CHECKING`, and names of types.
"""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any, cast

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from tests.mutation.operators import OPERATORS

TYPES = frozenset({"Callable", "Mapping", "Sequence", "Iterable", "Iterator", "tuple", "list", "dict", "frozenset"})


@dataclass(frozen=True)
class Mutant:
    """`was` and `now` are the lines that differ; `nth` tells those apart that read alike."""

    file: str
    was: str
    now: str
    nth: int
    code: str
    lines: tuple[int, int]  # of the statement, from its beginning to the end of what was changed

    @cached_property
    def id(self) -> str:
        told = "\n".join((self.file, self.was, self.now, str(self.nth)))
        return hashlib.sha256(told.encode()).hexdigest()[:8]

    def __str__(self) -> str:
        return f"{self.file}:{self.lines[0]} [{self.id}]\n    - {_flat(self.was)}\n    + {_flat(self.now)}"

    def document(self) -> dict[str, Any]:
        told = {"id": self.id, "file": self.file, "line": self.lines[0], "was": self.was, "now": self.now}
        return told if self.nth == 1 else {**told, "nth": self.nth}


def grown(path: Path, root: Path, only: Set[str] = frozenset()) -> list[Mutant]:
    """Every mutant of a file that differs from it as code and not only as text, in the order of its lines."""
    return list(mutants_of(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix(), only))


def mutants_of(source: str, file: str, only: Set[str] = frozenset()) -> Iterator[Mutant]:
    """Statement by statement: only the one that is changed is written and read again. `only`: those of these names."""
    wrapper = MetadataWrapper(cst.parse_module(source))
    module, positions, alike = wrapper.module, wrapper.resolve(PositionProvider), Counter[tuple[str, str]]()
    pieces = [module.code_for_node(statement) for statement in module.body]
    before = sum(len(module.code_for_node(line)) for line in module.header)
    for statement, piece in zip(module.body, pieces, strict=True):
        assert source[before:].startswith(piece), "the statements of a file are its text"
        seen, after = {_meaning(piece)}, source[before + len(piece) :]
        found = [] if only and _name_of(statement) not in only else _Gardener.found_in(statement, positions)
        for node, wrong, lines in found:
            changed = module.code_for_node(cast(cst.CSTNode, statement.deep_replace(node, wrong)))
            meaning = _meaning(changed)
            if meaning is None or meaning in seen:
                continue
            seen.add(meaning)
            was, now = _difference(piece.splitlines(), changed.splitlines())
            alike[was, now] += 1
            yield Mutant(file, was, now, alike[was, now], source[:before] + changed + after, lines)
        before += len(piece)


def _name_of(statement: cst.CSTNode) -> str | None:
    """What a function, a class or a constant at the top of a module is called."""
    match statement:
        case cst.FunctionDef(name=cst.Name(name)) | cst.ClassDef(name=cst.Name(name)):
            return name
        case cst.SimpleStatementLine(body=[cst.Assign(targets=[cst.AssignTarget(target=cst.Name(name))])]):
            return name
    return None


class _Gardener(cst.CSTVisitor):
    """Walks a statement and asks every operator about every node."""

    def __init__(self, positions: Mapping[cst.CSTNode, Any]) -> None:
        super().__init__()
        self.found: list[tuple[cst.CSTNode, cst.CSTNode, tuple[int, int]]] = []
        self._positions = positions
        self._begins: list[int] = []  # of the statements that we are in

    @classmethod
    def found_in(
        cls, statement: cst.BaseStatement | cst.SimpleStatementLine, positions: Mapping[cst.CSTNode, Any]
    ) -> list[tuple[cst.CSTNode, cst.CSTNode, tuple[int, int]]]:
        """What to replace by what, and the lines from the beginning of its statement to its end."""
        gardener = cls(positions)
        statement.visit(gardener)
        return gardener.found

    def on_visit(self, node: cst.CSTNode) -> bool:
        if _is_never_executed(node):
            return False
        if isinstance(node, _STATEMENT):
            self._begins.append(self._positions[node].start.line)
        for kind, operator in OPERATORS:
            if isinstance(node, kind):
                self.found.extend((node, wrong, self._lines(node)) for wrong in operator(node))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, _STATEMENT) and not _is_never_executed(original_node):
            self._begins.pop()

    def _lines(self, node: cst.CSTNode) -> tuple[int, int]:
        position = self._positions.get(node, None)
        is_whole = position is None or isinstance(node, cst.BaseCompoundStatement)
        return self._begins[-1], self._begins[-1] if is_whole else max(position.end.line, self._begins[-1])


_STATEMENT = (cst.SimpleStatementLine, cst.BaseCompoundStatement, cst.ExceptHandler)


def _is_never_executed(node: cst.CSTNode) -> bool:
    match node:
        case cst.Annotation():
            return True
        case cst.If(test=cst.Name("TYPE_CHECKING")):
            return True
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString())]):
            return True
        case cst.Assign(targets=[_], value=value):
            return _is_type(value)
    return False


def _is_type(value: cst.BaseExpression) -> bool:
    """`Fetch = Callable[[str], bytes]`: read by type checkers and by people only."""
    if isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.BitOr):
        return _is_type(value.left) or _is_type(value.right)
    return isinstance(value, cst.Subscript) and isinstance(value.value, cst.Name) and value.value.value in TYPES


def _meaning(source: str) -> str | None:
    try:
        return ast.dump(ast.parse(source))
    except (SyntaxError, ValueError):
        return None


def _difference(before: Sequence[str], after: Sequence[str]) -> tuple[str, str]:
    """The lines that differ, without what is alike before and behind them."""
    first = next(i for i, (one, other) in enumerate(zip_longest(before, after)) if one != other)
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    return _told(before[first : len(before) - last]), _told(after[first : len(after) - last])


def _told(lines: Sequence[str]) -> str:
    return "\n".join(line.strip() for line in lines)


def _flat(text: str) -> str:
    return " ⏎ ".join(text.splitlines())
