"""Searching for cases: the document that stands for a case, the question, whom it is asked for, and what was found.

A document is made of a case and of two things that never change (its order and its policy's version), so the case's
own version numbers it: whenever a document differs from the one before, its version is higher
(docs/decisions/0040-a-case-s-version-numbers-its-document.md). No address, no telephone number, nobody's notes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from chalicelib.domain.actors import READS_EVERYTHING
from chalicelib.domain.base import Instant
from chalicelib.domain.eligibility import VerdictKind
from chalicelib.domain.gates import GateName
from chalicelib.domain.lifecycles import CaseStatus, DeliveryState, RefundState
from chalicelib.domain.money import Currency
from chalicelib.domain.reasons import Remedy
from chalicelib.domain.values import Identifier, Integer, Minor, Value, YesNo
from chalicelib.errors import Forbidden

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.cases import Case
    from chalicelib.domain.orders import Order
    from chalicelib.domain.policies import Policy

MARKS = ("\ue000", "\ue001")
"""Where a highlight begins and ends while it is still text: two characters that no document holds (`_plain`)."""

_NO_MARKS = str.maketrans(dict.fromkeys(MARKS, ""))


class Indexed(BaseModel):
    """What stands in the index. What another version of this code added there is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class IndexedLine(Indexed):
    """One line of the claim, as people look for it."""

    line_id: str
    sku: str
    title: str
    specification: str
    category: str
    quantity: int


class IndexedGate(Indexed):
    """Who is awaited. `who` is the owner's kind: `buyer`, `merchant`, `agent` …"""

    gate: str
    round: int
    owner: str
    who: str
    due_at: Instant
    silence: str


class IndexedRefund(Indexed):
    refund_no: str
    state: str
    amount: int


class CaseDocument(Indexed):
    """A case as it is found: amounts in minor units, codes of the vocabulary, `delivery` as it was at the filing."""

    case_id: str
    order_id: str
    buyer_id: str
    merchant_id: str
    merchant_kind: str
    remedy: str
    reason: str
    reason_zh: str
    reason_en: str
    description: str
    status: str
    closed_because: str | None
    currency: str
    amount: int
    delivery: str
    verdict: str
    awaiting: IndexedGate | None
    parked: bool
    parked_because: str | None
    policy_id: str
    policy_version: int
    refunds: tuple[IndexedRefund, ...]
    lines: tuple[IndexedLine, ...]
    revisions: int
    created_at: Instant
    updated_at: Instant


@dataclass(frozen=True)
class Written:
    """What an index should hold of a case: its document of this version, or (None) that it is gone since then."""

    case_id: str
    version: int
    document: CaseDocument | None


def document_of(case: Case, order: Order, policy: Policy) -> CaseDocument:
    """The document of a case. Pure: the same version of a case always becomes the same document."""
    reason = policy.reason(case.reason)
    return CaseDocument(
        case_id=case.case_id,
        order_id=case.order_id,
        buyer_id=case.buyer_id,
        merchant_id=case.merchant_id,
        merchant_kind=case.merchant_kind,
        remedy=case.remedy,
        reason=case.reason,
        reason_zh=_plain(reason.zh if reason else case.reason),
        reason_en=_plain(reason.en if reason else case.reason),
        description=_plain(case.description),
        status=case.status,
        closed_because=case.closed_because,
        currency=case.currency,
        amount=case.amount,
        delivery=case.delivery,
        verdict=case.verdict.kind,
        awaiting=_awaiting(case),
        parked=case.parking is not None,
        parked_because=case.parking.because if case.parking else None,
        policy_id=case.policy_id,
        policy_version=case.policy_version,
        refunds=tuple(IndexedRefund(refund_no=r.refund_no, state=r.state, amount=r.amount) for r in case.refunds),
        lines=tuple(_line(order, case, i) for i in range(len(case.claim.lines))),
        revisions=case.revisions,
        created_at=case.created_at,
        updated_at=case.updated_at,
    )


def written(case: Case, order: Order, policy: Policy) -> Written:
    return Written(case.case_id, case.version, document_of(case, order, policy))


def gone(case: Case) -> Written:
    """The tombstone of a case that left the table after this version of it."""
    return Written(case.case_id, case.version + 1, None)


def _awaiting(case: Case) -> IndexedGate | None:
    if case.gate is None:
        return None
    gate = case.gate
    return IndexedGate(
        gate=gate.name,
        round=gate.round,
        owner=gate.owner,
        who=gate.owner.partition("#")[0],
        due_at=gate.due_at,
        silence=gate.silence,
    )


def _line(order: Order, case: Case, i: int) -> IndexedLine:
    """A line of the order; of goods that came in the place of others, what the case itself knows of them."""
    claimed = case.claim.lines[i]
    bought = order.line(claimed.line_id) if claimed.line_id in order.positions else None
    told = bought or case.explanation.lines[i]
    return IndexedLine(
        line_id=claimed.line_id,
        sku=told.sku,
        title=_plain(told.title),
        specification=_plain(bought.specification) if bought else "",
        category=bought.category if bought else "",
        quantity=claimed.quantity,
    )


def _plain(text: str) -> str:
    return text.translate(_NO_MARKS)


# ── the question

Scope = Mapping[Literal["buyer_id", "merchant_id"], str]
"""The fields that every document shown to a caller must have, with their values; empty: all documents."""


