"""Lists: who sees what, in which order, and what the sweeper is shown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from chalicelib.adapters.dynamodb.listings import DynamoListings
from chalicelib.adapters.dynamodb.records import DynamoRecords
from chalicelib.domain import recoveries, refs
from chalicelib.domain.endpoints import Webhook
from chalicelib.domain.recalls import Sold
from chalicelib.domain.refs import Ref
from chalicelib.domain.returns import PutAway
from chalicelib.domain.rows import CaseRow, DueRow, GateRow, RefundRow
from chalicelib.domain.tallies import SHARDS, Tally
from chalicelib.errors import InvalidRequest
from tests.adapters.dynamodb import things

pytestmark = pytest.mark.dynamodb
AT, HOUR, MINUTE = things.AT, things.HOUR, timedelta(minutes=1)


def due(listings: DynamoListings, hours: int = 1) -> list[DueRow]:
    return [row for shard in range(SHARDS) for row in listings.due(shard, AT + hours * HOUR, 100)]


def test_a_line_of_a_list_says_what_the_case_is_about(records: DynamoRecords, listings: DynamoListings) -> None:
    gate = things.gate()
    records.save([things.case(gate=gate.ref)])

    expected = CaseRow(
        case_id=things.CASE_ID,
        order_id="o1",
        merchant_id="m1",
        buyer_id="b1",
        remedy="refund_only",
        reason="not_wanted",
        status="in_review",
        amount=1278,
        currency="CNY",
        created_at=AT,
        updated_at=AT,
        gate=gate.ref,
    )
    assert [expected] == listings.cases_of_buyer("b1", 10, None).rows
    assert [expected] == listings.cases_of_merchant("m1", "in_review", 10, None).rows
    assert [expected] == listings.cases_of_platform("in_review", 10, None).rows


def test_nobody_sees_the_cases_of_others(records: DynamoRecords, listings: DynamoListings) -> None:
    records.save([things.case()])

    assert [] == listings.cases_of_buyer("b2", 10, None).rows
    assert [] == listings.cases_of_merchant("m2", None, 10, None).rows


def test_a_case_is_listed_under_the_status_that_it_has(records: DynamoRecords, listings: DynamoListings) -> None:
    records.save([things.case()])
    records.save([things.case(version=2, status="approved")])

    assert [] == listings.cases_of_merchant("m1", "in_review", 10, None).rows
    assert ["approved"] == [row.status for row in listings.cases_of_merchant("m1", "approved", 10, None).rows]
    assert ["approved"] == [row.status for row in listings.cases_of_platform(None, 10, None).rows]


def test_the_newest_case_comes_first_whatever_its_status(records: DynamoRecords, listings: DynamoListings) -> None:
    statuses = ["completed", "in_review", "closed", "in_review"]
    records.save(
        [things.case(f"case_{i}", status=status, created_at=AT + i * HOUR) for i, status in enumerate(statuses)]
    )

    newest_first = ["case_3", "case_2", "case_1", "case_0"]
    assert newest_first == [row.case_id for row in listings.cases_of_buyer("b1", 10, None).rows]
    assert newest_first == [row.case_id for row in listings.cases_of_merchant("m1", None, 10, None).rows]
    assert newest_first == [row.case_id for row in listings.cases_of_platform(None, 10, None).rows]


def test_a_shops_oldest_case_of_a_status_is_found(records: DynamoRecords, listings: DynamoListings) -> None:
    records.save([things.case(f"case_{i}", created_at=AT - i * HOUR) for i in range(3)])
    records.save([things.case("case_older", status="closed", created_at=AT - 9 * HOUR)])

    found = listings.oldest("m1", "in_review")

    assert found is not None
    assert "case_2" == found.case_id
    assert listings.oldest("m1", "approved") is None


def test_refunds_are_listed_by_their_state(records: DynamoRecords, listings: DynamoListings) -> None:
    records.save([things.refund(), things.refund("case_2", refund_no="rfd_2", granted_at=AT + HOUR)])
    records.save([things.refund(version=2, state="unknown")])

    unknown = RefundRow(
        refund_no=things.refund().refund_no,
        case_id=things.CASE_ID,
        merchant_id="m1",
        state="unknown",
        amount=3834,
        currency="CNY",
        granted_at=AT,
    )
    assert [unknown] == listings.refunds_in("unknown", 10, None).rows
    assert ["rfd_2"] == [row.refund_no for row in listings.refunds_in("granted", 10, None).rows]


def test_the_story_is_told_oldest_first(records: DynamoRecords, listings: DynamoListings) -> None:
    story = [things.entry(sequence=i) for i in (1, 2, 10, 11, 100)]
    records.save([*reversed(story), things.case(), things.gate(), things.entry("case_other")])

    assert story == listings.timeline(things.CASE_ID, 10, None).rows


def test_a_case_s_gates_refunds_parcels_and_evidence_stand_with_it(
    records: DynamoRecords, listings: DynamoListings
) -> None:
    files = [things.evidence("evd_1"), things.evidence("evd_2")]
    gates = [things.gate(), things.gate(round=2), things.gate(name="ruling")]
    records.save(
        [things.case(), things.entry(), things.refund(), things.refund("case_2"), *gates, *files, things.parcel()]
    )

    assert gates == listings.gates_of(things.CASE_ID)
    assert [things.refund()] == listings.refunds_of(things.CASE_ID)
    assert files == listings.evidence_of(things.CASE_ID)
    assert [things.parcel()] == listings.parcels_of(things.CASE_ID)


def test_a_journal_of_hundreds_of_postings_is_whole_and_in_order(
    records: DynamoRecords, listings: DynamoListings
) -> None:
    journal = [things.posting(f"j{i:03}", at=AT + i * MINUTE) for i in range(250)]
    for start in (200, 100, 0):
        records.save(journal[start : start + 100])

    assert journal == listings.journal_of("o1")


def test_who_is_awaited_sees_the_most_urgent_first(records: DynamoRecords, listings: DynamoListings) -> None:
    records.save([things.gate("case_late", due_at=AT + 9 * HOUR), things.gate("case_soon", due_at=AT + HOUR)])
    records.save([things.gate("case_other", owner="buyer#b1")])

    rows = listings.awaited("merchant#m1", 10, None).rows

    assert ["case_soon", "case_late"] == [row.case_id for row in rows]
    assert GateRow("case_soon", "decision", 1, "merchant#m1", AT + HOUR, "approved") == rows[0]


def test_what_is_overdue_is_asked_for_by_time(records: DynamoRecords, listings: DynamoListings) -> None:
    records.save([things.gate("case_late", due_at=AT + 9 * HOUR), things.gate("case_soon", due_at=AT + HOUR)])

    assert [] == listings.awaited("merchant#m1", 10, None, before=AT + HOUR).rows
    overdue = listings.awaited("merchant#m1", 10, None, before=AT + HOUR + timedelta(milliseconds=1)).rows
    assert ["case_soon"] == [row.case_id for row in overdue]


def test_who_has_answered_is_not_awaited_any_more(records: DynamoRecords, listings: DynamoListings) -> None:
    records.save([things.gate()])
    records.save([things.gate().answered("approved", things.BUYER, AT)])

    assert [] == listings.awaited("merchant#m1", 10, None).rows


def test_the_newest_message_comes_first_in_the_inbox(records: DynamoRecords, listings: DynamoListings) -> None:
    messages = [things.notification(f"{things.CASE_ID}-{i}", at=AT + i * MINUTE) for i in (9, 10, 11)]
    records.save([*messages, things.notification("other", buyer_id="b2")])

    assert messages[::-1] == listings.notifications_of("b1", 10, None).rows
    assert [] == listings.notifications_of("b3", 10, None).rows


def test_what_should_have_happened_is_shown_to_the_sweeper_as_what_it_is(
    records: DynamoRecords, listings: DynamoListings
) -> None:
    refund = things.refund(ask_at=AT)
    gate = things.gate(remind_at=AT + MINUTE)
    records.save([things.case(), gate, things.entry(), refund, things.delivery()])

    found = {row.kind: row for row in due(listings)}

    assert refs.case(things.CASE_ID) == found["case"].ref
    assert DueRow("gate", refs.gate(things.CASE_ID, "decision", 1), AT + MINUTE) == found["gate"]
    assert (things.entry().watch_at, (things.CASE_ID, 1)) == (found["entry"].due_at, found["entry"].ref.parts)
    assert DueRow("refund", refs.refund(things.CASE_ID, refund.refund_no), AT) == found["refund"]
    assert Ref("WebhookDelivery", ("m1", f"{things.CASE_ID}-1")) == found["webhook"].ref
    assert 5 == len(found)


def test_the_sweeper_sees_nothing_before_its_time_and_the_oldest_first(
    records: DynamoRecords, listings: DynamoListings
) -> None:
    records.save([things.gate(round=i, due_at=AT + i * HOUR, remind_at=None) for i in (3, 1, 2)])

    assert [] == due(listings, hours=0)
    assert [1] == [row.ref.parts[2] for row in due(listings, hours=1)]
    assert [1, 2, 3] == [row.ref.parts[2] for row in due(listings, hours=3)]


def test_the_sweeper_is_shown_as_much_as_it_asks_for(records: DynamoRecords, listings: DynamoListings) -> None:
    records.save([things.entry(sequence=i) for i in range(1, 31)])

    assert [20] == [len(rows) for shard in range(SHARDS) if (rows := listings.due(shard, AT + HOUR, 20))]


def test_the_sweeper_reads_on_behind_what_it_saw_also_when_that_is_gone(
    records: DynamoRecords, listings: DynamoListings
) -> None:
    records.save([things.entry(sequence=i) for i in range(1, 31)])  # all due at one instant
    [shard] = [shard for shard in range(SHARDS) if listings.due(shard, AT + HOUR, 1)]

    seen: list[DueRow] = []
    while page := listings.due(shard, AT + HOUR, 7, seen[-1] if seen else None):
        seen += page
        records.acknowledge([things.entry(sequence=int(page[-1].ref.parts[1]))])

    assert set(range(1, 31)) == {row.ref.parts[1] for row in seen}
    assert 30 == len(seen)


def test_a_shop_without_cases_has_an_empty_tally(listings: DynamoListings) -> None:
    assert Tally() == listings.tally_of("m1")


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_a_page_has_one_to_a_hundred_lines(listings: DynamoListings, limit: int) -> None:
    with pytest.raises(InvalidRequest) as refused:
        listings.cases_of_buyer("b1", limit, None)

    assert ["limit"] == [error.field for error in refused.value.errors]


def test_a_shops_deliveries_are_listed_the_newest_first_whatever_became_of_them(
    records: DynamoRecords, listings: DynamoListings
) -> None:
    sent = [things.delivery(f"case_{i}-1", created_at=AT + i * MINUTE) for i in range(4)]
    records.save([*sent, things.delivery("case_9-1", merchant_id="m2")])
    records.save([sent[1].tried(AT, 200), sent[2].skipped()])

    first = listings.deliveries_of("m1", None, 3, None)
    rest = listings.deliveries_of("m1", None, 3, first.cursor)

    newest_first = ["case_3-1", "case_2-1", "case_1-1", "case_0-1"]
    assert newest_first == [row.event_id for row in (*first.rows, *rest.rows)]
    assert ["waiting", "skipped", "delivered", "waiting"] == [row.state for row in (*first.rows, *rest.rows)]
    assert ["case_2-1"] == [row.event_id for row in listings.deliveries_of("m1", "skipped", 9, None).rows]


def test_a_line_of_the_log_says_what_the_last_attempt_came_to(records: DynamoRecords, listings: DynamoListings) -> None:
    records.save([things.delivery(version=0).tried(AT, None, "timeout")])

    [row] = listings.deliveries_of("m1", None, 9, None).rows

    assert ("CaseSubmitted", 1, None, "timeout") == (row.type, row.tries, row.status, row.error)
    assert AT + timedelta(seconds=5) == row.next_at


def test_what_failed_since_an_instant_is_found_the_oldest_first(
    records: DynamoRecords, listings: DynamoListings
) -> None:
    sent = [things.delivery(f"case_{i}-1", created_at=AT + i * MINUTE) for i in range(5)]
    records.save(sent)
    records.save([sent[1].skipped(), sent[2].tried(AT, 410), sent[3].tried(AT, 200), sent[4].skipped()])

    found = listings.failed_deliveries("m1", AT + 2 * MINUTE, 10)

    assert ["case_2-1", "case_4-1"] == [row.event_id for row in found]
    assert ["case_1-1", "case_2-1"] == [row.event_id for row in listings.failed_deliveries("m1", AT, 2)]


def test_what_is_parked_stands_with_its_merchant_and_in_nobody_elses_way(
    records: DynamoRecords, listings: DynamoListings
) -> None:
    parked = [things.delivery(f"case_{i}-1", next_at=None, created_at=AT + i * MINUTE) for i in (2, 1, 3)]
    records.save([*parked, things.delivery("case_9-1", merchant_id="m2", next_at=None)])

    assert [("m1", "case_1-1"), ("m1", "case_2-1")] == [row.ref.parts for row in listings.parked("m1", 2)]
    assert [] == due(listings, hours=9999)


def test_of_a_resting_endpoint_the_sweeper_is_shown_the_endpoint(
    records: DynamoRecords, listings: DynamoListings
) -> None:
    webhook = Webhook(merchant_id="m1", url="https://shop.example", updated_at=AT)
    records.save([webhook])
    assert [] == due(listings)
    records.save([webhook.heard(AT, None, 10.0)])

    [row] = due(listings)

    assert ("endpoint", Ref("Webhook", ("m1",)), AT + timedelta(seconds=30)) == (row.kind, row.ref, row.due_at)


def test_goods_are_listed_until_they_are_put_away(records: DynamoRecords, listings: DynamoListings) -> None:
    """Of the shop and of all, the oldest first; what is put away as announced leaves both lists by itself."""
    late = things.a_return(case_id="case_2", return_id="ret_2", put_away_due_at=AT + HOUR)
    other = things.a_return(case_id="case_3", return_id="ret_3", merchant_id="m2")
    records.save([late, things.a_return(), other])
    first = things.a_return().return_id
    assert [first, "ret_2"] == [row.return_id for row in listings.returns_in("awaited", "m1", 10)]
    assert [first, "ret_3", "ret_2"] == [row.return_id for row in listings.returns_in("awaited", None, 10)]

    shelved = PutAway(put_away_id="p1", line_id="1", quantity=1, warehouse="hz1", at=AT)
    records.save([late.shelved(shelved).but(version=2), other.shelved(shelved.but(line_id="2")).but(version=2)])
    assert [first] == [row.return_id for row in listings.returns_in("awaited", None, 10)]
    [differs] = listings.returns_in("different", "m2", 10)
    assert ("different", 1, AT) == (differs.stock, differs.missing, differs.due_at)


def test_goods_are_listed_while_carriers_should_tell_of_them(records: DynamoRecords, listings: DynamoListings) -> None:
    """By when they count as not heard of; told of again, they move; received, they are gone."""
    quiet = things.a_return(disposals=(), put_away_due_at=None, quiet_at=AT + HOUR)
    other = things.a_return(
        case_id="case_3", return_id="ret_3", merchant_id="m2", disposals=(), put_away_due_at=None, quiet_at=AT
    )
    records.save([quiet, other])
    assert [] == listings.returns_in("quiet", "m1", 10, before=AT + HOUR - timedelta(milliseconds=1))
    assert [quiet.return_id] == [row.return_id for row in listings.returns_in("quiet", "m1", 10, before=AT + HOUR)]
    everybodys = listings.returns_in("quiet", None, 10, before=AT + HOUR)
    assert [("ret_3", AT), (quiet.return_id, AT + HOUR)] == [(row.return_id, row.due_at) for row in everybodys]
    records.save([quiet.next(quiet_at=AT + 2 * HOUR), other.next(quiet_at=None)])
    assert [] == listings.returns_in("quiet", None, 10, before=AT + HOUR)


def test_late_gates_of_goods_are_listed_by_what_is_awaited_whoever_is(
    records: DynamoRecords, listings: DynamoListings
) -> None:
    receipt = things.gate(name="receipt", merchant_id="m1", due_at=AT)
    courier = things.gate("case_2", name="pickup", owner="carrier", merchant_id="m1", due_at=AT)
    later = things.gate("case_3", name="receipt", owner="agent", merchant_id="m2", due_at=AT + HOUR)
    records.save([receipt, courier, later, things.gate("case_4")])
    assert [receipt.case_id] == [row.case_id for row in listings.goods_due("receipt", "m1", 10, before=AT + HOUR)]
    assert ["case_2"] == [row.case_id for row in listings.goods_due("pickup", "m1", 10, before=AT)]
    everybodys = [row.case_id for row in listings.goods_due("receipt", None, 10, before=AT + HOUR)]
    assert [receipt.case_id, "case_3"] == everybodys
    assert [receipt.case_id] == [row.case_id for row in listings.goods_due("receipt", None, 10, before=AT)]
    records.save([receipt.answered("received", things.BUYER, AT).but(version=2)])
    assert [] == listings.goods_due("receipt", "m1", 10, before=AT + HOUR)


def test_the_platform_s_oldest_case_of_a_status_is_found_over_all_shards(
    records: DynamoRecords, listings: DynamoListings
) -> None:
    cases = [things.case(case_id=f"case_{n}", status="in_transit", created_at=AT + n * HOUR) for n in range(9)]
    records.save(cases)
    found = listings.oldest(None, "in_transit")
    assert found is not None and "case_0" == found.case_id
    assert listings.oldest(None, "received") is None


def test_a_merchant_sees_what_it_owes_and_the_platform_what_anybody_does(
    records: DynamoRecords, listings: DynamoListings
) -> None:
    """A carrier's debt because of a shop's case is not the shop's."""
    carrier_s = {"debtor": "carrier", "debtor_id": "sf", "recovery_id": recoveries.id_of(things.CASE_ID, 2)}
    late = things.recovery(recovery_id=recoveries.id_of(things.CASE_ID, 3), opened_at=AT + HOUR)
    records.save([things.recovery(), things.recovery(**carrier_s), late])
    first = things.recovery().recovery_id
    page = listings.recoveries_of_merchant("m1", None, 1, None)
    assert [late.recovery_id] == [row.recovery_id for row in page.rows]
    rows = listings.recoveries_of_merchant("m1", None, 1, page.cursor).rows
    assert [(first, 8900, AT + 30 * 24 * HOUR)] == [(row.recovery_id, row.open, row.due_at) for row in rows]
    assert [] == listings.recoveries_of_merchant("m1", "recovered", 9, None).rows
    assert {"merchant", "carrier"} == {row.debtor for row in listings.recoveries_in("open", 9, None).rows}
    assert [first, carrier_s["recovery_id"], late.recovery_id] == [
        one.recovery_id for one in listings.recoveries_of(things.CASE_ID)
    ]
    assert ["recovery"] * 3 == [row.kind for row in due(listings, hours=2)]


