"""The event filters of `infra/`, applied as Lambda applies them: what does not fit invokes nobody and costs nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from local import templates
from local.packaging import ROOT

Pattern = Mapping[str, Any]


def patterns(mapping: str) -> list[Pattern]:
    """The patterns of one event source mapping of the template."""
    properties = templates.join(ROOT / "infra" / "app")["Resources"][mapping]["Properties"]
    return [json.loads(each["Pattern"]) for each in properties["FilterCriteria"]["Filters"]]


def passes(event: Mapping[str, Any], wanted: Sequence[Pattern]) -> bool:
    """Whether any of the patterns fits."""
    return any(_fits(event, pattern) for pattern in wanted)


def _fits(value: Any, pattern: Any) -> bool:
    """Objects fit key by key; a list names the alternatives for a value."""
    if isinstance(pattern, Mapping):
        given = value if isinstance(value, Mapping) else {}
        return all(_fits(given.get(key), part) for key, part in pattern.items())
    return any(_is(value, alternative) for alternative in pattern)


def _is(value: Any, alternative: Any) -> bool:
    match alternative:
        case {"prefix": start}:
            return isinstance(value, str) and value.startswith(start)
        case {"exists": there}:
            return (value is not None) is there
        case Mapping():
            raise LookupError(f"this filter is not known here: {alternative}")
    return bool(value == alternative)
