"""Goods on their way back: asked for, sent to an address, and what carriers say of their parcels.

`goods_…` are called within the very turn in which a parcel's news is told. They may be told twice, late and in any
order, about a case that has long gone on: then they note the fact, and nothing else.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.domain import refs
from chalicelib.domain.actors import SYSTEM
from chalicelib.domain.freezes import decides
from chalicelib.domain.inspections import TO_STOCK, Disposal
from chalicelib.domain.returns import ExpectedLine, Return, return_id_of, rma_of
from chalicelib.errors import GateNotFound, ReturnNotFound
from chalicelib.usecases import cases, disputes, instants, steps
from chalicelib.usecases.access import is_frozen

if TYPE_CHECKING:
    from chalicelib.domain.addresses import Address
    from chalicelib.domain.cases import Case
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.inspections import Disposition
    from chalicelib.domain.orders import Order
    from chalicelib.domain.returns import Fate
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.usecases.steps import Decision, Found


def goods_of(turn: Turn, found: Found) -> Return:
    """The return as this turn would leave it. Raises ReturnNotFound."""
    return turn.goods or found.need(refs.goods(turn.case.case_id), ReturnNotFound)


# Asked for


def address_for(found: Found, case: Case) -> tuple[Order, Address | None]:
    """Where the case's goods should go by its shop's book; None when the book does not say."""
    book_ref = refs.address_book(case.merchant_id)
    found.also(refs.order(case.order_id), refs.ledger(case.order_id), book_ref)
    (order, _), book = cases.order_and_ledger(found, case), found.get(book_ref)
    lines = [order.line(line.line_id) for line in case.claim.lines]
    return order, book.choose(lines, order.region) if book else None


def ask_for_goods(turn: Turn, found: Found, order: Order, address: Address | None, **data: Any) -> None:
    """The approved buyer ships back, to this address; without one the shop is asked first, and no clock of the buyer
    runs. `data` goes along with the entry that makes somebody awaited."""
    case = turn.case
    before = found.get(refs.goods(case.case_id)) if case.repair_id is not None else None  # sent in to be repaired
    goods = Return(
        version=before.version if before is not None else 0,
        return_id=return_id_of(case.case_id),
        case_id=case.case_id,
        order_id=case.order_id,
        merchant_id=case.merchant_id,
        rma=rma_of(case.case_id),
        opened_at=turn.at,
        freight_payer=turn.policy.freight_payer(case.reason),
        lines=expected(case, order),
        address=address,
    )
    turn.keep_goods(goods)
    turn.change(return_id=goods.return_id)
    gate = await_shipment(turn) if address else _await_address(turn, found)
    turn.tell("ReturnOpened", "awaiting_goods", return_id=goods.return_id, **gate.awaited, **data)


def expected(case: Case, order: Order) -> tuple[ExpectedLine, ...]:
    """What should come back: the claim's units, by line."""
    units: dict[str, int] = {}
    for line in case.claim.lines:
        if line.is_restored:
            continue  # money of units that came back before
        units[line.line_id] = units.get(line.line_id, 0) + line.quantity
    return tuple(
        ExpectedLine(line_id=line_id, sku=order.line(line_id).sku, quantity=quantity)
        for line_id, quantity in units.items()
    )


def _await_address(turn: Turn, found: Found) -> Gate:
    frozen = is_frozen(found, turn.case.merchant_id)
    return turn.wait("address", *decides(turn.case, frozen=frozen, silence="disputed"))


def await_shipment(turn: Turn) -> Gate:
    """The buyer is awaited to send the goods."""
    return turn.wait("shipment", f"buyer#{turn.case.buyer_id}", instants.goods_kept(turn.case))


def ask_once_more(turn: Turn, found: Found) -> Gate:
    """Goods that came and went back to their buyer are wanted again: another way, with parcels of its own."""
    turn.keep_goods(goods_of(turn, found).but(parcels=(), pickup_id=None, received_at=None))
    return await_shipment(turn)


