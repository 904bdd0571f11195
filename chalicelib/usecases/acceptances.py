"""What buyer, agent or silence make of goods that came: taken as they are, for less, or left to a ruling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.actors import CLOCK
from chalicelib.domain.explanations import explain
from chalicelib.domain.inspections import InspectedLine, Inspection
from chalicelib.domain.ledgers import replace
from chalicelib.usecases import cases, disputes, exchange_conversions, instants, replacements, returns

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.claims import Claim
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.inspections import Outcome
    from chalicelib.domain.orders import Order
    from chalicelib.domain.returns import Return
    from chalicelib.domain.turns import Turn
    from chalicelib.usecases.steps import Found


def seen(
    turn: Turn,
    order: Order,
    claim: Claim,
    lines: tuple[InspectedLine, ...],
    outcome: Outcome,
    reason: str | None,
    by: Actor,
) -> Inspection:
    """An inspection as it is kept, with the amount that follows from it explained."""
    return Inspection(
        outcome=outcome,
        lines=lines,
        claim=claim,
        explanation=explain(order, claim),
        reason=reason,
        by=by,
        at=turn.at,
    )


def agree(turn: Turn, found: Found, gate: Gate, note: str | None) -> None:
    """The buyer takes the reduced amount: the difference, and what did not come, is free again."""
    goods = _take_less(turn, found)
    turn.answer(gate, instants.outcome(turn.case, "accepted"))
    turn.tell("OfferAccepted", "approved", note=note, because="inspection")
    returns.dispose(turn, goods, returns.as_inspected(goods))
    instants.conclude(turn, found)


def refer(turn: Turn, found: Found, gate: Gate, note: str | None) -> None:
    """The buyer takes it, but its shop was frozen since: a person of the platform looks at it before it is paid."""
    _take_less(turn, found)
    turn.change(offer=None)
    turn.tell("OfferAccepted", note=note, because="inspection")
    disputes.refer(turn, found, gate, "platform_decides")


def _take_less(turn: Turn, found: Found) -> Return:
    goods = returns.goods_of(turn, found)
    assert goods.inspection is not None
    exchange_conversions.to_refund(turn, "inspection")
    if turn.case.is_early:
        instants.grant_less(turn, found, goods.inspection.claim.total)
        return goods
    order, ledger = cases.order_and_ledger(found, turn.case)
    turn.write(replace(order, ledger, turn.case.claim, goods.inspection.claim).next())
    turn.claim(order, goods.inspection.claim)
    return goods


def disagree(turn: Turn, gate: Gate, note: str | None) -> None:
    """The buyer does not take it, or says nothing: the shop has the goods, so an agent decides, and nothing lapses."""
    turn.change(offer=None)
    returns.bring_in_agent(turn, gate, "inspection", note)


def pass_unseen(turn: Turn, found: Found, gate: Gate, outcome: str) -> None:
    """The shop was silent: the goods count as accepted. Nobody looked at them, so nothing is said of their place."""
    goods, (order, _) = returns.goods_of(turn, found), cases.order_and_ledger(found, turn.case)
    lines = tuple(
        InspectedLine(line_id=line.line_id, sku=line.sku, expected=line.quantity, received=line.quantity)
        for line in goods.lines
    )
    inspection = seen(turn, order, turn.case.claim, lines, "passed", None, CLOCK)
    then = replacements.what_follows(turn, found)
    turn.answer(gate, then.outcome if then else instants.outcome(turn.case, outcome))
    if turn.case.status == "in_transit":
        turn.tell("ReturnReceived", "received", because="silence", return_id=goods.return_id)
    turn.keep_goods(goods.but(inspection=inspection, received_at=goods.received_at or turn.at))
    turn.tell("GoodsInspected", "inspected", return_id=goods.return_id, inspection="passed", because="silence")
    replacements.go_on(turn, found, then)
    instants.conclude(turn, found)
