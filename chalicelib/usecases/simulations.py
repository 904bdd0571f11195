"""What would a new policy have done to past cases? The filings are judged again, by the old policy and by the draft."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.balances import grown
from chalicelib.domain.filings import Filing
from chalicelib.domain.orders import Order
from chalicelib.domain.policies import Policy, PolicyDraft
from chalicelib.errors import AftersalesError
from chalicelib.schemas import names
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.names import name
from chalicelib.schemas.problems import title_of
from chalicelib.schemas.simulations import (
    AmountChange,
    OutcomeView,
    SimulatedCase,
    SimulationView,
    VerdictChange,
)
from chalicelib.usecases.access import act_as
from chalicelib.usecases.applications import price, verdict_on
from chalicelib.usecases.steps import Reply

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.rows import CaseRow, Page
    from chalicelib.ports import Ports
    from chalicelib.schemas.simulations import (
        SimulatePolicy,
    )

AT_ONCE = 50  # cases of one read: an order and a filing each, and DynamoDB reads a hundred items at once


def simulate(ports: Ports, actor: Actor, body: SimulatePolicy) -> Reply:
    """Judges a page of past filings by the draft. Changes nothing."""
    act_as(actor, "operator", "auditor")
    now = ports.clock.now()
    draft = Policy(
        policy_id="draft",
        version=1,
        published_at=now,
        published_by=actor.key,
        **{field: getattr(body.draft, field) for field in PolicyDraft.model_fields},
    )
    page = _page(ports, body)
    asked = [row for row in page.rows if _is_asked_for(row, body)]
    simulated = [_simulated(ports, order, filing, draft) for order, filing in _filings(ports, asked)]
    ended = body.since is not None and any(row.created_at < body.since for row in page.rows)
    view = SimulationView(
        cases=len(simulated),
        changed=sum(each.was != each.would_be for each in simulated),
        verdicts=_verdicts(simulated),
        amounts=_amounts(simulated),
        items=tuple(each for each in simulated if each.was != each.would_be),
        cursor=None if ended else page.cursor,
    )
    return Reply(200, view)


def _page(ports: Ports, body: SimulatePolicy) -> Page[CaseRow]:
    if body.merchant_id is None:
        return ports.listings.cases_of_platform(None, body.limit, body.cursor)
    return ports.listings.cases_of_merchant(body.merchant_id, None, body.limit, body.cursor)


def _is_asked_for(row: CaseRow, body: SimulatePolicy) -> bool:
    return (body.since is None or row.created_at >= body.since) and (
        body.before is None or row.created_at < body.before
    )


def _filings(ports: Ports, rows: Sequence[CaseRow]) -> Iterator[tuple[Order, Filing]]:
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        wanted = [ref for row in some for ref in (refs.order(row.order_id), refs.filing(row.case_id))]
        loaded = ports.records.load(list(dict.fromkeys(wanted)))
        for row in some:
            order, filing = loaded.get(refs.order(row.order_id)), loaded.get(refs.filing(row.case_id))
            if isinstance(order, Order) and isinstance(filing, Filing):
                yield grown(order, filing.ledger), filing


def _simulated(ports: Ports, order: Order, filing: Filing, draft: Policy) -> SimulatedCase:
    bound = ports.policies.get(order.policy_id, order.policy_version)
    return SimulatedCase(
        case_id=filing.case_id,
        order_id=order.order_id,
        filed_at=filing.at,
        reason=filing.reason,
        policy_version=order.policy_version,
        was=_outcome(order, filing, bound),
        would_be=_outcome(order, filing, draft),
    )


def _outcome(order: Order, filing: Filing, policy: Policy) -> OutcomeView:
    def money(amount: int) -> Amount:
        return Amount(amount=amount, currency=order.currency)

    try:
        claim = price(order, policy, filing)
    except AftersalesError as refusal:  # what was asked then cannot be asked under this policy
        kind = type(refusal)
        because = name({kind.__name__: (title_of(kind, "zh-CN"), title_of(kind, "en"))}, kind.__name__)
        nothing = money(0)
        return OutcomeView(
            verdict=name(names.VERDICTS, "reject"),
            because=because,
            instant=False,
            amount=nothing,
            freight=nothing,
            decide_by=None,
        )
    verdict = verdict_on(order, policy, filing, claim)
    rejected = verdict.kind == "reject"
    waits = policy.deadlines.of("decision", filing.delivery.state)
    return OutcomeView(
        verdict=name(names.VERDICTS, verdict.kind),
        because=name(names.FINDINGS, verdict.findings[0].because),
        instant=verdict.instant,
        amount=money(0 if rejected else claim.total),
        freight=money(0 if rejected else claim.freight),
        decide_by=policy.calendar.after(filing.at, waits) if verdict.kind == "refer" else None,
    )


def _verdicts(simulated: Sequence[SimulatedCase]) -> tuple[VerdictChange, ...]:
    counted = Counter((each.was.verdict.code, each.would_be.verdict.code) for each in simulated)
    return tuple(
        VerdictChange(was=name(names.VERDICTS, was), would_be=name(names.VERDICTS, then), cases=n)
        for (was, then), n in sorted(counted.items())
    )


def _amounts(simulated: Sequence[SimulatedCase]) -> tuple[AmountChange, ...]:
    was, would_be = Counter[str](), Counter[str]()
    for each in simulated:
        was[each.was.amount.currency] += each.was.amount.amount
        would_be[each.would_be.amount.currency] += each.would_be.amount.amount
    return tuple(
        AmountChange(
            was=Amount(amount=was[currency], currency=currency),
            would_be=Amount(amount=would_be[currency], currency=currency),
        )
        for currency in sorted(was)
    )
