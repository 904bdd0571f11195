"""What a search answers on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from chalicelib.domain.base import Instant
from chalicelib.domain.reasons import CATALOGUE
from chalicelib.domain.values import Value
from chalicelib.schemas import names
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.cases import NextAction
from chalicelib.schemas.names import Name, name

if TYPE_CHECKING:
    from chalicelib.domain.searches import CaseDocument, Found, Hit, IndexedGate
    from chalicelib.schemas.names import Names

GOODS_SHOWN = 3

_REASONS: Names = {reason.code: (reason.zh, reason.en) for reason in CATALOGUE}
_PARKED: Names = {"true": ("待人工处理", "Waits for a person"), "false": ("正常", "Goes its way")}
_NAMES: dict[str, Names] = {
    "status": names.STATUSES,
    "remedy": names.REMEDIES,
    "reason": _REASONS,
    "awaiting": names.ACTORS,
    "delivery": names.DELIVERIES,
    "refund_state": names.REFUND_STATES,
    "parked": _PARKED,
}


class GoodsView(Value):
    sku: str
    title: str
    quantity: int


class MarkView(Value):
    """`html` is escaped and safe to show as HTML: the only element in it is `<mark>`, around what was looked for."""

    field: Literal["description", "reason_zh", "reason_en", "title", "specification"]
    html: str


class FoundCaseView(Value):
    """A case as lists show it, and where the words were found. `goods` are the first three lines of `lines`."""

    case_id: str
    order_id: str
    merchant_id: str
    remedy: Name
    reason: Name
    status: Name
    amount: Amount
    next_action: NextAction | None
    parked: bool
    goods: tuple[GoodsView, ...]
    lines: int
    highlights: tuple[MarkView, ...]
    created_at: Instant
    updated_at: Instant

    @staticmethod
    def of(hit: Hit) -> FoundCaseView:
        found = hit.document
        return FoundCaseView(
            case_id=found.case_id,
            order_id=found.order_id,
            merchant_id=found.merchant_id,
            remedy=name(names.REMEDIES, found.remedy),
            reason=Name(code=found.reason, zh=found.reason_zh, en=found.reason_en),
            status=name(names.STATUSES, found.status),
            amount=Amount(amount=found.amount, currency=found.currency),
            next_action=_next_action(found.awaiting),
            parked=found.parked,
            goods=_goods(found),
            lines=len(found.lines),
            highlights=tuple(MarkView(field=mark.field, html=mark.html) for mark in hit.marks),
            created_at=found.created_at,
            updated_at=found.updated_at,
        )


class FacetView(Value):
    """How many cases there would be with this value, whatever else of the same field was asked for."""

    value: Name
    count: int


class FoundSumView(Value):
    """What the found cases of one currency stand for."""

    count: int
    total: Amount
    smallest: Amount
    largest: Amount


class FoundTotalView(Value):
    """How many were found; at least so many, when it is not `exact`."""

    count: int
    exact: bool


class SearchView(Value):
    items: tuple[FoundCaseView, ...]
    cursor: str | None
    total: FoundTotalView
    facets: dict[str, tuple[FacetView, ...]]
    amounts: tuple[FoundSumView, ...]

    @staticmethod
    def of(found: Found) -> SearchView:
        def facet(field: str, value: str, count: int) -> FacetView:
            return FacetView(value=name(_NAMES.get(field, {}), value), count=count)

        return SearchView(
            items=tuple(map(FoundCaseView.of, found.hits)),
            cursor=found.cursor,
            total=FoundTotalView(count=found.total, exact=found.exact),
            facets={
                field: tuple(facet(field, each.value, each.count) for each in counts)
                for field, counts in found.facets.items()
            },
            amounts=tuple(
                FoundSumView(
                    count=each.count,
                    total=Amount(amount=each.total, currency=each.currency),
                    smallest=Amount(amount=each.smallest, currency=each.currency),
                    largest=Amount(amount=each.largest, currency=each.currency),
                )
                for each in found.sums
            ),
        )


def _goods(found: CaseDocument) -> tuple[GoodsView, ...]:
    shown = found.lines[:GOODS_SHOWN]
    return tuple(GoodsView(sku=line.sku, title=line.title, quantity=line.quantity) for line in shown)


def _next_action(gate: IndexedGate | None) -> NextAction | None:
    return None if gate is None else NextAction.named(gate.gate, gate.who, gate.due_at, gate.silence)
