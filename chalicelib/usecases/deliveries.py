"""Goods on their way out 拦截 · 拒收 · 签收争议 · 丢失: no money before it is known that the buyer has no goods.

An approval asks here first (`first`, `act`); a filing that disputes a signature asks for its proof (`ask_for_proof`).
What carriers answer and scan comes back through the hooks, in the turn in which it is told, twice, late, in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain import refs
from chalicelib.domain.deliveries import ending_of
from chalicelib.domain.freezes import decides
from chalicelib.domain.inspections import Disposal
from chalicelib.domain.ledgers import is_taken, takes_the_rest
from chalicelib.domain.lifecycles import CASE_ENDS
from chalicelib.domain.returns import Return, return_id_of, rma_of
from chalicelib.domain.scenes import TURNED, WATCHED, Asked, scene_of
from chalicelib.domain.ways_out import CarrierAsk, WatchedParcel, WayOut
from chalicelib.errors import OrderNotFound
from chalicelib.usecases import cases, liabilities, logistics, parcels, returns
from chalicelib.usecases.access import is_frozen

if TYPE_CHECKING:
    from chalicelib.domain.cases import Case
    from chalicelib.domain.deliveries import Delivery, Shipment
    from chalicelib.domain.entries import EntryType
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.lifecycles import CaseStatus
    from chalicelib.domain.logistics import CarrierCommand, Kind
    from chalicelib.domain.parcels import Parcel
    from chalicelib.domain.scenes import Scene
    from chalicelib.domain.turns import Turn
    from chalicelib.domain.ways_out import Awaited, Because
    from chalicelib.usecases.steps import Found

OWNER = "carrier"
# What the silence of a carrier means: at the door and on the way back, that the parcel is lost.
_SILENCE: Mapping[Awaited, str] = {
    "interception": "goes_on",
    "proof": "unproven",
    "door": "lost",
    "way_back": "lost",
}


def way_of(case: Case) -> WayOut:
    return case.way_out or WayOut()


# Asked first


@dataclass(frozen=True)
class First:
    """What comes before the money of goods that were sent. `waits`: the carrier is awaited."""

    scene: Scene
    delivery: Delivery
    waits: bool


def first(turn: Turn, found: Found, *, reserved: bool) -> First | None:
    """None when nothing stands between an approval and its money. `reserved`: the claim stands in the ledger."""
    case = turn.case
    if case.remedy != "refund_only" or case.return_id is not None or way_of(case).because is not None:
        return None
    found.also(refs.order(case.order_id), refs.ledger(case.order_id), refs.delivery(case.order_id))
    order, ledger = cases.order_and_ledger(found, case)
    delivery = found.need(refs.delivery(case.order_id), OrderNotFound)
    asked = _asked(turn, delivery, whole=(is_taken if reserved else takes_the_rest)(order, ledger, case.claim))
    scene = scene_of(asked)
    if scene not in _ACTS:
        return None
    at_once = scene == "lost" or turn.policy.way_out.refund_when == "stopped" or asked.endings == {"back"}
    return First(scene, delivery, waits=scene == "intercept" or not at_once)


def _asked(turn: Turn, delivery: Delivery, *, whole: bool) -> Asked:
    """Where the goods are now, whatever was so when the case was filed."""
    case, policy = turn.case, turn.policy
    return Asked(
        delivery=delivery,
        says=policy.claims(case.reason),
        goods=any(not line.is_restored for line in case.claim.lines),
        whole=whole,
        is_lost=lambda heard_at: policy.is_lost(heard_at, turn.at),
    )


def act(turn: Turn, found: Found, before: First, **said: Any) -> None:
    """Does it, in the turn that approved the case. `said` goes along with what makes the carrier awaited."""
    _ACTS[before.scene](turn, found, before, said)


def _stop(turn: Turn, found: Found, before: First, said: Said) -> None:
    """拦截: every parcel that is still under way is to be stopped."""
    watched = watch(turn, found, before.delivery)
    moving = [parcel for parcel, seen in watched if seen.ending == "moving"]
    if _is_shared(found, moving, turn.case.order_id):
        gate = _await(turn, "door")
        turn.tell("InterceptionFailed", "awaiting_goods", because="shared_parcel", **gate.awaited, **said)
        return
    asked = _ask(turn, "intercept", moving)
    gate = _await(turn, "interception")
    turn.tell(
        "CarrierAsked", "awaiting_goods", command="intercept", **gate.awaited, **logistics.commanded(asked), **said
    )


def _is_shared(found: Found, moving: list[Shipment], order_id: str) -> bool:
    """A parcel that brings goods of other orders too is not stopped for one of them."""
    waybills = [parcels.waybill_of(found, parcel.carrier, parcel.waybill_no) for parcel in moving]
    return any(holder.order_id != order_id for waybill in waybills for holder in waybill.holders)


def _turned(turn: Turn, found: Found, before: First, said: Said) -> None:
    """拒收 and 退回: the goods are on their way back, or back."""
    watch(turn, found, before.delivery)
    if not before.waits:
        _note_failure(turn, found, "refused" if before.scene == "refused" else "returned")
        return
    gate = _await(turn, "way_back")
    turn.tell("GoodsTurnedBack", "in_transit", because=before.scene, **gate.awaited, **said)


def _lost(turn: Turn, found: Found, before: First, said: Said) -> None:
    """丢失: nobody has to wait for what nobody has."""
    watch(turn, found, before.delivery)
    _note_failure(turn, found, "lost")


Said = Mapping[str, Any]
_ACTS: Mapping[Scene, Callable[[Turn, Found, First, Said], None]] = {
    "intercept": _stop,
    "lost": _lost,
    **dict.fromkeys(TURNED, _turned),
}


def ask_for_proof(turn: Turn, found: Found, delivery: Delivery) -> dict[str, Any]:
    """签收争议: who signed, and how? The carrier is awaited first: what the filing says of it."""
    watch(turn, found, delivery)
    asked = _ask(turn, "proof_of_delivery", delivery.parcels)
    return {"command": "proof_of_delivery", **_await(turn, "proof").awaited, **logistics.commanded(asked)}


def watch(turn: Turn, found: Found, delivery: Delivery) -> list[tuple[Shipment, WatchedParcel]]:
    """The case hears of the order's parcels from now on. Raises WaybillTaken."""
    found.also(*(refs.waybill(parcel.carrier, parcel.waybill_no) for parcel in delivery.parcels))
    watched = []
    for i, sent in enumerate(delivery.parcels):
        parcel_id = f"prc_{turn.case.case_id.removeprefix('case_')}o{i + 1}"
        parcel = parcels.join(turn, found, parcel_id, "outbound", sent.carrier, sent.waybill_no)
        watched.append((sent, _seen(parcel)))
    way = way_of(turn.case)
    turn.change(way_out=way.but(parcels=tuple(seen for _, seen in watched)))
    return watched