def test_what_is_late_stands_in_a_list_until_nothing_is_owed(records: DynamoRecords, listings: DynamoListings) -> None:
    """A gate's owner has a list of the same index, and neither sees the other's."""
    numbers = [recoveries.id_of(things.CASE_ID, n) for n in (1, 2, 3)]
    late = [
        things.recovery(recovery_id=number, due_at=AT + days * 24 * HOUR, late_at=AT)
        for number, days in zip(numbers, (2, 1, 3), strict=True)
    ]
    open_ = things.recovery(recovery_id=recoveries.id_of(things.CASE_ID, 4))
    records.save([*late, open_])
    first = listings.recoveries_late(2, None)
    assert [numbers[1], numbers[0]] == [row.recovery_id for row in first.rows]
    assert [numbers[2]] == [row.recovery_id for row in listings.recoveries_late(2, first.cursor).rows]
    records.save([late[1].paid(late[1].open)])
    assert [numbers[0], numbers[2]] == [row.recovery_id for row in listings.recoveries_late(9, None).rows]


def test_a_deposit_tells_its_history_newest_first(records: DynamoRecords, listings: DynamoListings) -> None:
    later = things.deposit_entry(entry_id="deposited-2", at=AT + HOUR)
    records.save([things.deposit_entry(), later])
    assert [later, things.deposit_entry()] == listings.deposit_moves("m1", 9, None).rows


