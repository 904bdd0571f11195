"""The index of cases in memory: the same versions, tombstones, filters, facets and refusals; words only roughly.

What it cannot say is how well something fits: it knows whether words stand in a case, and not how much they weigh.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from chalicelib.adapters.opensearch.cursors import next_cursor, place_of
from chalicelib.domain.actors import Actor
from chalicelib.domain.searches import (
    FACETS,
    CaseDocument,
    CaseQuery,
    Count,
    Found,
    Hit,
    Mark,
    Sum,
    Written,
    is_late,
    is_within,
    scope_of,
    values_of,
)
from chalicelib.errors import SearchUnavailable

Fits = Callable[[CaseDocument], bool]


class MemorySearch:
    """Search and SearchIndexes. It begins with a live empty index."""

    def __init__(self) -> None:
        self.indexes: dict[str, dict[str, Written]] = {}
        self.is_down = False
        self._live: str | None = None
        self._made = 0
        self.replace(self.begin())

    # Searching

    def find(self, actor: Actor, query: CaseQuery, now: datetime) -> Found:
        scope = scope_of(actor)
        at, after = place_of(query, scope, now, 2)
        seen = [doc for doc in self.documents() if is_within(doc, scope) and _fits(query, at)(doc)]
        chosen = [doc for doc in seen if all(fits(doc) for fits in _narrowing(query).values())]
        placed = sorted((_place(query, doc), doc) for doc in chosen)
        rest = [(place, doc) for place, doc in placed if after is None or place > tuple(after)]
        page = rest[: query.limit]
        more = len(rest) > len(page)
        return Found(
            hits=[Hit(doc, tuple(_marks(query.q, doc))) for _, doc in page],
            cursor=next_cursor(query, scope, at, list(page[-1][0])) if more else None,
            total=len(chosen),
            facets={facet: _counts(query, facet, seen) for facet in FACETS},
            sums=_sums(chosen),
        )

    def documents(self, index: str | None = None) -> list[CaseDocument]:
        """What stands in an index; in the live one when none is named."""
        self._up()
        name = index or self._live
        if name is None:
            raise SearchUnavailable("there is no index")
        return [item.document for _, item in sorted(self.indexes[name].items()) if item.document]

    # Writing

    def targets(self) -> Sequence[str]:
        self._up()
        return sorted(self.indexes)

    def write(self, targets: Sequence[str], items: Sequence[Written]) -> frozenset[str]:
        self._up()
        for index in targets:
            held = self.indexes.get(index)
            for item in items if held is not None else ():
                if held is not None and (item.case_id not in held or held[item.case_id].version < item.version):
                    held[item.case_id] = _copy(item)
        return frozenset()

    # Rebuilding

    def live(self) -> str | None:
        self._up()
        return self._live

    def begin(self) -> str:
        for index in [name for name in self.indexes if name != self._live]:
            self.drop(index)
        self._made += 1
        name = f"cases-{self._made:06}"
        self.indexes[name] = {}
        return name

    def drop(self, index: str) -> None:
        self.indexes.pop(index, None)
        if self._live == index:
            self._live = None

    def replace(self, index: str) -> None:
        before, self._live = self._live, index
        if before is not None and before != index:
            self.indexes.pop(before, None)

    def refresh(self, index: str) -> None:
        self._up()

    def page(self, index: str, after: str, limit: int) -> Sequence[Written]:
        self._up()
        found = [item for _, item in sorted(self.indexes[index].items()) if item.document and item.case_id > after]
        return found[:limit]

    def standing(self, index: str, case_ids: Sequence[str]) -> Mapping[str, Written]:
        self._up()
        found = {case_id: self.indexes[index].get(case_id) for case_id in case_ids}
        return {case_id: item for case_id, item in found.items() if item and item.document}

    def _up(self) -> None:
        if self.is_down:
            raise SearchUnavailable("the engine is down")


def _copy(item: Written) -> Written:
    """Through JSON and back, as it would through the real engine."""
    if item.document is None:
        return item
    return Written(item.case_id, item.version, CaseDocument.model_validate_json(item.document.model_dump_json()))


def _fits(query: CaseQuery, now: datetime) -> Fits:
    def fits(doc: CaseDocument) -> bool:
        due = doc.awaiting.due_at if doc.awaiting else None
        return all(
            (
                query.buyer_id in (None, doc.buyer_id),
                query.order_id in (None, doc.order_id),
                query.verdict in (None, doc.verdict),
                query.policy_version in (None, doc.policy_version),
                query.gate is None or (doc.awaiting is not None and doc.awaiting.gate == query.gate),
                query.refund_no is None or query.refund_no in {refund.refund_no for refund in doc.refunds},
                query.sku is None or any(_of_line(query, line) for line in doc.lines),
                query.amount_min is None or doc.amount >= query.amount_min,
                query.amount_max is None or doc.amount <= query.amount_max,
                query.created_from is None or doc.created_at >= query.created_from,
                query.created_to is None or doc.created_at < query.created_to,
                query.due_before is None or (due is not None and due < query.due_before),
                query.overdue is None or is_late(doc, now) == query.overdue,
                not query.q or _holds(doc, query.q),
            )
        )

    return fits


def _of_line(query: CaseQuery, line: Any) -> bool:
    return bool(line.sku == query.sku and query.category in (None, line.category))


def _narrowing(query: CaseQuery) -> dict[str, Fits]:
    wanted: dict[str, Any] = {facet: getattr(query, facet) for facet in FACETS}
    found = {}
    for facet, value in wanted.items():
        if value in (None, ()):
            continue
        texts = {str(each).lower() if facet == "parked" else each for each in _all_of(value)}
        found[facet] = lambda doc, facet=facet, texts=texts: bool(texts & set(values_of(doc, facet)))
    return found


def _all_of(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _counts(query: CaseQuery, facet: str, seen: Sequence[CaseDocument]) -> list[Count]:
    others = [fits for name, fits in _narrowing(query).items() if name != facet]
    counted = Counter(value for doc in seen if all(fits(doc) for fits in others) for value in values_of(doc, facet))
    return [Count(value, count) for value, count in sorted(counted.items(), key=lambda each: (-each[1], each[0]))]


def _sums(chosen: Sequence[CaseDocument]) -> list[Sum]:
    amounts: dict[str, list[int]] = {}
    for doc in chosen:
        amounts.setdefault(doc.currency, []).append(doc.amount)
    return [Sum(name, len(of), sum(of), min(of), max(of)) for name, of in sorted(amounts.items())]


def _place(query: CaseQuery, doc: CaseDocument) -> tuple[Any, ...]:
    at = doc.created_at.timestamp()
    match query.order:
        case "oldest":
            return at, doc.case_id
        case "amount":
            return f"{doc.currency}{10**16 - doc.amount:017}", doc.case_id
        case "due":
            return doc.awaiting.due_at.timestamp() if doc.awaiting else 9e15, doc.case_id
    return -at, doc.case_id


def _texts(doc: CaseDocument) -> dict[str, list[str]]:
    return {
        "description": [doc.description],
        "reason_zh": [doc.reason_zh],
        "reason_en": [doc.reason_en],
        "title": [line.title for line in doc.lines],
        "specification": [line.specification for line in doc.lines],
    }


def _holds(doc: CaseDocument, q: str) -> bool:
    numbers = {doc.case_id, doc.order_id, *(r.refund_no for r in doc.refunds), *(line.sku for line in doc.lines)}
    whole = " ".join(text for texts in _texts(doc).values() for text in texts).lower()
    return q in numbers or (bool(_words(q)) and all(word in whole for word in _words(q)))


def _words(q: str) -> list[str]:
    """Words without their plural, and Chinese as it stands."""
    return [word.rstrip("s") for word in re.findall(r"[a-z0-9]+|[\u4e00-\u9fff]+", q.lower())]


def _marks(q: str, doc: CaseDocument) -> list[Mark]:
    found = []
    for field, texts in _texts(doc).items():
        for text in texts:
            for word in _words(q):
                if word in text.lower():
                    at = text.lower().index(word)
                    parts = (text[:at], text[at : at + len(word)], text[at + len(word) :])
                    before, hit, after = map(escape, parts)
                    found.append(Mark(field, f"{before}<mark>{hit}</mark>{after}"))
                    break
    return found


class Mortal:
    """Any engine between us and which things happen: rivals that each act once around a call, and its end.

    `takes` is how many items of the next write it takes before it dies (None: all of them).
    """

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.rivals: list[Callable[[], None]] = []
        self.latecomers: list[Callable[[], None]] = []  # all of them, just before an index takes the other's place
        self.takes: int | None = None

    def write(self, targets: Sequence[str], items: Sequence[Written]) -> frozenset[str]:
        self._rival()
        takes, self.takes = self.takes, None
        refused: frozenset[str] = self.engine.write(targets, items[:takes])
        if takes is not None:
            raise SearchUnavailable("it died in the middle")
        return refused

    def page(self, index: str, after: str, limit: int) -> Sequence[Written]:
        found: Sequence[Written] = self.engine.page(index, after, limit)
        self._rival()
        return found

    def replace(self, index: str) -> None:
        while self.latecomers:
            self.latecomers.pop(0)()
        self.engine.replace(index)

    def _rival(self) -> None:
        if self.rivals:
            self.rivals.pop(0)()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)