def _seen(parcel: Parcel) -> WatchedParcel:
    return WatchedParcel(parcel_id=parcel.parcel_id, ending=ending_of(parcel.state))


def _ask(turn: Turn, kind: Kind, sent: tuple[Shipment, ...] | list[Shipment]) -> list[CarrierCommand]:
    """One command for each parcel, under numbers that a second decision of the same turn finds again."""
    way = way_of(turn.case)
    asked = []
    for i, parcel in enumerate(sent, start=len(way.asks) + 1):
        number = f"cmd_{turn.case.case_id.removeprefix('case_')}o{i}"
        asked.append(logistics.ask_as(turn, number, kind, parcel.carrier, parcel.waybill_no))
    asks = tuple(CarrierAsk(command_no=command.command_no, kind=kind) for command in asked)
    turn.change(way_out=way.but(asks=(*way.asks, *asks)))
    return asked


def _await(turn: Turn, awaits: Awaited) -> Gate:
    duration = getattr(turn.policy.deadlines, awaits)
    turn.change(way_out=way_of(turn.case).but(awaits=awaits))
    return turn.wait("carrier", OWNER, _SILENCE[awaits], due_at=turn.policy.calendar.after(turn.at, duration))


# What carriers answer and scan


def carrier_answered(turn: Turn, found: Found, command: CarrierCommand) -> None:
    """An answer to what this case had asked."""
    proven = command.state == "done" and command.proof is not None
    way = way_of(turn.case)
    after = way.answered(command.command_no, command.state, proven=proven)
    if after is way or turn.case.status in CASE_ENDS:
        return
    turn.change(way_out=after)
    _go_on(turn, found)