def await_goods(turn: Turn, found: Found, parcel_id: str, gate: Gate | None, **said: Any) -> None:
    """A parcel is on its way: with the first one, which answers `gate`, the shop is awaited to receive them.

    `said`: what else the entry tells.
    """
    quiet_at = turn.policy.calendar.after(turn.at, turn.policy.deadlines.scan)
    turn.keep_goods(goods_of(turn, found).but(quiet_at=quiet_at))
    return_id = turn.case.return_id
    if gate is None:
        turn.tell("GoodsShipped", return_id=return_id, parcel_id=parcel_id, **said)
        return
    turn.answer(gate, "shipped")
    frozen = is_frozen(found, turn.case.merchant_id)
    receipt = turn.wait("receipt", *decides(turn.case, frozen=frozen, silence="accepted"))
    turn.tell("GoodsShipped", "in_transit", return_id=return_id, parcel_id=parcel_id, **receipt.awaited, **said)
    if turn.policy.instant_at == "waybill":
        instants.hand_over(turn, found, receipt, instants.UNHEARD_OF)


def give_address(turn: Turn, found: Found, gate: Gate, address: Address) -> None:
    """The shop has said where its goods go: only now does the buyer's time begin."""
    turn.keep_goods(goods_of(turn, found).but(address=address))
    turn.answer(gate, "ship_back")
    shipment = await_shipment(turn)
    turn.tell("AddressGiven", return_id=turn.case.return_id, **shipment.awaited)


def find_address(ports: Ports, case_id: str) -> bool:
    """Looks into the shop's book again for a case that has no address yet. True when it has one now."""

    def once(found: Found) -> Decision[bool]:
        case = cases.need(found, case_id)
        if case.gate is None or case.gate.name != "address":
            return [], False
        _, address = address_for(found, case)
        gate = found.need(refs.gate(case_id, "address", case.gate.round), GateNotFound)
        if address is None or gate.answer is not None:
            return [], False
        turn = cases.turn_of(ports, case, SYSTEM)
        give_address(turn, found, gate, address)
        return turn.items, True

    return steps.change(ports, [refs.case(case_id)], once)


# What carriers say


def goods_handed_over(turn: Turn, found: Found, parcel_id: str, at: datetime) -> None:
    """The carrier has the parcel: a trusted buyer is paid now. Silence of the shop means what it means elsewhere."""
    goods = _note(turn, found, parcel_id, "handed_over", at)
    gate = standing(turn, found, "receipt")
    if goods is None or gate is None:
        return
    if gate.silence == instants.UNHEARD_OF:
        scanned = gate.next(silence="accepted")
        turn.keep(scanned)
        turn.change(gate=scanned.ref)
    elif turn.policy.instant_at == "handover":
        instants.hand_over(turn, found, gate, gate.silence)


def goods_signed(turn: Turn, found: Found, parcel_id: str, at: datetime) -> None:
    """The shop signed for it: with the last parcel its time to look begins, three days instead of ten."""
    goods = _note(turn, found, parcel_id, "signed", at)
    if goods is None:
        return
    turn.tell("GoodsSigned", return_id=goods.return_id, parcel_id=parcel_id)
    gate = standing(turn, found, "receipt")
    if gate is None or not goods.all_signed:
        return
    due_at = turn.policy.calendar.after(turn.at, turn.policy.deadlines.receipt_signed)
    if gate.extended:  # what was given on top stays given
        due_at = turn.policy.longer("receipt", due_at) or due_at
    if due_at < gate.due_at:
        turn.move_deadline(gate, due_at, "the carrier says that the goods were signed for")


def goods_refused(turn: Turn, found: Found, parcel_id: str, at: datetime) -> None:
    """The shop did not take the parcel at its door: why, and who pays, an agent decides."""
    if _note(turn, found, parcel_id, "refused", at) is not None:
        dispute(turn, found, "refused")


