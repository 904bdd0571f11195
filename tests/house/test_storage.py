"""The table is said in three places, code, template and architecture, and all three say the same."""

from __future__ import annotations

import re
from datetime import date
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters.dynamodb.indexes import BESIDE, INDEXES, Index
from chalicelib.adapters.dynamodb.keys import PATTERNS
from chalicelib.domain import kinds, refs
from chalicelib.domain.base import Fact, Record
from chalicelib.domain.refs import Ref
from tests import tables
from tests.adapters.dynamodb import things

ARCHITECTURE = (Path(__file__).parents[2] / "docs" / "architecture.md").read_text("utf-8")
NAMED = [
    name for name, made in vars(refs).items() if callable(made) and made.__module__ == refs.__name__ and made is not Ref
]


def rows(head: str) -> list[list[str]]:
    """The cells of the architecture's table that begins with this head."""
    lines = ARCHITECTURE.split(head, 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def kind_of(name: str) -> str:
    """`Ref[Order]`, as the function of refs promises it to the type checker, is the kind `Order`."""
    return signature(getattr(refs, name)).return_annotation.removeprefix("Ref[").removesuffix("]")


def test_there_is_a_key_for_everything_that_can_be_referred_to() -> None:
    assert set() == {kind_of(name) for name in NAMED} - set(PATTERNS)


@pytest.mark.parametrize("kind", sorted(PATTERNS))
def test_every_kind_is_found_where_it_lives(kind: str) -> None:
    assert kind == kinds.type_named(kind).__name__
    assert f"chalicelib.domain.{kinds.HOMES[kind]}" == kinds.type_named(kind).__module__


@pytest.mark.parametrize("name", NAMED)
def test_a_ref_names_the_kind_that_its_type_promises(name: str) -> None:
    blanks = sum(each.default is Parameter.empty for each in signature(getattr(refs, name)).parameters.values())
    ref = getattr(refs, name)(*[date(2026, 11, 1) if name == "reconciliation" else "any"] * blanks)

    assert kind_of(name) == ref.kind


@pytest.mark.parametrize("name", NAMED)
def test_a_ref_has_as_many_parts_as_its_key_has_blanks(name: str) -> None:
    blanks = signature(getattr(refs, name)).parameters

    assert len(blanks) == len(PATTERNS[kind_of(name)].fields)


def test_everything_that_is_stored_is_a_fact_or_a_record() -> None:
    assert all(issubclass(kinds.type_named(kind), Fact | Record) for kind in PATTERNS)


def test_the_tests_know_one_of_each() -> None:
    assert set(PATTERNS) == set(kinds.HOMES) == {type(thing).__name__ for thing in things.one_of_each()}


def key_schema(schema: list[dict[str, str]]) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in schema)


def test_the_template_has_the_indexes_that_the_code_reads() -> None:
    template = tables.definition()
    built = {index["IndexName"]: key_schema(index["KeySchema"]) for index in template["GlobalSecondaryIndexes"]}

    assert ("pk", "sk") == key_schema(template["KeySchema"])
    assert {index.name: (index.pk, index.sk) for index in INDEXES} == built


def test_each_index_carries_what_its_readers_show() -> None:
    shown = {
        index["IndexName"]: index["Projection"].get("NonKeyAttributes", [])
        for index in tables.definition()["GlobalSecondaryIndexes"]
    }

    assert [] == shown.pop("by_due")
    assert all(attributes == ["summary"] for attributes in shown.values())


@pytest.mark.parametrize("index", INDEXES, ids=lambda index: index.name)
def test_every_index_is_filled_by_something(index: Index) -> None:
    written: list[dict[str, Any]] = [
        BESIDE[type(thing).__name__](thing) for thing in things.one_of_each() if type(thing).__name__ in BESIDE
    ]

    assert any({index.pk, index.sk} <= set(strings) for strings in written)


def test_the_architecture_names_the_same_indexes() -> None:
    said = {
        name.strip("`"): tuple(re.match(r"`(\w+)`", cell)[1] for cell in keys[:2])  # type: ignore[index]
        for name, *keys in rows("| index | pk | sk |")
    }

    assert {index.name: (index.pk, index.sk) for index in INDEXES} == said


def test_the_architecture_names_the_same_keys() -> None:
    said = set()
    for _, pk, sks, *_ in rows("| item | pk | sk |"):
        partition = re.findall(r"`(\w+)", pk)[0]
        said |= {(partition, re.split(r"[#`]", sk)[0]) for sk in re.findall(r"`([^`]+)`", sks)}

    coded = {(pattern.pk.split("#")[0], pattern.sk.split("#")[0]) for pattern in PATTERNS.values()}
    assert said == coded | {("tally", "tally")}