def parcel_moved(turn: Turn, found: Found, parcel: Parcel) -> None:
    """A scan that says where a parcel of the order has come to."""
    way = way_of(turn.case)
    after = way.seen(_seen(parcel))
    if after is way or turn.case.status in ("withdrawn", "closed"):
        return
    turn.change(way_out=after)
    if after.because is None:
        _go_on(turn, found)
    else:
        _look_back(turn, found)


def _go_on(turn: Turn, found: Found) -> None:
    """What the facts say, while somebody still waits for them."""
    decision = returns.standing(turn, found, "decision")
    if decision is not None:
        _arrived_undecided(turn, found, decision)
        return
    gate = returns.standing(turn, found, "carrier")
    if gate is not None:
        _decide(turn, found, gate)


def _arrived_undecided(turn: Turn, found: Found, gate: Gate) -> None:
    """The goods are with their buyer before anybody decided whether to stop them: they can be sent back now."""
    if turn.case.scene in WATCHED and way_of(turn.case).all_ended("signed"):
        _close(turn, found, gate)


def _decide(turn: Turn, found: Found, gate: Gate) -> bool:
    """Answers the gate by what is known. False when nothing is known yet."""
    if way_of(turn.case).awaits == "proof":
        return _judge_proof(turn, found, gate)
    return _judge_ends(turn, found, gate) or _judge_interception(turn, found, gate)


def _judge_proof(turn: Turn, found: Found, gate: Gate) -> bool:
    asks = way_of(turn.case).asks_of("proof_of_delivery")
    if any(ask.is_open for ask in asks):
        return False
    if any(ask.proven for ask in asks):
        _refer(turn, found, gate, "ProofGiven")
    else:
        _unproven(turn, found, gate)
    return True


def _refer(turn: Turn, found: Found, gate: Gate, type: EntryType, **said: Any) -> None:
    turn.answer(gate, "referred")
    turn.change(way_out=way_of(turn.case).but(awaits=None))
    frozen = is_frozen(found, turn.case.merchant_id)
    decision = turn.wait("decision", *decides(turn.case, frozen=frozen))
    turn.tell(type, **decision.awaited, **said)


def _unproven(turn: Turn, found: Found, gate: Gate) -> None:
    """The carrier cannot say who signed: the buyer is believed, and the carrier answers for it. Of a frozen shop
    nothing is approved without a person."""
    if is_frozen(found, turn.case.merchant_id):
        _refer(turn, found, gate, "CaseReferred", because="platform_decides")
        return
    turn.answer(gate, "approved")
    turn.change(way_out=way_of(turn.case).but(awaits=None, because="no_proof"))
    turn.tell("CaseApproved", "approved", because="no_proof")
    liabilities.decide(turn, found, "carrier", "no_proof")


def _judge_ends(turn: Turn, found: Found, gate: Gate) -> bool:
    """Where the parcels ended, whatever the carrier had been asked."""
    way = way_of(turn.case)
    if way.all_ended("signed"):
        _close(turn, found, gate)
    elif way.all_ended("signed", "lost", "back"):
        if "signed" in way.endings:
            returns.bring_in_agent(turn, gate, "parcels_differ")
        else:
            _fail(turn, found, gate, "lost" if "lost" in way.endings else "returned")
    elif way.all_ended("turned", "lost", "back"):
        return _turn_back(turn, found, gate, "refused")
    else:
        return False
    return True


def _judge_interception(turn: Turn, found: Found, gate: Gate) -> bool:
    """What became of the command to stop the goods."""
    way = way_of(turn.case)
    asks = way.asks_of("intercept")
    if way.awaits not in ("interception", "door") or not asks or any(ask.is_open for ask in asks):
        return False
    if all(ask.state == "done" for ask in asks):
        return _turn_back(turn, found, gate, "intercepted")
    if way.awaits == "interception":
        _not_stopped(turn, gate, "cannot_be_stopped")
        return True
    return False