def test_refunds_are_found_by_the_instant_of_their_settlement_whatever_became_of_them(
    records: DynamoRecords, listings: DynamoListings
) -> None:
    """From the beginning on, before the end; also what came back since. Never what was not settled."""
    times = {1: AT - MINUTE, 2: AT, 3: AT + HOUR, 4: AT + 2 * HOUR - MINUTE, 5: AT + 2 * HOUR}
    for n, at in times.items():
        case_id = f"case_{n:026}"
        state = "reversed" if n == 3 else "settled"
        records.save([things.refund(case_id, state=state, settled_at=at, granted_at=AT - 9 * HOUR)])
    records.save([things.refund("case_9", state="submitted", granted_at=AT + MINUTE)])

    found = {int(row.case_id[-1]) for row in listings.settled(AT, AT + 2 * HOUR)}
    assert {2, 3, 4} == found


def test_all_refunds_of_a_day_come_however_many_pages_they_are(
    records: DynamoRecords, listings: DynamoListings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.adapters.dynamodb.listings.AT_ONCE", 3)
    made = [things.refund(f"case_{n:026}", state="settled", settled_at=AT) for n in range(60)]
    records.save(made)

    assert sorted(refund.refund_no for refund in made) == sorted(
        row.refund_no for row in listings.settled(AT, AT + MINUTE)
    )


def test_reconciled_days_are_listed_newest_first(records: DynamoRecords, listings: DynamoListings) -> None:
    days = [things.reconciliation(date(2026, 11, day)) for day in (21, 23, 22)]
    records.save(days)

    first = listings.reconciliations(2, None)
    rest = listings.reconciliations(2, first.cursor)
    assert [23, 22, 21] == [each.day.day for each in (*first.rows, *rest.rows)]
    assert days[0] == records.load([refs.reconciliation(date(2026, 11, 21))])[refs.reconciliation(date(2026, 11, 21))]


def test_who_bought_an_article_is_read_page_by_page_and_no_other_article_with_it(
    records: DynamoRecords, listings: DynamoListings
) -> None:
    def of(sku: str, shard: int, *order_ids: str) -> list[Sold]:
        return [Sold(merchant_id="m1", sku=sku, shard=shard, order_id=order_id, at=AT) for order_id in order_ids]

    coats = of("coat", 3, "o1", "o2", "o3")
    records.save([*coats, *of("coat", 4, "o4"), *of("coat#3", 3, "o5"), *of("hat", 3, "o6")])

    first = listings.sold("m1", "coat", 3, 2, None)
    assert coats == [*first, *listings.sold("m1", "coat", 3, 2, first[-1].order_id)]
    assert [] == listings.sold("m2", "coat", 3, 2, None)
