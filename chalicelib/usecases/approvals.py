"""An approval, whoever gives it: the goods are asked back first where the remedy says so, else the money is next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.inspections import Disposal
from chalicelib.domain.reasons import REPLACES
from chalicelib.usecases import instants, repairs, returns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.domain.actors import Actor
    from chalicelib.domain.entries import EntryType
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.reasons import Remedy
    from chalicelib.domain.turns import Turn
    from chalicelib.usecases.steps import Found

if TYPE_CHECKING:
    from chalicelib.usecases.deliveries import First


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
    begin = _BEGINNINGS.get(turn.case.remedy)
    if begin is not None:
        begin(turn, found, at, type, outcome, by=by, note=note, **data)
        return
    if keeps or not turn.case.comes_back:
        before = None if keeps else _goods_sent(turn, found, at)
        if at is not None:
            turn.answer(at, "asked" if before is not None and before.waits else outcome)
        turn.tell(type, "approved", by=by, note=note, **({"because": "kept", **data} if keeps else data))
        if before is not None:
            _deliveries().act(turn, found, before)
        if keeps:
            _leave_goods(turn, found)
        instants.conclude(turn, found)
        return
    order, address = returns.address_for(found, turn.case)
    if at is not None:
        turn.answer(at, "ship_back" if address else "unaddressed")
    turn.tell(type, "approved", by=by, note=note, **data)
    returns.ask_for_goods(turn, found, order, address)


def _goods_sent(turn: Turn, found: Found, at: Gate | None) -> First | None:
    """What comes before the money of goods that are on their way to their buyer; goods in their place wait for none."""
    if turn.case.delivery != "shipped" or turn.case.remedy in REPLACES:
        return None
    before: First | None = _deliveries().first(turn, found, reserved=at is not None)
    return before


def _deliveries() -> Any:
    """Carriers concern few approvals: only those pay for loading what speaks of them."""
    from chalicelib.usecases import deliveries

    return deliveries


def _leave_goods(turn: Turn, found: Found) -> None:
    """Nothing comes back, and the stock system should know that nothing will."""
    order, _ = returns.address_for(found, turn.case)
    kept = [
        Disposal(line_id=line.line_id, sku=line.sku, quantity=line.quantity, disposition="keep")
        for line in returns.expected(turn.case, order)
    ]
    turn.tell("GoodsDisposed", lines=[disposal.model_dump() for disposal in kept])


def is_first(turn: Turn, found: Found) -> bool:
    """Whether an approval of this repair would begin it."""
    return repairs.repair_of(turn, found).begun_at is None


def _repair(turn: Turn, found: Found, at: Gate | None, type: EntryType, outcome: str, **told: Any) -> None:
    """It begins; `outcome` is what a ruling says, whose execution is another's."""
    repairs.begin(turn, found, at, type, "booking" if outcome == "approved" else outcome, **told)


# What an approval begins, where it is not goods on their way back or money.
_BEGINNINGS: Mapping[Remedy, Callable[..., None]] = {"repair": _repair}