def goods_lost(turn: Turn, found: Found, parcel_id: str, at: datetime) -> None:
    """The carrier cannot find the parcel: who bears that is a question of liability, so an agent decides."""
    if _note(turn, found, parcel_id, "lost", at) is not None:
        dispute(turn, found, "lost")


def goods_back(turn: Turn, found: Found, parcel_id: str, at: datetime) -> None:
    """The parcel is with the buyer again. When nothing else is on its way, the buyer ships once more."""
    goods = _note(turn, found, parcel_id, "back", at)
    if goods is None:
        return
    gate = standing(turn, found, "receipt")
    if gate is None or any(parcel.fate != "back" for parcel in goods.parcels):
        turn.tell("GoodsBack", return_id=goods.return_id, parcel_id=parcel_id)
        return
    turn.answer(gate, "ship_back")
    shipment = await_shipment(turn)
    turn.tell("GoodsBack", "awaiting_goods", return_id=goods.return_id, parcel_id=parcel_id, **shipment.awaited)


def _note(turn: Turn, found: Found, parcel_id: str, fate: Fate, at: datetime) -> Return | None:
    """The return with a parcel's fate, kept; None when that is no news."""
    goods = goods_of(turn, found)
    after = goods.told(parcel_id, fate, at)
    if after is goods:
        return None
    turn.keep_goods(after)
    return turn.goods


def standing(turn: Turn, found: Found, name: str) -> Gate | None:
    """The gate of this name, while the case waits at it and its time is not up."""
    ref = turn.case.gate
    if ref is None or ref.name != name:
        return None
    gate = turn.gate(ref) or found.need(refs.gate(turn.case.case_id, ref.name, ref.round), GateNotFound)
    return None if gate.answer is not None or gate.is_silent(turn.at) else gate


def dispute(turn: Turn, found: Found, because: str) -> None:
    """An agent rules over goods that did not come as they should, if the shop is still awaited for them."""
    gate = standing(turn, found, "receipt")
    if gate is not None:
        bring_in_agent(turn, gate, because)


def bring_in_agent(turn: Turn, gate: Gate, because: str, note: str | None = None) -> None:
    """平台介入, without the buyer's asking."""
    disputes.open_at(turn, gate, because, note=note)


# What becomes of the goods


def dispose(turn: Turn, goods: Return, disposals: tuple[Disposal, ...]) -> None:
    """Tells the stock system what becomes of which units: one event, because hundreds of lines would fill no
    transaction. Nothing is restocked by a refund alone."""
    if not disposals:
        return
    if turn.case.condemned:
        instead = turn.policy.condemned_goods  # fakes and dangerous goods are not sold again, whatever was said of them
        disposals = tuple(one.but(disposition=instead) if one.disposition in TO_STOCK else one for one in disposals)
    due_at = turn.policy.calendar.after(turn.at, turn.policy.deadlines.put_away)
    turn.keep_goods(goods.but(disposals=(*goods.disposals, *disposals), put_away_due_at=due_at))
    told = [disposal.model_dump() for disposal in disposals]
    turn.tell("GoodsDisposed", return_id=goods.return_id, lines=told)


def all_of(goods: Return, disposition: Disposition) -> tuple[Disposal, ...]:
    """Every unit that came, or that never needed to come, meets the same end."""
    if goods.inspection is None:
        came = [(line.line_id, line.sku, line.quantity) for line in goods.lines]
    else:
        came = [(line.line_id, line.sku, line.received) for line in goods.inspection.lines if line.received]
    return tuple(
        Disposal(line_id=line_id, sku=sku, quantity=units, disposition=disposition) for line_id, sku, units in came
    )


def as_inspected(goods: Return) -> tuple[Disposal, ...]:
    """What the inspector said of each line; of what nobody looked at, nothing."""
    return tuple(
        Disposal(line_id=line.line_id, sku=line.sku, quantity=line.received, disposition=line.disposition)
        for line in (goods.inspection.lines if goods.inspection else ())
        if line.received
    )
