"""The engine's answer as what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from chalicelib.domain.searches import MARKS, CaseDocument, Count, Mark, Sum

BEGIN, END = "<mark>", "</mark>"


def document(source: Mapping[str, Any]) -> CaseDocument:
    return CaseDocument.model_validate(source)


def marks(hit: Mapping[str, Any]) -> Iterator[Mark]:
    """The places of a hit where the words stand: of the case itself, then of its lines."""
    yield from _of(hit.get("highlight", {}), "")
    for line in hit.get("inner_hits", {}).get("lines", {}).get("hits", {}).get("hits", ()):
        yield from _of(line.get("highlight", {}), "lines.")


def _of(highlight: Mapping[str, Sequence[str]], prefix: str) -> Iterator[Mark]:
    """A field was read as Chinese and as English: shown is the reading that found more."""
    for field in dict.fromkeys(place.removesuffix(".en") for place in highlight):
        chinese, english = highlight.get(field, ()), highlight.get(f"{field}.en", ())
        for fragment in max((chinese, english), key=_marked):
            yield Mark(field.removeprefix(prefix), as_html(fragment))


def _marked(fragments: Sequence[str]) -> int:
    """How many characters are marked."""
    return sum(len(part.partition(MARKS[1])[0]) for each in fragments for part in each.split(MARKS[0])[1:])


def as_html(fragment: str) -> str:
    """Escaped first and marked then: whatever somebody wrote is text, and only we write elements."""
    whole = fragment.replace(MARKS[1] + MARKS[0], "")  # single characters side by side are one word
    return escape(whole).replace(MARKS[0], BEGIN).replace(MARKS[1], END)


def facets(aggregations: Mapping[str, Any]) -> dict[str, list[Count]]:
    return {
        name: [Count(str(b.get("key_as_string", b["key"])), int(b["doc_count"])) for b in counted["values"]["buckets"]]
        for name, counted in aggregations.items()
        if name != "sums"
    }


def sums(aggregations: Mapping[str, Any]) -> list[Sum]:
    """By currency. The engine adds in floating point, which is exact up to 2^53 minor units."""
    found = []
    for bucket in aggregations["sums"]["values"]["buckets"]:
        amount = bucket["amount"]
        numbers = [int(amount[name]) for name in ("sum", "min", "max")]
        found.append(Sum(str(bucket["key"]), int(bucket["doc_count"]), *numbers))
    return found
