"""An approval, whoever gives it: the goods are asked back first where the remedy says so, else the money is next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.inspections import Disposal
from chalicelib.usecases import returns

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.entries import EntryType
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.turns import Turn
    from chalicelib.usecases.steps import Found


def approve(
    turn: Turn,
    found: Found,
    at: Gate | None,
    type: EntryType,
    *,
    outcome: str = "approved",
    keeps: bool = False,
    by: Actor | None = None,
    note: str | None = None,
    **data: Any,
) -> None:
    """Tells the approval as `type`, and answers the gate that the case is `at` (None: the policy approved, unasked).

    `outcome` is what the flow hears when nothing comes back; `keeps`: the shop lets the buyer keep the goods.
    """
    if keeps or not turn.case.comes_back:
        if at is not None:
            turn.answer(at, outcome)
        turn.tell(type, "approved", by=by, note=note, **data)
        if keeps:
            _leave_goods(turn, found)
        return
    order, address = returns.address_for(found, turn.case)
    if at is not None:
        turn.answer(at, "ship_back" if address else "unaddressed")
    turn.tell(type, "approved", by=by, note=note, **data)
    returns.ask_for_goods(turn, found, order, address)


def _leave_goods(turn: Turn, found: Found) -> None:
    """Nothing comes back, and the stock system should know that nothing will."""
    order, _ = returns.address_for(found, turn.case)
    kept = [
        Disposal(line_id=line.line_id, sku=line.sku, quantity=line.quantity, disposition="keep")
        for line in returns.expected(turn.case, order)
    ]
    turn.tell("GoodsDisposed", lines=[disposal.model_dump() for disposal in kept])
