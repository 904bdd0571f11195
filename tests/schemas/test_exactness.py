"""No request takes a text for a number: what is a number, a yes or a time in a body or a query is spelt as one.

Each such field of each shape that is sent to us is taken out of its model, with the validators around it, and is told
lies.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel
from pydantic_core import SchemaValidator, ValidationError

from local.openapi.operations import OPERATIONS

NUMBERS = (0, 1, 5, 60)  # one of them is within any bounds that we set
TRUTHS: dict[str, tuple[Any, ...]] = {
    "int": NUMBERS,
    "bool": (True,),
    "date": ("2026-02-01",),
    "time": ("10:00",),
    "datetime": ("2026-02-01T10:00:00Z",),
}
BODY_LIES: dict[str, tuple[Any, ...]] = {
    "int": ("{}", "{}.0", True, False, "yes", ""),
    "bool": (0, 1, 1.0, "true", "yes", ""),
    "date": (0, 1769904000, 0.5, True, "1769904000", "2026-02-01T00:00:00", "2026-02-01T00:00:00Z", ""),
    "time": (0, 36000, 36000.5, True, "36000", "10:00Z", ""),
    "datetime": (0, 1769904000, 1769904000.5, True, "1769904000", "1769904000.5", "2026-02-01", "2026-02-01T10:00:00"),
}
QUERY_LIES: dict[str, tuple[str, ...]] = {
    "int": (" {}", "{} ", "+{}", "0{}", "{}.0", "{}_0", "{}e0", "true", "\uff11", ""),
    "bool": ("0", "1", "yes", "no", "on", "t", "True", "FALSE", " true", ""),
    "datetime": ("1769904000", "1769904000.5", "2026-02-01", "2026-02-01T10:00:00", ""),
}


class Leaf(NamedTuple):
    place: str
    kind: str
    schema: Any

    def takes(self, sent: Any, *, json_body: bool) -> bool:
        told = SchemaValidator(self.schema)
        try:
            _ = told.validate_json(json.dumps(sent)) if json_body else told.validate_python(sent)
        except ValidationError:
            return False
        return True


def leaves(shape: type[BaseModel]) -> list[Leaf]:
    shape.model_rebuild()
    return list(_Walk().through(shape.__pydantic_core_schema__, shape.__name__))


class _Walk:
    """Through a model's schema as pydantic-core has it, each nested model once."""

    def __init__(self) -> None:
        self._defined: dict[str, Any] = {}
        self._seen: set[str] = set()

    def through(self, node: Any, place: str) -> Iterator[Leaf]:
        kind = node["type"]
        if (scalar := _scalar(node)) is not None:
            yield Leaf(place, scalar, node)
        elif kind == "definitions":
            self._defined.update({each["ref"]: each for each in node["definitions"]})
            yield from self.through(node["schema"], place)
        elif kind == "definition-ref":
            yield from self._once(node["schema_ref"], place)
        elif kind == "model-fields":
            for name, field in node["fields"].items():
                yield from self.through(field["schema"], f"{place}.{name}")
        else:
            for inner in _inside(node):
                yield from self.through(inner, place)

    def _once(self, ref: str, place: str) -> Iterator[Leaf]:
        if ref not in self._seen:
            self._seen.add(ref)
            yield from self.through(self._defined[ref], place)


def _scalar(node: Any) -> str | None:
    """The kind of a value that is no text, whatever functions stand around it; None for everything else."""
    while node["type"].startswith("function-") and "schema" in node:
        node = node["schema"]
    if node["type"] in ("literal", "enum"):
        return None if all(isinstance(each, str) for each in node.get("expected", [0])) else node["type"]
    return node["type"] if node["type"] in {*TRUTHS, "float", "decimal", "timedelta", "any", "complex"} else None


def _inside(node: Any) -> Iterator[Any]:
    for key, inner in node.items():
        if key in ("metadata", "serialization", "default"):
            continue
        if isinstance(inner, dict) and "type" not in inner:
            inner = list(inner.values())
        for each in inner if isinstance(inner, list) else [inner]:
            each = each[0] if isinstance(each, tuple) else each  # a choice and its label
            if isinstance(each, dict) and isinstance(each.get("type"), str):
                yield each


def shapes(of: str) -> list[type[BaseModel]]:
    found = {each for operation in OPERATIONS.values() if isinstance(each := getattr(operation, of), type)}
    return sorted(found, key=lambda shape: shape.__name__)


def refused(leaf: Leaf, lies: tuple[Any, ...], *, json_body: bool) -> list[Any]:
    """The lies that it takes all the same. What it takes when it is told the truth makes the lies good ones."""
    truths = TRUTHS[leaf.kind]
    if not json_body:
        truths = tuple(each if isinstance(each, str) else json.dumps(each) for each in truths)
    true = [each for each in truths if leaf.takes(each, json_body=json_body)]
    assert true, f"{leaf.place} takes none of {truths}"
    told = [float(true[0])] if json_body and leaf.kind == "int" else []
    told += [each.format(true[0]) if isinstance(each, str) else each for each in lies]
    return [each for each in told if leaf.takes(each, json_body=json_body)]


@pytest.mark.parametrize("shape", shapes("body"), ids=lambda shape: shape.__name__)
def test_a_body_takes_nothing_for_a_number_a_yes_or_a_time_but_one(shape: type[BaseModel]) -> None:
    taken = {leaf.place: refused(leaf, BODY_LIES[leaf.kind], json_body=True) for leaf in leaves(shape)}
    assert {} == {place: lies for place, lies in taken.items() if lies}


@pytest.mark.parametrize("shape", shapes("query"), ids=lambda shape: shape.__name__)
def test_a_query_takes_nothing_for_a_number_a_yes_or_a_time_but_one(shape: type[BaseModel]) -> None:
    taken = {leaf.place: refused(leaf, QUERY_LIES[leaf.kind], json_body=False) for leaf in leaves(shape)}
    assert {} == {place: lies for place, lies in taken.items() if lies}


def test_the_fields_of_a_policy_are_all_looked_at() -> None:
    """Else a walk that loses its way would find nothing lax anywhere."""
    [draft] = [shape for shape in shapes("body") if shape.__name__ == "PublishPolicy"]
    kinds = {leaf.place.removeprefix("PublishPolicy."): leaf.kind for leaf in leaves(draft)}
    told = ["offers", "appeal_hears", "effective_from", "auto_approve_below", "reasons.evidence", "windows.days"]
    days = ["calendar.weekdays", "calendar.holidays", "calendar.shifts.begins", "calendar.speed", "evidence.files"]
    assert ["int", "bool", "datetime", "int", "int", "int"] == [kinds[each] for each in told]
    assert ["int", "date", "time", "int", "int"] == [kinds[each] for each in days]
