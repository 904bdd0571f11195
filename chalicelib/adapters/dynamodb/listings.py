"""The Listings port: pages of the table's indexes and partitions.

A cursor is a position in time, the same in every index, status and shard that a list is merged from: a case
that changes its status between two pages is neither lost nor repeated.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar, cast, get_args

from chalicelib.adapters.dynamodb.codec import key_in, thing_of
from chalicelib.adapters.dynamodb.cursors import cursor_of, position_of
from chalicelib.adapters.dynamodb.indexes import BY_BUYER, BY_DUE, BY_MERCHANT, BY_OWNER, BY_STATE, FUND, TABLE
from chalicelib.adapters.dynamodb.keys import key_of, kind_of, ref_of, tally_key
from chalicelib.adapters.dynamodb.ranges import HIGHEST, Range, Ranges
from chalicelib.adapters.dynamodb.reads import read_all
from chalicelib.adapters.dynamodb.rows import row_of
from chalicelib.adapters.dynamodb.stamps import instant, stamp
from chalicelib.domain.deposits import DepositEntry
from chalicelib.domain.entries import Entry
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.gates import Gate
from chalicelib.domain.journals import JournalEntry
from chalicelib.domain.lifecycles import CaseStatus, RecoveryState, RefundState
from chalicelib.domain.notifications import Notification
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.recalls import Sold
from chalicelib.domain.reconciliations import Reconciliation
from chalicelib.domain.recoveries import Recovery
from chalicelib.domain.refs import PROVIDER
from chalicelib.domain.refunds import Refund
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
from chalicelib.domain.tallies import SHARDS, Tally
from chalicelib.domain.values import Value
from chalicelib.domain.webhooks import FAILED, DeliveryState
from chalicelib.errors import FieldError, InvalidRequest

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from chalicelib.adapters.dynamodb.codec import Item
    from chalicelib.adapters.dynamodb.reads import Pause
    from chalicelib.adapters.dynamodb.rows import Row
    from chalicelib.domain.gates import GateName
    from chalicelib.domain.lifecycles import RefundState
    from chalicelib.domain.returns import ReturnList

V = TypeVar("V", bound=Value)
MAX_LIMIT = 100
AT_ONCE = 1000  # rows of a query that reads on to the end: nearly what DynamoDB's megabyte holds
STATUSES: tuple[CaseStatus, ...] = get_args(CaseStatus)
RECOVERY_STATES: tuple[RecoveryState, ...] = get_args(RecoveryState)
DELIVERY_STATES: tuple[DeliveryState, ...] = get_args(DeliveryState)


class DynamoListings:
    """`pause` waits that many seconds, between two tries of a read that DynamoDB answered in part."""

    def __init__(self, client: DynamoDBClient, table: str, pause: Pause = time.sleep) -> None:
        self._client, self._table, self._pause = client, table, pause
        self._ranges = Ranges(client, table)

    def cases_of_buyer(self, buyer_id: str, limit: int, cursor: str | None) -> Page[CaseRow]:
        return self._rows(CaseRow, ("buyer", buyer_id), [Range(BY_BUYER, f"buyer#{buyer_id}")], limit, cursor)

    def cases_of_merchant(
        self, merchant_id: str, status: CaseStatus | None, limit: int, cursor: str | None
    ) -> Page[CaseRow]:
        ranges = [Range(BY_MERCHANT, f"merchant#{merchant_id}", f"{one}#") for one in _statuses(status)]
        return self._rows(CaseRow, ("merchant", merchant_id, status or ""), ranges, limit, cursor)

    def cases_of_platform(self, status: CaseStatus | None, limit: int, cursor: str | None) -> Page[CaseRow]:
        """All statuses together are 112 small queries, eight at a time: ask for one status where you can."""
        ranges = [Range(BY_STATE, f"case#{one}#{shard}") for one in _statuses(status) for shard in range(SHARDS)]
        return self._rows(CaseRow, ("platform", status or ""), ranges, limit, cursor)

    def refunds_in(self, state: RefundState, limit: int, cursor: str | None) -> Page[RefundRow]:
        ranges = [Range(BY_STATE, f"refund#{state}#{shard}") for shard in range(SHARDS)]
        return self._rows(RefundRow, ("refunds", state), ranges, limit, cursor)

    def recoveries_in(self, state: RecoveryState, limit: int, cursor: str | None) -> Page[RecoveryRow]:
        ranges = [Range(BY_STATE, f"recovery#{state}#{shard}") for shard in range(SHARDS)]
        return self._rows(RecoveryRow, ("recoveries", state), ranges, limit, cursor)

    def recoveries_late(self, limit: int, cursor: str | None) -> Page[RecoveryRow]:
        return self._rows(RecoveryRow, ("late",), [Range(BY_OWNER, FUND, newest_first=False)], limit, cursor)

    def recoveries_of_merchant(
        self, merchant_id: str, state: RecoveryState | None, limit: int, cursor: str | None
    ) -> Page[RecoveryRow]:
        states = RECOVERY_STATES if state is None else (state,)
        ranges = [Range(BY_MERCHANT, f"recoveries#{merchant_id}", f"{one}#") for one in states]
        return self._rows(RecoveryRow, ("owed", merchant_id, state or ""), ranges, limit, cursor)

    def recoveries_of(self, case_id: str) -> Sequence[Recovery]:
        return self._things(Recovery, f"case#{case_id}", "recovery#")

    def deposit_moves(self, merchant_id: str, limit: int, cursor: str | None) -> Page[DepositEntry]:
        moves = Range(TABLE, f"merchant#{merchant_id}", "journal#")
        items, further = self._page(("deposit", merchant_id), [moves], limit, cursor)
        return Page([cast(DepositEntry, thing_of(item)) for item in items], further)

    def returns_in(
        self, state: ReturnList, merchant_id: str | None, limit: int, *, before: datetime | None = None
    ) -> Sequence[ReturnRow]:
        """Of a shop, or of all (None): what the stock system owes an answer for, or carriers do; the oldest first."""
        return self._goods(ReturnRow, ("return", "returns"), state, merchant_id, limit, before)

    def goods_due(self, gate: GateName, merchant_id: str | None, limit: int, *, before: datetime) -> Sequence[GateRow]:
        return self._goods(GateRow, ("gate", "gates"), gate, merchant_id, limit, before)

    def _goods(
        self,
        type: type[Row],
        lists: tuple[str, str],
        state: str,
        merchant_id: str | None,
        limit: int,
        before: datetime | None,
    ) -> list[Row]:
        """Of a shop or of all, by its own list and everybody's; what is due at `before` too, the most urgent first."""
        until = f"{stamp(before)}{HIGHEST}" if before is not None else None
        everybodys, own = lists
        if merchant_id is not None:
            ranges = [Range(BY_MERCHANT, f"{own}#{merchant_id}", f"{state}#", newest_first=False, before=until)]
        else:
            shards = (f"{everybodys}#{state}#{shard}" for shard in range(SHARDS))
            ranges = [Range(BY_STATE, partition, newest_first=False, before=until) for partition in shards]
        return [row_of(type, item["summary"]["S"]) for _, item in self._ranges.read(ranges, limit, None)]

    def settled(self, since: datetime, until: datetime) -> Iterator[RefundRow]:
        """Every refund that was settled from `since` on and before `until`, also if it came back later."""
        for state in ("settled", "reversed"):
            for shard in range(SHARDS):
                of = Range(BY_STATE, f"refund#{state}#{shard}", newest_first=False, before=stamp(until))
                for item in self._ranges.each(of, stamp(since), AT_ONCE):
                    yield row_of(RefundRow, item["summary"]["S"])

    def reconciliations(self, limit: int, cursor: str | None) -> Page[Reconciliation]:
        days = Range(TABLE, f"bills#{PROVIDER}", "reconciliation#")
        items, further = self._page(("reconciliations",), [days], limit, cursor)
        return Page([cast(Reconciliation, thing_of(item)) for item in items], further)

    def awaited(self, owner: str, limit: int, cursor: str | None, *, before: datetime | None = None) -> Page[GateRow]:
        until = stamp(before) if before is not None else None
        due = Range(BY_OWNER, owner, newest_first=False, before=until)
        return self._rows(GateRow, ("awaited", owner), [due], limit, cursor)

    def timeline(self, case_id: str, limit: int, cursor: str | None) -> Page[Entry]:
        told = Range(TABLE, f"case#{case_id}", "entry#", newest_first=False)
        items, further = self._page(("timeline", case_id), [told], limit, cursor)
        return Page([cast(Entry, thing_of(item)) for item in items], further)

    def notifications_of(self, buyer_id: str, limit: int, cursor: str | None) -> Page[Notification]:
        """The index knows the order, the items the words: one query and one read."""
        inbox = Range(BY_BUYER, f"inbox#{buyer_id}")
        listed, further = self._page(("inbox", buyer_id), [inbox], limit, cursor)
        keys = [key_in(item) for item in listed]
        items = read_all(self._client, self._table, keys, self._pause)
        return Page([cast(Notification, thing_of(items[key])) for key in keys if key in items], further)

    def refunds_of(self, case_id: str) -> Sequence[Refund]:
        return self._things(Refund, f"case#{case_id}", "refund#")

    def parcels_of(self, case_id: str) -> Sequence[Parcel]:
        """Oldest first, because ids are time-ordered."""
        return self._things(Parcel, f"case#{case_id}", "parcel#")

    def gates_of(self, case_id: str) -> Sequence[Gate]:
        return self._things(Gate, f"case#{case_id}", "gate#")

    def precedents(self, reason: str, category: str, band: str, limit: int) -> Sequence[PrecedentRow]:
        like = Range(BY_STATE, f"precedent#{reason}#{category}#{band}")
        return [row_of(PrecedentRow, item["summary"]["S"]) for item in self._ranges.first(like, limit)]

    def evidence_of(self, case_id: str) -> Sequence[Evidence]:
        """Oldest first, because ids are time-ordered."""
        return self._things(Evidence, f"case#{case_id}", "evidence#")

    def journal_of(self, order_id: str) -> Sequence[JournalEntry]:
        """Oldest first."""
        return self._things(JournalEntry, f"order#{order_id}", "journal#")

    def sold(self, merchant_id: str, sku: str, shard: int, limit: int, after: str | None) -> list[Sold]:
        partition = f"sku#{merchant_id}#{sku}#{shard}"
        behind = {"pk": partition, "sk": f"sold#{after}"} if after is not None else None
        orders = Range(TABLE, partition, "sold#", newest_first=False)
        return [cast(Sold, thing_of(item)) for item in self._ranges.first(orders, limit, behind)]

    def due(self, shard: int, before: datetime, limit: int, after: DueRow | None = None) -> Sequence[DueRow]:
        """What should have happened by `before`, the oldest first, of one of SHARDS shards.

        `after` is the last that was read; it may be gone by now. Many may be due at one instant.
        """
        late = Range(BY_DUE, f"due#{shard}", newest_first=False, before=stamp(before))
        behind = None
        if after is not None:
            pk, sk = key_of(after.ref)
            behind = {"due_key": f"due#{shard}", "due_at": stamp(after.due_at), "pk": pk, "sk": sk}
        return [_due_row(item) for item in self._ranges.first(late, limit, behind)]

    def parked(self, merchant_id: str, limit: int) -> Sequence[DueRow]:
        """Deliveries that wait for the end of an endpoint's rest, in the order they came."""
        items = self._ranges.first(Range(BY_DUE, f"parked#{merchant_id}", newest_first=False), limit)
        return [_due_row(item) for item in items]

    def deliveries_of(
        self, merchant_id: str, state: DeliveryState | None, limit: int, cursor: str | None
    ) -> Page[DeliveryRow]:
        """Newest first."""
        states = DELIVERY_STATES if state is None else (state,)
        ranges = [Range(BY_MERCHANT, f"deliveries#{merchant_id}", f"{one}#") for one in states]
        return self._rows(DeliveryRow, ("deliveries", merchant_id, state or ""), ranges, limit, cursor)

    def failed_deliveries(self, merchant_id: str, since: datetime, limit: int) -> Sequence[DeliveryRow]:
        """What was given up or skipped of the events since then, oldest first."""
        ranges = [Range(BY_MERCHANT, f"deliveries#{merchant_id}", f"{one}#", newest_first=False) for one in FAILED]
        placed = self._ranges.read(ranges, limit, stamp(since))
        return [row_of(DeliveryRow, item["summary"]["S"]) for _, item in placed]

    def tally_of(self, merchant_id: str | None) -> Tally:
        keys = [tally_key(merchant_id, shard) for shard in range(1 if merchant_id else SHARDS)]
        numbers: dict[str, int] = {}
        for item in read_all(self._client, self._table, keys, self._pause).values():
            for name, value in item.items():
                if "N" in value:
                    numbers[name] = numbers.get(name, 0) + int(value["N"])
        return Tally(numbers=numbers)

    def oldest(self, merchant_id: str | None, status: CaseStatus) -> CaseRow | None:
        if merchant_id is not None:
            ranges = [Range(BY_MERCHANT, f"merchant#{merchant_id}", f"{status}#", newest_first=False)]
        else:
            shards = (f"case#{status}#{shard}" for shard in range(SHARDS))
            ranges = [Range(BY_STATE, partition, newest_first=False) for partition in shards]
        placed = self._ranges.read(ranges, 1)
        return row_of(CaseRow, placed[0][1]["summary"]["S"]) if placed else None

    def _things(self, type: type[V], partition: str, prefix: str) -> list[V]:
        items = self._ranges.all(Range(TABLE, partition, prefix, newest_first=False))
        return [cast(V, thing_of(item)) for item in items]

    def _rows(
        self, type: type[Row], listing: tuple[str, ...], ranges: list[Range], limit: int, cursor: str | None
    ) -> Page[Row]:
        items, further = self._page(listing, ranges, limit, cursor)
        return Page([row_of(type, item["summary"]["S"]) for item in items], further)

    def _page(
        self, listing: tuple[str, ...], ranges: list[Range], limit: int, cursor: str | None
    ) -> tuple[list[Item], str | None]:
        """One row more is read than is shown: it says whether there is a next page, and where that begins."""
        if not 1 <= limit <= MAX_LIMIT:
            message = f"must be 1 to {MAX_LIMIT}"
            raise InvalidRequest(f"limit {message}", errors=[FieldError("limit", message, {"maximum": MAX_LIMIT})])
        placed = self._ranges.read(ranges, limit + 1, position_of(listing, cursor))
        further = cursor_of(listing, placed[limit][0]) if len(placed) > limit else None
        return [item for _, item in placed[:limit]], further


def _statuses(status: CaseStatus | None) -> tuple[CaseStatus, ...]:
    return STATUSES if status is None else (status,)


def _due_row(item: Item) -> DueRow:
    key = key_in(item)
    return DueRow(kind_of(key), ref_of(key), instant(item["due_at"]["S"]))
