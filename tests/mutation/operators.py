"""How a line of code can be wrong: mutmut's operators, and a few that guards need.

mutmut knows arithmetic, comparisons, booleans, constants, strings and arguments. What decides over access, however, is
mostly a bare condition, a refusal that is raised, or a check that is called for its exception: these are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import libcst as cst
from mutmut.mutation.mutators import mutation_operators, operator_string

Operator = tuple[type, Callable[[Any], Iterable[cst.CSTNode]]]

BARE = (cst.Name, cst.Attribute, cst.Call, cst.Subscript, cst.NamedExpr)  # mutmut inverts every other condition
NEVER = cst.Name("ZeroDivisionError")  # nothing of ours divides by what it was given


def invert_condition(node: cst.If | cst.While | cst.CompIf | cst.Assert) -> Iterator[cst.CSTNode]:
    if isinstance(node.test, BARE):
        inverted = cst.UnaryOperation(operator=cst.Not(), expression=_in_brackets(node.test))
        yield node.with_changes(test=inverted)


def forget_statement(node: cst.BaseSmallStatement) -> Iterator[cst.CSTNode]:
    """A refusal that is not raised, a check that is not called."""
    if not isinstance(node, cst.Expr) or isinstance(node.value, cst.Call):
        yield cst.Pass()


def let_through(node: cst.ExceptHandler) -> Iterator[cst.CSTNode]:
    """An exception that is not caught."""
    caught = node.type
    if isinstance(caught, cst.Tuple):
        for i, one in enumerate(caught.elements):
            others = (*caught.elements[:i], one.with_changes(value=NEVER), *caught.elements[i + 1 :])
            yield node.with_changes(type=caught.with_changes(elements=others))
    elif caught is not None:
        yield node.with_changes(type=NEVER)


def _in_brackets(test: cst.BaseExpression) -> cst.BaseExpression:
    return test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def once(operator: Callable[[Any], Iterable[cst.CSTNode]]) -> Callable[[Any], Iterable[cst.CSTNode]]:
    """mutmut makes three wrong strings of one; whoever notices the first notices the others, so that is enough."""
    return lambda node: islice(operator(node), 1)


OPERATORS: tuple[Operator, ...] = (
    *((kind, once(operator) if operator is operator_string else operator) for kind, operator in mutation_operators),
    (cst.If, invert_condition),
    (cst.While, invert_condition),
    (cst.CompIf, invert_condition),
    (cst.Assert, invert_condition),
    (cst.Expr, forget_statement),
    (cst.Raise, forget_statement),
    (cst.Continue, forget_statement),
    (cst.ExceptHandler, let_through),
)
