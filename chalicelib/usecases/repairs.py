"""Repairs 维修: begun when they are approved, recorded with what they took, and what follows from a result.

The claim stays reserved while a repair goes on: nobody else can have the money of goods that may still turn out to be
beyond repair. When the goods are mended it is free again; when they are not, it is what the buyer gets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain import refs
from chalicelib.domain.claims import less
from chalicelib.domain.eligibility import warranty_end
from chalicelib.domain.freezes import decides
from chalicelib.domain.ledgers import release
from chalicelib.domain.repairs import Attempt, Repair, repair_id_of
from chalicelib.domain.warranties import Days, Warranty
from chalicelib.errors import RepairNotFound
from chalicelib.usecases import cases, returns
from chalicelib.usecases.access import is_frozen

if TYPE_CHECKING:
    from chalicelib.domain.eligibility import Application
    from chalicelib.domain.entries import EntryType
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.turns import Turn
    from chalicelib.usecases.steps import Found


def repair_of(turn: Turn, found: Found) -> Repair:
    """The repair as this turn would leave it. Raises RepairNotFound."""
    return turn.repair or found.need(refs.repair(turn.case.case_id), RepairNotFound)


def ask_for(turn: Turn, application: Application) -> None:
    """What a filing asks for: where, and whether the warranty still runs for all of the goods."""
    case, service = turn.case, application.service
    assert service is not None, "a repair without a service is refused at the door"
    covered_until = min(warranty_end(application, line) for line in application.lines)
    repair = Repair(
        version=0,
        repair_id=repair_id_of(case.case_id),
        case_id=case.case_id,
        order_id=case.order_id,
        merchant_id=case.merchant_id,
        service=service,
        covered=turn.at < covered_until,
        covered_until=covered_until,
        opened_at=turn.at,
    )
    turn.keep_repair(repair)
    turn.change(repair_id=repair.repair_id)


# Begun


def begin(turn: Turn, found: Found, at: Gate | None, type: EntryType, outcome: str, **told: Any) -> None:
    """The repair is approved: a visit is booked, or the goods are asked for."""
    repair = repair_of(turn, found).but(begun_at=turn.at)
    turn.keep_repair(repair)
    if not repair.is_on_site:
        order, address = returns.address_for(found, turn.case)
        if at is not None:
            turn.answer(at, "ship_back" if address else "unaddressed")
        turn.tell(type, "approved", **told)
        returns.ask_for_goods(turn, found, order, address)
        return
    if at is not None:
        turn.answer(at, outcome)
    turn.tell(type, "approved", **told)
    gate = try_on_site(turn, found)
    turn.tell("RepairBegun", "repairing", repair_id=repair.repair_id, service=repair.service, **gate.awaited)


def try_on_site(turn: Turn, found: Found) -> Gate:
    """Another attempt at the buyer's door: the shop's time for it begins, and it is awaited to book a visit."""
    repair = repair_of(turn, found)
    turn.keep_repair(_timed(turn, repair.but(attempts=(*repair.attempts, Attempt(began_at=turn.at)))))
    return await_appointment(turn, found)


def receive(turn: Turn, found: Found, gate: Gate, note: str | None = None, because: str | None = None) -> None:
    """The goods are in the workshop: the shop's time to repair them begins."""
    goods, repair = returns.goods_of(turn, found), repair_of(turn, found)
    away_from = min((parcel.announced_at for parcel in goods.parcels), default=turn.at)
    repair = repair.but(
        goods_with="shop",
        away_from=repair.away_from or away_from,
        attempts=(*repair.attempts, Attempt(began_at=turn.at)),
    )
    turn.keep_goods(goods.but(received_at=turn.at))
    turn.keep_repair(_timed(turn, repair))
    turn.answer(gate, "received")
    work = await_repair(turn, found)
    turn.tell("ReturnReceived", "received", note=note, because=because, return_id=goods.return_id)
    turn.tell("RepairBegun", "repairing", repair_id=repair.repair_id, service=repair.service, **work.awaited)


def timed_anew(turn: Turn, found: Found) -> None:
    """The buyer kept the shop waiting, so its time begins anew."""
    turn.keep_repair(_timed(turn, repair_of(turn, found)))


def _timed(turn: Turn, repair: Repair) -> Repair:
    return repair.but(due_at=turn.policy.calendar.after(turn.at, turn.policy.deadlines.repair))


# Who is awaited


def await_appointment(turn: Turn, found: Found) -> Gate:
    return turn.wait("appointment", *_decides(turn, found, "disputed"))


def await_repair(turn: Turn, found: Found) -> Gate:
    """The shop owes a result, by the day that was set when it could begin; a visit that failed does not move it."""
    return turn.wait("repair", *_decides(turn, found, "late"), due_at=repair_of(turn, found).due_at)


def await_dispatch(turn: Turn, found: Found) -> Gate:
    return turn.wait("dispatch", *_decides(turn, found, "disputed"))


def _decides(turn: Turn, found: Found, silence: str) -> tuple[str, str]:
    return decides(turn.case, frozen=is_frozen(found, turn.case.merchant_id), silence=silence)


# Over


def complete(turn: Turn, found: Found, type: EntryType, **told: Any) -> None:
    """The goods are mended: nothing is owed, and what the case stood for is free again."""
    order, ledger = cases.order_and_ledger(found, turn.case)
    turn.write(release(order, ledger, turn.case.claim).next())
    turn.claim(order, less(turn.case.claim, 0))
    turn.tell(type, "completed", repair_id=turn.case.repair_id, **told)


def close(turn: Turn, found: Found, because: str, note: str | None = None) -> None:
    """It came to nothing, out of warranty: the buyer owes nothing and gets nothing."""
    cases.give_back(turn, found)
    turn.change(closed_because=because)
    turn.tell("CaseClosed", "closed", because=because, note=note)


def with_buyer_again(turn: Turn, found: Found) -> None:
    """The buyer has the goods: the days without them lengthen their warranty."""
    repair = repair_of(turn, found)
    if repair.away_from is not None:
        calendar = turn.policy.calendar
        lengthen(turn, found, Days(first=calendar.day_of(repair.away_from), last=calendar.day_of(turn.at)))
    turn.keep_repair(repair.but(goods_with="buyer", away_from=None))


def lengthen(turn: Turn, found: Found, days: Days) -> None:
    """Days of repair are taken off the warranty of the case's goods."""
    ref = refs.warranty(turn.case.order_id)
    before = found.get(ref) or Warranty(order_id=turn.case.order_id, version=0)
    lines = dict.fromkeys(line.line_id for line in turn.case.claim.lines if not line.is_restored)
    after = before.away(lines, days)
    if after != before:
        turn.write(after.but(version=before.version + 1))
