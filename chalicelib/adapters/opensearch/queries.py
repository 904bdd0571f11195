"""A question as OpenSearch's own structure: whatever somebody typed is a value in it and never a part of it.

Facets count what would be found by another value of their field: so a field that has a facet filters after the counting
(`post_filter`), and each facet is counted under the filters of the others.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.domain.searches import FACET_SIZE, MARKS

if TYPE_CHECKING:
    from chalicelib.domain.searches import CaseQuery, Scope

Json = dict[str, Any]

ENOUGH = "3<80%"  # up to three words all of them, of more four in five
PLACES: dict[str, str] = {  # facets, and the field that each counts
    "status": "status",
    "remedy": "remedy",
    "reason": "reason",
    "awaiting": "awaiting.who",
    "delivery": "delivery",
    "refund_state": "refunds.state",
    "currency": "currency",
    "category": "lines.category",
    "parked": "parked",
    "merchant_id": "merchant_id",
}
_NUMBERS = ("case_id", "order_id", "refunds.refund_no", "lines.sku")
_SHOWN = ("description", "reason_zh", "reason_en")
_LINES = ("title", "specification")
_TIE = {"case_id": "asc"}
_NEWEST = {"created_at": "desc"}

SORTS: dict[str, list[Any]] = {
    "relevance": ["_score", _NEWEST, _TIE],
    "newest": [_NEWEST, _TIE],
    "oldest": [{"created_at": "asc"}, _TIE],
    # Amounts of two currencies have no order: one currency after the other.
    "amount": [{"currency": "asc"}, {"amount": "desc"}, _TIE],
    "due": [{"awaiting.due_at": {"order": "asc", "missing": "_last"}}, _TIE],
}


def body(query: CaseQuery, scope: Scope, now: datetime, after: list[Any] | None) -> Json:
    """The whole request. `scope` is of whoever asks, and stands among the filters whatever the query says."""
    narrowing = _narrowing(query)
    asked: Json = {
        "size": query.limit + 1,
        "track_total_hits": 10_000,
        "timeout": "1500ms",
        "query": {"bool": {"filter": [*_scope(scope), *_filters(query, now)], **_text(query)}},
        "post_filter": {"bool": {"filter": list(narrowing.values())}},
        "sort": SORTS[query.order],
        "aggs": _counts(narrowing),
        "highlight": _highlight(*_SHOWN),
    }
    if after is not None:
        asked["search_after"] = after
    return asked


def _scope(scope: Scope) -> list[Json]:
    return [{"term": {name: {"value": value}}} for name, value in scope.items()]


def _filters(query: CaseQuery, now: datetime) -> list[Json]:
    """What filters before facets are counted."""
    exact = {
        "buyer_id": query.buyer_id,
        "order_id": query.order_id,
        "refunds.refund_no": query.refund_no,
        "verdict": query.verdict,
        "awaiting.gate": query.gate,
        "policy_version": query.policy_version,
    }
    filters: list[Json] = [{"term": {place: {"value": value}}} for place, value in exact.items() if value is not None]
    line = {"lines.sku": query.sku, "lines.category": query.category if query.sku else None}
    if query.sku:  # of one line, both
        both = [{"term": {place: {"value": value}}} for place, value in line.items() if value is not None]
        filters.append({"nested": {"path": "lines", "query": {"bool": {"filter": both}}}})
    filters += _range("amount", gte=query.amount_min, lte=query.amount_max)
    filters += _range("created_at", gte=_instant(query.created_from), lt=_instant(query.created_to))
    filters += _range("awaiting.due_at", lt=_instant(query.due_before))
    if query.overdue is not None:
        late = _range("awaiting.due_at", lt=_instant(now))
        filters += late if query.overdue else [{"bool": {"must_not": late}}]
    return filters


def _range(place: str, **bounds: object) -> list[Json]:
    given = {name: bound for name, bound in bounds.items() if bound is not None}
    return [{"range": {place: given}}] if given else []


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _narrowing(query: CaseQuery) -> dict[str, Json]:
    """What filters after facets are counted, by facet."""
    several = {
        "status": query.status,
        "remedy": query.remedy,
        "reason": query.reason,
        "awaiting": query.awaiting,
        "delivery": query.delivery,
        "refund_state": query.refund_state,
        "currency": (query.currency,) if query.currency else (),
        "category": (query.category,) if query.category else (),
        "parked": (query.parked,) if query.parked is not None else (),
        "merchant_id": (query.merchant_id,) if query.merchant_id else (),
    }
    return {facet: {"terms": {PLACES[facet]: list(values)}} for facet, values in several.items() if values}


def _text(query: CaseQuery) -> Json:
    """The words, anywhere in the case, or a number that somebody pasted; where they stand in a title weighs more."""
    if not query.q:
        return {}
    anywhere = _words(query.q, ["words", "words.en"], minimum_should_match=ENOUGH)
    numbers = [{"term": {place: {"value": query.q, "boost": 20}}} for place in _NUMBERS]
    titles = _words(query.q, [f"lines.{name}{part}" for name in _LINES for part in ("^2", ".en^2")])
    lines = {"path": "lines", "query": titles, "score_mode": "max", "ignore_unmapped": True}
    lines["inner_hits"] = {"size": 3, "_source": False, "highlight": _highlight(*(f"lines.{name}" for name in _LINES))}
    told = _words(query.q, [f"{name}{part}" for name in _SHOWN for part in ("", ".en")])
    return {
        "must": [{"bool": {"should": [anywhere, *numbers], "minimum_should_match": 1}}],
        "should": [{"nested": lines}, told],
    }


def _words(text: str, places: list[str], **more: Any) -> Json:
    return {"multi_match": {"query": text, "fields": places, "type": "most_fields", **more}}


def _highlight(*places: str) -> Json:
    return {
        "type": "unified",
        "pre_tags": [MARKS[0]],
        "post_tags": [MARKS[1]],
        "number_of_fragments": 2,
        "fragment_size": 160,
        "require_field_match": False,
        "fields": {f"{place}{part}": {} for place in places for part in ("", ".en")},
    }


def _counts(narrowing: dict[str, Json]) -> Json:
    counted: Json = {}
    for facet, place in PLACES.items():
        others = [clause for name, clause in narrowing.items() if name != facet]
        terms = {"terms": {"field": place, "size": FACET_SIZE, "order": [{"_count": "desc"}, {"_key": "asc"}]}}
        counted[facet] = {"filter": {"bool": {"filter": others}}, "aggs": {"values": terms}}
    money = {"terms": {"field": "currency", "size": FACET_SIZE}, "aggs": {"amount": {"stats": {"field": "amount"}}}}
    counted["sums"] = {"filter": {"bool": {"filter": list(narrowing.values())}}, "aggs": {"values": money}}
    return counted
