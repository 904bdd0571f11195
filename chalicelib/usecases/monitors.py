"""退款监控: counts and money by state and stage; what is old, due soon, overdue or unknown. One call per actor."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, get_args

from chalicelib.domain.actors import READS_EVERYTHING
from chalicelib.domain.lifecycles import CASE_ENDS, CaseStatus, RefundState
from chalicelib.errors import Forbidden
from chalicelib.schemas import names
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.lists import DueView, ListView
from chalicelib.schemas.monitors import (
    AwaitedView,
    MonitorView,
    OldestView,
    QuietView,
    ReturnsMonitorView,
    StageView,
    StateView,
)
from chalicelib.schemas.names import name
from chalicelib.schemas.returns import UnshelvedView
from chalicelib.usecases.steps import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.actors import Actor
    from chalicelib.domain.gates import GateName
    from chalicelib.domain.rows import GateRow
    from chalicelib.domain.tallies import Tally
    from chalicelib.ports import Ports
    from chalicelib.schemas.names import Names

SOON = timedelta(hours=24)
SHOWN = 100  # overdue and due-soon cases that are listed; the rest is in `GET /due`

GOODS_STAGES: tuple[CaseStatus, ...] = ("awaiting_goods", "in_transit", "received", "inspected")

_QUEUES = {
    "agent": ("agent",),
    "supervisor": ("supervisor", "agent"),
    "operator": ("operator", "agent", "supervisor"),
}


def monitor(ports: Ports, actor: Actor) -> Reply:
    """The shop's monitor for a merchant, the platform's for staff and auditors. Raises Forbidden for others."""
    merchant_id = _scope(actor)
    tally, now = ports.listings.tally_of(merchant_id), ports.clock.now()
    awaited = [row for owner in _owners(actor) for row in _until(ports, owner, now + SOON)]
    view = MonitorView(
        merchant_id=merchant_id,
        at=now,
        cases=_states(tally, "case", names.STATUSES, get_args(CaseStatus)),
        refunds=_states(tally, "refund", names.REFUND_STATES, get_args(RefundState)),
        overdue=tuple(DueView.of(row) for row in awaited if row.due_at <= now),
        due_soon=tuple(DueView.of(row) for row in awaited if row.due_at > now),
        unshelved=_unshelved(ports, merchant_id),
        oldest=_oldest(ports, merchant_id, tally, now) if merchant_id else (),
    )
    return Reply(200, view)


def returns(ports: Ports, actor: Actor) -> Reply:
    """退货监控: where goods on their way back stand, what is late, not heard of, or not put away. Raises Forbidden."""
    merchant_id = _scope(actor)
    tally, now = ports.listings.tally_of(merchant_id), ports.clock.now()
    quiet = ports.listings.returns_in("quiet", merchant_id, SHOWN, before=now)
    view = ReturnsMonitorView(
        merchant_id=merchant_id,
        at=now,
        stages=tuple(_stages(ports, merchant_id, tally, now)),
        couriers=_awaited(ports, "pickup", merchant_id, now),
        receipts=_awaited(ports, "receipt", merchant_id, now),
        inspections=_awaited(ports, "inspection", merchant_id, now),
        quiet=tuple(QuietView.of(row) for row in quiet),
        unshelved=_unshelved(ports, merchant_id),
    )
    return Reply(200, view)


def _awaited(ports: Ports, gate: GateName, merchant_id: str | None, now: datetime) -> AwaitedView:
    rows = ports.listings.goods_due(gate, merchant_id, SHOWN + 1, before=now + SOON)
    return AwaitedView(
        late=tuple(DueView.of(row) for row in rows[:SHOWN] if row.due_at <= now),
        due_soon=tuple(DueView.of(row) for row in rows[:SHOWN] if row.due_at > now),
        more=len(rows) > SHOWN,
    )


def _stages(ports: Ports, merchant_id: str | None, tally: Tally, now: datetime) -> Iterator[StageView]:
    for status in GOODS_STAGES:
        counted = _states(tally, "case", names.STATUSES, (status,))
        row = ports.listings.oldest(merchant_id, status) if counted else None
        for state in counted:
            oldest = row if row is not None and row.currency == state.amount.currency else None
            yield StageView(
                **dict(state),
                oldest_case_id=oldest.case_id if oldest else None,
                oldest_age_seconds=int((now - oldest.created_at).total_seconds()) if oldest else None,
            )


def due(ports: Ports, actor: Actor, limit: int, cursor: str | None) -> Reply:
    """What waits for the caller, the most urgent first."""
    page = ports.listings.awaited(_owners(actor)[0], limit, cursor)
    return Reply(200, ListView.body([DueView.of(row) for row in page.rows], page.cursor))


def _scope(actor: Actor) -> str | None:
    if actor.role == "merchant":
        return actor.merchant_id
    if actor.role in READS_EVERYTHING:
        return None
    raise Forbidden(f"a {actor.role} has no monitor")


def _owners(actor: Actor) -> tuple[str, ...]:
    if actor.role == "merchant":
        return (f"merchant#{actor.merchant_id}",)
    if actor.role == "buyer":
        return (f"buyer#{actor.id}",)
    if actor.role not in READS_EVERYTHING:
        raise Forbidden(f"nothing waits for a {actor.role}")
    return _QUEUES.get(actor.role, ("operator", "agent", "supervisor"))


def _until(ports: Ports, owner: str, before: datetime) -> list[GateRow]:
    return list(ports.listings.awaited(owner, SHOWN, None, before=before).rows)


def _unshelved(ports: Ports, merchant_id: str | None) -> tuple[UnshelvedView, ...]:
    """退货监控: what came back and does not stand where it should; first what differs, then what is awaited."""
    rows = [row for stock in ("different", "awaited") for row in ports.listings.returns_in(stock, merchant_id, SHOWN)]
    return tuple(UnshelvedView.of(row) for row in rows[:SHOWN])


def _states(tally: Tally, kind: str, known: Names, states: tuple[str, ...]) -> tuple[StateView, ...]:
    """Every state that a currency has something in. Zeros are left out."""
    views: list[StateView] = []
    for state in states:
        for currency in tally.currencies:
            count, amount = tally.count(kind, state, currency), tally.amount(kind, state, currency)
            if count or amount:
                money = Amount(amount=amount, currency=currency)
                views.append(StateView(state=name(known, state), count=count, amount=money))
    return tuple(views)


def _oldest(ports: Ports, merchant_id: str, tally: Tally, now: datetime) -> tuple[OldestView, ...]:
    """The longest waiting case of each open state, with its age in seconds."""
    found: list[OldestView] = []
    for status in get_args(CaseStatus):
        if status in CASE_ENDS or not any(tally.count("case", status, c) for c in tally.currencies):
            continue
        row: Any = ports.listings.oldest(merchant_id, status)
        if row is not None:
            age = int((now - row.created_at).total_seconds())
            found.append(OldestView(state=name(names.STATUSES, status), case_id=row.case_id, age_seconds=age))
    return tuple(found)