def scope_of(actor: Actor) -> Scope:
    """What a caller may see at all, by who he is and by nothing that he says. Raises Forbidden."""
    match actor.role:
        case "buyer":
            return {"buyer_id": actor.id}
        case "merchant" if actor.merchant_id:
            return {"merchant_id": actor.merchant_id}
        case role if role in READS_EVERYTHING:
            return {}
    raise Forbidden(f"a {actor.role} has no cases")


def _sendable(text: str) -> str:
    """Half of a character is no text, and no engine takes it."""
    text.encode()
    return text


_SPELT = re.compile(r"true|false|0|-?[1-9][0-9]{0,15}")


def _spelt(told: Any) -> Any:
    """A query is all text: what is a number or a yes in it is spelt as JSON does. " 5", "1_0" and "on" stay text."""
    return json.loads(told) if isinstance(told, str) and _SPELT.fullmatch(told) else told


Sort = Literal["relevance", "newest", "oldest", "amount", "due"]
Awaited = Literal["buyer", "merchant", "agent", "supervisor", "operator", "payment"]
Bound = Annotated[Minor, BeforeValidator(_spelt)]
Whether = Annotated[YesNo, BeforeValidator(_spelt)]
Words = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True), AfterValidator(_sendable)]
Term = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_sendable)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]
MOST = 100


class CaseQuery(Value):
    """What is looked for. Several values of one field mean any of them; several fields mean all of them.

    `from` and `to` bound the time of filing, `amount_min` and `amount_max` the amount in minor units.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    q: Words = Field(default="", description="words of title, specification, reason or description; or a number")
    status: Annotated[tuple[CaseStatus, ...], Field(max_length=20)] = ()
    remedy: Annotated[tuple[Remedy, ...], Field(max_length=20)] = ()
    reason: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    awaiting: Annotated[tuple[Awaited, ...], Field(max_length=20, description="whose turn it is")] = ()
    delivery: Annotated[tuple[DeliveryState, ...], Field(max_length=20)] = ()
    refund_state: Annotated[tuple[RefundState, ...], Field(max_length=20)] = ()
    currency: Currency | None = None
    category: Term | None = None
    merchant_id: Identifier | None = None
    buyer_id: Identifier | None = None
    order_id: Identifier | None = None
    sku: Annotated[str, StringConstraints(min_length=1, max_length=128), AfterValidator(_sendable)] | None = None
    refund_no: Annotated[str, StringConstraints(pattern=r"^rfd_[0-9A-Z]{28}$")] | None = None
    verdict: VerdictKind | None = None
    gate: GateName | None = None
    policy_version: Annotated[Integer, Field(ge=1, le=999_999), BeforeValidator(_spelt)] | None = None
    parked: Whether | None = Field(default=None, description="waits for a person of the platform")
    overdue: Whether | None = Field(default=None, description="somebody is awaited and late")
    due_before: Instant | None = None
    amount_min: Bound | None = Field(default=None, description="minor units")
    amount_max: Bound | None = Field(default=None, description="minor units")
    created_from: Instant | None = Field(default=None, alias="from", description="filed at or after")
    created_to: Instant | None = Field(default=None, alias="to", description="filed before")
    sort: Sort = "relevance"
    limit: Annotated[Integer, Field(ge=1, le=MOST), BeforeValidator(_spelt)] = 20
    cursor: Annotated[str, StringConstraints(min_length=1, max_length=600)] | None = None

    @property
    def order(self) -> Sort:
        """Without words nothing is more relevant than something else: then the newest is first."""
        return "newest" if self.sort == "relevance" and not self.q else self.sort


# ── the answer


@dataclass(frozen=True)
class Mark:
    """Where the words were found: the field's text, escaped, safe to show as HTML, hits between <mark> and </mark>."""

    field: str
    html: str


@dataclass(frozen=True)
class Hit:
    document: CaseDocument
    marks: Sequence[Mark] = ()


@dataclass(frozen=True)
class Count:
    """How many of the cases have this value in a field."""

    value: str
    count: int


@dataclass(frozen=True)
class Sum:
    """What the found cases stand for in one currency, in minor units."""

    currency: str
    count: int
    total: int
    smallest: int
    largest: int


@dataclass(frozen=True)
class Found:
    """A page of hits. `total` counts all of them, and is a lower bound unless `exact`.

    A facet counts what would be found by each value of its field if that field were not asked for.
    """

    hits: Sequence[Hit]
    cursor: str | None
    total: int
    exact: bool = True
    facets: Mapping[str, Sequence[Count]] = field(default_factory=dict)
    sums: Sequence[Sum] = ()


FACETS = (
    "status", "remedy", "reason", "awaiting", "delivery", "refund_state", "currency", "category", "parked",
    "merchant_id",
)  # fmt: skip
FACET_SIZE = 20


def values_of(document: CaseDocument, field: str) -> tuple[str, ...]:
    """The values of a document in a facet's field, as text."""
    match field:
        case "awaiting":
            return (document.awaiting.who,) if document.awaiting else ()
        case "refund_state":
            return tuple(sorted({refund.state for refund in document.refunds}))
        case "category":
            return tuple(sorted({line.category for line in document.lines if line.category}))
        case "parked":
            return ("true" if document.parked else "false",)
    return (str(getattr(document, field)),)


def is_within(document: CaseDocument, scope: Scope) -> bool:
    return all(getattr(document, name) == value for name, value in scope.items())


def is_late(document: CaseDocument, now: datetime) -> bool:
    return document.awaiting is not None and document.awaiting.due_at < now
