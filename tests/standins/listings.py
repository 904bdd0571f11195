"""Lists over the table in memory. They never lag, which no rule may rely on (a test lets rules see no list at all)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from chalicelib.adapters.dynamodb import rows
from chalicelib.adapters.dynamodb.cursors import cursor_of, position_of
from chalicelib.adapters.dynamodb.indexes import of_gate, of_return
from chalicelib.adapters.dynamodb.keys import key_of_thing, kind_of, shard
from chalicelib.adapters.dynamodb.stamps import stamp
from chalicelib.domain.cases import Case
from chalicelib.domain.deposits import DepositEntry
from chalicelib.domain.disputes import Precedent
from chalicelib.domain.endpoints import Webhook
from chalicelib.domain.entries import Entry
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.gates import Gate, GateName
from chalicelib.domain.journals import JournalEntry
from chalicelib.domain.lifecycles import CaseStatus, RecoveryState, RefundState
from chalicelib.domain.logistics import CarrierCommand
from chalicelib.domain.notifications import Notification
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.recalls import Sold
from chalicelib.domain.reconciliations import Reconciliation
from chalicelib.domain.recoveries import Recovery
from chalicelib.domain.refunds import Refund
from chalicelib.domain.returns import Return, ReturnList
from chalicelib.domain.rows import (
    CaseRow,
    DeliveryRow,
    DueRow,
    GateRow,
    Page,
    PrecedentRow,
    RecoveryRow,
    RefundRow,
    ReturnRow,
)
from chalicelib.domain.tallies import Tally
from chalicelib.domain.webhooks import FAILED, DeliveryState, WebhookDelivery
from tests.standins.records import MemoryRecords

Thing = TypeVar("Thing")
Row = TypeVar("Row")


def _same(thing: Thing) -> Thing:
    return thing


class MemoryListings:
    def __init__(self, records: MemoryRecords) -> None:
        self._records = records

    def cases_of_buyer(self, buyer_id: str, limit: int, cursor: str | None) -> Page[CaseRow]:
        cases = self._records.all(Case, buyer_id=buyer_id)
        return _page(("buyer", buyer_id), cases, _listed_at, _case_row, limit, cursor)

    def cases_of_merchant(
        self, merchant_id: str, status: CaseStatus | None, limit: int, cursor: str | None
    ) -> Page[CaseRow]:
        cases = _in(self._records.all(Case, merchant_id=merchant_id), status)
        return _page(("merchant", merchant_id, status or ""), cases, _listed_at, _case_row, limit, cursor)

    def cases_of_platform(self, status: CaseStatus | None, limit: int, cursor: str | None) -> Page[CaseRow]:
        cases = _in(self._records.all(Case), status)
        return _page(("platform", status or ""), cases, _listed_at, _case_row, limit, cursor)

    def refunds_in(self, state: RefundState, limit: int, cursor: str | None) -> Page[RefundRow]:
        refunds = self._records.all(Refund, state=state)
        return _page(("refunds", state), refunds, _listed_since, _refund_row, limit, cursor)

    def recoveries_in(self, state: RecoveryState, limit: int, cursor: str | None) -> Page[RecoveryRow]:
        owed = self._records.all(Recovery, state=state)
        return _page(("recoveries", state), owed, _opened_at, _recovery_row, limit, cursor)

    def recoveries_late(self, limit: int, cursor: str | None) -> Page[RecoveryRow]:
        owed = [one for one in self._records.all(Recovery) if one.is_late]
        return _page(("late",), owed, _late_at, _recovery_row, limit, cursor, newest_first=False)

    def recoveries_of_merchant(
        self, merchant_id: str, state: RecoveryState | None, limit: int, cursor: str | None
    ) -> Page[RecoveryRow]:
        owed = self._records.all(Recovery, debtor="merchant", debtor_id=merchant_id)
        of = [one for one in owed if state in (None, one.state)]
        return _page(("owed", merchant_id, state or ""), of, _opened_at, _recovery_row, limit, cursor)

    def recoveries_of(self, case_id: str) -> Sequence[Recovery]:
        return self._records.all(Recovery, case_id=case_id)

    def deposit_moves(self, merchant_id: str, limit: int, cursor: str | None) -> Page[DepositEntry]:
        moves = self._records.all(DepositEntry, merchant_id=merchant_id)
        return _page(("deposit", merchant_id), moves, _moved_at, _same, limit, cursor)

    def settled(self, since: datetime, until: datetime) -> Iterator[RefundRow]:
        return (
            _refund_row(refund)
            for refund in self._records.all(Refund)
            if refund.state in ("settled", "reversed") and stamp(since) <= _listed_since(refund) < stamp(until)
        )

    def reconciliations(self, limit: int, cursor: str | None) -> Page[Reconciliation]:
        known = self._records.all(Reconciliation)
        return _page(("reconciliations",), known, lambda one: one.day.isoformat(), _same, limit, cursor)

    def timeline(self, case_id: str, limit: int, cursor: str | None) -> Page[Entry]:
        told = self._records.all(Entry, case_id=case_id)
        listing = ("timeline", case_id)
        return _page(listing, told, lambda one: f"{one.sequence:06}", _same, limit, cursor, newest_first=False)

    def refunds_of(self, case_id: str) -> Sequence[Refund]:
        return self._records.all(Refund, case_id=case_id)

    def parcels_of(self, case_id: str) -> Sequence[Parcel]:
        return self._records.all(Parcel, case_id=case_id)

    def gates_of(self, case_id: str) -> Sequence[Gate]:
        return self._records.all(Gate, case_id=case_id)

    def precedents(self, reason: str, category: str, band: str, limit: int) -> Sequence[PrecedentRow]:
        like = [one for one in self._records.all(Precedent, reason=reason, category=category) if one.band == band]
        newest = sorted(like, key=lambda one: one.at, reverse=True)[:limit]
        return [rows.row_of(PrecedentRow, rows.summary(PrecedentRow, one)) for one in newest]

    def evidence_of(self, case_id: str) -> Sequence[Evidence]:
        return self._records.all(Evidence, case_id=case_id)

    def journal_of(self, order_id: str) -> Sequence[JournalEntry]:
        return self._records.all(JournalEntry, order_id=order_id)

    def returns_in(
        self, state: ReturnList, merchant_id: str | None, limit: int, *, before: datetime | None = None
    ) -> Sequence[ReturnRow]:
        listed: list[tuple[datetime, Return]] = []
        for one in self._records.all(Return):
            beside = of_return(one)
            due_at = one.quiet_at if state == "quiet" else one.put_away_due_at
            if beside.get("status_at", "").startswith(f"{state}#") and merchant_id in (None, one.merchant_id):
                assert due_at is not None
                if before is None or due_at <= before:
                    listed.append((due_at, one))
        ordered = sorted(listed, key=lambda pair: (pair[0], pair[1].return_id))[:limit]
        return [rows.row_of(ReturnRow, rows.summary(ReturnRow, one, due_at=due_at)) for due_at, one in ordered]

    def goods_due(self, gate: GateName, merchant_id: str | None, limit: int, *, before: datetime) -> Sequence[GateRow]:
        waiting = [
            one
            for one in self._records.all(Gate, name=gate)
            if "state_key" in of_gate(one) and one.due_at <= before and merchant_id in (None, one.merchant_id)
        ]
        return [_gate_row(one) for one in sorted(waiting, key=_owed_at)[:limit]]

    def awaited(self, owner: str, limit: int, cursor: str | None, *, before: datetime | None = None) -> Page[GateRow]:
        waiting = [gate for gate in self._records.all(Gate, owner=owner) if gate.answer is None]
        urgent = [gate for gate in waiting if before is None or stamp(gate.due_at) <= stamp(before)]
        return _page(("awaited", owner), urgent, _owed_at, _gate_row, limit, cursor, newest_first=False)

    def sold(self, merchant_id: str, sku: str, shard: int, limit: int, after: str | None) -> list[Sold]:
        rows = self._records.all(Sold, merchant_id=merchant_id, sku=sku, shard=shard)
        behind = (row for row in rows if after is None or row.order_id > after)
        return sorted(behind, key=lambda row: row.order_id)[:limit]

    def due(self, shard_: int, before: datetime, limit: int, after: DueRow | None = None) -> Sequence[DueRow]:
        def place(row: DueRow) -> tuple[datetime, str]:
            return row.due_at, str(row.ref.parts)

        of = [
            DueRow(kind_of(key), self._records.ref_of(key), at)
            for key, thing, at in self._records.due(before)
            if shard(_watched_by(thing)) == shard_
        ]
        return [row for row in sorted(of, key=place) if after is None or place(row) > place(after)][:limit]

    def parked(self, merchant_id: str, limit: int) -> Sequence[DueRow]:
        waiting = [one for one in self._records.all(WebhookDelivery, merchant_id=merchant_id) if one.is_parked]
        keys = [(key_of_thing(one), one.created_at) for one in sorted(waiting, key=lambda one: one.created_at)]
        return [DueRow(kind_of(key), self._records.ref_of(key), at) for key, at in keys[:limit]]

    def deliveries_of(
        self, merchant_id: str, state: DeliveryState | None, limit: int, cursor: str | None
    ) -> Page[DeliveryRow]:
        found = [
            one for one in self._records.all(WebhookDelivery, merchant_id=merchant_id) if state in (None, one.state)
        ]
        return _page(("deliveries", merchant_id, state or ""), found, _sent_at, _delivery_row, limit, cursor)

    def failed_deliveries(self, merchant_id: str, since: datetime, limit: int) -> Sequence[DeliveryRow]:
        found = [one for one in self._records.all(WebhookDelivery, merchant_id=merchant_id) if one.state in FAILED]
        late = sorted((one for one in found if stamp(one.created_at) >= stamp(since)), key=_sent_at)
        return [_delivery_row(one) for one in late[:limit]]

    def notifications_of(self, buyer_id: str, limit: int, cursor: str | None) -> Page[Notification]:
        told = self._records.all(Notification, buyer_id=buyer_id)
        return _page(("inbox", buyer_id), told, lambda one: f"{stamp(one.at)}#{one.event_id}", _same, limit, cursor)

    def tally_of(self, merchant_id: str | None) -> Tally:
        return Tally(numbers=dict(self._records.tallies.get(merchant_id, {})))

    def oldest(self, merchant_id: str | None, status: CaseStatus) -> CaseRow | None:
        of = {"merchant_id": merchant_id} if merchant_id else {}
        cases = sorted(_in(self._records.all(Case, **of), status), key=_listed_at)
        return _case_row(cases[0]) if cases else None


def _page(
    listing: tuple[str, ...],
    things: Iterable[Thing],
    position: Callable[[Thing], str],
    row: Callable[[Thing], Row],
    limit: int,
    cursor: str | None,
    *,
    newest_first: bool = True,
) -> Page[Row]:
    first = position_of(listing, cursor)
    placed = sorted(((position(thing), thing) for thing in things), key=lambda pair: pair[0], reverse=newest_first)
    if first is not None:
        placed = [(at, thing) for at, thing in placed if (at <= first if newest_first else at >= first)]
    further = cursor_of(listing, placed[limit][0]) if len(placed) > limit else None
    return Page([row(thing) for _, thing in placed[:limit]], further)


def _in(cases: list[Case], status: CaseStatus | None) -> list[Case]:
    return [case for case in cases if status in (None, case.status)]


def _listed_at(case: Case) -> str:
    return f"{stamp(case.created_at)}#{case.case_id}"


def _listed_since(refund: Refund) -> str:
    return f"{stamp(refund.settled_at or refund.granted_at)}#{refund.refund_no}"


def _owed_at(gate: Gate) -> str:
    return f"{stamp(gate.due_at)}#{gate.case_id}#{gate.name}#{gate.round:02}"


def _case_row(case: Case) -> CaseRow:
    return rows.row_of(CaseRow, rows.summary(CaseRow, case))


def _gate_row(gate: Gate) -> GateRow:
    return rows.row_of(GateRow, rows.summary(GateRow, gate))


def _opened_at(recovery: Recovery) -> str:
    return f"{stamp(recovery.opened_at)}#{recovery.recovery_id}"


def _late_at(recovery: Recovery) -> str:
    return f"{stamp(recovery.due_at)}#{recovery.recovery_id}"


def _moved_at(move: DepositEntry) -> str:
    return f"journal#{stamp(move.at)}#{move.entry_id}"


def _recovery_row(recovery: Recovery) -> RecoveryRow:
    return rows.row_of(RecoveryRow, rows.summary(RecoveryRow, recovery))


def _refund_row(refund: Refund) -> RefundRow:
    return rows.row_of(RefundRow, rows.summary(RefundRow, refund))


def _sent_at(delivery: WebhookDelivery) -> str:
    return f"{stamp(delivery.created_at)}#{delivery.event_id}"


def _delivery_row(delivery: WebhookDelivery) -> DeliveryRow:
    return rows.row_of(DeliveryRow, rows.delivery_summary(delivery))


def _watched_by(thing: Any) -> str:
    match thing:
        case WebhookDelivery():
            return thing.event_id
        case Webhook():
            return thing.merchant_id
        case CarrierCommand():
            return thing.command_no
    return str(thing.case_id)