def _turn_back(turn: Turn, found: Found, gate: Gate, because: Because) -> bool:
    """The goods are on their way back: that is enough, or they are awaited, by the policy."""
    if turn.policy.way_out.refund_when == "stopped":
        _fail(turn, found, gate, because)
        return True
    if way_of(turn.case).awaits == "way_back":
        return False
    turn.answer(gate, "asked")
    back = _await(turn, "way_back")
    turn.tell("GoodsTurnedBack", "in_transit", because=because, **back.awaited)
    return True


def _not_stopped(turn: Turn, gate: Gate, because: str) -> None:
    """The goods go on to their buyer, who may refuse them at the door, or send them back."""
    turn.answer(gate, "asked")
    door = _await(turn, "door")
    turn.tell("InterceptionFailed", because=because, **door.awaited)


def _fail(turn: Turn, found: Found, gate: Gate, because: Because) -> None:
    """The buyer does not have the goods, and will not: the money is next."""
    turn.answer(gate, "approved")
    _note_failure(turn, found, because)


def _note_failure(turn: Turn, found: Found, because: Because) -> None:
    turn.change(way_out=way_of(turn.case).but(awaits=None, because=because))
    to: CaseStatus | None = None if turn.case.status == "approved" else "approved"
    turn.tell("DeliveryFailed", to, because=because)
    if because == "lost":
        liabilities.decide(turn, found, "carrier", because)
    _look_back(turn, found)


def _close(turn: Turn, found: Found, gate: Gate) -> None:
    """The buyer has the goods: what was asked is void, and units and money are free for a return."""
    turn.answer(gate, "closed")
    cases.give_back(turn, found)
    turn.change(closed_because="delivered")
    turn.tell("CaseClosed", "closed", because="delivered")


# Once the money may go


def _look_back(turn: Turn, found: Found) -> None:
    """Goods that are paid for: back with the shop they are put away; with their buyer after all, they are asked for."""
    way = way_of(turn.case)
    if way.all_ended("back") and turn.case.return_id is None:
        _put_away(turn, found)
    elif "signed" in way.endings and not way.found and way.because != "no_proof":
        turn.change(way_out=way.but(found=True))
        turn.tell("GoodsFound", because=way.because)


def _put_away(turn: Turn, found: Found) -> None:
    """The stock system hears that the goods are with the shop again; the refund itself restocks nothing."""
    case = turn.case
    found.also(refs.order(case.order_id))
    lines = returns.expected(case, found.need(refs.order(case.order_id), OrderNotFound))
    goods = Return(
        version=0,
        return_id=return_id_of(case.case_id),
        case_id=case.case_id,
        order_id=case.order_id,
        merchant_id=case.merchant_id,
        rma=rma_of(case.case_id),
        opened_at=turn.at,
        freight_payer=turn.policy.freight_payer(case.reason),
        lines=lines,
        received_at=turn.at,
    )
    turn.change(return_id=goods.return_id)
    disposals = tuple(
        Disposal(line_id=line.line_id, sku=line.sku, quantity=line.quantity, disposition="restock") for line in lines
    )
    turn.keep_goods(goods)
    returns.dispose(turn, goods, disposals)


# Silence


def fall(turn: Turn, found: Found, gate: Gate) -> bool:
    """What a carrier's silence means. True when the deadline was moved instead, because something was heard."""
    if _decide(turn, found, gate):
        return False
    way = way_of(turn.case)
    if way.awaits == "proof":
        _unproven(turn, found, gate)
    elif way.awaits == "interception":
        _not_stopped(turn, gate, "no_answer")
    else:
        return _missing(turn, found, gate, way)
    return False


def _missing(turn: Turn, found: Found, gate: Gate, way: WayOut) -> bool:
    """Parcels that have not ended anywhere: lost, unless somebody saw them lately."""
    delivery = found.need(refs.delivery(turn.case.order_id), OrderNotFound)
    moving = [parcel for parcel in delivery.parcels if parcel.ending in ("moving", "turned")]
    seen = max((at for parcel in moving if (at := delivery.last_heard(parcel))), default=None)
    if seen is not None and not turn.policy.is_lost(seen, turn.at):
        due_at = turn.policy.calendar.after(seen, turn.policy.way_out.lost_after)
        turn.move_deadline(gate, due_at, "the parcel was seen lately")
        return True
    if "signed" in way.endings:
        returns.bring_in_agent(turn, gate, "parcels_differ")
    else:
        _fail(turn, found, gate, "lost")
    return False
