"""A day against its bill: every difference found, none made up, and the way back from each."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import refs
from chalicelib.domain.bills import BillRow, Unreadable, day_of
from chalicelib.domain.reconciliations import BilledFact, Reconciliation
from chalicelib.domain.refunds import Refund
from chalicelib.errors import Forbidden, InvalidRequest, ReconciliationNotFound, RefundNotFound, TransientFault
from chalicelib.ports import ProviderAnswer
from chalicelib.schemas.reconciliations import RecordFact
from chalicelib.usecases import reconciliations, settlements
from tests.reconciliation import days
from tests.reconciliation.days import BEGINS, DAY, ENDS, PLANTS, Planted
from tests.standins import stages
from tests.standins.shops import AGENT, AUDITOR, BUYER, OPERATOR, asking, sell, shop
from tests.standins.world import World
from tests.usecases.bills import ONE, caught_up, found, reconciled, report, world_of

PLANTED = len(PLANTS)


def expected(planted: list[Planted]) -> Counter[tuple[str, str]]:
    return Counter((plant.kind, plant.refund_no) for plant in planted)


@pytest.mark.parametrize("seed", range(12))
def test_all_that_is_planted_is_found_and_nothing_else(seed: int) -> None:
    day = days.day(300, 4 * PLANTED, seed)
    world = world_of(day)
    reconciled(world)
    assert expected(day.planted) == Counter(found(world))


@pytest.mark.parametrize("seed", range(3))
def test_a_healthy_day_has_no_difference(seed: int) -> None:
    world = world_of(days.day(200, 0, seed))
    assert 0 == reconciled(world).newest.total


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), size=st.integers(1, 50), data=st.randoms(use_true_random=False))
def test_order_and_pages_change_nothing(seed: int, size: int, data: random.Random) -> None:
    day = days.day(60, PLANTED, seed, odd=6)
    first, again = world_of(day), world_of(day)
    for lines in again.bills.bills.values():
        data.shuffle(lines)  # type: ignore[arg-type]
    assert reconciled(first).newest.digest == reconciled(again).newest.digest


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), data=st.data())
def test_every_line_that_comes_again_is_one_more_extra_and_nothing_else(seed: int, data: st.DataObject) -> None:
    day = days.day(40, 0, seed, odd=0)
    world = world_of(day)
    lines = list(world.bills.bills[DAY])
    again = data.draw(st.lists(st.sampled_from(lines), max_size=8))
    world.bills.bills[DAY] = [*lines, *again]
    reconciled(world)
    assert Counter(("extra", row.refund_no) for row in again) == Counter(found(world))


def test_of_two_lines_of_a_number_the_one_that_fits_is_the_one_that_is_meant() -> None:
    day = days.day(1, 0, odd=0)
    world = world_of(day)
    [row] = world.bills.bills[DAY]
    assert isinstance(row, BillRow)
    earlier = row._replace(amount=row.amount + 1, settled_at=row.settled_at - timedelta(hours=1), reference="a")
    world.bills.bills[DAY] = [earlier, row]
    reconciled(world)
    [told] = report(world)
    assert ("Extra on the bill", "a") == (told["kind"].partition(" ")[2], told["provider's reference"])


def test_what_the_day_before_has_paid_is_not_paid_again() -> None:
    world = world_of(days.day(1, 0, odd=0))
    [row] = world.bills.bills[DAY]
    assert isinstance(row, BillRow)
    world.bills.bills[DAY - ONE] = [row._replace(settled_at=row.settled_at - ONE, reference="before")]
    reconciled(world)
    assert [("extra", row.refund_no)] == found(world)


def test_a_line_that_could_not_be_read_yesterday_makes_no_second_payment_of_todays() -> None:
    world = world_of(days.day(1, 0, odd=0))
    [row] = world.bills.bills[DAY]
    world.bills.bills[DAY - ONE] = [Unreadable("…", "is not JSON", row.refund_no)]
    reconciled(world)
    assert [] == found(world)


# --- what is missing needs the bill of the day after


def test_until_the_next_bill_is_there_nothing_is_missing_and_then_it_is() -> None:
    day = days.day(20, 1, odd=6)
    world = world_of(day)
    next_bill = world.bills.bills.pop(DAY + ONE)
    first = reconciled(world)
    assert (False, []) == (first.newest.closed, found(world))
    world.bills.bills[DAY + ONE] = next_bill
    second = reconciled(world)
    assert (True, 2, [("missing", day.planted[0].refund_no)]) == (
        second.newest.closed, second.newest.number, found(world)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("says", "way_back"),
    [
        ("settled", "The provider says that it paid"),
        ("never_seen", "The provider does not say that it paid"),
        ("failed", "The provider does not say that it paid"),
        ("unknown", "The provider did not answer"),
    ],
)
def test_the_provider_is_asked_about_what_its_bills_lack(says: str, way_back: str) -> None:
    day = days.day(5, 1, odd=0)
    world = world_of(day)
    world.bills.says[day.planted[0].refund_no] = says  # type: ignore[assignment]
    reconciled(world)
    assert [day.planted[0].refund_no] == world.bills.found
    assert way_back in report(world)[0]["way back"]


def test_a_list_that_lags_makes_nothing_missing() -> None:
    """The index still shows what has been taken back since: the item itself is asked."""
    world = world_of(days.day(5, 1, odd=0))
    rows = list(world.listings.settled(BEGINS, ENDS))
    for refund in world.records.all(Refund):
        world.records.put(refund.but(state="reversed"))
    world.listings.settled = lambda since, until: iter(rows)  # type: ignore[method-assign]
    reconciled(world)
    assert [] == found(world)


def test_a_refund_around_midnight_is_on_one_of_both_days_and_missing_on_none() -> None:
    at = ENDS - timedelta(milliseconds=1)
    for ours, theirs in ((at, ENDS), (ENDS, at), (at, at), (ENDS, ENDS)):
        day = days.day(1, 0, odd=0)
        refund = day.refunds[0].but(settled_at=ours, granted_at=ours - timedelta(hours=2))
        row = next(line for line in day.bills[DAY] if isinstance(line, BillRow))
        bills = {**day.bills, DAY: [], DAY + ONE: []}
        bills[day_of(theirs, days.ZONE)] = [row._replace(settled_at=theirs)]
        world = world_of(day._replace(refunds=[refund], bills={**bills, DAY + 2 * ONE: []}))
        world.clock.pass_by(days=2)
        for each in (DAY, DAY + ONE):
            assert 0 == reconciled(world, each).newest.total, (ours, theirs)


# --- runs


def test_a_day_that_is_not_over_is_refused() -> None:
    world = world_of(days.day(1, 0))
    world.clock.at = ENDS - timedelta(seconds=1)
    with pytest.raises(InvalidRequest, match="not over"):
        reconciliations.reconcile(world, DAY)


def test_a_day_without_a_bill_leaves_nothing() -> None:
    world = world_of(days.day(1, 0))
    world.bills.bills.clear()
    assert reconciliations.reconcile(world, DAY) is None
    assert ([], {}) == (world.records.all(Reconciliation), world.reports.files)


def test_the_same_again_is_the_same_report() -> None:
    world = world_of(days.day(50, PLANTED))
    first = reconciled(world)
    world.clock.pass_by(hours=1)
    assert reconciliations.reconcile(world, DAY) is None
    assert (first, 1) == (reconciled(world), len(world.reports.files))


def test_another_outcome_is_another_report_and_the_first_one_stays() -> None:
    day = days.day(50, PLANTED)
    world = world_of(day)
    first = reconciled(world).newest
    world.bills.bills[DAY] = [*world.bills.bills[DAY], world.bills.bills[DAY][0]]
    second = reconciled(world)
    assert (2, {first.object_key, second.newest.object_key}) == (second.newest.number, set(world.reports.files))
    assert first == second.reports[0]


def test_the_clock_makes_up_for_days_that_were_missed_and_looks_again_when_the_next_bill_is_there() -> None:
    world = world_of(days.day(10, 0, odd=0))
    world.bills.bills = {DAY - n * ONE: world.bills.bills.get(DAY - n * ONE, []) for n in range(-1, 9)}
    world.clock.at = ENDS + timedelta(hours=6)  # the morning after DAY: its next bill is not there yet
    del world.bills.bills[DAY + ONE]
    done = [caught_up(world) for _ in range(4)]
    assert [[DAY - n * ONE for n in (6, 5, 4)], [DAY - n * ONE for n in (3, 2, 1)], [DAY], []] == done
    world.bills.reads.clear()
    reconciliations.catch_up(world)
    assert [] == world.bills.reads
    world.clock.pass_by(days=1)
    world.bills.bills[DAY + ONE] = []
    assert [DAY, DAY + ONE] == caught_up(world)
    assert world.records.one(refs.reconciliation(DAY)).newest.closed


def test_the_clock_leaves_a_day_alone_until_the_last_news_of_it_has_come() -> None:
    """A payment of its last seconds is told a moment later: that is no difference."""
    world = world_of(days.day(10, 0, odd=0))
    world.bills.bills = {DAY: []}
    world.clock.at = ENDS + 3 * days.HOUR - timedelta(milliseconds=1)
    assert [] == caught_up(world)
    world.clock.pass_by(milliseconds=1)
    assert [DAY] == caught_up(world)


def test_a_day_that_breaks_does_not_hold_up_the_others_and_is_told() -> None:
    world = world_of(days.day(10, 0, odd=0))
    world.bills.bills = {DAY - n * ONE: [] for n in range(-2, 9)}
    world.bills.breaks_after.append(0)
    with pytest.raises(TransientFault):
        caught_up(world)
    assert 3 == len(world.records.all(Reconciliation))


def test_days_that_have_no_bill_do_not_stand_before_those_that_have_one() -> None:
    world = world_of(days.day(10, 0, odd=0))
    world.bills.bills = {DAY: [], DAY + ONE: []}
    assert [DAY, DAY + ONE] == caught_up(world)


# --- reading


def test_an_auditor_reads_a_day_and_a_buyer_does_not() -> None:
    world = world_of(days.day(50, PLANTED))
    reconciled(world)
    body = reconciliations.read(world, AUDITOR, DAY).body
    [told] = body["reports"]
    kinds = {count["kind"]["code"]: count["count"] for count in told["differences"]}
    assert {"extra": 2, "missing": 1, "other_amount": 3, "other_state": 2, "settled_late": 2, "unreadable": 1} == kinds
    assert told["url"].startswith("https://reports.example/reconciliations/2026-11-20-")
    [row] = reconciliations.listing(world, AUDITOR, 20, None).body["items"]
    assert ("2026-11-20", 11, True) == (row["day"], row["differences"], row["closed"])
    for nobody in (BUYER, AGENT):
        with pytest.raises(Forbidden):
            reconciliations.read(world, nobody, DAY)


def test_a_day_that_was_not_reconciled_is_not_there() -> None:
    with pytest.raises(ReconciliationNotFound):
        reconciliations.read(World(), AUDITOR, DAY)


def test_what_we_settled_and_what_the_bill_paid_stand_beside_each_other() -> None:
    world = world_of(days.day(30, 0, odd=0))
    totals = reconciled(world).newest.totals
    assert totals.paid == totals.ours
    assert 30 == sum(total.count for total in totals.paid.values())


# --- ways back


@dataclass
class Scene:
    """A refund of the small shop, and a bill of yesterday that says something of it."""

    world: World
    case_id: str

    @property
    def refund(self) -> Refund:
        return self.world.refund(self.case_id)

    def billed(self, *states: str) -> None:
        now = self.world.clock.now()
        yesterday = day_of(now, "Asia/Shanghai") - ONE
        at = now - ONE
        rows = [
            BillRow(
                self.refund.refund_no,
                f"mv_{state}",
                self.refund.payment_id,
                self.refund.amount,
                "CNY",
                state,
                at,  # type: ignore[arg-type]
            )
            for state in states
        ]
        self.world.bills.bills = {yesterday - ONE: [], yesterday: rows}
        self.day = yesterday
        reconciliations.reconcile(self.world, yesterday)

    def record(self, key: str = "k1") -> dict[str, object]:
        body = RecordFact(refund_no=self.refund.refund_no)
        return dict(reconciliations.record_fact(self.world, asking(key, OPERATOR), self.day, body).body)


def scene(stage: str) -> Scene:
    world = shop()
    world.clock.at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    sell(world)
    return Scene(world, getattr(stages, stage)(world))


def test_a_payment_that_we_never_heard_of_is_recorded_and_ends_the_case() -> None:
    here = scene("submitted")
    here.billed("settled")
    assert "settled" == here.record()["state"]["code"]  # type: ignore[index]
    assert ("completed", []) == (here.world.case(here.case_id).status, here.world.payments.calls)
    stands = here.world.records.one(refs.reconciliation(here.day))
    assert [(here.refund.refund_no, "settled", "operator:op1")] == [
        (each.refund_no, each.state, each.by) for each in stands.recorded
    ]


def test_a_payment_and_its_return_are_recorded_in_their_order() -> None:
    here = scene("submitted")
    here.billed("reversed", "settled")
    assert "reversed" == here.record()["state"]["code"]  # type: ignore[index]
    assert ["RefundSettled", "RefundReversed", "CaseParked"] == here.world.told(here.case_id)[-3:]


def test_a_return_that_we_never_heard_of_reopens_the_case_for_a_person() -> None:
    here = scene("settled")
    here.billed("settled", "reversed")
    here.record()
    assert ("reversed", "remedying") == (here.refund.state, here.world.case(here.case_id).status)


def test_a_payment_after_a_failure_parks_the_case_and_pays_nothing() -> None:
    here = scene("failed")
    calls = len(here.world.payments.calls)
    here.billed("settled")
    assert "failed" == here.record()["state"]["code"]  # type: ignore[index]
    parking = here.world.case(here.case_id).parking
    assert parking is not None
    assert ("settled_after_failure", calls) == (parking.because, len(here.world.payments.calls))


def test_recording_twice_is_once_whatever_the_key() -> None:
    here = scene("submitted")
    here.billed("settled")
    first = here.record("k1")
    told = here.world.told(here.case_id)
    assert (first, first) == (here.record("k1"), here.record("k2"))
    assert (told, 1) == (
        here.world.told(here.case_id), len(here.world.records.one(refs.reconciliation(here.day)).recorded)
    )  # fmt: skip


def test_only_what_the_report_has_can_be_recorded() -> None:
    """Nobody declares a refund paid."""
    here = scene("submitted")
    here.billed()
    with pytest.raises(RefundNotFound):
        here.record()
    assert "submitted" == here.refund.state


def test_another_amount_is_a_person_s_and_cannot_be_recorded() -> None:
    here = scene("submitted")
    here.billed()
    row = BillRow(here.refund.refund_no, "mv", here.refund.payment_id, here.refund.amount + 1, "CNY", "settled", BEGINS)
    here.world.bills.bills[here.day] = [row]
    reconciliations.reconcile(here.world, here.day)
    assert () == here.world.records.one(refs.reconciliation(here.day)).facts
    with pytest.raises(RefundNotFound):
        here.record()


def test_what_was_recorded_is_not_a_fact_any_more_when_the_day_runs_again() -> None:
    here = scene("submitted")
    here.billed("settled")
    assert (BilledFact(refund_no=here.refund.refund_no, state="settled"),) == (
        here.world.records.one(refs.reconciliation(here.day)).facts
    )
    here.record()
    again = reconciliations.reconcile(here.world, here.day)
    assert again is not None
    assert ((), {"settled_late": 1}) == (again.facts, again.newest.differences)


def test_what_was_learned_late_is_not_missing_on_the_day_on_which_we_learned_it() -> None:
    here = scene("submitted")
    here.world.clock.pass_by(days=3)
    now = here.world.clock.now()
    settlements.record(here.world, here.refund.refund_no, ProviderAnswer("settled"))
    today, then = day_of(now, "Asia/Shanghai"), day_of(now, "Asia/Shanghai") - 3 * ONE
    row = BillRow(
        here.refund.refund_no, "mv", here.refund.payment_id, here.refund.amount, "CNY", "settled", now - 3 * ONE
    )
    here.world.bills.bills = {today + n * ONE: [row] if today + n * ONE == then else [] for n in range(-9, 2)}
    here.world.clock.pass_by(days=2)
    assert 0 == reconciled(here.world, today).newest.total
